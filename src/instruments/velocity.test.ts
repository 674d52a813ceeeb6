import assert from 'node:assert/strict';
import { test } from 'node:test';
import { velocityGain } from './velocity.js';

test('velocity 127 is full gain, 64 some 12 dB below, and harder is always louder', () => {
  assert.equal(velocityGain(127), 1);
  assert.ok(Math.abs(20 * Math.log10(velocityGain(64)) + 11.9) < 0.1);
  for (let velocity = 2; velocity < 128; velocity++)
    assert.ok(velocityGain(velocity) > velocityGain(velocity - 1));
});
