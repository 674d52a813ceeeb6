// The licences of what the bundles contain, for THIRD-PARTY-NOTICES.txt beside them.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** The package folder of a file in node_modules, the innermost one. */
function packageOf(file) {
  const at = file.lastIndexOf('/node_modules/');
  if (at < 0) return undefined;
  const names = file.slice(at + '/node_modules/'.length).split('/');
  return file.slice(0, at) + '/node_modules/' + names.slice(0, names[0].startsWith('@') ? 2 : 1).join('/');
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file ? readFileSync(path.join(folder, file), 'utf8').trim() : `Licence: ${license}`;
  return `${name} ${version}\n\n${text}`;
}

/** A Rollup plugin for all bundles of a build, one after the other: the last writes what all of them contain. */
export function thirdPartyNotices() {
  const folders = new Set();
  return {
    name: 'notices',
    moduleParsed({ id }) {
      const folder = packageOf(id.replace(/^\0/, '').split('?')[0]);
      if (folder && existsSync(path.join(folder, 'package.json'))) folders.add(folder);
    },
    generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: 'THIRD-PARTY-NOTICES.txt',
        source:
          [...folders]
            .sort()
            .map(noticeOf)
            .join(`\n\n${'-'.repeat(80)}\n\n`) + '\n',
      });
    },
  };
}
