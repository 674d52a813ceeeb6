/** Prepares a decoded note to be played, as Open NSynth Super does (open-nsynth-super, audio/workdir). */
import { peakOf } from '../../audio/level.js';

/** Two differences that follow each other, beyond this, are a click. */
const CLICK = 1;
const PEAK = 10 ** (-12 / 20);
/** The onset lies in this part. */
const ONSET_SECONDS = 0.25;
/** The share of the peak of that part at which the note has begun. */
const ONSET_LEVEL = 0.1;
const BEFORE_ONSET = 16;
const LENGTH = 60000;
const FADE = 8;

/**
 * Clicks are smoothed, the peak is -12 dB, the beginning is cut at the onset, the end at 60000 samples, both with short fades.
 * @param samples at 16 kHz
 */
export function finishNote(samples: Float32Array): Float32Array {
  const smooth = levelled(withoutClicks(samples));
  const from = onset(smooth);
  const note = smooth.slice(from, from + LENGTH);
  const fade = Math.min(FADE, note.length >> 1);
  for (let i = 0; i < fade; i++) {
    note[i] *= i / fade;
    note[note.length - 1 - i] *= i / fade;
  }
  return note;
}

function withoutClicks(samples: Float32Array): Float32Array {
  const result = samples.slice();
  for (let i = 1; i + 1 < result.length; i++) {
    const [before, after] = [result[i - 1], result[i + 1]];
    const isClick = Math.abs(result[i] - before) > CLICK && Math.abs(after - result[i]) > CLICK;
    if (isClick) result[i] = (before + after) / 2;
  }
  return result;
}

function levelled(samples: Float32Array): Float32Array {
  const peak = peakOf(samples);
  return peak === 0 ? samples : samples.map((value) => (value * PEAK) / peak);
}

function onset(samples: Float32Array): number {
  const part = samples.subarray(0, ONSET_SECONDS * 16000);
  const level = ONSET_LEVEL * peakOf(part);
  const first = part.findIndex((value) => Math.abs(value) > level);
  return Math.max(0, first - BEFORE_ONSET);
}
