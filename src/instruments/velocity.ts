/**
 * Linear gain of a MIDI velocity: a square law, 127 at 1. It is what General MIDI level 1 recommends
 * (40 log10(velocity / 127) dB).
 * @param velocity 1-127
 */
export function velocityGain(velocity: number): number {
  return (velocity / 127) ** 2;
}
