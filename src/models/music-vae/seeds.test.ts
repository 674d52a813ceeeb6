import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkSeeds, pieceSeed } from './seeds.js';

describe('the seeds of several pieces', () => {
  test('are made of one: the first has it, so that a piece alone is that of its seed', () => {
    assert.deepEqual(
      [0, 1, 2].map((i) => pieceSeed(7, i)),
      [7, '7/1', '7/2'],
    );
  });

  test('are those of a list, which has one for each', () => {
    assert.deepEqual(
      [0, 1].map((i) => pieceSeed(['a', 9], i)),
      ['a', 9],
    );
    checkSeeds(['a', 9], 2);
    assert.throws(
      () => checkSeeds(['a', 9], 3),
      /There are 2 seeds for 3 pieces; expected one for each.*OPTION_INVALID/,
    );
    assert.throws(() => checkSeeds([NaN], 1), { code: 'OPTION_INVALID' });
    assert.throws(() => checkSeeds(null as unknown as number, 1), { code: 'OPTION_INVALID' });
  });
});
