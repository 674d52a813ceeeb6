/** Doc comments are sentences with a subject: none opens with a word that leaves it out. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src', import.meta.url));

const OPENERS =
  /^(?:What|Whether|Of|Told|Where|That|Who|Whose|Whoever|Which|How|When|True|False|As|Until|May|Also|Is|Awaited|Counted|Back|More)\b/;

/** First lines of the doc comments of a text that open so. */
function fragmentsOf(text: string): string[] {
  const comments = [...text.matchAll(/\/\*\*\s*(?:\n\s*\*\s*)?([^@*\s][^\n]*)/g)];
  return comments.map(([, line]) => line).filter((line) => OPENERS.test(line));
}

describe('doc comments', () => {
  test('none in src opens without a subject', () => {
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const found = files.flatMap((file) =>
      fragmentsOf(readFileSync(path.join(src, file), 'utf8')).map((line) => `${file}: ${line}`),
    );
    assert.deepEqual(found, []);
  });

  test('the check sees one in each form, and no sentence', () => {
    for (const comment of [
      '/** What it is. */',
      '/**\n * Of a note.\n */',
      '/** Told of progress. */',
      '/** True where it is. */',
      '/** More come of a mistake. */',
    ])
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
