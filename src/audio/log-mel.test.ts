/** Log-mel spectra: the bands of librosa's conventions, and the level of tones and of silence. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { LogMel, applyFloor, melBands, type LogMelOptions } from './log-mel.js';

const OPTIONS: LogMelOptions = {
  sampleRate: 16000,
  windowLength: 2048,
  bins: 229,
  lowest: 30,
  window: 'periodic',
};

describe('mel bands', () => {
  // The numbers are those of librosa.filters.mel(16000, 2048, 229, 30, 8000, htk=True, norm=1).
  const bands = melBands(OPTIONS).map(({ first, weights }) =>
    [...weights].flatMap((weight, i) => (weight > 0 ? [{ bin: first + i, weight }] : [])),
  );
  const close = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual - expected) < 2e-8, String(actual));

  test('are 229, none of them empty, with 2029 weights in all', () => {
    assert.equal(bands.length, 229);
    assert.ok(bands.every(({ length }) => length > 0));
    assert.equal(bands.flat().length, 2029);
  });

  test('have the weights of librosa', () => {
    const [low] = bands;
    assert.deepEqual(
      low.map(({ bin }) => bin),
      [4, 5],
    );
    close(low[0].weight, 0.01988275);
    close(low[1].weight, 0.10760617);
    // Its upper edge is bin 1024, where the triangle is zero but for rounding.
    const high = bands[228].map(({ bin }) => bin);
    assert.deepEqual([high[0], high[high.length - 1]], [1001, 1024]);
    const weights = bands.flat().map(({ weight }) => weight);
    assert.ok(Math.abs(weights.reduce((a, b) => a + b, 0) - 29.312517) < 1e-5);
    close(Math.max(...weights), 0.11914136);
  });
});

describe('a frame', () => {
  const frame = new Float32Array(229);
  const tone = (hz: number, amplitude: number) =>
    Float32Array.from({ length: 2048 }, (_, i) => amplitude * Math.sin((2 * Math.PI * hz * i) / 16000));

  test('of silence is -100 dB everywhere, and has no floor to raise', () => {
    const peak = new LogMel(OPTIONS).compute(new Float32Array(2048), 0, frame);
    assert.equal(peak, -100);
    applyFloor(frame, peak);
    assert.ok(frame.every((value) => value === -100));
  });

  test('of a tone has its peak in the band of the tone; ten times as loud is 20 dB more', () => {
    const mel = new LogMel(OPTIONS);
    const quiet = mel.compute(tone(1000, 0.05), 0, frame);
    const band = frame.indexOf(quiet);
    const { first, weights } = melBands(OPTIONS)[band];
    const [low, high] = [first, first + weights.length - 1].map((bin) => (bin * 16000) / 2048);
    assert.ok(low <= 1000 && high >= 1000, `${low} to ${high}`);
    assert.ok(Math.abs(mel.compute(tone(1000, 0.5), 0, frame) - quiet - 20) < 1e-5);
  });

  test('is cut 80 dB below its peak', () => {
    const peak = new LogMel(OPTIONS).compute(tone(1000, 1), 0, frame);
    assert.ok(frame.some((value) => value < peak - 80));
    applyFloor(frame, peak);
    assert.ok(Math.abs(Math.min(...frame) - (peak - 80)) < 1e-5);
  });

  test('of a symmetric window differs, in quiet bins most', () => {
    const symmetric = new Float32Array(229);
    new LogMel(OPTIONS).compute(tone(500, 1), 0, frame);
    new LogMel({ ...OPTIONS, window: 'symmetric' }).compute(tone(500, 1), 0, symmetric);
    const differences = frame.map((value, i) => Math.abs(value - symmetric[i]));
    assert.ok(Math.max(...differences) > 0.01);
    assert.ok(differences[frame.indexOf(Math.max(...frame))] < 0.01);
  });
});
