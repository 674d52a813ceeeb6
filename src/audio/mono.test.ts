/** Sound as models take it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toMono } from './mono.js';
import { estimateFundamental } from './pitch.js';

const tone = (sampleRate: number, seconds = 0.5) =>
  Float32Array.from(
    { length: sampleRate * seconds },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / sampleRate),
  );

test('channels are averaged', () => {
  const channels = [Float32Array.of(1, 0, -1, 0.5), Float32Array.of(0, 0, 1, 0.5)];
  assert.deepEqual([...toMono({ channels, sampleRate: 16000 }, 16000)], [0.5, 0, 0, 0.5]);
});

for (const sampleRate of [8000, 22050, 44100, 48000, 96000, 192000]) {
  test(`a tone at ${sampleRate} Hz keeps its length, pitch and level`, () => {
    const sound = toMono({ channels: [tone(sampleRate)], sampleRate }, 16000);
    assert.ok(Math.abs(sound.length - 8000) <= 1);
    const { frequency } = estimateFundamental(sound, 16000);
    assert.ok(Math.abs(frequency - 440) < 0.5, `${frequency} Hz`);
    const peak = Math.max(...sound.subarray(2000, 6000));
    assert.ok(Math.abs(peak - 0.5) < 0.01, `${peak}`);
  });
}

test('a value that is no number is refused, with its place', () => {
  const samples = new Float32Array(10);
  samples[7] = NaN;
  assert.throws(() => toMono({ channels: [samples], sampleRate: 16000 }, 16000), {
    code: 'AUDIO_INVALID',
    message: /NaN at sample 7/,
  });
});
