/** A Music Transformer on WebGPU in a worker, on whatever adapter the browser has. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import type * as Timbrel from '../../src/index.js';
import { syntheticFolder } from '../../src/models/music-transformer/synthetic.testing.js';
import { dist, launch, type Server } from './browser.js';

let browser: Browser;
let server: Server;
let root: string;
let page: Page;

before(async () => {
  browser = await launch(['--enable-unsafe-webgpu']);
  root = await mkdtemp(path.join(tmpdir(), 'timbrel-gpu-page-'));
  for (const [name, content] of Object.entries(syntheticFolder({ reach: 16 })))
    await writeFile(path.join(root, name), content);
  server = await serve({
    roots: { '/dist/': dist, '/model/': root },
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
  await rm(root, { recursive: true });
});

declare const timbrel: typeof Timbrel;

const written = (options: Timbrel.MusicTransformerLoadOptions) =>
  page.evaluate(async (given) => {
    const model = await timbrel.MusicTransformer.load('/model/', { precision: 'float32', ...given });
    const { backend, precision } = model.description;
    const primer = [60, 188, 64, 200, 67];
    const tokens = await model.continueTokens(primer, { count: 40, seed: 7 });
    const scores = await model.tokenLogProbabilities([...primer, ...tokens]);
    model.dispose();
    return { backend, precision, tokens: [...tokens], scores: [...scores] };
  }, options);

test('WebGPU writes what WebAssembly does, and judges it alike', async () => {
  const gpu = await written({ backend: 'webgpu' });
  const wasm = await written({ backend: 'wasm' });
  assert.deepEqual([gpu.backend, gpu.precision], ['webgpu', 'float32']);
  assert.deepEqual(gpu.tokens, wasm.tokens);
  assert.equal(gpu.scores.length, 45);
  gpu.scores.forEach((value, i) => assert.ok(Math.abs(value - wasm.scores[i]) < 1e-3));
});

test("'auto' leaves a GPU alone that is a CPU", async () => {
  assert.equal((await written({ backend: 'auto' })).backend, 'wasm');
});
