/** A new family, written as docs/adding-a-model.md says (test/planted-family): it works, and is as short as that page promises. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { encodeMagentaJS } from '../src/checkpoints/formats/magenta-js-writer.js';
import { loopback } from '../src/workers/loopback.testing.js';
import { audioOf } from './played-audio.js';
import { PlayedEngine, levelOf } from '../src/worklets/played-engine.testing.js';
import { transposerCommand } from './planted-family/command.js';
import { TransposerElement } from './planted-family/element.js';
import { createServer } from './planted-family/server.js';
import { Transposer } from './planted-family/transposer.js';
import { BeeperInstrument } from './planted-instrument/instrument.js';
import { createServer as createBeeper } from './planted-instrument/server.js';

/** Is awaited behind each part of a note. */
let spoken: (samples: number) => Promise<void> = () => Promise.resolve();
const beepers = loopback({ beeper: async () => createBeeper((samples) => spoken(samples)) });
/** Resolves when ports have brought what was sent. */
const arrived = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A folder with a checkpoint of one weight. */
async function checkpointOf(name: string, value: number): Promise<string> {
  const folder = `${await mkdtemp(path.join(tmpdir(), 'planted-'))}/`;
  const weights = new Map([[name, { shape: [1], data: Float32Array.of(value) }]]);
  for (const [file, bytes] of encodeMagentaJS(weights, 'float32')) await writeFile(folder + file, bytes);
  return folder;
}

describe('a planted family', () => {
  const worker = loopback({ transposer: async () => createServer });
  let folder: string;
  before(async () => (folder = await checkpointOf('semitones', 7)));
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
    for (const name of ['./planted-family/', './planted-instrument/']) {
      const family = new URL(name, import.meta.url);
      const texts = await Promise.all(
        (await readdir(family)).map((file) => readFile(new URL(file, family), 'utf8')),
      );
      const lines = texts.reduce((sum, text) => sum + text.trimEnd().split('\n').length, 0);
      assert.ok(lines < 150, `${name}: ${lines}`);
    }
  });
});

describe('a planted instrument', () => {
  let folder: string;
  before(async () => (folder = await checkpointOf('amplitude', 0.5)));
  after(() => rm(folder, { recursive: true }));

  test('is heard while its worker still speaks, loops behind the end, and gives its model to a second worker', async () => {
    let goOn = () => {};
    const half = new Promise<void>((resolve) => {
      const mayEnd = new Promise<void>((end) => (goOn = end));
      spoken = (samples) => (samples < 8000 ? Promise.resolve() : (resolve(), mayEnd));
    });
    const played = new PlayedEngine(48000, { pitchRange: [69, 69] });
    const instrument = new BeeperInstrument(beepers.spawn, { source: folder, workers: 2 }, () =>
      audioOf(played),
    );
    const rendered = new Promise((resolve) => instrument.addEventListener('render', resolve));
    await instrument.load();
    await instrument.start();
    instrument.noteOn(69);
    await half;
    await arrived();
    assert.ok(levelOf(played.play(0.4)) > -20, 'half of the note is there');
    goOn();
    await rendered;
    await arrived();
    assert.equal(played.report().activeVoices, 1);
    played.play(2);
    assert.ok(levelOf(played.play(0.4)) > -20, 'the loop goes on behind the end');
    while (beepers.alive < 2) await arrived();
    instrument.dispose();
    await arrived();
    assert.equal(beepers.alive, 0);
  });
});
