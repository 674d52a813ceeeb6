import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fitTone, toDecibels } from '../audio/measure.testing.js';
import { Limiter } from './limiter.js';

const RATE = 48000;
const tone = (amplitude: number, seconds: number) =>
  Float32Array.from(
    { length: seconds * RATE },
    (_, i) => amplitude * Math.sin((2 * Math.PI * 220 * i) / RATE),
  );

describe('limiter', () => {
  test('leaves what stays below its threshold as it is', () => {
    const sound = tone(0.74, 0.5);
    const limited = sound.slice();
    new Limiter(RATE).apply(limited);
    assert.deepEqual(limited, sound);
  });

  test('never reaches full scale and never has a flat top', () => {
    for (const amplitude of [0.9, 1.5, 4, 16]) {
      const limited = tone(amplitude, 0.5);
      new Limiter(RATE).apply(limited);
      for (let i = 1; i < limited.length; i++) {
        assert.ok(Math.abs(limited[i]) < 1, `${amplitude}: ${limited[i]}`);
        const flat = Math.abs(limited[i]) > 0.5 && limited[i] === limited[i - 1];
        assert.ok(!flat, `${amplitude}: ${limited[i]} twice, at ${i}`);
      }
    }
  });

  test('lowers a loud tone without distorting it, and comes back', () => {
    const limiter = new Limiter(RATE);
    const loud = tone(2, 1);
    limiter.apply(loud);
    const { amplitude, residual } = fitTone(loud.subarray(RATE / 2), 220 / RATE);
    assert.ok(Math.abs(amplitude - 0.75) < 0.03, `${amplitude}`);
    assert.ok(toDecibels(residual / amplitude) < -35, `${toDecibels(residual / amplitude)} dB`);
    limiter.apply(tone(0.5, 1));
    const quiet = tone(0.5, 0.1);
    const limited = quiet.slice();
    limiter.apply(limited);
    assert.deepEqual(limited, quiet);
  });

  test('is the same in pieces of any length', () => {
    const whole = tone(2, 0.1);
    new Limiter(RATE).apply(whole);
    const parts = tone(2, 0.1);
    const limiter = new Limiter(RATE);
    for (let i = 0; i < parts.length; i += 100) limiter.apply(parts.subarray(i, i + 100));
    assert.ok(parts.every((x, i) => Math.abs(x - whole[i]) < 1e-6));
  });

  test('turns what is not a number into silence, and recovers', () => {
    const limiter = new Limiter(RATE);
    const sound = Float32Array.of(0.1, NaN, Infinity, -Infinity, 0.1);
    limiter.apply(sound);
    assert.ok(sound.every(Number.isFinite));
    const after = tone(0.5, 4);
    limiter.apply(after);
    assert.ok(Math.max(...after.subarray(-RATE)) > 0.45);
  });
});
