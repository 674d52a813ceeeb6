/** A checkpoint is downloaded once, goes on where it broke off, and stays what it was. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import type { LoadProgress } from '../checkpoint-source.js';
import { loadCheckpoint } from '../checkpoint.js';
import { encodeMag, encodeV1, SMALL } from '../formats/encode-checkpoint.testing.js';
import { breakAfter as breakFile, Host, sendAndBreak } from './host.testing.js';
import type { PublishedSource } from './open-published.js';
import { clearStored, fetchPublished, listStored } from './published.js';

const cache = mkdtempSync(path.join(tmpdir(), 'timbrel-cache-'));
process.env.TIMBREL_CACHE_DIR = cache;

/** 4 x 250000 numbers in two shards of half a megabyte each, and a bit. */
const VALUES = Float32Array.from({ length: 250_000 }, (_, i) => Math.sin(i));
const BYTES = new Uint8Array(VALUES.buffer);
const SHARDS = [BYTES.subarray(0, 600_000), BYTES.subarray(600_000)];
const FILES: Record<string, Uint8Array> = {
  'weights_manifest.json': new TextEncoder().encode(
    JSON.stringify([
      {
        paths: ['group1-shard1of2', 'group1-shard2of2'],
        weights: [{ name: 'a', shape: [250_000], dtype: 'float32' }],
      },
    ]),
  ),
  'group1-shard1of2': SHARDS[0],
  'group1-shard2of2': SHARDS[1],
};

const host = new Host(FILES);
const other = new Host(FILES);
await Promise.all([host.open(), other.open()]);
after(() => {
  host.close();
  other.close();
  rmSync(cache, { recursive: true, force: true });
});

beforeEach(() => {
  rmSync(cache, { recursive: true, force: true });
  for (const each of [host, other]) {
    Object.assign(each, { requests: [], files: FILES, instead: () => false });
    each.modified = 'Mon, 02 Jun 2025 10:00:00 GMT';
  }
});

const published = (more: Partial<PublishedSource> = {}): PublishedSource => ({
  kind: 'published',
  id: 'test_rnn/two_shards',
  base: host.base,
  mirrors: [],
  keep: true,
  ...more,
});

const valuesOf = async (source: PublishedSource, options = {}) =>
  (await loadCheckpoint(source, options)).tensors.get('a')?.data;

const stored = (name: string) => path.join(cache, 'test_rnn/two_shards', name);

const breakAfter = (bytes: number) => breakFile('group1-shard1of2', bytes, host.modified);

describe('a published checkpoint', () => {
  test('is downloaded once, and read from what was kept from then on, also without its host', async () => {
    assert.deepEqual(await valuesOf(published()), VALUES);
    const asked = host.requests.length;
    host.files = {};
    assert.deepEqual(await valuesOf(published()), VALUES);
    assert.equal(host.requests.length, asked);
  });

  test('is downloaded every time where nothing is to be kept', async () => {
    await valuesOf(published({ keep: false }));
    const asked = host.requests.length;
    await valuesOf(published({ keep: false }));
    assert.equal(host.requests.length, 2 * asked);
    assert.deepEqual(await listStored(), []);
  });

  test('tells of its progress up to all bytes, downloaded or kept', async () => {
    for (const where of ['host', 'store']) {
      const progress: LoadProgress[] = [];
      await valuesOf(published(), { onProgress: (p: LoadProgress) => progress.push(p) });
      assert.deepEqual(progress.at(-1), { stage: 'prepare', loaded: 1_000_000, total: 1_000_000 }, where);
      assert.ok(progress.every(({ loaded }) => loaded <= 1_000_000));
    }
  });

  test('may be one file, as a .mag is', async () => {
    host.files = { 'small.mag': encodeMag('basic_rnn', encodeV1(SMALL)) };
    const source = published({ file: 'small.mag' });
    const first = await loadCheckpoint(source);
    host.files = {};
    const again = await loadCheckpoint(source);
    assert.deepEqual([...again.tensors], [...first.tensors]);
    assert.equal(again.generator?.id, 'basic_rnn');
    assert.deepEqual(host.requests, ['small.mag']);
  });

  test('goes on where the connection broke, in the same download', async () => {
    host.instead = breakAfter(200_000);
    assert.deepEqual(await valuesOf(published()), VALUES);
    assert.ok(host.requests.includes('group1-shard1of2 from 200000'), host.requests.join());
  });

  test('goes on for as long as something comes, however often the connection breaks', async () => {
    host.instead = (request, response, content) => {
      if (!request.url?.endsWith('group1-shard1of2')) return false;
      const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      if (start >= 500_000) return false;
      const head = { 'Content-Length': content.length - start, 'Last-Modified': host.modified };
      response.writeHead(start > 0 ? 206 : 200, head);
      sendAndBreak(response, content.subarray(start, start + 100_000));
      return true;
    };
    assert.deepEqual(await valuesOf(published()), VALUES);
    assert.ok(host.requests.includes('group1-shard1of2 from 500000'), host.requests.join());
  });

  test('goes on where it was given up, another time', async () => {
    host.instead = breakAfter(200_000);
    const controller = new AbortController();
    const given = fetchPublished(published(), {
      signal: controller.signal,
      onProgress: ({ loaded }) => loaded > 200_000 && controller.abort(),
    });
    await assert.rejects(given, { code: 'ABORTED' });
    const [before] = await listStored();
    assert.equal(before.whole, false);

    host.instead = () => false;
    host.requests = [];
    const after = await fetchPublished(published(), {});
    assert.equal(after.whole, true);
    assert.ok(
      host.requests.some((request) => /^group1-shard1of2 from [1-9]\d+$/.test(request)),
      host.requests.join(),
    );
    assert.deepEqual(await valuesOf(published()), VALUES);
  });

  test('begins anew when the file has changed since', async () => {
    const old = Uint8Array.from(SHARDS[0], (byte) => byte ^ 1);
    host.files = { ...FILES, 'group1-shard1of2': old };
    host.instead = breakAfter(200_000);
    const controller = new AbortController();
    await assert.rejects(
      fetchPublished(published(), {
        signal: controller.signal,
        onProgress: ({ loaded }) => loaded > 200_000 && controller.abort(),
      }),
      { code: 'ABORTED' },
    );
    host.instead = () => false;
    host.files = FILES;
    host.modified = 'Tue, 03 Jun 2025 10:00:00 GMT';
    assert.deepEqual(await valuesOf(published()), VALUES);
  });

  test('is taken whole from a server that knows no ranges', async () => {
    let broken = false;
    host.instead = (request, response, content) => {
      if (!broken && breakAfter(200_000)(request, response, content)) return (broken = true);
      if (!request.headers.range) return false;
      response.writeHead(200, { 'Content-Length': content.length }).end(content);
      return true;
    };
    assert.deepEqual(await valuesOf(published()), VALUES);
  });

  test('comes from a mirror when its host does not have it, or does not answer', async () => {
    const mirrors = [`${other.base}mirror`];
    host.files = {};
    assert.deepEqual(await valuesOf(published({ mirrors })), VALUES);
    await clearStored();
    assert.deepEqual(await valuesOf(published({ base: 'http://127.0.0.1:9/', mirrors })), VALUES);
    const [{ files }] = await listStored();
    assert.equal(files[0].from, `${other.base}mirror/test_rnn/two_shards/${files[0].name}`);
  });

  test('says what its own host had wrong when the mirrors do not have it either', async () => {
    host.files = other.files = {};
    await assert.rejects(valuesOf(published({ mirrors: [other.base] })), {
      code: 'CHECKPOINT_MISSING',
      message: new RegExp(`^${host.base}weights_manifest.json.*mirror, ${other.base}test_rnn/`),
    });
  });

  test('is fetched again when what was kept has changed on the disk', async () => {
    await valuesOf(published());
    const damaged = readFileSync(stored('group1-shard2of2'));
    damaged[1000] ^= 1;
    writeFileSync(stored('group1-shard2of2'), damaged);
    host.requests = [];
    assert.deepEqual(await valuesOf(published()), VALUES);
    assert.deepEqual(
      host.requests.filter((request) => request.startsWith('group1')),
      ['group1-shard2of2'],
    );
  });

  test('is not kept where a page came in the place of a shard, and can be fetched once it is mended', async () => {
    host.files = {
      ...FILES,
      'group1-shard2of2': new TextEncoder().encode('<!doctype html><title>gone</title>'),
    };
    await assert.rejects(valuesOf(published()), { code: 'CHECKPOINT_FORMAT' });
    host.files = FILES;
    assert.deepEqual(await valuesOf(published()), VALUES);
  });

  test('is not kept where its shards are too short for its manifest', async () => {
    host.files = { ...FILES, 'group1-shard2of2': SHARDS[1].subarray(0, 1000) };
    await assert.rejects(valuesOf(published()), { code: 'CHECKPOINT_TRUNCATED' });
    host.files = FILES;
    assert.deepEqual(await valuesOf(published()), VALUES);
  });

  test('is refused where its content is not what was published', async () => {
    const source = published({ id: 'music_rnn/basic_rnn' });
    await assert.rejects(valuesOf(source), { code: 'CHECKPOINT_DAMAGED', message: /weights_manifest.json/ });
    const mirrored = published({
      id: 'music_rnn/basic_rnn',
      base: 'http://127.0.0.1:9/',
      mirrors: [other.base],
    });
    await assert.rejects(valuesOf(mirrored), {
      code: 'CHECKPOINT_DAMAGED',
      message: new RegExp(`^${other.base}`),
    });
  });

  test('is not begun where there is no room for it, and says how much there is', async () => {
    const bytes = 1e15;
    await assert.rejects(fetchPublished(published({ bytes }), {}), {
      code: 'STORAGE_FULL',
      message: /1000000000 MB .* has room for \d+ MB/,
    });
    assert.deepEqual(host.requests, []);
  });

  test('plays from memory while another process downloads the same, which fetching it says', async () => {
    mkdirSync(path.dirname(stored('x')), { recursive: true });
    for (const name of Object.keys(FILES)) writeFileSync(`${stored(name)}.lock`, String(process.ppid));
    assert.deepEqual(await valuesOf(published()), VALUES);
    await assert.rejects(fetchPublished(published(), {}), { code: 'STORAGE_FAILED', message: /process \d+/ });
  });

  test('goes on after a process that ended in the middle', async () => {
    mkdirSync(path.dirname(stored('x')), { recursive: true });
    // No process has this number: it is above the largest that systems give.
    writeFileSync(`${stored('weights_manifest.json')}.lock`, String(2 ** 30));
    assert.equal((await fetchPublished(published(), {})).whole, true);
  });
});

describe('the store', () => {
  test('lists what is kept, with its files, their hashes and where they came from', async () => {
    await valuesOf(published());
    const [{ id, bytes, whole, location, files }] = await listStored();
    assert.equal(id, 'test_rnn/two_shards');
    assert.equal(
      bytes,
      Object.values(FILES).reduce((sum, { length }) => sum + length, 0),
    );
    assert.equal(whole, true);
    assert.equal(location, `${cache}/test_rnn/two_shards`);
    assert.deepEqual(
      files.map((file) => [file.name, file.bytes, file.sha256, file.from]),
      Object.entries(FILES)
        .map(([name, content]) => [
          name,
          content.length,
          createHash('sha256').update(content).digest('hex'),
          host.base + name,
        ])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
    );
  });

  test('is a mirror by itself: its folder can be served', async () => {
    await valuesOf(published());
    host.files = {};
    other.files = Object.fromEntries(Object.keys(FILES).map((name) => [name, readFileSync(stored(name))]));
    await clearStored();
    assert.deepEqual(await valuesOf(published({ mirrors: [other.base] })), VALUES);
  });

  test('forgets one checkpoint, or all of them', async () => {
    await valuesOf(published());
    await valuesOf(published({ id: 'test_rnn/another' }));
    const removed = await clearStored('test_rnn/another');
    assert.deepEqual(
      removed.map(({ id }) => id),
      ['test_rnn/another'],
    );
    assert.deepEqual(
      (await listStored()).map(({ id }) => id),
      ['test_rnn/two_shards'],
    );
    await clearStored();
    assert.deepEqual(await listStored(), []);
  });

  test('says what it has when it is to forget what it has not', async () => {
    await valuesOf(published());
    await assert.rejects(clearStored('music_rnn/none'), {
      code: 'CHECKPOINT_MISSING',
      message: /test_rnn\/two_shards/,
    });
  });
});
