/** Checkpoints of the catalogue in a browser: fetched once into the storage of the site, resumed on another visit, cleared. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { encodeMagentaJS } from '../../src/checkpoints/formats/magenta-js-writer.js';
import { breakAfter, Host } from '../../src/checkpoints/downloads/host.testing.js';
import type * as Timbrel from '../../src/index.js';
import { syntheticCheckpoint } from '../../src/models/event-rnn/synthetic.testing.js';
import { dist, launch, type Server } from './browser.js';

const ID = 'music_rnn/drum_kit_rnn';
const SHARD = 'group1-shard1of1.bin';

let browser: Browser;
let server: Server;
/** Of another origin than the page, without any header that it need not have. */
let mirror: Host;
let context: BrowserContext;

const files = Object.fromEntries(
  encodeMagentaJS(syntheticCheckpoint({ inputSize: 518, classes: 512, sizes: [64] }), 'float32'),
);

before(async () => {
  // Its quota is said to be 10 GB, whatever it is, unless this is turned off.
  browser = await launch(['--disable-features=StaticStorageQuota']);
  server = await serve({ roots: { '/dist/': dist }, pages: { '/': '<!doctype html><title>page</title>' } });
  mirror = new Host(files);
  await mirror.open();
});

after(async () => {
  await browser.close();
  await server.close();
  mirror.close();
});

beforeEach(async () => {
  await context?.close();
  context = await browser.newContext();
  // The original's host is down.
  await context.route('https://storage.googleapis.com/**', (route) => route.abort());
  Object.assign(mirror, { requests: [], files, instead: () => false });
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

const fetchFromMirror = (page: Page) =>
  page.evaluate(([id, base]) => timbrel.fetchCheckpoint(id, { mirrors: [base] }), [ID, mirror.base]);

const write = (page: Page) =>
  page.evaluate(async (id) => {
    const model = await timbrel.DrumsRNN.load(id);
    const { notes } = await model.generate({ steps: 32 });
    model.dispose();
    return notes.length;
  }, ID);

describe('a checkpoint that a page fetches by its id', () => {
  test('is there on later visits, when no host has it any more', async () => {
    const stored = await fetchFromMirror(await visit());
    assert.equal(stored.whole, true);
    mirror.files = {};
    const later = await visit();
    assert.ok((await write(later)) > 0);
    const [listed] = await later.evaluate(() => timbrel.listCheckpoints());
    assert.deepEqual(listed, stored);
    assert.match(listed.files.find(({ name }) => name === SHARD)?.sha256 ?? '', /^[0-9a-f]{64}$/);
  });

  test('goes on, on another visit, where the one before was left', async () => {
    mirror.instead = (request, response, content) => {
      // Half of it, and then nothing.
      if (!request.url?.endsWith(SHARD)) return false;
      response.writeHead(200, { 'Content-Length': content.length, 'Last-Modified': mirror.modified });
      response.write(content.subarray(0, content.length / 2));
      return true;
    };
    const left = await visit();
    const half = files[SHARD].length / 2;
    // The page is left in the middle.
    await left.evaluate(
      ([id, base, bytes]) =>
        new Promise<unknown>((resolve) => {
          void timbrel.fetchCheckpoint(String(id), {
            mirrors: [String(base)],
            onProgress({ loaded }) {
              if (loaded >= Number(bytes)) resolve(loaded);
            },
          });
        }),
      [ID, mirror.base, half],
    );
    await left.close();

    mirror.instead = () => false;
    mirror.requests = [];
    const later = await visit();
    const [partly] = await later.evaluate(() => timbrel.listCheckpoints());
    assert.equal(partly.whole, false);
    assert.equal((await fetchFromMirror(later)).whole, true);
    assert.ok(mirror.requests.includes(`${SHARD} from ${half}`), mirror.requests.join());
    assert.ok((await write(later)) > 0);
  });

  test('goes on when the connection breaks, without asking the host for leave', async () => {
    mirror.instead = breakAfter(SHARD, 100_000, mirror.modified);
    assert.equal((await fetchFromMirror(await visit())).whole, true);
    // An OPTIONS request would stand here too.
    assert.deepEqual(
      mirror.requests.filter((request) => request.startsWith(SHARD)),
      [SHARD, `${SHARD} from 100000`],
    );
  });

  test('is forgotten when it is cleared', async () => {
    const page = await visit();
    await fetchFromMirror(page);
    const removed = await page.evaluate((id) => timbrel.clearCheckpoints(id), ID);
    assert.deepEqual(
      removed.map(({ id }) => id),
      [ID],
    );
    assert.deepEqual(await page.evaluate(() => timbrel.listCheckpoints()), []);
  });

  test('is refused where the site may keep less, before it is begun', async () => {
    const page = await visit();
    const session = await context.newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 1_000_000 });
    const code = await page.evaluate(
      ([id, base]) =>
        timbrel.fetchCheckpoint(id, { mirrors: [base] }).then(
          () => 'fetched',
          (error: Timbrel.TimbrelError) => error.code,
        ),
      [ID, mirror.base],
    );
    assert.equal(code, 'STORAGE_FULL');
    assert.deepEqual(mirror.requests, []);
  });
});
