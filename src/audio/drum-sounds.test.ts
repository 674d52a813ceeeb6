import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DRUMS, WOOD_BLOCKS, renderDrum, type Drum } from './drum-sounds.js';
import { RealFFT } from './fft.js';
import { levels } from './measure.testing.js';

const RATE = 48000;

/** Centre of the power spectrum of the first 85 ms, Hz. */
function centre(drum: Drum): number {
  const size = 4096;
  const stroke = renderDrum(drum, RATE);
  const samples = Float64Array.from({ length: size }, (_, i) => stroke[i] ?? 0);
  const [re, im] = [new Float64Array(size / 2 + 1), new Float64Array(size / 2 + 1)];
  new RealFFT(size).forward(samples, re, im);
  let [sum, weighted] = [0, 0];
  for (let k = 0; k <= size / 2; k++) {
    const power = re[k] ** 2 + im[k] ** 2;
    sum += power;
    weighted += (power * k * RATE) / size;
  }
  return weighted / sum;
}

/** Half-waves counted once the sweep is over, from 0.15 to 0.35 s. */
function frequencyOf(drum: Drum): number {
  const samples = renderDrum(drum, RATE);
  let crossings = 0;
  for (let i = 0.15 * RATE; i < 0.35 * RATE; i++) if (samples[i] >= 0 !== samples[i + 1] >= 0) crossings++;
  return crossings / 2 / 0.2;
}

describe('the drum kit', () => {
  for (const drum of [...DRUMS, ...WOOD_BLOCKS]) {
    test(`${drum}: begins at once, peaks at 0.9, ends in silence`, () => {
      for (const rate of [44100, 48000, 96000]) {
        const samples = renderDrum(drum, rate);
        const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
        assert.ok(Math.abs(peak - 0.9) < 1e-6, String(peak));
        assert.ok(samples.subarray(0, 0.005 * rate).some((x) => Math.abs(x) > 0.09));
        const level = levels(samples, Math.round(0.01 * rate));
        assert.ok((level.at(-1) ?? 0) < -45, String(level.at(-1)));
        assert.ok(Math.abs(samples.at(-1) ?? 1) < 1e-6);
      }
    });
  }

  test('goes from dark to bright as drums do', () => {
    const [kick, snare, closed, , low, mid, high] = DRUMS.map(centre);
    assert.ok(kick < low && low < mid && mid < high && high < snare && snare < closed);
  });

  test('has its toms in tune', () => {
    for (const [drum, hz] of [
      ['low tom', 82],
      ['mid tom', 116],
      ['high tom', 158],
    ] as const) {
      assert.ok(Math.abs(frequencyOf(drum) / hz - 1) < 0.08, `${drum}: ${frequencyOf(drum)} Hz`);
    }
  });

  test('lets an open hi-hat ring longer than a closed one', () => {
    assert.ok(renderDrum('open hi-hat', RATE).length > 4 * renderDrum('closed hi-hat', RATE).length);
  });
});
