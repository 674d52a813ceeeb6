/** The built package in Node: everything can be imported, and the plain backend computes. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import type * as Package from '../src/index.js';

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
