/** Doc comments are sentences with a subject: none opens with a word that leaves it out. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src', import.meta.url));

const OPENERS = /^(?:What|Whether|Of|Told|Where|That|Who|Whose|Whoever|Which|How|When)\b/;

/** First lines of the doc comments of a text that open so. */
function fragmentsOf(text: string): string[] {
  const comments = [...text.matchAll(/\/\*\*\s*(?:\n\s*\*\s*)?([^@*\s][^\n]*)/g)];
  return comments.map(([, line]) => line).filter((line) => OPENERS.test(line));
}

/** Folders whose comments are still to be rewritten, with the number of them that may be left. It only shrinks. */
const LEFT: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(new URL('./doc-comments.json', import.meta.url), 'utf8'),
);

function folderOf(file: string): string {
  const [first, ...more] = file.split(path.sep);
  return first === 'models' && more.length > 1 ? `models/${more[0]}` : first;
}

describe('doc comments', () => {
  test('no folder has more that open without a subject than it may', () => {
    const found = new Map<string, string[]>();
    for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    )) {
      const lines = fragmentsOf(readFileSync(path.join(src, file), 'utf8')).map((line) => `${file}: ${line}`);
      const folder = folderOf(file);
      found.set(folder, [...(found.get(folder) ?? []), ...lines]);
    }
    const over = [...found].filter(([folder, lines]) => lines.length > (LEFT[folder] ?? 0));
    assert.deepEqual(over, []);
  });

  test('the check sees one in each form, and no sentence', () => {
    for (const comment of ['/** What it is. */', '/**\n * Of a note.\n */', '/** Told of progress. */'])
      assert.equal(fragmentsOf(comment).length, 1, comment);
    for (const comment of [
      '/** The length of a note. */',
      '/** Offers more. */',
      '/* Where it is */',
      '// What',
    ])
      assert.equal(fragmentsOf(comment).length, 0, comment);
  });
});
