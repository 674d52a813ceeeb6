import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimbreHistory } from './timbre-history.js';

const all = (history: TimbreHistory) => Array.from({ length: history.length }, (_, age) => history.at(age));

test('the latest timbre is current, and those before follow, each once', () => {
  const history = new TimbreHistory();
  assert.equal(history.current, -1);
  for (const timbre of [1, 2, 3, 2]) history.set(timbre);
  assert.equal(history.current, 2);
  assert.deepEqual(all(history), [2, 3, 1]);
});

test('sixteen are remembered', () => {
  const history = new TimbreHistory();
  for (let timbre = 0; timbre < 40; timbre++) history.set(timbre);
  assert.deepEqual(
    all(history),
    Array.from({ length: 16 }, (_, i) => 39 - i),
  );
});
