/** In which order the pitches of a timbre are rendered. */

/** Lowest and highest MIDI pitch that a model renders. @inline */
export type PitchRange = readonly [lowest: number, highest: number];

/** The pitch the model renders for `pitch`: itself, or the end of its range. */
export function renderedPitch(pitch: number, [lowest, highest]: PitchRange): number {
  return Math.min(highest, Math.max(lowest, Math.round(pitch)));
}

/** One pitch an octave, outwards from middle C: with them no note is further than a tritone from one that was rendered. */
const ANCHORS = Array.from({ length: 11 }, (_, i) => 60 + 12 * Math.ceil(i / 2) * (i % 2 === 1 ? -1 : 1));

/**
 * @param held pitches that sound now: nothing is more urgent
 * @param around pitch last played; the rest is rendered outwards from it
 * @param wholeKeyboard also render what is not held; while a pad is dragged only `around` is worth it
 */
export function renderOrder(options: {
  held: readonly number[];
  around: number;
  wholeKeyboard: boolean;
  range: PitchRange;
}): number[] {
  const { range } = options;
  const [lowest, highest] = range;
  const around = renderedPitch(options.around, range);
  const order = new Set(options.held.map((pitch) => renderedPitch(pitch, range)));
  if (order.size === 0 || options.wholeKeyboard) order.add(around);
  if (options.wholeKeyboard) {
    for (const pitch of ANCHORS) if (pitch >= lowest && pitch <= highest) order.add(pitch);
    for (let distance = 1; distance <= highest - lowest; distance++) {
      if (around + distance <= highest) order.add(around + distance);
      if (around - distance >= lowest) order.add(around - distance);
    }
  }
  return [...order];
}
