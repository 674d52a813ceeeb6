import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Patch } from '../../instruments/patch.js';
import { History } from './history.js';

const state = (volume: number) => () => ({ volume }) as Patch;

describe('what was changed is taken back', () => {
  test('in turn, to the state before each change, and no further', () => {
    const history = new History();
    assert.ok(history.empty);
    history.before(state(1));
    history.before(state(2));
    assert.deepEqual(
      [history.takeBack(), history.takeBack(), history.takeBack()],
      [{ volume: 2 }, { volume: 1 }, undefined],
    );
    assert.ok(history.empty);
  });

  test('as one where a slider was dragged, as two where another slider or a pause was between', () => {
    const history = new History();
    for (const [volume, group, time] of [
      [1, 'volume', 0],
      [2, 'volume', 900],
      [3, 'volume', 1800],
      [4, 'room', 1900],
      [5, 'room', 2900],
    ] as const)
      history.before(state(volume), group, time);
    assert.deepEqual(
      [history.takeBack(), history.takeBack(), history.takeBack(), history.empty],
      [{ volume: 5 }, { volume: 4 }, { volume: 1 }, true],
    );
  });

  test('a hundred times, the newest', () => {
    const history = new History();
    for (let i = 0; i < 150; i++) history.before(state(i));
    let last: Patch | undefined;
    for (let count = 0; !history.empty; count++) {
      last = history.takeBack();
      assert.ok(count < 100);
    }
    assert.deepEqual(last, { volume: 50 });
  });
});
