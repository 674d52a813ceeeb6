/** Notes of a WaveNet in a browser: decoded once, kept by the site, and never missed where they cannot be kept. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
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
let context: BrowserContext;

before(async () => {
  // Its quota is said to be 10 GB, whatever it is, unless this is turned off.
  browser = await launch(['--disable-features=StaticStorageQuota']);
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-notes-page-'));
  const wavenet = await putCheckpoint(
    folder,
    'wavenet',
    new Map(syntheticTensors(weights)),
    config as object,
  );
  server = await serve({
    roots: { '/dist/': dist, '/wavenet/': wavenet },
    pages: { '/': '<!doctype html><title>page</title>' },
  });
});

after(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
});

beforeEach(async () => {
  await context?.close();
  context = await browser.newContext();
});

async function visit(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}/`);
  await page.evaluate(async (base) => {
    Object.assign(globalThis, { timbrel: await import(`${base}/dist/index.js`) });
  }, server.url);
  return page;
}

declare const timbrel: typeof Timbrel;

/** Decodes the same three frames. */
const decode = (page: Page, options: { readonly keep?: boolean } = {}) =>
  page.evaluate(async (given) => {
    const model = await timbrel.NSynth.load('/wavenet/', given);
    const embedding = new Float32Array(3 * model.description.embeddingSize).fill(0.3);
    const sound = await model.decode(embedding, { seed: 5 });
    model.dispose();
    return [...sound];
  }, options);
const stored = (page: Page) => page.evaluate(() => timbrel.listCheckpoints());

/** Writes `byte` over all of the notes that are kept. */
const overwrite = (page: Page, byte: number) =>
  page.evaluate(async (value) => {
    let directory = await navigator.storage.getDirectory();
    for (const name of ['timbrel-checkpoints', 'nsynth', 'notes'])
      directory = await directory.getDirectoryHandle(name);
    for await (const entry of directory.values()) {
      const handle = entry as FileSystemFileHandle;
      const { size } = await handle.getFile();
      const writable = await handle.createWritable();
      await writable.write(new Uint8Array(size).fill(value));
      await writable.close();
    }
  }, byte);

describe('a note that a page decoded', () => {
  test('is kept for later visits, is listed, and goes when it is cleared', async () => {
    const sound = await decode(await visit());
    const later = await visit();
    const [{ id, notes, bytes, whole }, ...others] = await stored(later);
    assert.deepEqual([id, notes, bytes, whole], ['nsynth/notes', 1, 64 + sound.length, true]);
    assert.deepEqual(others, []);
    assert.deepEqual(await decode(later), sound);
    assert.equal((await stored(later))[0].notes, 1);
    await later.evaluate(() => timbrel.clearCheckpoints('nsynth/notes'));
    assert.deepEqual(await stored(later), []);
  });

  test('is decoded again where what was kept is damaged', async () => {
    const page = await visit();
    const sound = await decode(page);
    await overwrite(page, 7);
    assert.deepEqual(await decode(page), sound);
  });

  test('comes where the site may keep no more', async () => {
    const page = await visit();
    const session = await context.newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 100 });
    const sound = await decode(page);
    assert.ok(sound.length > 0);
    assert.deepEqual(await stored(page), []);
    assert.deepEqual(await decode(page), sound);
  });

  test('is not kept where that is not wanted', async () => {
    const page = await visit();
    await decode(page, { keep: false });
    assert.deepEqual(await stored(page), []);
  });
});
