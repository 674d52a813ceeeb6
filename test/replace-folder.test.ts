/** A build while a page of the last one is open. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { replaceFolder } from '../scripts/replace-folder.mjs';

let parent: string;
let folder: string;
const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'replaced-'));
  folder = path.join(parent, 'dist');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'page.js'), 'old');
  writeFileSync(path.join(folder, 'gone.js'), 'old');
});
afterEach(() => rmSync(parent, { recursive: true }));

describe('a folder that is made anew', () => {
  test('is whole as it was until the new one is whole, and leaves nothing beside it', () => {
    replaceFolder(folder, (fresh) => {
      writeFileSync(path.join(fresh, 'page.js'), 'new');
      assert.equal(read('page.js'), 'old');
      assert.equal(read('gone.js'), 'old');
    });
    assert.equal(read('page.js'), 'new');
    assert.deepEqual(readdirSync(folder), ['page.js']);
    assert.deepEqual(readdirSync(parent), ['dist']);
  });

  test('stays as it was when the new one fails', () => {
    assert.throws(
      () =>
        replaceFolder(folder, () => {
          throw new Error('no room');
        }),
      /no room/,
    );
    assert.equal(read('page.js'), 'old');
    assert.deepEqual(readdirSync(parent), ['dist']);
  });

  test('need not have been there, and what an interrupted build left is cleared', () => {
    rmSync(folder, { recursive: true });
    mkdirSync(`${folder}.new`);
    writeFileSync(path.join(`${folder}.new`, 'half.js'), 'half');
    replaceFolder(folder, (fresh) => writeFileSync(path.join(fresh, 'page.js'), 'new'));
    assert.deepEqual(readdirSync(folder), ['page.js']);
  });
});
