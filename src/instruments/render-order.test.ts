import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderOrder, renderedPitch } from './render-order.js';

const range = [24, 84] as const;

describe('what is rendered first', () => {
  test('what is held, the latest key first', () => {
    assert.deepEqual(renderOrder({ held: [64, 60], around: 64, wholeKeyboard: false, range }), [64, 60]);
  });

  test('while the pad is dragged and nothing is held, only the key last played', () => {
    assert.deepEqual(renderOrder({ held: [], around: 70, wholeKeyboard: false, range }), [70]);
  });

  test('then one pitch an octave, so that every key soon has a near neighbour', () => {
    const order = renderOrder({ held: [65], around: 65, wholeKeyboard: true, range });
    assert.deepEqual(order.slice(0, 7), [65, 60, 48, 72, 36, 84, 24]);
  });

  test('then the whole keyboard, each pitch once, outwards', () => {
    const order = renderOrder({ held: [65, 50], around: 65, wholeKeyboard: true, range });
    assert.deepEqual(
      [...order].sort((a, b) => a - b),
      Array.from({ length: 61 }, (_, i) => 24 + i),
    );
    assert.ok(order.indexOf(66) < order.indexOf(80));
  });

  test('keys beyond the model ask for the end of its range', () => {
    assert.equal(renderedPitch(127, range), 84);
    assert.equal(renderedPitch(0, range), 24);
    assert.deepEqual(renderOrder({ held: [120, 100], around: 120, wholeKeyboard: false, range }), [84]);
  });
});
