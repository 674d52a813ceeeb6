/** Servers compress, ignore ranges and send other ones. K3 to K5 are the numbers of the cases from use. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { LoadProgress } from '../checkpoint-source.js';
import { loadCheckpoint } from '../checkpoint.js';
import { manifest } from '../checkpoint.testing.js';
import { assertHolds } from '../formats/assert-holds.testing.js';
import { encodeTar, encodeV2, SMALL } from '../formats/encode-checkpoint.testing.js';

type Answer = (content: Buffer, request: IncomingMessage, response: ServerResponse) => void;

let files: Readonly<Record<string, Uint8Array | string>> = {};
let answer: Answer = (content, _, response) => response.end(content);
const server = createServer((request, response) => {
  const content = files[(request.url ?? '').slice(1)];
  if (content === undefined) return void response.writeHead(404).end();
  answer(Buffer.from(content as Uint8Array), request, response);
});
let host = '';
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
after(() => (server.closeAllConnections(), server.close()));

const rangeOf = ({ headers }: IncomingMessage) =>
  (/^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []).slice(1).map(Number);

/** A tar over 1 MiB, with weights behind music. */
const TAR = encodeTar({ 'a.wav': new Uint8Array(3e6).map((_, i) => i * i), ...encodeV2('m', SMALL) });

async function progressOf(address: string): Promise<LoadProgress[]> {
  const progress: LoadProgress[] = [];
  const onProgress = (one: LoadProgress) => progress.push(one);
  await loadCheckpoint({ kind: 'address', address }, { onProgress });
  return progress;
}

describe('K3, progress never passes its total, where what is sent is compressed:', () => {
  const compressed: Answer = (content, _, response) => {
    const sent = gzipSync(content);
    response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': sent.length }).end(sent);
  };
  const withinTotal = (progress: readonly LoadProgress[]) =>
    assert.deepEqual(
      progress.filter(({ loaded, total }) => total > 0 && loaded > total),
      [],
    );

  test('a tar', async () => {
    [files, answer] = [{ 'x.tar': TAR }, compressed];
    const progress = await progressOf(`${host}x.tar`);
    withinTotal(progress);
    assert.ok(progress.some(({ loaded, total }) => loaded === TAR.length && total === 0));
  });

  test('shards of a folder, whose manifest knows better', async () => {
    const weights = [{ name: 'a', shape: [250_000], dtype: 'float32' }];
    [files, answer] = [
      { 'weights_manifest.json': manifest(['s'], weights), s: new Uint8Array(1e6) },
      compressed,
    ];
    const progress: LoadProgress[] = [];
    await loadCheckpoint({ kind: 'folder', base: host }, { onProgress: (one) => progress.push(one) });
    withinTotal(progress);
    assert.deepEqual(progress.at(-1), { stage: 'prepare', loaded: 1e6, total: 1e6 });
  });

  test('a published one, whose size the catalogue rounds', async () => {
    [files, answer] = [{ 'x.tar': TAR }, compressed];
    const progress: LoadProgress[] = [];
    const source = {
      kind: 'published',
      id: 'a/b',
      base: host,
      file: 'x.tar',
      mirrors: [],
      keep: false,
      bytes: 2.9e6,
    } as const;
    await loadCheckpoint(source, { onProgress: (one) => progress.push(one) });
    withinTotal(progress);
    assert.ok(progress.some(({ loaded }) => loaded === TAR.length));
  });

  test('of another origin, where it does not show that it is compressed', async () => {
    [files, answer] = [{ 'x.tar': TAR }, (content, _, response) => response.end(content)];
    const { fetch } = globalThis;
    globalThis.fetch = async (...args) => {
      const real = await fetch(...args);
      return new Response(real.body, { status: real.status, headers: { 'Content-Length': '1000' } });
    };
    try {
      withinTotal(await progressOf(`${host}x.tar`));
    } finally {
      globalThis.fetch = fetch;
    }
  });
});

describe('K4, what a server sends for a range is looked at, not believed:', () => {
  const loads = async () =>
    assertHolds((await loadCheckpoint({ kind: 'address', address: `${host}x.tar` })).tensors, SMALL);
  const part = (response: ServerResponse, content: Buffer, start: number, end: number, shown = true) => {
    if (shown) response.setHeader('Content-Range', `bytes ${start}-${end - 1}/${content.length}`);
    response.writeHead(206, { 'Content-Length': end - start });
    response.end(content.subarray(start, end));
  };
  before(() => (files = { 'x.tar': TAR }));

  test('206 with the whole file is the whole file, and fetched once', async () => {
    let count = 0;
    answer = (content, _, response) => (count++, part(response, content, 0, content.length));
    await loads();
    assert.equal(count, 1);
  });

  test('also where its Content-Range cannot be seen, or has no size', async () => {
    answer = (content, _, response) => part(response, content, 0, content.length, false);
    await loads();
    answer = (content, _, response) => {
      response.writeHead(206, { 'Content-Range': `bytes 0-${content.length - 1}/*` }).end(content);
    };
    await loads();
  });

  test('also where the unit is written in capitals', async () => {
    answer = (content, _, response) => {
      const place = `Bytes 0-${content.length - 1}/${content.length}`;
      response.writeHead(206, { 'Content-Range': place }).end(content);
    };
    await loads();
    answer = (content, request, response) => {
      const [start, end] = rangeOf(request);
      const last = Math.min(end + 1, content.length) - 1;
      response.writeHead(206, { 'Content-Range': `Bytes ${start}-${last}/${content.length}` });
      response.end(content.subarray(start, last + 1));
    };
    await loads();
  });

  test('206 with the whole file for a later range only', async () => {
    answer = (content, request, response) => {
      const [start, end] = rangeOf(request);
      if (start === 0) part(response, content, 0, Math.min(end + 1, content.length));
      else part(response, content, 0, content.length);
    };
    await loads();
  });

  test('206 with fewer bytes than were asked for is asked for the rest', async () => {
    answer = (content, request, response) => {
      const [start, end] = rangeOf(request);
      part(response, content, start, Math.min(end + 1, start + 300, content.length));
    };
    await loads();
  });

  test('206 with more bytes than were asked for, as caches send whole blocks', async () => {
    answer = (content, request, response) => {
      const [start, end] = rangeOf(request);
      const block = 2 ** 16;
      const from = Math.floor(start / block) * block;
      part(response, content, from, Math.min(content.length, (Math.floor(end / block) + 1) * block));
    };
    await loads();
  });

  test('206 with another part is refused', async () => {
    answer = (content, request, response) => {
      const [start, end] = rangeOf(request);
      const from = start === 0 ? 0 : start + 10;
      part(response, content, from, Math.min(end + 1, content.length));
    };
    await assert.rejects(loads(), { code: 'CHECKPOINT_FORMAT', message: /was asked for/ });
  });

  test('416 for a range that begins within the file, but ends beyond it', async () => {
    answer = (content, request, response) => {
      if (request.headers.range) response.writeHead(416).end();
      else response.end(content);
    };
    await loads();
  });

  test('a HEAD that is compressed unless a range is asked for', async () => {
    answer = (content, request, response) => {
      const identity = request.headers['accept-encoding'] === 'identity';
      const [start, end] = rangeOf(request);
      if (request.method === 'HEAD')
        response.writeHead(200, { 'Content-Length': identity ? content.length : 5 }).end();
      else part(response, content, start, Math.min(end + 1, content.length), false);
    };
    await loads();
  });
});

describe('K5, no warning of too many listeners:', () => {
  const shards = Array.from({ length: 40 }, (_, i) => `group1-shard${i + 1}of40.bin`);
  const many = {
    'weights_manifest.json': manifest(shards, [{ name: 'a', shape: [400], dtype: 'float32' }]),
    ...Object.fromEntries(shards.map((name) => [name, new Uint8Array(40)])),
  };
  const warnings: Error[] = [];
  const hear = (warning: Error) => warnings.push(warning);
  before(() => process.on('warning', hear));
  after(() => process.off('warning', hear));
  const assertQuiet = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(warnings, []);
  };

  test('40 shards on disk', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'timbrel-'));
    try {
      for (const [name, content] of Object.entries(many)) await writeFile(path.join(folder, name), content);
      const { signal } = new AbortController();
      await loadCheckpoint({ kind: 'folder', base: `${folder}/` }, { signal });
    } finally {
      await rm(folder, { recursive: true });
    }
    await assertQuiet();
  });

  test('40 shards of a host, published or not', async () => {
    [files, answer] = [many, (content, _, response) => response.end(content)];
    const { signal } = new AbortController();
    await loadCheckpoint({ kind: 'folder', base: host }, { signal });
    const source = { kind: 'published', id: 'a/b', base: host, mirrors: [], keep: false } as const;
    await loadCheckpoint(source, { signal });
    await assertQuiet();
  });

  test('40 checkpoints one after the other, given up by one signal', async () => {
    [files, answer] = [many, (content, _, response) => response.end(content)];
    const { signal } = new AbortController();
    for (let i = 0; i < 40; i++) await loadCheckpoint({ kind: 'folder', base: host }, { signal });
    await assertQuiet();
  });
});
