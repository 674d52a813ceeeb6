import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startInNode } from './spawn.js';

/** A constructor of workers: it notes the flags it is given, and throws what `refuse` returns. */
function planted(refuse: (flags: readonly string[] | undefined) => Error | undefined = () => undefined) {
  const given: (readonly string[] | undefined)[] = [];
  const start = (flags?: string[]) => {
    given.push(flags);
    const error = refuse(flags);
    if (error) throw error;
    return 'worker';
  };
  return { given, start };
}

const refusal = Object.assign(new Error('Initiated Worker with invalid execArgv flags: --title'), {
  code: 'ERR_WORKER_INVALID_EXEC_ARGV',
});

describe('a worker of Node', () => {
  test('inherits the flags of its program', () => {
    const { given, start } = planted();
    assert.equal(startInNode(start, ['--title=app']), 'worker');
    assert.deepEqual(given, [undefined]);
  });

  test('does not inherit --input-type, and starts without flags where Node refuses the others', () => {
    const { given, start } = planted((flags) => (flags?.length ? refusal : undefined));
    assert.equal(startInNode(start, ['--input-type=module', '--title=app']), 'worker');
    assert.deepEqual(given, [['--title=app'], []]);
  });

  test('is not tried again for another failure, which gets a code', () => {
    for (const flags of [[], ['--input-type=module']]) {
      const failure = new Error('out of threads');
      const { given, start } = planted(() => failure);
      assert.throws(() => startInNode(start, flags), { code: 'WORKER_FAILED', cause: failure });
      assert.equal(given.length, 1);
    }
  });
});
