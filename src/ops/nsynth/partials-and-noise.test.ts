/** Frames whose sound can be told beforehand. The reference vectors (test/golden/nsynth-spectral.test.ts) hold every sample. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RealFFT } from '../../audio/fft.js';
import { frequencyOf } from '../../audio/frequency.js';
import { rms } from '../../audio/level.js';
import { MOMENTS, OUTPUTS, PARTIAL_KNOTS, PartialsAndNoise } from './partials-and-noise.js';

const PARTIALS = PARTIAL_KNOTS.length;
/** The decoder's number for an amplitude. */
const told = (amplitude: number) => (Math.log(amplitude) + 4) / 3;
const SILENT = told(1e-6);

interface Frame {
  readonly levels: readonly number[];
  /** Amplitudes by knot. */
  readonly partials?: readonly number[];
  readonly apart?: number;
  readonly noise?: number;
}

function frameOf({ levels, partials = [], apart = 0, noise }: Frame): Float32Array {
  const frame = new Float32Array(OUTPUTS).fill(SILENT);
  levels.forEach((level, i) => (frame[i] = told(level)));
  partials.forEach((amplitude, i) => (frame[MOMENTS + i] = told(amplitude)));
  frame.fill(Math.atanh(2 * apart), MOMENTS + PARTIALS, MOMENTS + 2 * PARTIALS);
  if (noise !== undefined) frame.fill(told(noise), MOMENTS + 2 * PARTIALS);
  return frame;
}

const steady = (level: number) => Array.from({ length: MOMENTS }, () => level);

function synthesize(frames: readonly Frame[], pitches: readonly number[]): Float32Array {
  const numbers = new Float32Array(frames.length * OUTPUTS);
  frames.forEach((frame, k) => numbers.set(frameOf(frame), k * OUTPUTS));
  return new PartialsAndNoise().write(numbers, pitches);
}

/** Amplitudes of sines, by bin of 16000 / 4096 Hz, of the middle of a sound. */
function spectrum(sound: Float32Array): Float64Array {
  const size = 4096;
  const from = (sound.length - size) >> 1;
  const windowed = Float64Array.from(
    { length: size },
    (_, i) => sound[from + i] * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size)),
  );
  const [re, im] = [new Float64Array(size / 2 + 1), new Float64Array(size / 2 + 1)];
  new RealFFT(size).forward(windowed, re, im);
  return re.map((value, i) => (4 / size) * Math.hypot(value, im[i]));
}

const binOf = (hz: number) => Math.round((hz * 4096) / 16000);
const many = <T>(value: T, count = 20) => Array.from({ length: count }, () => value);
const decibels = (ratio: number) => 20 * Math.log10(ratio);

describe('partials and noise', () => {
  test('of one partial: a sine of the pitch, as loud as the level says', () => {
    const sound = synthesize(many({ levels: steady(0.1), partials: [1] }), many(69));
    assert.equal(sound.length, 20 * 512);
    assert.ok(Math.abs(decibels(rms(sound, 2048, 8192) / 0.1)) < 0.05);
    const heard = spectrum(sound);
    assert.equal(heard.indexOf(Math.max(...heard)), binOf(440));
  });

  test('partials keep their proportions, and those between two knots lie between them', () => {
    const partials = Array.from({ length: PARTIALS }, (_, i) => 1 / PARTIAL_KNOTS[i]);
    const heard = spectrum(synthesize(many({ levels: steady(0.1), partials }), many(45)));
    const near = (partial: number) =>
      Math.max(...heard.subarray(binOf(110 * partial) - 1, binOf(110 * partial) + 2));
    for (const partial of [2, 5, 12, 24, 27, 40, 60]) {
      const expected = decibels(1 / partial);
      assert.ok(Math.abs(decibels(near(partial) / near(1)) - expected) < 1.5, `partial ${partial}`);
    }
  });

  test('a partial apart from its multiple is heard there: a string that is stiff, a bell', () => {
    const heard = spectrum(synthesize(many({ levels: steady(0.1), partials: [1], apart: 0.25 }), many(69)));
    assert.equal(heard.indexOf(Math.max(...heard)), binOf(550));
  });

  test('nothing is folded back from above 8 kHz', () => {
    const partials = many(1, PARTIALS);
    const heard = spectrum(synthesize(many({ levels: steady(0.1), partials }), many(84)));
    const multiples = frequencyOf(84);
    for (let bin = 20; bin < heard.length; bin++) {
      const away = ((bin * 16000) / 4096 / multiples + 0.5) % 1;
      if (Math.abs(away - 0.5) > 0.1) assert.ok(heard[bin] < 1e-4, `bin ${bin}: ${heard[bin]}`);
    }
  });

  test('noise is as loud in every bin as it is told, beside a partial, and has no pitch', () => {
    const sound = synthesize(
      many({ levels: steady(0.1), partials: [1e-6, 1], noise: 0.01 }, 60),
      many(69, 60),
    );
    // The analysis of training/nsynth, 2048 samples with a Hann window: means of power over frames.
    const size = 2048;
    const power = new Float64Array(size / 2 + 1);
    for (let from = 1024; from + size < sound.length; from += 512) {
      const part = Float64Array.from(
        { length: size },
        (_, i) => sound[from + i] * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size)),
      );
      const [re, im] = [new Float64Array(size / 2 + 1), new Float64Array(size / 2 + 1)];
      new RealFFT(size).forward(part, re, im);
      power.forEach((_, i) => (power[i] += re[i] ** 2 + im[i] ** 2));
    }
    const band = (low: number, high: number) =>
      power.subarray(low, high).reduce((a, b) => a + b, 0) / (high - low);
    const peak = Math.max(...power.subarray(108, 118));
    for (const [low, high] of [
      [20, 90],
      [140, 300],
      [500, 1000],
    ]) {
      const below = 10 * Math.log10(band(low, high) / peak);
      assert.ok(Math.abs(below - decibels(0.01)) < 1.5, `${low}-${high}: ${below}`);
    }
  });

  test('a stroke is as sharp as its moments: silence, and 8 ms later the whole', () => {
    const before = { levels: steady(1e-5), partials: [1] };
    const frames: Frame[] = [
      before,
      { ...before, levels: [1e-5, 1e-5, 0.2, 0.2] },
      ...many({ levels: steady(0.2), partials: [1] }, 4),
    ];
    const sound = synthesize(frames, many(72, 6));
    const level = (ms: number) => rms(sound, ms * 16, ms * 16 + 64);
    assert.ok(level(44) < 0.001, `${level(44)}`);
    assert.ok(level(58) > 0.15, `${level(58)}`);
  });

  test('a glide goes on without a step, as frames come or all at once', () => {
    const pitches = Array.from({ length: 20 }, (_, k) => 60 + k / 2);
    const frame = frameOf({ levels: steady(0.1), partials: [1, 0.5] });
    const all = new Float32Array(20 * OUTPUTS);
    for (let k = 0; k < 20; k++) all.set(frame, k * OUTPUTS);
    const whole = new PartialsAndNoise().write(all, pitches);
    const synthesizer = new PartialsAndNoise();
    const parts = pitches.flatMap((pitch) => [...synthesizer.write(frame, [pitch])]);
    assert.deepEqual(parts, [...whole]);
    // A sine of this level and pitch goes no further in a sample than this.
    const most = 0.1 * 2 * Math.PI * ((2 * 440) / 16000) * 3;
    for (let i = 600; i < whole.length; i++)
      assert.ok(Math.abs(whole[i] - whole[i - 1]) < most, `sample ${i}`);
  });

  test('notes that begin together have different noises, and the same note the same one', () => {
    const noisy = (pitch: number) => synthesize(many({ levels: steady(0.1), noise: 0.1 }, 4), many(pitch, 4));
    assert.deepEqual(noisy(60), noisy(60));
    const [a, b] = [noisy(60), noisy(64)];
    const together =
      a.reduce((sum, value, i) => sum + value * b[i], 0) /
      (rms(a, 0, a.length) * rms(b, 0, b.length) * a.length);
    assert.ok(Math.abs(together) < 0.2, `${together}`);
  });
});
