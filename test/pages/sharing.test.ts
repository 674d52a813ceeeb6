/** Several workers of one instrument, several instruments of one network: what they share, and what travels. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type * as Timbrel from '../../src/index.js';
import type { Browser } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, type Server } from './browser.js';

let browser: Browser;
let server: Server;

before(async () => {
  browser = await launch();
  server = await serve({ roots: { '/dist/': dist }, pages: { '/': '<!doctype html><title>page</title>' } });
});

after(async () => {
  await browser.close();
  await server.close();
});

/** The downloads of weights so far; notes that are rendered already are none. */
const weights = () => server.requests.filter((name) => name.includes('-shard') && name.endsWith('.bin'));

test('three workers download the weights once, and compute the same', async () => {
  const page = await browser.newPage();
  await page.goto(`${server.url}/`);
  const instrument = await page.evaluateHandle(async (base) => {
    const { GANSynthInstrument } = (await import(`${base}/dist/index.js`)) as typeof Timbrel;
    const instrument = new GANSynthInstrument({ workers: 3, backend: 'wasm' });
    await instrument.load();
    return instrument;
  }, server.url);
  // The picture comes from the worker that was added last.
  const first = await instrument.evaluate(async (made) => [...(await made.spectrogram(60))]);
  for (let waited = 0; page.workers().length < 3 && waited < 20_000; waited += 50)
    await page.waitForTimeout(50);
  assert.equal(page.workers().length, 3);
  const later = await instrument.evaluate(async (made) => [...(await made.spectrogram(60))]);
  assert.deepEqual(later, first);
  assert.deepEqual(weights(), ['/dist/checkpoints/gansynth-small/group1-shard1of1.bin']);
  await page.close();
});

test('twenty elements with the same checkpoint have the workers of one, and its weights', async () => {
  const page = await browser.newPage();
  await page.goto(`${server.url}/`);
  const before = weights().length;
  const count = await page.evaluate(async (base) => {
    await import(`${base}/dist/timbrel.js`);
    await customElements.whenDefined('gansynth-instrument');
    const elements = Array.from({ length: 20 }, () => document.createElement('gansynth-instrument'));
    document.body.append(...elements);
    await Promise.all(elements.map((element) => element.load()));
    return elements.length;
  }, server.url);
  assert.equal(count, 20);
  // As cores and memory allow; never one an element.
  const most = await page.evaluate(() => Math.min(4, Math.max(1, navigator.hardwareConcurrency - 1)));
  assert.ok(page.workers().length >= 1 && page.workers().length <= most, `${page.workers().length}`);
  const downloads = weights().length - before;
  assert.equal(downloads, 1);
  await page.evaluate(() => document.querySelectorAll('gansynth-instrument').forEach((one) => one.remove()));
  for (let waited = 0; page.workers().length > 0 && waited < 20_000; waited += 50)
    await page.waitForTimeout(50);
  assert.equal(page.workers().length, 0, 'the last one to go ends them');
  await page.close();
});

test('elements that write music with the same checkpoint share its worker, and each writes its own piece', async () => {
  const page = await browser.newPage();
  await page.goto(`${server.url}/`);
  const before = weights().length;
  const written = await page.evaluate(async (base) => {
    await import(`${base}/dist/timbrel.js`);
    await customElements.whenDefined('melody-rnn');
    const elements = Array.from({ length: 10 }, (_, i) => {
      const element = document.createElement('melody-rnn');
      element.seed = i < 5 ? 'one' : 'two';
      element.live = false;
      return element;
    });
    document.body.append(...elements);
    const pieces = await Promise.all(elements.map((element) => element.generate()));
    return pieces.map(({ notes }) => notes.map(({ pitch }) => pitch).join());
  }, server.url);
  assert.equal(new Set(written.slice(0, 5)).size, 1, 'the same seed, the same notes');
  assert.equal(new Set(written).size, 2);
  assert.equal(page.workers().length, 1);
  assert.equal(weights().length - before, 1);
  const removed = await page.evaluate(async () => {
    const [first, ...others] = document.querySelectorAll('melody-rnn');
    for (const other of others) other.remove();
    await new Promise((resolve) => setTimeout(resolve));
    const { notes } = await first.generate();
    first.remove();
    return notes.map(({ pitch }) => pitch).join();
  });
  assert.equal(removed, written[0], 'the one that is left goes on');
  for (let waited = 0; page.workers().length > 0 && waited < 20_000; waited += 50)
    await page.waitForTimeout(50);
  assert.equal(page.workers().length, 0, 'the last one to go ends it');
  await page.close();
});

test('what a browser has already is not sent again', async () => {
  const [script] = server.requests.filter((name) => name.endsWith('index.js'));
  const { headers } = await fetch(server.url + script);
  const again = await fetch(server.url + script, { headers: { 'If-None-Match': headers.get('etag') ?? '' } });
  assert.equal(again.status, 304);
  assert.equal((await again.arrayBuffer()).byteLength, 0);
});
