/** A new family, written as docs/adding-a-model.md says (test/planted-family): it works, and is as short as that page promises. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { encodeMagentaJS } from '../src/checkpoints/formats/magenta-js-writer.js';
import { loopback } from '../src/workers/loopback.testing.js';
import { transposerCommand } from './planted-family/command.js';
import { TransposerElement } from './planted-family/element.js';
import { createServer } from './planted-family/server.js';
import { Transposer } from './planted-family/transposer.js';

describe('a planted family', () => {
  const worker = loopback({ transposer: async () => createServer });
  let folder: string;
  before(async () => {
    folder = `${await mkdtemp(path.join(tmpdir(), 'planted-'))}/`;
    const weights = new Map([['semitones', { shape: [1], data: Float32Array.of(7) }]]);
    for (const [name, bytes] of encodeMagentaJS(weights, 'float32')) await writeFile(folder + name, bytes);
  });
  after(() => rm(folder, { recursive: true }));

  test('is loaded and used as a class', async () => {
    const model = await Transposer.load(folder, undefined, worker.spawn);
    assert.deepEqual(model.description, { semitones: 7 });
    const { notes } = await model.transpose({ notes: [{ pitch: 60, startTime: 0, endTime: 1 }] });
    assert.equal(notes[0].pitch, 67);
    model.dispose();
    await assert.rejects(model.transpose({ notes: [] }), { code: 'DISPOSED' });
  });

  test('is loaded by its element, which tells what fails', async () => {
    const element = new TransposerElement(worker.spawn);
    element.checkpoint = './nowhere/';
    const failures: unknown[] = [];
    element.failureEvent = (error) => (failures.push(error.code), new Event('transposer-error'));
    await assert.rejects(element.load(), { code: 'CHECKPOINT_MISSING' });
    assert.deepEqual(failures, ['CHECKPOINT_MISSING']);
    element.checkpoint = folder;
    await element.load();
    assert.equal(element.model?.description.semitones, 7);
    element.model.dispose();
  });

  test('is a command', async () => {
    const showProgress = () => {};
    const { text } = await transposerCommand(worker.spawn).run(
      ['60', '--checkpoint', folder],
      showProgress as never,
    );
    assert.equal(text, '67');
  });

  test('ends its workers', () => assert.equal(worker.alive, 0));

  test('takes fewer than 150 lines', async () => {
    const family = new URL('./planted-family/', import.meta.url);
    const texts = await Promise.all(
      (await readdir(family)).map((name) => readFile(new URL(name, family), 'utf8')),
    );
    const lines = texts.reduce((sum, text) => sum + text.trimEnd().split('\n').length, 0);
    assert.ok(lines < 150, `${lines}`);
  });
});
