/** In which order the pitches of a timbre are rendered. */
import { MAX_PITCH, MIN_PITCH } from '../models/gansynth/config.js';

/** The pitch the model renders for `pitch`: itself, or the end of its range. */
export function renderedPitch(pitch: number): number {
  return Math.min(MAX_PITCH, Math.max(MIN_PITCH, Math.round(pitch)));
}

/** One pitch an octave first: then no note is further than a tritone from one that was rendered. */
const ANCHORS = [60, 48, 72, 36, 84, 24];

/**
 * @param held pitches that sound now: nothing is more urgent
 * @param around pitch last played; the rest is rendered outwards from it
 * @param wholeKeyboard also render what is not held; while a pad is dragged only `around` is worth it
 */
export function renderOrder(options: {
  held: readonly number[];
  around: number;
  wholeKeyboard: boolean;
}): number[] {
  const around = renderedPitch(options.around);
  const order = new Set(options.held.map(renderedPitch));
  if (order.size === 0 || options.wholeKeyboard) order.add(around);
  if (options.wholeKeyboard) {
    for (const pitch of ANCHORS) order.add(pitch);
    for (let distance = 1; distance <= MAX_PITCH - MIN_PITCH; distance++) {
      if (around + distance <= MAX_PITCH) order.add(around + distance);
      if (around - distance >= MIN_PITCH) order.add(around - distance);
    }
  }
  return [...order];
}
