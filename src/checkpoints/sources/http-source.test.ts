import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import type { LoadProgress } from '../checkpoint-source.js';
import { loadCheckpoint, openCheckpoint } from '../checkpoint.js';
import { GOOD } from '../checkpoint.testing.js';
import {
  SMALL,
  encodeTar,
  encodeV1,
  encodeV2,
  type SmallTensors,
} from '../formats/encode-checkpoint.testing.js';
import { assertHolds } from '../formats/assert-holds.testing.js';
import { EVERY_FORMAT, type FileContents } from '../formats/formats.testing.js';

const servers: ReturnType<typeof createServer>[] = [];
after(() => servers.forEach((server) => (server.closeAllConnections(), server.close())));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

interface Log {
  bytes: number;
  requests: string[];
}

/** @param ranges whether the server knows them */
function fileServer(files: FileContents, log: Log, { ranges = true, exposes = true } = {}): RequestListener {
  return (request, response) => {
    const name = decodeURI((request.url ?? '').slice(1));
    const content = files[name];
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    log.requests.push(`${request.method} ${name}${from ? ` ${from}-${to}` : ''}`);
    if (!content) return void ((response.statusCode = 404), response.end());
    const isPart = ranges && from !== undefined;
    const part = isPart ? content.subarray(Number(from), Number(to) + 1) : content;
    if (isPart) {
      response.statusCode = 206;
      if (exposes) response.setHeader('Content-Range', `bytes ${from}-${to}/${content.length}`);
    }
    response.setHeader('Content-Length', part.length);
    if (request.method === 'HEAD') return void response.end();
    log.bytes += part.length;
    response.end(part);
  };
}

const GOOD_BYTES: FileContents = Object.fromEntries(
  Object.entries(GOOD).map(([name, content]) => [
    name,
    typeof content === 'string' ? new TextEncoder().encode(content) : content,
  ]),
);

/** 6 MB, of which b is 40 bytes. */
const LARGE: SmallTensors = {
  'a/kernel': { shape: [1500, 500], values: new Array<number>(750_000).fill(0.5) },
  b: { shape: [10], values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  'c/kernel': { shape: [1500, 500], values: new Array<number>(750_000).fill(0.25) },
};

describe('by URL', () => {
  for (const ranges of [true, false]) {
    test(`every format, from a server ${ranges ? 'with' : 'without'} ranges`, async () => {
      for (const [format, files] of Object.entries(EVERY_FORMAT)) {
        const base = await serve(fileServer(files, { bytes: 0, requests: [] }, { ranges }));
        const [name] = Object.keys(files);
        const address = base + name.replace(/\.index$/, '');
        assertHolds((await loadCheckpoint({ kind: 'address', address })).tensors, SMALL);
        assert.ok(format);
      }
    });
  }

  for (const exposes of [true, false]) {
    test(`one tensor of 6 MB of them: its bytes, not the others' (Content-Range ${exposes ? '' : 'not '}exposed)`, async () => {
      const log: Log = { bytes: 0, requests: [] };
      const files = encodeV2('m', LARGE);
      const base = await serve(fileServer(files, log, { exposes }));
      const opened = await openCheckpoint({ kind: 'address', address: `${base}m.index` });
      const before = log.bytes;
      assert.deepEqual((await opened.readTensors(['b'])).get('b')?.data, Float32Array.from(LARGE.b.values));
      const firstMegabyte = 2 ** 20;
      assert.equal(log.bytes - before, firstMegabyte + 40);
      const head = log.requests.some((request) => request.startsWith('HEAD'));
      assert.equal(head, !exposes, log.requests.join(', '));
    });
  }

  test('one tensor of a V1 file: its block and the list, no others', async () => {
    const log: Log = { bytes: 0, requests: [] };
    const base = await serve(fileServer({ 'm.ckpt-1': encodeV1(LARGE, { blockSize: 1 }) }, log));
    const opened = await openCheckpoint({ kind: 'address', address: `${base}m.ckpt-1` });
    assertHolds(await opened.readTensors(['b']), { b: LARGE.b });
    assert.ok(log.bytes < 1.1 * 2 ** 20, log.requests.join(', '));
  });

  test('what lies far apart is read apart', async () => {
    const log: Log = { bytes: 0, requests: [] };
    const base = await serve(
      fileServer(encodeV2('m', { b: LARGE.b, 'c/kernel': LARGE['c/kernel'], d: LARGE.b }), log),
    );
    const opened = await openCheckpoint({ kind: 'address', address: `${base}m.index` });
    assertHolds(await opened.readTensors(['d', 'b']), { b: LARGE.b, d: LARGE.b });
    assert.ok(log.bytes < 1.5 * 2 ** 20, `${log.bytes}`);
  });

  test('of a tar the members that are needed', async () => {
    const log: Log = { bytes: 0, requests: [] };
    const tar = encodeTar({ 'sample.wav': new Uint8Array(5e6), ...encodeV2('m', SMALL) });
    const base = await serve(fileServer({ 'x.tar': tar }, log));
    assertHolds((await loadCheckpoint({ kind: 'address', address: `${base}x.tar` })).tensors, SMALL);
    assert.ok(log.bytes < 2 ** 20 + 20_000, `${log.bytes}`);
  });

  test('a folder of a TensorFlow training, by its file "checkpoint"', async () => {
    const checkpoint = new TextEncoder().encode('model_checkpoint_path: "m.ckpt-7"');
    const base = await serve(
      fileServer({ checkpoint, ...encodeV2('m.ckpt-7', SMALL) }, { bytes: 0, requests: [] }),
    );
    assertHolds((await loadCheckpoint({ kind: 'folder', base })).tensors, SMALL);
  });

  test('a server without ranges tells how far it is', async () => {
    const files = encodeV2('m', LARGE);
    const base = await serve(fileServer(files, { bytes: 0, requests: [] }, { ranges: false }));
    const progress: LoadProgress[] = [];
    await loadCheckpoint(
      { kind: 'address', address: `${base}m` },
      { onProgress: (one) => progress.push(one) },
    );
    const { length } = files['m.data-00000-of-00001'];
    assert.ok(progress.some(({ loaded, total }) => loaded === length && total === length));
  });

  test('what is not there is CHECKPOINT_MISSING, also where the server sends a page', async () => {
    const log: Log = { bytes: 0, requests: [] };
    const base = await serve(fileServer({}, log));
    for (const name of ['x.mag', 'model', 'm.ckpt-7']) {
      await assert.rejects(loadCheckpoint({ kind: 'address', address: base + name }), {
        code: 'CHECKPOINT_MISSING',
      });
    }
    const pages = await serve((_, response) => response.end('<!doctype html><title>Home</title>'));
    await assert.rejects(loadCheckpoint({ kind: 'address', address: `${pages}x.mag` }), {
      code: 'CHECKPOINT_FORMAT',
      message: /^[^ ]*\/x\.mag is .*HTML/,
    });
  });

  test('a folder whose name looks like a file, and a server that lists folders as pages', async () => {
    const good = fileServer(GOOD_BYTES, { bytes: 0, requests: [] });
    const base = await serve((request, response) => {
      if (request.url === '/model-1.2') return void response.end('<!doctype html><title>model-1.2</title>');
      request.url = request.url?.replace('/model-1.2', '');
      good(request, response);
    });
    const { tensors } = await loadCheckpoint({ kind: 'address', address: `${base}model-1.2` });
    assert.equal(tensors.size, 2);
  });

  test('a server that sends other than was asked for is told of', async () => {
    const files = encodeV2('m', LARGE);
    const good = fileServer(files, { bytes: 0, requests: [] });
    const base = await serve((request, response) => {
      if (!request.url?.includes('.data-') || request.headers.range === 'bytes=0-1048575')
        return good(request, response);
      response.statusCode = 206;
      response.end(new Uint8Array(7));
    });
    await assert.rejects(loadCheckpoint({ kind: 'address', address: `${base}m` }), {
      code: 'CHECKPOINT_FORMAT',
      message: /sent 7/,
    });
  });

  test('it is given up when aborted on the way', async () => {
    const controller = new AbortController();
    const files = encodeV2('m', LARGE);
    const good = fileServer(files, { bytes: 0, requests: [] });
    const base = await serve((request, response) => {
      if (!request.url?.includes('.data-')) return good(request, response);
      controller.abort(); // and never answers
    });
    const loading = loadCheckpoint({ kind: 'address', address: `${base}m` }, { signal: controller.signal });
    await assert.rejects(loading, { code: 'ABORTED' });
  });
});
