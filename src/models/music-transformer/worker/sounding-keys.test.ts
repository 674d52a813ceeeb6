/** Keys that were struck of late are spared: which key is struck changes, whether one is does not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tokenOfEvent } from '../../../music/performance-tokens.js';
import { SoundingKeys } from './sounding-keys.js';

const on = (value: number) => tokenOfEvent({ type: 'noteOn', value });
const later = (steps: number) => tokenOfEvent({ type: 'timeShift', value: steps });

/** Logits after a piece, with a key likelier than the others. */
function spared(tokens: readonly number[], nats: number): Float32Array {
  const logits = new Float32Array(310);
  logits[on(60)] = 2;
  new SoundingKeys(tokens).spare(logits, nats);
  return logits;
}

const shareOfNotes = (logits: Float32Array) => {
  const exps = Array.from(logits, Math.exp);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return sum(exps.slice(on(21), on(108) + 1)) / sum(exps);
};

test('each stroke beyond the first makes a key less likely, and the others as much likelier', () => {
  const untouched = spared([], 1);
  const struck = [on(60), later(1), on(60), later(1), on(60), later(1), on(64)];
  const logits = spared(struck, 1);
  const lead = logits[on(60)] - logits[on(62)];
  assert.ok(
    lead < 0.2 && lead > -0.2,
    `the lead of two nats becomes ${lead}: three strokes, less what time took`,
  );
  assert.equal(logits[on(64)], logits[on(62)], 'one stroke is none too many');
  assert.ok(Math.abs(shareOfNotes(logits) - shareOfNotes(untouched)) < 1e-6);
  assert.equal(logits[later(1)], 0);
});

test('strokes are forgotten within seconds, and nothing is changed where there were none', () => {
  const struck = [on(60), on(60), on(60)];
  const wait = Array.from({ length: 6 }, () => later(100));
  const [before, after] = [spared(struck, 1), spared([...struck, ...wait], 1)];
  assert.ok(before[on(60)] < 0.5);
  assert.ok(Math.abs(after[on(60)] - 2) < 1e-6);
  assert.ok(Math.abs(spared([], 4)[on(60)] - 2) < 1e-6);
});

test('notes that are forbidden altogether stay so', () => {
  const logits = new Float32Array(310).fill(-Infinity, on(21), on(108) + 1);
  new SoundingKeys([on(60), on(60)]).spare(logits, 4);
  assert.ok(logits.subarray(on(21), on(108) + 1).every((value) => value === -Infinity));
});
