/** Tokens of performances; whole pieces and melodies are compared with the original's in test/golden. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventOfToken, performanceTokens, tokenOfEvent } from './performance-tokens.js';

describe('tokens', () => {
  test('stand for one event each', () => {
    assert.equal(eventOfToken(0), undefined);
    assert.equal(eventOfToken(1), undefined);
    for (let token = 2; token < 310; token++) {
      const event = eventOfToken(token);
      assert.ok(event);
      assert.equal(tokenOfEvent(event), token);
    }
  });

  test('are none beyond the vocabulary, and of keys that no piano has', () => {
    for (const token of [-1, 310, 1.5, NaN])
      assert.throws(() => eventOfToken(token), { code: 'EVENT_INVALID' });
    assert.throws(() => tokenOfEvent({ type: 'noteOn', value: 20 }), { code: 'EVENT_INVALID' });
    assert.throws(() => tokenOfEvent({ type: 'noteOff', value: 109 }), { code: 'EVENT_INVALID' });
  });

  test('of drums, of silent notes and of other instruments: the first two are left out', () => {
    const note = { pitch: 60, startTime: 0, endTime: 1, velocity: 80 };
    const plain = performanceTokens({ notes: [note], totalTime: 1 });
    const more = [
      { ...note, isDrum: true, pitch: 36 },
      { ...note, velocity: 0, pitch: 50 },
    ];
    assert.deepEqual(
      performanceTokens({ notes: [...more, { ...note, program: 40, instrument: 3 }], totalTime: 1 }),
      plain,
    );
  });

  test('of a quantised sequence are those of its seconds', () => {
    const seconds = { notes: [{ pitch: 60, startTime: 0.5, endTime: 1, velocity: 80 }], totalTime: 1 };
    const steps = {
      notes: [{ pitch: 60, quantizedStartStep: 4, quantizedEndStep: 8, velocity: 80 }],
      totalQuantizedSteps: 8,
      quantizationInfo: { stepsPerQuarter: 4 },
      tempos: [{ time: 0, qpm: 120 }],
    };
    assert.deepEqual(performanceTokens(steps), performanceTokens(seconds));
  });
});
