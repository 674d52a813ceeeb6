/** The files that the package is made of: whoever reads it there comes to no dead end. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readManifest } from '../scripts/element-pages.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { exports, keywords } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly keywords: readonly string[];
};

let packed: ReadonlySet<string>;
before(() => {
  const args = ['pack', '--dry-run', '--ignore-scripts', '--json'];
  const printed = execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] }).toString();
  const [{ files }] = JSON.parse(printed) as [{ readonly files: readonly { readonly path: string }[] }];
  packed = new Set(files.map((file) => file.path));
});

/** Addresses of links and pictures that lead to files. */
const linksOf = (text: string) =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, address]) => address)
    .filter((address) => !/^(https?:|#)/.test(address));

/** A file that is packed, or a folder of such. */
const leads = (from: string, address: string) => {
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(from), address.split('#')[0]));
  const folder = target.endsWith('/') ? target : `${target}/`;
  return packed.has(target) || [...packed].some((file) => file.startsWith(folder));
};

describe('the package', () => {
  test('has README, documents and a card of each shipped model, none of which links to what is not packed', () => {
    const texts = [...packed].filter((file) => file.endsWith('.md'));
    for (const file of ['README.md', 'docs/errors.md', 'checkpoints/gansynth-small/README.md'])
      assert.ok(texts.includes(file), file);
    const dead = texts.flatMap((file) =>
      linksOf(readFileSync(path.join(root, file), 'utf8'))
        .filter((address) => !leads(file, address))
        .map((address) => `${file}: ${address}`),
    );
    assert.deepEqual(dead, []);
  });

  test('is found by what it is', () => {
    for (const word of ['magenta', 'midi', 'web-components', 'synthesizer'])
      assert.ok(keywords.includes(word), word);
  });

  test('has whatever package.json exports', () => {
    const targets = Object.values(exports).flatMap((each) =>
      typeof each === 'string' ? [each] : Object.values(each),
    );
    const isThere = (target: string) => {
      const pattern = target.slice(2).replaceAll('.', '\\.').replaceAll('*', '[^/]+');
      return [...packed].some((file) => new RegExp(`^${pattern}(/|$)`).test(file));
    };
    const missing = targets.filter((target) => !isThere(target));
    // Types and the manifest are made by the whole build only.
    assert.deepEqual(packed.has('dist/types/index.d.ts') ? missing : [], []);
  });

  test('has a manifest that names its scripts, and no source', () => {
    const { modules } = readManifest();
    assert.ok(modules.length >= 15);
    assert.deepEqual(JSON.stringify(modules).match(/\bsrc\/[^"]*/g), null);
    for (const module of modules) assert.match(module.path, /^dist\/[\w-]+\.element\.js$/);
  });
});
