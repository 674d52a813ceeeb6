import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolyphonyEvent } from '../../../music/events.js';
import { injectSteps } from './injection.js';

const note = (value: number): PolyphonyEvent => ({ type: 'newNote', value });
const STEP: PolyphonyEvent = { type: 'stepEnd' };
const START: PolyphonyEvent = { type: 'start' };

const MELODY: readonly PolyphonyEvent[] = [
  START,
  note(72),
  STEP,
  { type: 'continuedNote', value: 72 },
  STEP,
  note(74),
];

test('the notes of each step are put in at its beginning', () => {
  const inject = injectSteps(MELODY, 0);
  assert.deepEqual(inject([START]), [note(72)]);
  assert.deepEqual(inject([START, note(72), STEP]), [{ type: 'continuedNote', value: 72 }]);
  assert.deepEqual(inject([START, STEP, STEP]), [note(74)]);
  assert.deepEqual(inject([START, STEP, STEP, STEP]), [], 'the melody is over');
});

test('nothing is put in within a step', () => {
  assert.deepEqual(injectSteps(MELODY, 0)([START, STEP, note(60)]), []);
});

test('a melody may begin later', () => {
  const inject = injectSteps(MELODY, 2);
  assert.deepEqual(inject([START]), []);
  assert.deepEqual(inject([START, STEP, STEP]), [note(72)]);
});
