import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NOTE_SAMPLE_RATE } from '../messages/note-audio.js';
import { loudness } from './loudness.js';

const tone = (frequency: number, decibels: number, seconds = 3) =>
  Float32Array.from(
    { length: seconds * NOTE_SAMPLE_RATE },
    (_, i) => 10 ** (decibels / 20) * Math.sin((2 * Math.PI * frequency * i) / NOTE_SAMPLE_RATE),
  );
const joined = (...parts: Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));

describe('loudness', () => {
  test('is -3.01 LUFS for a full sine of 997 Hz in one channel, as the recommendation says', () => {
    assert.ok(Math.abs(loudness(tone(997, 0)) + 3.01) < 0.05, `${loudness(tone(997, 0))}`);
  });

  test('follows the level, decibel by decibel', () => {
    for (const level of [-10, -23, -40])
      assert.ok(Math.abs(loudness(tone(997, level)) - level + 3.01) < 0.05);
  });

  test('hears 4 dB more at 5 kHz and less below 40 Hz', () => {
    assert.ok(Math.abs(loudness(tone(5000, -20)) + 19.7) < 0.3, `${loudness(tone(5000, -20))}`);
    assert.ok(loudness(tone(30, -20)) < -26);
  });

  test('does not count silence, nor what is far below the rest', () => {
    const whole = loudness(tone(997, -20));
    assert.ok(Math.abs(loudness(joined(tone(997, -20), new Float32Array(48000))) - whole) < 0.4);
    assert.ok(Math.abs(loudness(joined(tone(997, -20), tone(997, -45))) - whole) < 0.4);
  });

  test('is that of the whole for what is shorter than a block, and far below any threshold for silence', () => {
    assert.ok(Math.abs(loudness(tone(997, -20, 0.25)) + 23.01) < 0.1);
    assert.ok(loudness(new Float32Array(64000)) <= -200);
    assert.ok(loudness(new Float32Array(0)) <= -200);
  });
});
