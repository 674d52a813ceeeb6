/** One value for several users: made once, disposed with the last. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Shared, type MakeOptions } from './shared.js';

function setUp() {
  const made: { ended: boolean; disposed: boolean; dispose(): void }[] = [];
  const options: Required<MakeOptions>[] = [];
  const finish: (() => void)[] = [];
  const make = (given: Required<MakeOptions>) => {
    options.push(given);
    const value = { ended: false, disposed: false, dispose: () => void (value.disposed = true) };
    made.push(value);
    return new Promise<typeof value>((resolve, reject) => {
      finish.push(() => resolve(value));
      given.signal.addEventListener('abort', () => reject(new Error('given up')));
    });
  };
  const shared = new Shared<(typeof made)[number]>();
  const acquire = (key: string, given?: MakeOptions) => shared.acquire(key, make, given);
  return { made, options, finish, acquire };
}

describe('a shared value', () => {
  test('is made once for all who ask with its key, and once more for another key', async () => {
    const { made, finish, acquire } = setUp();
    const waiting = [acquire('a'), acquire('a'), acquire('b')];
    finish.forEach((end) => end());
    const [first, second, other] = await Promise.all(waiting);
    assert.equal(made.length, 2);
    assert.equal(first.value, second.value);
    assert.notEqual(first.value, other.value);
  });

  test('is disposed when the last user has released it, and made anew after that', async () => {
    const { made, finish, acquire } = setUp();
    const waiting = [acquire('a'), acquire('a')];
    finish[0]();
    const [first, second] = await Promise.all(waiting);
    first.dispose();
    first.dispose();
    await Promise.resolve();
    assert.equal(made[0].disposed, false, 'one user is left, though the other released twice');
    second.dispose();
    await Promise.resolve();
    assert.equal(made[0].disposed, true);
    const again = acquire('a');
    finish[1]();
    assert.equal((await again).value, made[1]);
  });

  test('reports its progress to everybody who waits', () => {
    const { options, acquire } = setUp();
    const heard: string[] = [];
    void acquire('a', { onProgress: () => heard.push('first') });
    void acquire('a', { onProgress: () => heard.push('second') });
    options[0].onProgress({ stage: 'download', loaded: 1, total: 2 });
    assert.deepEqual(heard, ['first', 'second']);
  });

  test('is made on for the others when one gives up, and given up with the last', async () => {
    const { options, acquire } = setUp();
    const [one, other] = [new AbortController(), new AbortController()];
    const waiting = [acquire('a', { signal: one.signal }), acquire('a', { signal: other.signal })];
    one.abort();
    await assert.rejects(waiting[0], { code: 'ABORTED' });
    assert.equal(options[0].signal.aborted, false);
    other.abort();
    await assert.rejects(waiting[1], { code: 'ABORTED' });
    assert.equal(options[0].signal.aborted, true);
  });

  test('that has ended is not given to the next', async () => {
    const { made, finish, acquire } = setUp();
    const first = acquire('a');
    finish[0]();
    (await first).value.ended = true;
    const next = acquire('a');
    await new Promise((resolve) => setTimeout(resolve));
    finish[1]();
    assert.equal((await next).value, made[1]);
    assert.equal(made[0].disposed, false, 'its user has it still');
  });
});
