import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rms } from '../../audio/level.js';
import { linearToMel, melToLinear } from './mel.js';
import { estimateFundamental } from '../../audio/pitch.js';
import { audioToSpectrogram, spectrogramToAudio } from './spectrogram.js';
import { SAMPLES } from './stft.js';

const near = (a: number, b: number, tolerance: number) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a}, not ${b}`);
const tone = (hz: number) =>
  Float32Array.from({ length: SAMPLES }, (_, i) => 0.4 * Math.sin((2 * Math.PI * hz * i) / 16000));
const magnitude = (image: Float32Array, frame: number, band: number) => image[(frame * 1024 + band) * 2];
const frequency = (image: Float32Array, frame: number, band: number) => image[(frame * 1024 + band) * 2 + 1];
/** The loudest mel band of frame 60. */
function peakBand(image: Float32Array): number {
  const bands = Array.from({ length: 1024 }, (_, band) => magnitude(image, 60, band));
  return bands.indexOf(Math.max(...bands));
}

describe('sound to image', () => {
  test('is what NumPy computes by the same formulas', () => {
    // Three partials that decay, the lowest with a vibrato.
    const note = Float32Array.from({ length: SAMPLES }, (_, i) => {
      const turn = (2 * Math.PI * i) / 16000;
      const lowest = 0.4 * Math.sin(2 * Math.PI * ((220 * i) / 16000 + 0.3 * Math.sin(turn)));
      const others = 0.2 * Math.sin(1330.5 * turn + 1) + 0.05 * Math.sin(5210 * turn);
      return Math.exp(-i / 40000) * (lowest + others);
    });
    const image = audioToSpectrogram(note);
    for (const [frame, band, expectedMagnitude, expectedFrequency] of [
      [0, 200, -0.79999994, 0],
      [3, 1, 0.23061963, 0.77656471],
      [3, 61, 0.12534423, 0.36376962],
      [3, 333, -0.11658346, 0.49927604],
      [3, 701, -0.26512478, -0.45691154],
      [6, 60, -0.51606765, -0.00018107991],
      [6, 850, -0.79897159, 0.61263842],
      [40, 5, -0.64223335, 0.095583086],
      [40, 200, -0.6908858, -0.45023973],
      // From one turn to the next: the difference of two bands' phases is unwrapped as well.
      [126, 867, 0.31729481, 0.77210158],
      [127, 61, -0.7041482, 0.12867234],
      [127, 1023, -0.79999979, 0.1889551],
    ]) {
      near(magnitude(image, frame, band), expectedMagnitude, 1e-6);
      near(frequency(image, frame, band), expectedFrequency, 1e-5);
    }
  });

  test('a steady tone has its own frequency in every frame, times what the band is made of', () => {
    const { columns, values } = linearToMel();
    const inFrame = (hz: number, frame: number) => {
      const image = audioToSpectrogram(tone(hz));
      const band = peakBand(image);
      const weight = values.reduce((sum, value, e) => (columns[e] === band ? sum + value : sum), 0);
      return frequency(image, frame, band) / weight;
    };
    // 1000 Hz is 64 half turns a hop: none, as far as a phase can tell. 1005 Hz is 0.32 more.
    near(inFrame(1000, 60), 0, 1e-3);
    for (const frame of [20, 60, 100]) near(inFrame(1005, frame), 0.32 * 0.8, 1e-3);
  });

  test('stays within [-1, 1], for silence and for what is far too loud', () => {
    const silence = audioToSpectrogram(new Float32Array(100));
    // ln 1e-6 is the lowest there is.
    near(magnitude(silence, 60, 500), 0.0661371661726 * Math.log(1e-6) + 0.113718730221, 1e-6);
    const loud = audioToSpectrogram(tone(440).map((value) => 1e6 * value));
    assert.ok(loud.every((value) => value >= -1 && value <= 1));
    assert.equal(magnitude(loud, 60, peakBand(loud)), 1);
  });
});

describe('image to sound', () => {
  test('an image of zeros: every bin at its lowest and highest de-normalised magnitude', () => {
    const level = (y: number) => {
      const audio = spectrogramToAudio(
        Float32Array.from({ length: 128 * 1024 * 2 }, (_, i) => (i % 2 ? 0 : y)),
      );
      return Math.log(rms(audio, 20000, 40000) ** 2);
    };
    // A step of y is a step of 1 / 0.0661371661726 of log power.
    near(level(0.5) - level(0), 0.5 / 0.0661371661726, 1e-3);
    near(level(1) - level(0), (13.400654 + 1.719438) * 1, 1e-3);
  });

  test('one loud steady bin becomes a tone of its frequency', () => {
    const image = Float32Array.from({ length: 128 * 1024 * 2 }, (_, i) => (i % 2 ? 0 : -1));
    const { rows, columns } = melToLinear();
    // Bin 127 of the image is 1000 Hz.
    for (let frame = 0; frame < 128; frame++) {
      for (let e = rows[127]; e < rows[128]; e++) image[(frame * 1024 + columns[e]) * 2] = 0.3;
    }
    const audio = spectrogramToAudio(image);
    assert.equal(audio.length, SAMPLES);
    near(1200 * Math.log2(estimateFundamental(audio, 16000).frequency / 1000), 0, 3);
  });

  test('leaves the image as it was, and gives the same again', () => {
    const image = audioToSpectrogram(tone(300));
    const before = image.slice();
    assert.deepEqual(spectrogramToAudio(image), spectrogramToAudio(image));
    assert.deepEqual(image, before);
  });
});

describe('sound to image to sound keeps', () => {
  // Linear bins blur where mel bands are wider or narrower than they are: what is lost is level, not pitch.
  for (const hz of [65.41, 261.63, 440, 1046.5, 2093]) {
    test(`the pitch of a tone of ${hz} Hz, and its level within 4 dB`, () => {
      const sound = tone(hz);
      const again = spectrogramToAudio(audioToSpectrogram(sound));
      near(1200 * Math.log2(estimateFundamental(again, 16000).frequency / hz), 0, 5);
      near(20 * Math.log10(rms(again, 8000, 56000) / rms(sound, 8000, 56000)), 0, 4);
    });
  }
});
