import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { colourIndex, colours, oklchToRgb } from './colour.js';
import {
  BINS,
  FRAMES,
  VALUES,
  binOf,
  checkSpectrogram,
  frequencyOf,
  paint,
  strongestFrequency,
} from './image.js';

const SCALE = 0.0661371661726;
const SHIFT = 0.113718730221;
/** Log power in nats -> what the network says. */
const normalised = (nats: number) => nats * SCALE + SHIFT;

/** Silence, 100 dB down, but for a tone at one bin. */
function tone(bin: number, frequency = 0): Float32Array {
  const spectrogram = new Float32Array(VALUES);
  for (let i = 0; i < VALUES; i += 2) spectrogram[i] = normalised(-10 * Math.LN10);
  for (let frame = 0; frame < FRAMES; frame++) {
    spectrogram[(frame * BINS + bin) * 2] = normalised(0);
    spectrogram[(frame * BINS + bin) * 2 + 1] = 0.8 * frequency;
  }
  return spectrogram;
}

describe('colours', () => {
  test('OKLCH becomes sRGB', () => {
    // White and black, and sRGB red, of which CSS Color 4 gives oklch(0.62796 0.25768 29.234deg).
    assert.deepEqual(oklchToRgb(1, 0, 0), [255, 255, 255]);
    assert.deepEqual(oklchToRgb(0, 0, 0), [0, 0, 0]);
    assert.deepEqual(oklchToRgb(0.62796, 0.25768, (29.234 * Math.PI) / 180), [255, 0, 0]);
  });

  test('a phase step of pi and one of -pi are the same hue, and so is any further turn', () => {
    assert.equal(colourIndex(1, 1), colourIndex(1, -1));
    assert.equal(colourIndex(1, 0.25), colourIndex(1, 2.25));
    assert.notEqual(colourIndex(1, 0), colourIndex(1, 0.5));
  });

  test('all hues are equally light to within a few per cent', () => {
    const pixels = new Uint8Array(colours().buffer);
    const luminances = [...Array(256).keys()].map((hue) => {
      const at = colourIndex(1, (2 * hue) / 256) * 4;
      return 0.2126 * pixels[at] + 0.7152 * pixels[at + 1] + 0.0722 * pixels[at + 2];
    });
    assert.ok(Math.max(...luminances) / Math.min(...luminances) < 1.25);
  });
});

describe('the picture', () => {
  test('has frequency upwards and time to the right', () => {
    const spectrogram = tone(100);
    // Only from frame 64 on.
    for (let frame = 0; frame < 64; frame++)
      spectrogram[(frame * BINS + 100) * 2] = normalised(-10 * Math.LN10);
    const pixels = new Uint32Array(FRAMES * BINS);
    paint(spectrogram, pixels);
    const lit = [...pixels.keys()].filter((i) => pixels[i] !== 0);
    assert.equal(lit.length, 64);
    assert.ok(lit.every((i) => Math.floor(i / FRAMES) === BINS - 1 - 100 && i % FRAMES >= 64));
  });

  test('shows 70 dB below the loudest value, however loud that is', () => {
    const spectrogram = tone(100);
    const bel = Math.LN10;
    spectrogram[200 * 2] = normalised(-6.9 * bel);
    spectrogram[201 * 2] = normalised(-7.1 * bel);
    for (const louder of [0, 3]) {
      const pixels = new Uint32Array(FRAMES * BINS);
      const shifted = spectrogram.map((value, i) => (i % 2 ? value : value + louder * SCALE));
      paint(shifted, pixels);
      assert.notEqual(pixels[(BINS - 1 - 200) * FRAMES], 0);
      assert.equal(pixels[(BINS - 1 - 201) * FRAMES], 0);
    }
  });

  test('takes its hue from the instantaneous frequency', () => {
    const at = (frequency: number) => {
      const pixels = new Uint32Array(FRAMES * BINS);
      paint(tone(100, frequency), pixels);
      return pixels[(BINS - 1 - 100) * FRAMES];
    };
    assert.equal(at(0.5), colours()[colourIndex(1, 0.5)]);
    assert.notEqual(at(0.5), at(-0.5));
  });

  test('draws NaN as silence', () => {
    const spectrogram = tone(100);
    spectrogram[300 * 2] = NaN;
    const pixels = new Uint32Array(FRAMES * BINS);
    paint(spectrogram, pixels);
    assert.equal(pixels[(BINS - 1 - 300) * FRAMES], 0);
    assert.notEqual(pixels[(BINS - 1 - 100) * FRAMES], 0);
  });

  test('has a mel scale from 0 to 8000 Hz', () => {
    assert.equal(binOf(0), 0);
    assert.equal(Math.round(binOf(8000)), BINS);
    assert.ok(Math.abs(frequencyOf(binOf(440)) - 440) < 1e-9);
    // 1127 ln(1 + 1000 / 700) of 1127 ln(1 + 8000 / 700) mels.
    assert.ok(Math.abs(binOf(1000) / BINS - 0.35213) < 1e-4);
  });

  test('is told by its strongest frequency', () => {
    assert.ok(Math.abs(strongestFrequency(tone(Math.round(binOf(440)))) - 440) < 2);
  });

  test('of another size is refused with a code', () => {
    assert.throws(
      () => checkSpectrogram(new Float32Array(7)),
      (error) =>
        error instanceof TimbrelError && error.code === 'SPECTROGRAM_SHAPE' && /not 7/.test(error.message),
    );
  });
});
