import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CheckpointSource, LoadProgress } from '../messages/model-worker.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { createRandom } from '../random/random.js';
import { halfToFloat, loadCheckpoint } from './checkpoint.js';

type Files = Record<string, Uint8Array | string>;

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const dropped = (files: Files): CheckpointSource => ({
  kind: 'files',
  files: Object.entries(files).map(([name, content]) => new File([content as BlobPart], name)),
});
const manifest = (paths: string[], weights: object[]) => JSON.stringify([{ paths, weights }]);

const GOOD: Files = {
  'weights_manifest.json': manifest(['shard1', 'shard2'], [
    { name: 'a', shape: [2, 3], dtype: 'float32' },
    { name: 'b', shape: [4], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.01, min: -1 } },
  ]),
  // Cut in the middle of a value, as converters do.
  shard1: floats(1, 2, 3).subarray(0, 10),
  shard2: new Uint8Array([...floats(1, 2, 3).subarray(10), ...floats(4, 5, 6), 0, 128, 255, 100]),
};

describe('a checkpoint is read', () => {
  test('with tensors that straddle shards, and quantised ones', async () => {
    const { tensors } = await loadCheckpoint(dropped(GOOD));
    assert.deepEqual(tensors.get('a'), { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    assert.deepEqual(tensors.get('b')?.data, Float32Array.of(-1, 0.28, 1.55, 0));
  });

  test('in every storage', async () => {
    const quantization = { dtype: 'uint16', scale: 0.5, min: -2 };
    const { tensors } = await loadCheckpoint(
      dropped({
        'weights_manifest.json': manifest(['s'], [
          { name: 'uint16', shape: [2], dtype: 'float32', quantization },
          { name: 'float16', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
          { name: 'bool', shape: [3], dtype: 'bool' },
          { name: 'int32', shape: [], dtype: 'int32' },
        ]),
        s: new Uint8Array([...new Uint8Array(Uint16Array.of(0, 65535, 0x3c00, 0xc100).buffer), 1, 0, 1, 7, 0, 0, 0]),
      }),
    );
    assert.deepEqual([...(tensors.get('uint16')?.data ?? [])], [-2, 32765.5]);
    assert.deepEqual([...(tensors.get('float16')?.data ?? [])], [1, -2.5]);
    assert.deepEqual([...(tensors.get('bool')?.data ?? [])], [1, 0, 1]);
    assert.deepEqual([...(tensors.get('int32')?.data ?? [])], [7]);
  });

  test('from a dropped folder, whose files carry their paths', async () => {
    const inFolder = Object.fromEntries(Object.entries(GOOD).map(([name, content]) => [`my/model/${name}`, content]));
    assert.equal((await loadCheckpoint(dropped(inFolder))).tensors.size, 2);
  });

  test('with a JSON file beside it, if there is one', async () => {
    const checkpoint = await loadCheckpoint(dropped({ ...GOOD, 'config.json': '{"x": 1}', 'page.json': '<!DOCTYPE html>' }));
    assert.deepEqual(await checkpoint.readJSON('config.json'), { x: 1 });
    assert.equal(await checkpoint.readJSON('absent.json'), undefined);
    assert.equal(await checkpoint.readJSON('page.json'), undefined);
  });
});

test('half precision: ones, subnormals, infinities', () => {
  assert.deepEqual([0x3c00, 0xbc00, 0x0001, 0x7bff, 0x0000, 0x7c00].map(halfToFloat), [1, -1, 2 ** -24, 65504, 0, Infinity]);
  assert.ok(Number.isNaN(halfToFloat(0x7e00)));
});

const page = '<!doctype html><title>Not here</title>';
const oneTensor = (weight: object) => manifest(['shard1', 'shard2'], [weight]);

describe('what is broken is refused, with one code and a message that says what and where:', () => {
  const cases: [string, Files, string, RegExp][] = [
    ['a missing manifest', { ...GOOD, 'weights_manifest.json': undefined as never }, 'CHECKPOINT_MISSING', /weights_manifest/],
    ['a missing shard', { ...GOOD, shard2: undefined as never }, 'CHECKPOINT_MISSING', /shard2 .*shard1/],
    ['a truncated shard', { ...GOOD, shard2: (GOOD.shard2 as Uint8Array).subarray(1) }, 'CHECKPOINT_TRUNCATED', /28 bytes .* have 27/],
    ['a shard that is too long', { ...GOOD, shard1: new Uint8Array(11) }, 'CHECKPOINT_TRUNCATED', /28 bytes .* have 29/],
    ['a page instead of the manifest', { ...GOOD, 'weights_manifest.json': page }, 'CHECKPOINT_FORMAT', /HTML/],
    ['a page instead of a shard', { ...GOOD, shard1: page }, 'CHECKPOINT_FORMAT', /shard1.*HTML/],
    ['an XML error instead of a shard', { ...GOOD, shard1: '<?xml version="1.0"?><Error>NoSuchKey</Error>' }, 'CHECKPOINT_FORMAT', /XML/],
    ['a manifest that is no JSON', { ...GOOD, 'weights_manifest.json': '[{' }, 'CHECKPOINT_FORMAT', /JSON/],
    ['a manifest that is no list', { ...GOOD, 'weights_manifest.json': '{}' }, 'CHECKPOINT_FORMAT', /list of weight groups/],
    ['a shard outside the folder', { ...GOOD, 'weights_manifest.json': manifest(['../../etc/x'], []) }, 'CHECKPOINT_FORMAT', /paths/],
    ['a shard at another host', { ...GOOD, 'weights_manifest.json': manifest(['https://x.example/y'], []) }, 'CHECKPOINT_FORMAT', /paths/],
    ['a shape that is none', { ...GOOD, 'weights_manifest.json': oneTensor({ name: 'a', shape: [2, -3], dtype: 'float32' }) }, 'CHECKPOINT_FORMAT', /shape of a/],
    ['a shape of absurd size', { ...GOOD, 'weights_manifest.json': oneTensor({ name: 'a', shape: [1e6, 1e6], dtype: 'float32' }) }, 'CHECKPOINT_FORMAT', /claims/],
    ['an unknown type', { ...GOOD, 'weights_manifest.json': oneTensor({ name: 'a', shape: [1], dtype: 'string' }) }, 'CHECKPOINT_FORMAT', /type "string"/],
    ['quantisation without a scale', { ...GOOD, 'weights_manifest.json': oneTensor({ name: 'a', shape: [1], dtype: 'float32', quantization: { dtype: 'uint8', min: 0 } }) }, 'CHECKPOINT_FORMAT', /without a scale/],
    ['a NaN inside', { ...GOOD, shard1: floats(1, NaN, 3).subarray(0, 10), shard2: new Uint8Array([...floats(1, NaN, 3).subarray(10), ...floats(4, 5, 6), 0, 1, 2, 3]) }, 'CHECKPOINT_NAN', /a holds NaN at index 1/],
  ];
  for (const [name, files, code, message] of cases) {
    test(name, async () => {
      const present = Object.fromEntries(Object.entries(files).filter(([, content]) => content !== undefined));
      await assert.rejects(loadCheckpoint(dropped(present)), { code, message });
    });
  }
});

describe('from a server', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  after(() => servers.forEach((server) => (server.closeAllConnections(), server.close())));

  async function serve(listener: RequestListener): Promise<CheckpointSource> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { kind: 'folder', base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
  }
  const files: RequestListener = (request, response) => {
    const content = GOOD[(request.url ?? '').slice(1)];
    response.statusCode = content === undefined ? 404 : 200;
    response.end(content);
  };

  test('it is read, and progress is told from zero to all bytes of the weights', async () => {
    const progress: LoadProgress[] = [];
    const { tensors } = await loadCheckpoint(await serve(files), { onProgress: (p) => progress.push(p) });
    assert.equal(tensors.size, 2);
    assert.deepEqual(progress[0], { stage: 'download', loaded: 0, total: 28 });
    assert.deepEqual(progress.at(-1), { stage: 'prepare', loaded: 28, total: 28 });
  });

  test('404 is CHECKPOINT_MISSING, 500 is CHECKPOINT_UNREACHABLE', async () => {
    const answer = (status: number) => serve((_, response) => ((response.statusCode = status), response.end()));
    await assert.rejects(loadCheckpoint(await answer(404)), { code: 'CHECKPOINT_MISSING' });
    await assert.rejects(loadCheckpoint(await answer(500)), { code: 'CHECKPOINT_UNREACHABLE', message: /500/ });
  });

  test('a host that is not there is CHECKPOINT_UNREACHABLE', async () => {
    const source = await serve(files);
    await new Promise((resolve) => servers.at(-1)?.close(resolve));
    await assert.rejects(loadCheckpoint(source), { code: 'CHECKPOINT_UNREACHABLE', message: /127\.0\.0\.1/ });
  });

  test('a connection that breaks is CHECKPOINT_UNREACHABLE', async () => {
    const source = await serve((request, response) => {
      if (request.url !== '/shard2') return files(request, response);
      response.writeHead(200, { 'Content-Length': '18' });
      response.write('ab');
      setTimeout(() => response.destroy(), 20);
    });
    await assert.rejects(loadCheckpoint(source), { code: 'CHECKPOINT_UNREACHABLE', message: /shard2/ });
  });

  test('it is given up at once when aborted, before and while it loads', async () => {
    await assert.rejects(loadCheckpoint(await serve(files), { signal: AbortSignal.abort() }), { code: 'ABORTED' });
    const controller = new AbortController();
    const source = await serve((request, response) => {
      if (request.url !== '/shard2') return files(request, response);
      response.write('ab'); // and never ends
    });
    const loading = loadCheckpoint(source, { signal: controller.signal, onProgress: ({ loaded }) => loaded > 10 && controller.abort() });
    await assert.rejects(loading, { code: 'ABORTED' });
  });
});

test('from a folder on disk; a path that is not there is CHECKPOINT_MISSING', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'timbrel-'));
  try {
    for (const [name, content] of Object.entries(GOOD)) await writeFile(path.join(folder, name), content);
    assert.equal((await loadCheckpoint({ kind: 'folder', base: `${folder}/` })).tensors.size, 2);
    await assert.rejects(loadCheckpoint({ kind: 'folder', base: `${folder}/no/` }), { code: 'CHECKPOINT_MISSING' });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('3000 damaged checkpoints load or are refused with a code, and nothing else', async () => {
  const random = createRandom('damage');
  const bytes = Object.fromEntries(
    Object.entries(GOOD).map(([name, content]) => [name, typeof content === 'string' ? new TextEncoder().encode(content) : content]),
  );
  const refused: Record<string, number> = {};
  for (let round = 0; round < 3000; round++) {
    const files: Record<string, Uint8Array> = { ...bytes };
    const name = Object.keys(files)[Math.floor(random() * 3)];
    const damaged = files[name].slice(0, random() < 0.3 ? Math.floor(random() * files[name].length) : undefined);
    for (let i = 0; i < 1 + 3 * random() && damaged.length > 0; i++) {
      damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
    }
    files[name] = damaged;
    try {
      await loadCheckpoint(dropped(files));
    } catch (error) {
      assert.ok(error instanceof TimbrelError, String(error));
      refused[error.code] = (refused[error.code] ?? 0) + 1;
    }
  }
  assert.ok(refused.CHECKPOINT_FORMAT > 100 && refused.CHECKPOINT_TRUNCATED > 100, JSON.stringify(refused));
});

const shared = fileURLToPath(new URL('../../../shared/checkpoints/', import.meta.url));
const skip = existsSync(shared) ? false : 'real checkpoints are not beside this checkout';
for (const [folder, tensorCount] of [
  ['drums_rnn/drum_off_model', 18],
  ['melody_rnn/attention_rnn_128', 42],
  ['piano_genie/genie_decoder', 8],
] as const) {
  test(`a real one: ${folder}`, { skip }, async () => {
    const base = path.join(shared, folder, '/');
    const { tensors } = await loadCheckpoint({ kind: 'folder', base });
    assert.equal(tensors.size, tensorCount);
    const [{ weights }] = JSON.parse(readFileSync(path.join(base, 'weights_manifest.json'), 'utf8'));
    for (const { name, shape } of weights) assert.deepEqual(tensors.get(name)?.shape, shape);
  });
}
