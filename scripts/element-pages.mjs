// Writes docs/elements/NAME.md, a page for each element, from the manifest: attributes, properties, methods, events, slots, parts and
// custom properties. `node scripts/element-pages.mjs` after an element changed; a test compares.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs the analyzer. */
export function readManifest() {
  const outdir = mkdtempSync(path.join(tmpdir(), 'manifest-'));
  const analyzer = 'node_modules/@custom-elements-manifest/analyzer/cem.js';
  const config = ['--config', 'custom-elements-manifest.config.mjs', '--quiet'];
  try {
    const args = [analyzer, 'analyze', ...config, '--outdir', path.relative(root, outdir)];
    execFileSync(process.execPath, args, { cwd: root });
    return JSON.parse(readFileSync(path.join(outdir, 'custom-elements.json'), 'utf8'));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Of a table's cell: one line, and no bar that would end it. */
const cell = (text = '') => text.replace(/\s+/g, ' ').replaceAll('|', '\\|').trim();
const code = (text) => (text ? `\`${cell(text)}\`` : '');

function table(title, heads, rows) {
  if (rows.length === 0) return '';
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  return `\n## ${title}\n\n${line(heads)}${line(heads.map(() => '---'))}${rows.map(line).join('')}`;
}

const sorted = (list = []) => [...list].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Words that lean on the description before, where another one stands since the pages are sorted by name. */
const LEANS =
  /^(the same\b(?!-)|(one|some|all|each|both|any) of (them|these|those)\b|as (above|before|below)\b|see above|ditto|likewise|it was\b|its\b|their\b|how \w+ (and \w+ )?it\b)/i;

/** @throws where something that a page can use has no description, or one that does not stand by itself */
export function checkDescriptions({ tagName, members, attributes, events, slots, cssParts, cssProperties }) {
  const fail = (name, what) => {
    throw new Error(`${name} of <${tagName}> ${what}`);
  };
  const used = (members ?? []).filter(
    ({ privacy, static: isStatic }) => (!privacy || privacy === 'public') && !isStatic,
  );
  for (const { name, description } of [
    ...used,
    ...[attributes, events, slots, cssParts, cssProperties].flatMap((list) => list ?? []),
  ]) {
    const text = cell(description);
    if (!text)
      fail(name, 'has no description: give it one in its doc comment, or make it private or @internal');
    if (LEANS.test(text)) fail(name, `has a description that does not stand by itself: ${text}`);
  }
}

function pageOf(declaration) {
  checkDescriptions(declaration);
  const { tagName, summary, description, attributes, members, events, slots, cssParts, cssProperties } =
    declaration;
  const shown = sorted(members).filter(
    ({ privacy, static: isStatic }) => (!privacy || privacy === 'public') && !isStatic,
  );
  const ofAttributes = new Set((attributes ?? []).map(({ fieldName }) => fieldName));
  const properties = shown.filter(({ kind, name }) => kind === 'field' && !ofAttributes.has(name));
  const methods = shown.filter(({ kind }) => kind === 'method');
  const call = ({ name, parameters = [] }) =>
    `${name}(${parameters.map((each) => each.name + (each.optional ? '?' : '')).join(', ')})`;
  return `# \`<${tagName}>\`\n\n<!-- Written by scripts/element-pages.mjs from the manifest. -->\n\n${cell(description || summary)}\n${[
    table(
      'Attributes',
      ['name', 'property', 'default', ''],
      sorted(attributes).map((each) => [
        code(each.name),
        code(each.fieldName),
        code(each.default),
        cell(each.description),
      ]),
    ),
    table(
      'Properties',
      ['name', ''],
      properties.map((each) => [code(each.name), cell(each.description)]),
    ),
    table(
      'Methods',
      ['name', ''],
      methods.map((each) => [code(call(each)), cell(each.description)]),
    ),
    table(
      'Events',
      ['name', 'class', ''],
      sorted(events).map((each) => [code(each.name), code(each.type?.text), cell(each.description)]),
    ),
    table(
      'Slots',
      ['name', ''],
      sorted(slots).map((each) => [each.name ? code(each.name) : 'default', cell(each.description)]),
    ),
    table(
      'Parts',
      ['name', ''],
      sorted(cssParts).map((each) => [code(each.name), cell(each.description)]),
    ),
    table(
      'Custom properties',
      ['name', 'default', ''],
      sorted(cssProperties).map((each) => [code(each.name), code(each.default), cell(each.description)]),
    ),
  ].join('')}`;
}

/** By their tags: the order of the manifest is that of the file system. */
export const elementsOf = (manifest) =>
  manifest.modules
    .flatMap(({ declarations = [] }) => declarations)
    .filter(({ tagName }) => tagName)
    .sort((a, b) => (a.tagName < b.tagName ? -1 : 1));

const contents = (elements) =>
  `# Elements\n\n<!-- Written by scripts/element-pages.mjs from the manifest. -->\n${table(
    'All of them',
    ['tag', ''],
    elements.map((each) => [`[\`<${each.tagName}>\`](${each.tagName}.md)`, cell(each.summary)]),
  )}`;

/** @returns name of the file -> its text */
export function elementPages(manifest) {
  const elements = elementsOf(manifest);
  const pages = elements.map((one) => [`${one.tagName}.md`, pageOf(one)]);
  return new Map([['README.md', contents(elements)], ...pages]);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = path.join(root, 'docs/elements');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of elementPages(readManifest())) writeFileSync(path.join(folder, name), text);
}
