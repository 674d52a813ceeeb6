/** Client and server over a real message port: results, parts, order, giving up, failures, death. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { TimbrelError, throwIfAborted } from '../errors/timbrel-error.js';
import { WorkerClient } from './client.js';
import { loopback } from './loopback.testing.js';
import type { Server } from './server.js';

interface CountMethods {
  double: { args: { readonly values: Float32Array }; result: Float32Array };
  /** Parts are the numbers below `to`, one a task. */
  count: { args: { readonly to: number }; result: number; part: number };
  /** Begins, and lets others go first. Its parts are 0 and 1, in one task. */
  yield: { args: object; result: void; part: number };
  fail: { args: { readonly coded: boolean }; result: never };
  announce: { args: object; result: void };
}

const nextTask = () => new Promise((resolve) => setTimeout(resolve));
const order: string[] = [];
/** A worker that died would be gone; here it has to be told. */
let isOver = false;

const createServer = (emit: (event: string) => void): Server<CountMethods> => ({
  double({ values }, { transfer }) {
    const result = values.map((value) => 2 * value);
    transfer(result.buffer);
    return result;
  },
  async count({ to }, { signal, onPart, onProgress }) {
    order.push(`begin ${to}`);
    for (let i = 0; i < to && !isOver; i++) {
      throwIfAborted(signal, 'Counting');
      onPart(i);
      onProgress({ stage: 'prepare', loaded: i, total: to });
      await nextTask();
    }
    order.push(`end ${to}`);
    return to;
  },
  async yield(_, { signal, giveWay, onPart }) {
    order.push('begin');
    onPart(0);
    onPart(1);
    await nextTask();
    await giveWay();
    throwIfAborted(signal, 'Yielding');
    order.push('end');
  },
  fail({ coded }) {
    throw coded ? new TimbrelError('PITCH_RANGE', 'pitch is 7') : new RangeError('odd');
  },
  announce: () => emit('news'),
});

describe('a call over the wire', () => {
  const clients: WorkerClient<CountMethods, string>[] = [];
  const families = { count: async () => createServer };
  const start = (worker = loopback(families), family = 'count') => {
    const client = new WorkerClient<CountMethods, string>(family, worker.spawn);
    clients.push(client);
    return client;
  };
  after(() => {
    isOver = true;
    clients.forEach((client) => client.terminate());
  });

  test('resolves with its result; buffers are moved both ways', async () => {
    const values = Float32Array.of(1, 2);
    const doubled = await start().call('double', { values }, { transfer: [values.buffer] });
    assert.deepEqual([...doubled], [2, 4]);
    assert.equal(values.length, 0, 'it was transferred');
  });

  test('sends parts and progress before the result, in order', async () => {
    const [parts, loaded]: number[][] = [[], []];
    const result = await start().call(
      'count',
      { to: 4 },
      { onPart: (part) => parts.push(part), onProgress: (progress) => loaded.push(progress.loaded) },
    );
    assert.deepEqual([parts, loaded, result], [[0, 1, 2, 3], [0, 1, 2, 3], 4]);
  });

  test('waits for the one before: one computation at a time', async () => {
    const client = start();
    order.length = 0;
    await Promise.all([client.call('count', { to: 3 }), client.call('count', { to: 2 })]);
    assert.deepEqual(order, ['begin 3', 'end 3', 'begin 2', 'end 2']);
  });

  test('that is given up rejects with ABORTED and the reason, under way, waiting, or not yet sent', async () => {
    const client = start();
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error('of the page');
    const aborted = { code: 'ABORTED', cause: reason };
    const underWay = client.call('count', { to: 1e9 }, { signal, onPart: () => controller.abort(reason) });
    const waiting = client.call('count', { to: 1 }, { signal });
    const next = client.call('count', { to: 1 });
    await Promise.all([assert.rejects(underWay, aborted), assert.rejects(waiting, aborted)]);
    assert.equal(await next, 1, 'the worker goes on with the next');
    await assert.rejects(client.call('count', { to: 1 }, { signal }), {
      ...aborted,
      message: 'The work was aborted [ABORTED]',
    });
  });

  test('that is given up while it waits does not wait for the work before it', async () => {
    const client = start();
    const [first, second] = [new AbortController(), new AbortController()];
    let ended = false;
    const onPart = () => second.abort();
    const underWay = client.call('count', { to: 1e9 }, { signal: first.signal, onPart });
    underWay.then(
      () => {},
      () => (ended = true),
    );
    await assert.rejects(client.call('count', { to: 1 }, { signal: second.signal }), { code: 'ABORTED' });
    assert.equal(ended, false);
    first.abort();
    await assert.rejects(underWay, { code: 'ABORTED' });
    assert.equal(await client.call('count', { to: 1 }), 1);
  });

  test('that gives way lets those that wait go first, one after the other', async () => {
    const client = start();
    order.length = 0;
    await Promise.all([
      client.call('yield', {}),
      client.call('count', { to: 1 }),
      client.call('yield', {}),
      client.call('count', { to: 2 }),
    ]);
    assert.deepEqual(order, ['begin', 'begin 1', 'end 1', 'begin', 'begin 2', 'end 2', 'end', 'end']);
    await client.call('yield', {});
    assert.equal(await client.call('count', { to: 3 }), 3, 'and the worker goes on');
  });

  test('that is given up while it gives way does not wait for what goes first', async () => {
    const client = start();
    const [first, second] = [new AbortController(), new AbortController()];
    const gaveWay = client.call('yield', {}, { signal: first.signal });
    let ended = false;
    const underWay = client.call(
      'count',
      { to: 1e9 },
      { signal: second.signal, onPart: () => first.abort() },
    );
    underWay.then(
      () => {},
      () => (ended = true),
    );
    await assert.rejects(gaveWay, { code: 'ABORTED' });
    assert.equal(ended, false);
    second.abort();
    await assert.rejects(underWay, { code: 'ABORTED' });
    assert.equal(await client.call('count', { to: 1 }), 1);
  });

  test('that is given up gets no part any more, though one be under way', async () => {
    const client = start();
    const abort = new AbortController();
    const parts: number[] = [];
    const onPart = (part: number) => {
      parts.push(part);
      abort.abort();
    };
    const given = client.call('yield', {}, { signal: abort.signal, onPart });
    await assert.rejects(given, { code: 'ABORTED' });
    assert.deepEqual(parts, [0]);
  });

  test('whose callback throws is given up, and rejects with what was thrown', async () => {
    const client = start();
    const onPart = () => {
      throw new Error('of the page');
    };
    await assert.rejects(client.call('count', { to: 1e9 }, { onPart }), { message: 'of the page' });
    assert.equal(await client.call('count', { to: 1 }), 1);
  });

  test('that fails keeps its code; what has none is INTERNAL', async () => {
    const client = start();
    await assert.rejects(client.call('fail', { coded: true }), {
      code: 'PITCH_RANGE',
      message: 'pitch is 7 [PITCH_RANGE]',
    });
    await assert.rejects(client.call('fail', { coded: false }), { code: 'INTERNAL', message: /odd/ });
  });

  test('with an argument that cannot be cloned, or a signal that is none, is OPTION_INVALID', async () => {
    const client = start();
    const odd = (() => {}) as unknown as number;
    await assert.rejects(client.call('count', { to: odd }), { code: 'OPTION_INVALID', message: /count/ });
    const signal = 7 as unknown as AbortSignal;
    await assert.rejects(client.call('count', { to: 1 }, { signal }), { code: 'OPTION_INVALID' });
  });

  test('to a family or a method that there is not is INTERNAL', async () => {
    const other = start(loopback(families), 'planted');
    await assert.rejects(other.call('count', { to: 1 }), { code: 'INTERNAL', message: /family "planted"/ });
    const missing = 'toString' as 'count';
    await assert.rejects(start().call(missing, { to: 1 }), { code: 'INTERNAL', message: /no toString/ });
  });

  test('to a family whose code does not load rejects with the reason', async () => {
    const worker = loopback({ count: () => Promise.reject(new Error('no such chunk')) });
    await assert.rejects(start(worker).call('count', { to: 1 }), { message: /no such chunk/ });
  });

  test('rejects with WORKER_FAILED when the worker dies, and so do later ones', async () => {
    const worker = loopback(families);
    const client = start(worker);
    const endless = client.call('count', { to: 1e9 }, { onPart: (part) => part === 2 && worker.die(0) });
    await assert.rejects(endless, { code: 'WORKER_FAILED' });
    await assert.rejects(client.call('count', { to: 1 }), { code: 'WORKER_FAILED' });
  });

  test('rejects with DISPOSED when the client is terminated, also while the worker starts', async () => {
    const worker = loopback(families);
    const client = start(worker);
    const early = client.call('count', { to: 1 });
    client.terminate();
    await assert.rejects(early, { code: 'DISPOSED' });
    await assert.rejects(client.call('count', { to: 1 }), { code: 'DISPOSED' });
    await nextTask();
    assert.equal(worker.alive, 0);
    const later = start();
    await later.call('count', { to: 1 });
    later.terminate();
    await assert.rejects(later.call('count', { to: 1 }), { code: 'DISPOSED', message: /load another/ });
  });

  test('that makes the model ends the worker where it fails', async () => {
    const worker = loopback(families);
    await assert.rejects(start(worker).start('fail', { coded: true }), { code: 'PITCH_RANGE' });
    assert.equal(worker.alive, 0);
  });

  test('is no condition for an event', async () => {
    const client = start();
    const heard: string[] = [];
    client.onEvent = (event) => heard.push(event);
    await client.call('announce', {});
    assert.deepEqual(heard, ['news']);
  });
});
