import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { makeFolder } from './output-folder.js';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'timbrel-folder-'))));
after(() => rm(folder, { recursive: true }));

test('a folder is made with those above it, and may be there already', async () => {
  for (const one of [at('a', 'b', 'c'), at('a', 'b', 'c'), `${at('d', 'e')}/`, at('a', '..', 'f')]) {
    await makeFolder(one);
    assert.ok((await stat(one)).isDirectory());
  }
});

test('what the system refuses is said, and does not hang', async () => {
  await writeFile(at('file'), '');
  await assert.rejects(makeFolder(at('file')), { code: 'EEXIST' });
  await assert.rejects(makeFolder(at('file', 'below')), { code: 'ENOTDIR' });
  await assert.rejects(makeFolder('/proc/nowhere/folder'), { syscall: 'mkdir' });
});
