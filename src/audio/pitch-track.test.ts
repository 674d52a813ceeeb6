import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../random/random.js';
import { trackPitch } from './pitch-track.js';

const RATE = 16000;
const centres = (frames: number) => Array.from({ length: frames }, (_, k) => 512 * k);

/** Six partials, whose fundamental moves as `pitch` says. */
function tone(frames: number, pitch: (seconds: number) => number): Float32Array {
  let phase = 0;
  return Float32Array.from({ length: 512 * frames }, (_, n) => {
    phase += (440 * 2 ** ((pitch(n / RATE) - 69) / 12)) / RATE;
    return [1, 2, 3, 4, 5, 6].reduce((sum, h) => sum + Math.sin(2 * Math.PI * h * phase) / h, 0) / 4;
  });
}

test('a held tone has its pitch in every frame, from the lowest key to the highest', () => {
  for (const pitch of [24, 40.3, 60, 71.5, 84]) {
    const track = trackPitch(
      tone(20, () => pitch),
      RATE,
      centres(20),
    );
    for (const found of track) assert.ok(Math.abs(found - pitch) < 0.15, `${pitch}: ${found}`);
  }
});

test('a glide is followed', () => {
  const glide = (seconds: number) => 50 + 6 * seconds;
  const track = trackPitch(tone(60, glide), RATE, centres(60));
  for (let k = 6; k < 54; k++)
    assert.ok(Math.abs(track[k] - glide((512 * k) / RATE)) < 0.4, `${k}: ${track[k]}`);
});

test('silence around a tone has its pitch, and what has none at all that of middle C', () => {
  const sound = new Float32Array(512 * 40);
  sound.set(
    tone(8, () => 55),
    512 * 16,
  );
  for (const found of trackPitch(sound, RATE, centres(40))) assert.ok(Math.abs(found - 55) < 0.5, `${found}`);
  const random = createRandom('noise');
  const noise = Float32Array.from({ length: 512 * 20 }, () => random() - 0.5);
  assert.deepEqual([...trackPitch(noise, RATE, centres(20))], Array<number>(20).fill(60));
  assert.deepEqual([...trackPitch(new Float32Array(5120), RATE, centres(10))], Array<number>(10).fill(60));
});
