import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ModelPool, workersFor } from './model-pool.js';

/** Models that are loaded when the test says so, and count what is left of them. */
function stage(count: number) {
  const loads: { resolve(): void; reject(error: Error): void; signal?: AbortSignal }[] = [];
  const alive = new Set<object>();
  const load = (signal?: AbortSignal) =>
    new Promise<{ name: number; dispose(): void }>((resolve, reject) => {
      const model = { name: loads.length, dispose: () => void alive.delete(model) };
      loads.push({ resolve: () => (alive.add(model), resolve(model)), reject, signal });
    });
  const pool = ModelPool.load(load, count);
  loads[0].resolve();
  return { pool, loads, alive };
}

describe('a pool of models', () => {
  test('gives each piece to whichever is free; results are in the order of the pieces', async () => {
    const { pool: loading, loads } = stage(2);
    const pool = await loading;
    loads[1].resolve();
    const by: number[] = [];
    const ends: (() => void)[] = [];
    const mapped = pool.map(['a', 'b', 'c'], async ({ name }, item) => {
      by.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      return item;
    });
    for (const i of [1, 0, 2]) {
      await new Promise(setImmediate);
      ends[i]();
    }
    assert.deepEqual(await mapped, ['a', 'b', 'c']);
    assert.deepEqual(by, [0, 1, 1]);
  });

  test('begins with the first, and waits for no other', async () => {
    const { pool: loading, loads, alive } = stage(3);
    const pool = await loading;
    assert.equal(loads.length, 3);
    assert.deepEqual(await pool.map([1, 2], async (_, item) => 2 * item), [2, 4]);
    assert.deepEqual(await pool.map([], async () => assert.fail()), []);
    pool.dispose();
    assert.ok(loads[1].signal?.aborted && loads[2].signal?.aborted);
    // One that is not given up in time is disposed of when it comes.
    loads[1].resolve();
    loads[2].reject(new Error('given up'));
    await new Promise(setImmediate);
    assert.equal(alive.size, 0);
  });

  test('fails with a piece, and with a model that cannot be loaded while there is work', async () => {
    const failing = await stage(1).pool;
    await assert.rejects(
      failing.map([1], async () => Promise.reject(new Error('piece'))),
      /piece/,
    );
    const { pool: loading, loads } = stage(2);
    const pool = await loading;
    const mapped = pool.map([1], () => new Promise(() => {}));
    loads[1].reject(new Error('memory'));
    await assert.rejects(mapped, /memory/);
  });

  test('has no more workers than pieces, nor than was asked for', () => {
    assert.equal(workersFor(undefined, 1), 1);
    assert.equal(workersFor(3, 2), 2);
    assert.equal(workersFor(3, 10), 3);
    assert.equal(workersFor(3, 0), 1);
    assert.ok(workersFor(undefined, Infinity) <= 8);
    assert.throws(() => workersFor(0, 5), { code: 'USAGE' });
  });
});
