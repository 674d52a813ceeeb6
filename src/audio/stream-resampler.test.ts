/** A signal that is resampled in parts: the same as at once, in place and in level. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { StreamResampler } from './stream-resampler.js';

function resampled(signal: Float32Array, from: number, to: number, parts: readonly number[] = []): number[] {
  const stream = new StreamResampler(from, to);
  const out: number[] = [];
  let at = 0;
  for (const length of [...parts, signal.length]) {
    out.push(...stream.write(signal.subarray(at, at + length)));
    at += length;
  }
  return [...out, ...stream.close()];
}

const tone = (hz: number, rate: number, length: number) =>
  Float32Array.from({ length }, (_, i) => Math.sin((2 * Math.PI * hz * i) / rate));

describe('resampling', () => {
  for (const [from, to] of [
    [44100, 16000],
    [48000, 16000],
    [8000, 16000],
    [22050, 44100],
    [192000, 16000],
  ]) {
    test(`${from} Hz to ${to} Hz: a tone stays where and as loud as it is`, () => {
      const length = from / 5 + 1;
      const actual = resampled(tone(440, from, length), from, to);
      assert.equal(actual.length, Math.ceil((length * to) / from));
      const expected = tone(440, to, actual.length);
      // Away from the ends, where the signal begins and ends abruptly.
      for (let i = 100; i < actual.length - 100; i++)
        assert.ok(Math.abs(actual[i] - expected[i]) < 2e-3, `${i}: ${actual[i]}, not ${expected[i]}`);
    });
  }

  test('keeps what would be folded back out', () => {
    const out = resampled(tone(12000, 48000, 9600), 48000, 16000).slice(100, -100);
    assert.ok(Math.max(...out.map(Math.abs)) < 1e-3);
  });

  test('is the same, bit for bit, in parts of any length', () => {
    const signal = tone(1234, 44100, 5000);
    const whole = resampled(signal, 44100, 16000);
    for (const parts of [Array<number>(50).fill(100), [0, 1, 4998], [3000, 3]])
      assert.deepEqual(resampled(signal, 44100, 16000, parts), whole);
  });

  test('hands the signal on as it is where the rates are equal', () => {
    const signal = tone(440, 16000, 300);
    assert.deepEqual(resampled(signal, 16000, 16000, [17]), [...signal]);
  });
});
