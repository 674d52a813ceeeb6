import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PieceEvaluation } from '../../models/music-vae/protocol.js';
import { grooveScores, meanGroove, nearestAgreement, stepScores, windowMeasures } from './scores.js';

const window = (...labels: number[]) => Float32Array.from(labels);
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-5, `${actual}, not ${expected}`);

function evaluation(reconstruction: Float32Array, hits: number[] = [1]): PieceEvaluation {
  return {
    reconstruction,
    foreseen: reconstruction,
    hits: Uint8Array.from(hits),
    logProbabilities: Float64Array.from(hits, () => -0.5),
    divergence: 3,
  };
}

test('shares of steps, of onsets and of windows that are right', () => {
  const truth = [window(41, 0, 43, 1), window(41, 0, 0, 0)];
  const scores = stepScores(
    truth,
    [evaluation(window(41, 0, 45, 1), [1, 1, 0, 1]), evaluation(truth[1], [1, 1, 1, 1])],
    2,
  );
  assert.equal(scores.teacherForced, 7 / 8);
  assert.equal(scores.freeRunning, 7 / 8);
  assert.equal(scores.freeRunningOnsets, 2 / 3);
  assert.equal(scores.whole, 0.5);
  assert.equal(scores.loss, 0.5);
  assert.equal(scores.divergence, 3);
});

describe('the most similar training window', () => {
  const held = [window(41, 0, 43, 1)];
  test('may be transposed', () => {
    const training = [window(0, 0, 0, 0), window(46, 0, 48, 0)];
    assert.equal(nearestAgreement(held, training, true), 3 / 4);
    assert.equal(nearestAgreement(held, training, false), 1 / 4);
    assert.equal(nearestAgreement(held, held, true), 1);
  });
});

describe('grooves', () => {
  const hit = (velocity: number, offset: number) => {
    const row = new Float32Array(27);
    row.set([1], 0);
    row.set([velocity], 9);
    row.set([offset], 18);
    return row;
  };

  test('errors at the hits, beside the mean of the training data', () => {
    const training = [hit(0.4, 0.2), hit(0.6, 0.4)];
    const { byStep, flat } = meanGroove(training, 27);
    near(byStep[9], 0.5);
    near(byStep[18], 0.3);
    near(flat[18], 0);
    const scores = grooveScores([hit(0.7, 0.1)], [evaluation(hit(0.6, 0.2))], training);
    near(scores.f1, 1);
    near(scores.freeRunning.velocity, 12.7);
    near(scores.freeRunning.offset, 6.25);
    near(scores.meanGroove.velocity, 25.4);
    near(scores.meanGroove.offset, 12.5);
    near(scores.quantised.offset, 6.25);
  });
});

test('what windows are like', () => {
  const bar = [41, 0, 0, 0, 43, 0, 45, 0, 1, 0, 0, 0, 0, 0, 0, 0];
  const { onBeat, density, barsThatReturn, offKey } = windowMeasures(
    [window(...bar, ...bar), window(...bar, ...bar.map((label, i) => (i === 0 ? 42 : label)))],
    'melody',
  );
  near(onBeat, 2 / 3);
  assert.equal(density, 3);
  assert.equal(barsThatReturn, 0.5);
  // C, D, E, C sharp, D, E in the best scale, that of D or A: one of six is outside.
  near(Number(offKey), 1 / 12);
});
