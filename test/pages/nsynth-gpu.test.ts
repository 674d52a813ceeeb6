/** A WaveNet of NSynth on WebGPU in a worker, on whatever adapter the browser has. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import type * as Timbrel from '../../src/index.js';
import type { NSynthVectors } from '../golden/nsynth-vectors.js';
import { syntheticTensors } from '../golden/synthetic-weights.js';
import { putCheckpoint } from '../synthetic-nsynth.js';
import { dist, launch, type Server } from './browser.js';

const golden = new URL('../golden/nsynth_two_taps.json', import.meta.url);
const { config, weights } = JSON.parse(readFileSync(golden, 'utf8')) as NSynthVectors;

let browser: Browser;
let server: Server;
let folder: string;
let page: Page;

before(async () => {
  browser = await launch(['--enable-unsafe-webgpu']);
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-gpu-page-'));
  const tensors = new Map(syntheticTensors(weights));
  const wavenet = await putCheckpoint(folder, 'wavenet', tensors, config as object);
  server = await serve({
    roots: { '/dist/': dist, '/wavenet/': wavenet },
    pages: { '/': '<!doctype html><title>page</title>' },
  });
  page = await browser.newPage();
  await page.goto(`${server.url}/`);
  await page.evaluate(async (base) => {
    Object.assign(globalThis, { timbrel: await import(`${base}/dist/index.js`) });
  }, server.url);
});

after(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
});

declare const timbrel: typeof Timbrel;

/** Encodes a sound of two frames, and decodes the first of them: the likeliest levels, which no draw decides. */
const heard = (options: Timbrel.NSynthLoadOptions) =>
  page.evaluate(async (given) => {
    const model = await timbrel.NSynth.load('/wavenet/', { keep: false, ...given });
    const { backend, precision, frameSamples, embeddingSize } = model.description;
    const tone = Float32Array.from({ length: 2 * frameSamples }, (_, i) => 0.4 * Math.sin(i / 7));
    const embedding = await model.encode(tone);
    const sound = await model.decode(embedding.slice(0, embeddingSize), { temperature: 0 });
    model.dispose();
    return { backend, precision, embedding: [...embedding], sound: [...sound] };
  }, options);

test('WebGPU encodes and decodes what WebAssembly does', async () => {
  const gpu = await heard({ backend: 'webgpu', precision: 'float32' });
  const wasm = await heard({ backend: 'wasm', precision: 'float32' });
  assert.deepEqual([gpu.backend, gpu.precision], ['webgpu', 'float32']);
  assert.deepEqual([wasm.backend, wasm.precision], ['wasm', 'float32']);
  gpu.embedding.forEach((value, i) => assert.ok(Math.abs(value - wasm.embedding[i]) < 1e-4));
  assert.deepEqual(gpu.sound, wasm.sound);
});

test("'auto' leaves a GPU alone that is a CPU", async () => {
  assert.equal((await heard({ backend: 'auto' })).backend, 'wasm');
});

test('the shipped model says that WebAssembly is its place', async () => {
  const error = await page.evaluate(() =>
    timbrel.NSynth.load(undefined, { backend: 'webgpu' }).then(
      () => 'loaded',
      ({ code, message }: Timbrel.TimbrelError) => `${code} ${message}`,
    ),
  );
  assert.match(error, /^BACKEND_UNAVAILABLE .*auto, wasm, cpu/);
});
