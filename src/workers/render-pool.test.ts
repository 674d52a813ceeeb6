/** The order in which notes are rendered, by whom and for whom; notes that are given up, and workers that die. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { RenderJob } from './note-methods.js';
import { RenderPool, affordableWorkers, type NoteWorker, type RenderListener } from './render-pool.js';

type Event = string;

interface FakeWorker extends NoteWorker<RenderJob, Event> {
  readonly copyOf: FakeWorker | undefined;
  readonly destinations: Set<number>;
  /** The note it renders, as `destination:pitch`. */
  rendering: string | undefined;
  finish(): void;
  fail(error: TimbrelError): void;
  emit(event: Event): void;
  disposed: boolean;
}

const died = () => new TimbrelError('WORKER_FAILED', 'dead');
const settled = () => new Promise((resolve) => setTimeout(resolve));

async function setUp(count: number) {
  const workers: FakeWorker[] = [];
  let refusals = 0;
  const start = async (copyOf: FakeWorker | undefined): Promise<FakeWorker> => {
    if (refusals > 0) {
      refusals--;
      throw died();
    }
    let listener: (event: Event) => void = () => {};
    const worker: FakeWorker = {
      copyOf,
      description: { bytes: 70e6 },
      destinations: new Set(),
      rendering: undefined,
      disposed: false,
      addDestination: async (destination) => void worker.destinations.add(destination),
      removeDestination: async (destination) => void worker.destinations.delete(destination),
      render: ({ pitch }, destination, signal) =>
        new Promise((resolve, reject) => {
          worker.rendering = `${destination}:${pitch}`;
          const end = (settle: () => void) => {
            worker.rendering = undefined;
            settle();
          };
          worker.finish = () => end(resolve);
          worker.fail = (error) => end(() => reject(error));
          signal.addEventListener('abort', () => worker.fail(new TimbrelError('ABORTED', 'given up')));
        }),
      finish: () => {},
      fail: () => {},
      emit: (event) => listener(event),
      onEvent: (given) => (listener = given),
      dispose: () => (worker.disposed = true),
    };
    workers.push(worker);
    return worker;
  };
  const pool = await RenderPool.load<RenderJob, Event, FakeWorker>(start, count);
  await settled();
  const join = (name = '') => {
    const heard: string[] = [];
    const listener: RenderListener<RenderJob, Event> = {
      rendered: ({ pitch }) => heard.push(`rendered ${pitch}`),
      failed: (error, job) => heard.push(`failed ${job?.pitch ?? 'all'} ${error.code}`),
      event: (event) => heard.push(`${name}${event}`),
      replaced: () => heard.push('replaced'),
    };
    const member = pool.join(listener);
    member.connect(() => ({
      transport: { kind: 'port', port: undefined as unknown as MessagePort },
      transfer: [],
    }));
    return { ...member, heard };
  };
  const rendering = () => workers.filter(({ disposed }) => !disposed).map((worker) => worker.rendering);
  return { pool, workers, join, rendering, refuse: (times: number) => (refusals = times) };
}

const notes = (pitches: readonly number[], urgent = false): RenderJob[] =>
  pitches.map((pitch) => ({ timbre: 1, pitch, urgent }));

describe('a pool of one instrument', () => {
  test('starts further workers with a copy of the first', async () => {
    const { pool, workers } = await setUp(3);
    assert.equal(pool.size, 3);
    assert.deepEqual(
      workers.map(({ copyOf }) => copyOf),
      [undefined, workers[0], workers[0]],
    );
  });

  test('renders the head of its list on as many workers as there are, then what follows', async () => {
    const { join, workers, rendering } = await setUp(2);
    const { setWanted, heard } = join();
    setWanted(notes([60, 61, 62]));
    await settled();
    assert.deepEqual(rendering(), ['1:60', '1:61']);
    workers[1].finish();
    await settled();
    assert.deepEqual(rendering(), ['1:60', '1:62']);
    workers[0].finish();
    workers[1].finish();
    await settled();
    assert.deepEqual(heard, ['rendered 61', 'rendered 60', 'rendered 62']);
    assert.deepEqual(rendering(), [undefined, undefined]);
  });

  test('gives up what left the list, and goes on with what is on both', async () => {
    const { join, rendering } = await setUp(2);
    const { setWanted, heard } = join();
    setWanted(notes([60, 61]));
    await settled();
    setWanted(notes([72, 61]));
    await settled();
    assert.deepEqual(rendering(), ['1:72', '1:61']);
    assert.deepEqual(heard, []);
  });

  test('gives up what is not held for what is, and does it after that', async () => {
    const { join, workers, rendering } = await setUp(2);
    const { setWanted, heard } = join();
    setWanted(notes([60, 61, 62]));
    await settled();
    setWanted([...notes([70], true), ...notes([60, 61, 62])]);
    await settled();
    assert.deepEqual(rendering(), ['1:70', '1:61'], 'one gives way, and not both');
    setWanted([...notes([61, 70], true), ...notes([60, 62])]);
    await settled();
    assert.deepEqual(rendering(), ['1:70', '1:61'], 'what is under way and held now goes on');
    setWanted([...notes([50, 51, 61, 70], true), ...notes([60, 62])]);
    await settled();
    assert.deepEqual(rendering(), ['1:70', '1:61'], 'held notes do not give way to each other');
    for (let i = 0; i < 3; i++) {
      for (const worker of workers) worker.finish();
      await settled();
    }
    for (const worker of workers) worker.finish();
    await settled();
    assert.deepEqual(heard, [
      'rendered 70',
      'rendered 61',
      'rendered 50',
      'rendered 51',
      'rendered 60',
      'rendered 62',
    ]);
  });

  test('renders nothing before it is connected', async () => {
    const { pool, rendering } = await setUp(1);
    const listener = { rendered: () => {}, failed: () => {}, event: () => {} };
    pool.join(listener).setWanted(notes([60]));
    await settled();
    assert.deepEqual(rendering(), [undefined]);
  });

  test('renders held notes only on a worker that was asked something, until it has answered', async () => {
    const { pool, join, rendering, workers } = await setUp(1);
    const { setWanted } = join();
    let answer = (_value: number) => {};
    const asked = pool.ask(() => new Promise<number>((resolve) => (answer = resolve)));
    setWanted(notes([60, 61]));
    await settled();
    assert.deepEqual(rendering(), [undefined]);
    setWanted([...notes([72], true), ...notes([60, 61])]);
    await settled();
    assert.deepEqual(rendering(), ['1:72']);
    workers[0].finish();
    await settled();
    assert.deepEqual(rendering(), [undefined]);
    answer(7);
    assert.equal(await asked, 7);
    await settled();
    assert.deepEqual(rendering(), ['1:60']);
  });

  test('reports a note that cannot be rendered, and goes on with the next', async () => {
    const { join, workers, rendering } = await setUp(1);
    const { setWanted, heard } = join();
    setWanted(notes([60, 61]));
    await settled();
    workers[0].fail(new TimbrelError('INTERNAL', 'odd'));
    await settled();
    assert.deepEqual(heard, ['failed 60 INTERNAL']);
    assert.deepEqual(rendering(), ['1:61']);
  });
});

describe('a worker that dies', () => {
  test('is replaced, and its note is rendered by another', async () => {
    const { join, workers, rendering, pool } = await setUp(1);
    const { setWanted, heard } = join();
    setWanted(notes([60]));
    await settled();
    workers[0].fail(died());
    await settled();
    assert.equal(workers[0].disposed, true);
    assert.equal(pool.size, 1);
    assert.deepEqual(rendering(), ['1:60']);
    assert.equal(workers[1].copyOf, undefined, 'nobody was left to copy from');
    workers[1].finish();
    await settled();
    assert.deepEqual(heard, ['replaced', 'rendered 60']);
  });

  test('by the same note as the one before has that note reported', async () => {
    const { join, workers } = await setUp(1);
    const { setWanted, heard } = join();
    setWanted(notes([60]));
    await settled();
    workers[0].fail(died());
    await settled();
    workers[1].fail(died());
    await settled();
    assert.deepEqual(heard, ['replaced', 'failed 60 WORKER_FAILED', 'replaced']);
  });

  test('and cannot be replaced ends the pool: every instrument is told', async () => {
    const { join, workers, refuse, pool } = await setUp(1);
    const [first, second] = [join(), join()];
    first.setWanted(notes([60]));
    await settled();
    refuse(1);
    workers[0].fail(died());
    await settled();
    assert.equal(pool.ended, true);
    assert.deepEqual(
      [first.heard, second.heard],
      [['failed all WORKER_FAILED'], ['failed all WORKER_FAILED']],
    );
    await assert.rejects(
      pool.ask(async () => 1),
      { code: 'WORKER_FAILED' },
    );
  });
});

describe('a pool of several instruments', () => {
  test('takes turns between them, each with a way of its own to its audio thread', async () => {
    const { join, workers } = await setUp(1);
    const [first, second] = [join(), join()];
    first.setWanted(notes([60, 61]));
    second.setWanted(notes([60, 61]));
    const order: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) {
      await settled();
      order.push(workers[0].rendering);
      workers[0].finish();
    }
    assert.deepEqual(order, ['1:60', '2:60', '1:61', '2:61']);
    assert.deepEqual([...workers[0].destinations], [1, 2]);
  });

  test("renders held notes of all before the rest of anybody's keyboard", async () => {
    const { join, workers } = await setUp(1);
    const [first, second] = [join(), join()];
    first.setWanted(notes([60, 61]));
    second.setWanted([...notes([70, 71], true), ...notes([72])]);
    const order: (string | undefined)[] = [];
    for (let i = 0; i < 5; i++) {
      await settled();
      order.push(workers[0].rendering);
      workers[0].finish();
    }
    assert.deepEqual(order, ['1:60', '2:70', '2:71', '1:61', '2:72']);
  });

  test('goes on without one that leaves: its note is given up, its way is closed', async () => {
    const { join, workers, rendering } = await setUp(1);
    const [first, second] = [join(), join()];
    first.setWanted(notes([60]));
    second.setWanted(notes([61]));
    await settled();
    first.leave();
    await settled();
    assert.deepEqual(rendering(), ['2:61']);
    assert.deepEqual([...workers[0].destinations], [2]);
  });

  test('passes on what a worker sends unasked', async () => {
    const { join, workers } = await setUp(1);
    const [first, second] = [join('a '), join('b ')];
    workers[0].emit('webgpu');
    assert.deepEqual([first.heard, second.heard], [['a webgpu'], ['b webgpu']]);
  });
});

test('a pool takes no more memory than it may, and one worker at least', () => {
  assert.equal(affordableWorkers(1e9), 1);
  assert.ok(affordableWorkers(1) >= 1 && affordableWorkers(1) <= 4);
});
