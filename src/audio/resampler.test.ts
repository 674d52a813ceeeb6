import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fitTone, toDecibels } from './measure.testing.js';
import { MAX_STEP, createKernels, resample, type ResamplingKernel } from './resampler.js';

const NOTE_RATE = 16000;
const kernels = createKernels();

/** `frames` output samples of a cosine of `frequency` Hz and amplitude 1, read with `step`. */
function read(frequency: number, step: number, frames: number, using: readonly ResamplingKernel[] = kernels) {
  const lead = 600;
  const input = Float32Array.from({ length: Math.ceil(frames * step) + 2 * lead }, (_, i) =>
    Math.cos((2 * Math.PI * frequency * (i - lead)) / NOTE_RATE),
  );
  const out = new Float32Array(frames);
  const at = { position: 0.25, step, stepSlope: 0, gain: 1 };
  // In pieces, as a voice does.
  for (let done = 0; done < frames;) {
    done = resample(using, at, input, lead, input.length, out, done, Math.min(frames, done + 100));
  }
  return out;
}

describe('resampler', () => {
  for (const rate of [44100, 48000, 96000]) {
    for (const bend of [-12, -0.5, 0, 7, 12]) {
      test(`at ${rate} Hz, bent by ${bend}: gain within 0.5 dB and all else below -80 dB, up to 6.5 kHz`, () => {
        const step = (NOTE_RATE / rate) * 2 ** (bend / 12);
        for (const frequency of [40, 440, 1000, 2500, 4000, 5200, 6000, 6500]) {
          const { amplitude, residual } = fitTone(
            read(frequency, step, 6000),
            (frequency / NOTE_RATE) * step,
          );
          const gain = toDecibels(amplitude);
          // The RMS of everything that is not the tone, against the tone's own: no single component is larger.
          const rest = toDecibels((residual * Math.SQRT2) / amplitude);
          assert.ok(Math.abs(gain) < 0.5, `${frequency} Hz: gain ${gain.toFixed(3)} dB`);
          assert.ok(rest < -80, `${frequency} Hz: rest ${rest.toFixed(1)} dB`);
        }
      });
    }
  }

  test('a kernel with too few phases fails that measure', () => {
    const [{ ratio, taps, phases, table }] = kernels;
    const coarse = new Float64Array((phases / 16 + 1) * taps);
    for (let row = 0; row <= phases / 16; row++) {
      coarse.set(table.subarray(row * 16 * taps, (row * 16 + 1) * taps), row * taps);
    }
    const planted = [{ ratio, taps, phases: phases / 16, table: coarse }];
    const { amplitude, residual } = fitTone(read(6500, 0.3628, 6000, planted), (6500 / NOTE_RATE) * 0.3628);
    assert.ok(toDecibels((residual * Math.SQRT2) / amplitude) > -80);
  });

  for (const step of [1.3, 2, 3.1, 4.35, 8.7, MAX_STEP]) {
    test(`step ${step}: what the output cannot carry is 80 dB down, what it can is kept`, () => {
      const nyquist = NOTE_RATE / 2 / step;
      // The stop band begins at 1.19 of a Nyquist frequency that lies up to half an octave below the output's.
      const aliased = 1.2 * nyquist;
      if (aliased < NOTE_RATE / 2) {
        const out = read(aliased, step, 3000);
        const loudest = out.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0);
        assert.ok(
          toDecibels(loudest) < -80,
          `${aliased.toFixed(0)} Hz: ${toDecibels(loudest).toFixed(1)} dB`,
        );
      }
      const kept = (0.8 * nyquist) / Math.SQRT2;
      const { amplitude } = fitTone(read(kept, step, 3000), (kept / NOTE_RATE) * step);
      assert.ok(Math.abs(toDecibels(amplitude)) < 0.5, `${kept.toFixed(0)} Hz: ${toDecibels(amplitude)} dB`);
    });
  }

  test('stops at the limit, and goes on where it stopped', () => {
    const input = Float32Array.from({ length: 400 }, (_, i) => Math.sin(i / 3));
    const whole = new Float32Array(200);
    resample(kernels, { position: 0, step: 0.5, stepSlope: 0, gain: 1 }, input, 100, 200, whole, 0, 200);
    const parts = new Float32Array(200);
    const at = { position: 0, step: 0.5, stepSlope: 0, gain: 1 };
    const stopped = resample(kernels, at, input, 100, 31, parts, 0, 200);
    assert.equal(stopped, 62);
    assert.equal(at.position, 31);
    assert.equal(resample(kernels, at, input, 100, 200, parts, stopped, 200), 200);
    assert.deepEqual(parts, whole);
  });

  test('a changing step moves the position by its sum', () => {
    const at = { position: 0, step: 0.3, stepSlope: 0.001, gain: 1 };
    resample(kernels, at, new Float32Array(1000), 300, 400, new Float32Array(100), 0, 100);
    assert.ok(Math.abs(at.step - 0.4) < 1e-12);
    assert.ok(Math.abs(at.position - (100 * 0.3 + (0.001 * 99 * 100) / 2)) < 1e-9);
  });
});
