/** The worker's side of event RNNs: calls in, replies out, on a small checkpoint in a folder. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { WorkerClient } from '../../../workers/client.js';
import { loopback } from '../../../workers/loopback.testing.js';
import type { WrittenEvents } from '../../continuation/piece.js';
import type { EventRNNMethods } from '../protocol.js';
import { syntheticCheckpoint } from '../synthetic.testing.js';
import { createServer } from './server.js';

const C = { root: 0, bass: 0, pitches: [0, 4, 7], quality: 'major' } as const;

describe('event RNNs in a model worker', () => {
  const workers: WorkerClient<EventRNNMethods>[] = [];
  after(() => workers.forEach((worker) => worker.terminate()));

  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'event-rnn-'));
    const tensors = [...syntheticCheckpoint({ inputSize: 87, sizes: [8, 8], classes: 38 })];
    const weights = tensors.map(([name, { shape }]) => ({ name, shape, dtype: 'float32' }));
    await writeFile(
      path.join(folder, 'weights_manifest.json'),
      JSON.stringify([{ paths: ['shard'], weights }]),
    );
    const bytes = tensors.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
    await writeFile(path.join(folder, 'shard'), Buffer.concat(bytes));
  });
  after(() => rm(folder, { recursive: true }));

  function startWorker(): WorkerClient<EventRNNMethods> {
    const { spawn } = loopback({ 'event-rnn': async () => createServer });
    const worker = new WorkerClient<EventRNNMethods>('event-rnn', spawn);
    workers.push(worker);
    return worker;
  }

  const load = (worker: WorkerClient<EventRNNMethods>, configuration?: string) =>
    worker.call('load', {
      source: { kind: 'folder', base: `${folder}/` },
      model: 'ImprovRNN',
      configuration,
      backend: 'cpu',
      precision: 'float32',
    });

  const primer = [60, -2];
  const open = (worker: WorkerClient<EventRNNMethods>, seed = 1) =>
    worker.call('openSession', { primer, seed });

  test('a model is loaded and described', async () => {
    assert.deepEqual(await load(startWorker()), {
      model: 'ImprovRNN',
      configuration: 'basic_improv',
      backend: 'cpu',
      precision: 'float32',
      layers: [8, 8],
      attentionLength: 0,
      controls: ['chord'],
      parameterCount: 95 * 32 + 32 + 16 * 32 + 32 + 8 * 38 + 38,
      bytes: 0,
    });
  });

  test('a piece is written, and sent in parts on the way', async () => {
    const worker = startWorker();
    await load(worker);
    const session = await open(worker);
    const controls = { values: [{ chord: C }], total: 32 };
    const parts: WrittenEvents[] = [];
    const written = await worker.call(
      'writeEvents',
      { session, known: 0, amount: { steps: 200 }, sampling: {}, controls },
      { onPart: (part) => parts.push(part) },
    );
    assert.equal(written.events.length, 200);
    assert.equal(parts[0].events.length, 1, 'the first comes at once');
    assert.deepEqual(
      parts.flatMap(({ events }) => events),
      written.events,
    );
    assert.deepEqual(
      parts.flatMap(({ logProbabilities }) => logProbabilities),
      written.logProbabilities,
    );
    const events = [...primer, ...written.events];
    const scores = await worker.call('scoreEvents', { events, controls });
    written.logProbabilities.forEach((value, i) =>
      assert.ok(Math.abs(value - scores.logProbabilities[i + 2]) < 1e-6),
    );
  });

  test('two pieces that are asked for at once are those that come one after the other', async () => {
    const worker = startWorker();
    await load(worker);
    const write = async (seed: number) => {
      const session = await open(worker, seed);
      const args = { session, amount: { steps: 40 }, sampling: {} };
      const first = await worker.call('writeEvents', { ...args, known: 0 });
      const second = await worker.call('writeEvents', { ...args, known: 40 });
      return [...first.events, ...second.events];
    };
    const apart = [await write(1), await write(2)];
    assert.notDeepEqual(apart[0], apart[1]);
    assert.deepEqual(await Promise.all([write(1), write(2)]), apart);
  });

  test('writing is given up when it is cancelled', async () => {
    const worker = startWorker();
    await load(worker);
    const session = await open(worker);
    const controller = new AbortController();
    const endless = worker.call(
      'writeEvents',
      { session, known: 0, amount: { events: 1e9 }, sampling: {} },
      { signal: controller.signal, onPart: () => controller.abort() },
    );
    await assert.rejects(endless, { code: 'ABORTED' });
  });

  test('a piece that was closed and a configuration that there is not are refused', async () => {
    const worker = startWorker();
    await assert.rejects(load(worker, 'basic_rnn'), { code: 'CONFIGURATION_UNKNOWN' });
    await assert.rejects(open(worker), { code: 'INTERNAL' });
    await load(worker);
    const [first, second] = [await open(worker), await open(worker)];
    const write = (session: number) =>
      worker.call('writeEvents', { session, known: 0, amount: { steps: 1 }, sampling: {} });
    await worker.call('closeSession', { session: first });
    await assert.rejects(write(first), { code: 'DISPOSED' });
    assert.equal((await write(second)).events.length, 1);
  });
});
