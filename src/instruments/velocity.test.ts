import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  VELOCITY_CURVES,
  checkVelocityResponse,
  velocityCutoff,
  velocityGain,
  velocityOn,
  type VelocityResponse,
} from './velocity.js';

test('the level follows the square of velocity', () => {
  assert.equal(velocityGain(127), 1);
  assert.ok(Math.abs(20 * Math.log10(velocityGain(64)) + 11.9) < 0.1);
  for (let velocity = 2; velocity <= 127; velocity++)
    assert.ok(velocityGain(velocity) > velocityGain(velocity - 1));
});

describe('a curve', () => {
  test('keeps the ends, and rises throughout', () => {
    for (const curve of VELOCITY_CURVES) {
      assert.equal(velocityOn(curve, 1), 1);
      assert.equal(velocityOn(curve, 127), 127);
      for (let velocity = 2; velocity <= 127; velocity++)
        assert.ok(velocityOn(curve, velocity) > velocityOn(curve, velocity - 1), `${curve} ${velocity}`);
    }
  });

  test('takes a light touch for a strong one, as it is, or for a weaker', () => {
    assert.equal(velocityOn('even', 50), 50);
    assert.ok(velocityOn('soft', 50) > 60);
    assert.ok(velocityOn('hard', 50) < 40);
  });
});

describe('brightness', () => {
  test('leaves the strongest note as it is, and all notes where it is 0', () => {
    assert.equal(velocityCutoff(127, 60, 1), undefined);
    assert.equal(velocityCutoff(1, 60, 0), undefined);
  });

  test('lowers the cut-off with velocity, never to the fundamental', () => {
    let last = Infinity;
    for (let velocity = 126; velocity >= 1; velocity--) {
      const cutoff = velocityCutoff(velocity, 36, 0.5) ?? 0;
      assert.ok(cutoff <= last);
      last = cutoff;
    }
    assert.ok(last < 1100);
    assert.ok((velocityCutoff(1, 84, 1) ?? 0) > 2000);
  });
});

test('what is no response is refused, naming the field', () => {
  for (const [field, response] of [
    ['curve', { curve: 'log', brightness: 0.5 }],
    ['brightness', { curve: 'soft', brightness: 1.5 }],
    ['brightness', { curve: 'soft', brightness: NaN }],
  ] as const) {
    assert.throws(
      () => checkVelocityResponse(response as VelocityResponse),
      (error: Error & { code?: string }) =>
        error.code === 'OPTION_INVALID' && error.message.startsWith(field),
    );
  }
});
