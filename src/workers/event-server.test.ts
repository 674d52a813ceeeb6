/** The worker's side of event RNNs: requests in, answers out, on a small checkpoint in a folder. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ModelAnswer, ModelRequest } from './messages.js';
import { syntheticCheckpoint } from '../models/event-rnn/synthetic.testing.js';
import { ModelServer } from './model-server.js';

type Answer<T extends ModelAnswer['type']> = Extract<ModelAnswer, { type: T }>;

/** A server and its answers, each request awaited by its number. */
function startServer() {
  const answers: ModelAnswer[] = [];
  const waiting = new Map<number, (answer: ModelAnswer) => void>();
  const server = new ModelServer((answer) => {
    // What crosses a thread must be cloneable.
    const copy = structuredClone(answer);
    answers.push(copy);
    if (copy.type !== 'progress' && copy.type !== 'eventsSoFar') waiting.get(copy.id)?.(copy);
  });
  const ask = (request: ModelRequest): Promise<ModelAnswer> =>
    new Promise((resolve) => {
      waiting.set(request.id, resolve);
      server.receive(structuredClone(request));
    });
  return { server, answers, ask };
}

describe('event RNNs in a model worker', () => {
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

  async function load(ask: ReturnType<typeof startServer>['ask'], configuration?: string) {
    const answer = await ask({
      type: 'loadEventRNN',
      id: 1,
      source: { kind: 'folder', base: `${folder}/` },
      model: 'ImprovRNN',
      configuration,
      backend: 'cpu',
      precision: 'float32',
    });
    return answer as Answer<'eventRNNLoaded'>;
  }

  async function open(ask: ReturnType<typeof startServer>['ask'], model: number, id: number, seed = 1) {
    const answer = await ask({ type: 'openSession', id, model, primer: [60, -2], seed });
    return (answer as Answer<'sessionOpened'>).session;
  }

  const C = { root: 0, bass: 0, pitches: [0, 4, 7], quality: 'major' } as const;

  test('a model is loaded and described', async () => {
    const { ask } = startServer();
    const { description } = await load(ask);
    assert.deepEqual(description, {
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

  test('a piece is written, and told of on the way', async () => {
    const { ask, answers } = startServer();
    const { model } = await load(ask);
    const session = await open(ask, model, 2);
    const controls = { values: [{ chord: C }], total: 32 };
    const written = (await ask({
      type: 'writeEvents',
      id: 3,
      session,
      known: 0,
      amount: { steps: 200 },
      sampling: {},
      controls,
    })) as Answer<'eventsWritten'>;
    assert.equal(written.events.length, 200);
    const parts = answers.filter((answer): answer is Answer<'eventsSoFar'> => answer.type === 'eventsSoFar');
    assert.equal(parts[0].events.length, 1, 'the first comes at once');
    assert.deepEqual(
      parts.flatMap(({ events }) => events),
      written.events,
    );
    assert.deepEqual(
      parts.flatMap(({ logProbabilities }) => logProbabilities),
      written.logProbabilities,
    );
    const scores = (await ask({
      type: 'scoreEvents',
      id: 4,
      model,
      events: [60, -2, ...written.events],
      controls,
    })) as Answer<'scores'>;
    written.logProbabilities.forEach((value, i) =>
      assert.ok(Math.abs(value - scores.logProbabilities[i + 2]) < 1e-6),
    );
  });

  test('writing is given up when it is cancelled', async () => {
    const { ask, server } = startServer();
    const { model } = await load(ask);
    const session = await open(ask, model, 2);
    const endless = ask({
      type: 'writeEvents',
      id: 3,
      session,
      known: 0,
      amount: { events: 1e9 },
      sampling: {},
    });
    setTimeout(() => server.receive({ type: 'cancel', id: 3 }), 20);
    const answer = (await endless) as Answer<'failed'>;
    assert.deepEqual([answer.type, answer.error.code], ['failed', 'ABORTED']);
  });

  test('what is closed, disposed or unknown is said so', async () => {
    const { ask } = startServer();
    const unknown = (await load(ask, 'basic_rnn')) as unknown as Answer<'failed'>;
    assert.equal(unknown.error.code, 'CONFIGURATION_UNKNOWN');
    const { model } = await load(ask);
    const [first, second] = [await open(ask, model, 2), await open(ask, model, 3)];
    const write = (id: number, session: number) =>
      ask({ type: 'writeEvents', id, session, known: 0, amount: { steps: 1 }, sampling: {} });
    assert.equal((await ask({ type: 'closeSession', id: 4, session: first })).type, 'done');
    assert.equal(((await write(5, first)) as Answer<'failed'>).error.code, 'DISPOSED');
    assert.equal((await write(6, second)).type, 'eventsWritten');
    await ask({ type: 'disposeEventRNN', id: 7, model });
    assert.equal(((await write(8, second)) as Answer<'failed'>).error.code, 'DISPOSED');
  });
});
