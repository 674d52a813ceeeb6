/**
 * GANSynth's image of a sound, and back (magenta/models/gansynth/lib/{specgrams_helper,spectral_ops,data_normalizer}.py), written
 * plainly in float64: what the kernels are compared with, and what backends without kernels use.
 *
 * An image is [128, 1024, 2] row-major: frame, mel bin, {normalised log mel power, normalised instantaneous frequency}.
 */
import { BINS, linearToMel, melToLinear, type SparseMatrix } from './mel.js';
import { lockedPhases, refinedAudio } from './refinement.js';
import { FRAMES, SPECTRUM_BINS, emptySpectra, shortTimeSpectra } from './stft.js';

/** Normalised value = scale x + offset. */
const MAGNITUDE = { scale: 0.0661371661726, offset: 0.113718730221 };
/** The factor of an instantaneous frequency in units of pi a hop. */
const FREQUENCY_SCALE = 0.8;
const FLOOR = 1e-6;

let forward: SparseMatrix | undefined;
let inverse: SparseMatrix | undefined;

/**
 * @param image [128, 1024, 2]
 * @param refinement rounds in which the phases come to agree (refinement.ts); 0 is Magenta's inversion
 * @returns 64000 samples at 16 kHz, nominally within [-1, 1]
 */
export function spectrogramToAudio(image: Float32Array, refinement = 0): Float32Array {
  const { rows, columns, values } = (inverse ??= melToLinear());
  const spectra = emptySpectra();
  const phase = new Float64Array(BINS);
  const magnitude = new Float64Array(BINS);
  for (let frame = 0; frame < FRAMES; frame++) {
    const mel = image.subarray(frame * BINS * 2, (frame + 1) * BINS * 2);
    for (let k = 0; k < BINS; k++) {
      let power = FLOOR;
      for (let e = rows[k]; e < rows[k + 1]; e++) {
        power += values[e] * Math.exp((mel[2 * columns[e]] - MAGNITUDE.offset) / MAGNITUDE.scale);
        // Sum over time and mel matrix are both linear: their order does not matter.
        phase[k] += (values[e] * Math.PI * mel[2 * columns[e] + 1]) / FREQUENCY_SCALE;
      }
      magnitude[k] = Math.sqrt(power);
    }
    const angles = refinement ? lockedPhases(magnitude, phase) : phase;
    // Bin 0, which has no pitch, is not part of an image.
    const first = frame * SPECTRUM_BINS + 1;
    for (let k = 0; k < BINS; k++) {
      spectra.re[first + k] = magnitude[k] * Math.cos(angles[k]);
      spectra.im[first + k] = magnitude[k] * Math.sin(angles[k]);
    }
  }
  return refinedAudio(spectra, refinement);
}

/**
 * @param samples 16 kHz; silence follows fewer than 64000, more are left out
 * @returns an image, clipped to [-1, 1]
 */
export function audioToSpectrogram(samples: Float32Array): Float32Array {
  const { rows, columns, values } = (forward ??= linearToMel());
  const { re, im } = shortTimeSpectra(samples);
  const image = new Float32Array(FRAMES * BINS * 2);
  const phase = new Float64Array(BINS);
  let melPhaseBefore = new Float64Array(BINS);
  for (let frame = 0; frame < FRAMES; frame++) {
    const melPower = new Float64Array(BINS).fill(FLOOR);
    const melPhase = new Float64Array(BINS);
    for (let k = 0; k < BINS; k++) {
      const at = frame * SPECTRUM_BINS + k + 1;
      const power = (Math.hypot(re[at], im[at]) + FLOOR) ** 2;
      const angle = Math.atan2(im[at], re[at]);
      phase[k] = frame === 0 ? angle : phase[k] + wrapped(angle - phase[k]);
      for (let e = rows[k]; e < rows[k + 1]; e++) {
        melPower[columns[e]] += values[e] * power;
        melPhase[columns[e]] += values[e] * phase[k];
      }
    }
    for (let m = 0; m < BINS; m++) {
      const step = frame === 0 ? melPhase[m] : wrapped(melPhase[m] - melPhaseBefore[m]);
      const at = (frame * BINS + m) * 2;
      image[at] = clipped(MAGNITUDE.scale * Math.log(melPower[m]) + MAGNITUDE.offset);
      image[at + 1] = clipped((FREQUENCY_SCALE * step) / Math.PI);
    }
    melPhaseBefore = melPhase;
  }
  return image;
}

const clipped = (value: number) => Math.min(1, Math.max(-1, value));

/** The angle in [-pi, pi] that is `angle` but for full turns; of the two ends the one on `angle`'s side. */
function wrapped(angle: number): number {
  const turn = 2 * Math.PI;
  const rest = angle + Math.PI - Math.floor((angle + Math.PI) / turn) * turn - Math.PI;
  return rest === -Math.PI && angle > 0 ? Math.PI : rest;
}
