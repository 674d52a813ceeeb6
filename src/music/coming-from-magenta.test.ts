import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as music from './index.js';

const page = readFileSync(new URL('../../docs/coming-from-magenta.md', import.meta.url), 'utf8');

/** Names in the last column of the tables of `timbrel/music`. */
function ours(): string[] {
  const rows = page
    .split('## Files')[1]
    .split('## Playing')[0]
    .split('\n')
    .filter((line) => /^\|/.test(line) && !/\| --- \||Timbrel/.test(line));
  return rows.flatMap((row) => {
    const [last] = row.split('|').slice(-2);
    return [...last.split(':')[0].matchAll(/`(\w+)`/g)].map(([, name]) => name);
  });
}

test('every function that docs/coming-from-magenta.md names is there', () => {
  const names = ours();
  assert.ok(names.length > 45, String(names.length));
  assert.deepEqual(
    names.filter((name) => !Object.hasOwn(music, name)),
    [],
  );
});
