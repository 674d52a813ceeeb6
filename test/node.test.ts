/** The built package in Node: everything can be imported, and the plain backend computes. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type * as Package from '../src/index.js';
import { writeEventCheckpoints } from './synthetic-event-checkpoints.js';

const dist = new URL('../dist/', import.meta.url);
const folders = readdirSync(new URL('../src/elements', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const definesElement = (name: string) => {
  const file = new URL(`../src/elements/${name}/${name}.ts`, import.meta.url);
  return existsSync(file) && readFileSync(file, 'utf8').includes(`defineElement('${name}'`);
};
const elements = folders.filter(definesElement);
const scriptOf = (name: string) => `${name}.element.js`;

describe('in Node', () => {
  for (const script of ['timbrel.js', ...elements.map(scriptOf)]) {
    test(`${script} is imported without a DOM`, async () => {
      await import(new URL(script, dist).href);
    });
  }

  test('files keep their names on the way to the worker', async () => {
    const { MusicVAE } = (await import(new URL('index.js', dist).href)) as typeof Package;
    const folder = new URL('../checkpoints/music-vae-mel-2bar/', import.meta.url);
    const names = readdirSync(folder).filter((name) => !name.endsWith('.md'));
    const files = names.map((name) => new File([readFileSync(new URL(name, folder))], name));
    const model = await MusicVAE.load(files);
    assert.equal(model.description.kind, 'melody');
    model.dispose();
  });

  describe('a folder of weights', () => {
    let home: string;
    before(async () => writeEventCheckpoints((home = mkdtempSync(path.join(tmpdir(), 'timbrel-home-')))));
    after(() => rmSync(home, { recursive: true }));

    for (const source of ['melody', 'melody/', './melody', '~/melody']) {
      test(`is loaded from ${source}, as the command takes it`, async () => {
        writeFileSync(
          path.join(home, 'app.mjs'),
          `import { MelodyRNN } from ${JSON.stringify(new URL('index.js', dist).href)};
const model = await MelodyRNN.load(${JSON.stringify(source)});
console.log(...model.description.layers);
model.dispose();`,
        );
        const env = { ...process.env, HOME: home, USERPROFILE: home };
        const { stdout } = await promisify(execFile)(process.execPath, ['app.mjs'], { cwd: home, env });
        assert.equal(stdout, '16 16\n');
      });
    }
  });

  test('MIDI says that it is of browsers', async () => {
    const { MIDIPlayer, listMidiOutputs } = (await import(new URL('index.js', dist).href)) as typeof Package;
    for (const work of [listMidiOutputs(), MIDIPlayer.open()])
      await assert.rejects(work, { code: 'MIDI_UNSUPPORTED', message: /browser/ });
  });

  test('an instrument that never sounded is disposed of, with its model and without, twice', async () => {
    const { GANSynthInstrument, NSynthInstrument } = (await import(
      new URL('index.js', dist).href
    )) as typeof Package;
    for (const Instrument of [GANSynthInstrument, NSynthInstrument]) {
      const silent = new Instrument();
      silent.dispose();
      silent.dispose();
      const loaded = new Instrument();
      await loaded.load();
      loaded.dispose();
    }
  });

  test('the plain backend computes what WebAssembly does', async () => {
    const { GANSynth } = (await import(new URL('index.js', dist).href)) as typeof Package;
    const images = [];
    for (const backend of ['cpu', 'wasm'] as const) {
      const model = await GANSynth.load(undefined, { backend });
      images.push(await model.spectrogram({ pitch: 60 }));
      model.dispose();
    }
    const [cpu, wasm] = images;
    const largest = cpu.reduce((most, value, i) => Math.max(most, Math.abs(value - wasm[i])), 0);
    assert.ok(largest < 1e-3, `${largest}`);
  });
});

test('every element is an entry, and what elements share is none', () => {
  assert.ok(elements.length >= 11, `${elements}`);
  assert.deepEqual(
    folders.filter((name) => existsSync(new URL(scriptOf(name), dist))),
    elements,
  );
});

test('the licences of what is bundled lie beside the bundles', () => {
  const file = new URL('THIRD-PARTY-NOTICES.txt', dist);
  assert.ok(existsSync(file));
  const text = readFileSync(file, 'utf8');
  for (const name of ['lit-html', 'webmidi', '@tensorflow/tfjs-core']) {
    assert.match(text, new RegExp(`^${name} \\d`, 'm'));
  }
});
