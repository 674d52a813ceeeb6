/** The sliders. Times move on a square: a hand sets 10 ms as easily as 1 s. */
import type { Envelope } from '../../messages/voice-processor.js';
import { slider } from '../internal/fields.js';

/** Longest attack and release a slider sets, s. */
const LONGEST = { attack: 2, release: 4 };
/** Shortest, s: below, the edge of a note is a click. */
const SHORTEST = { attack: 0.002, release: 0.02 };

const RANGE = { min: 0, max: 1, step: 0.01 };

export function renderEnvelope(envelope: Envelope, set: (envelope: Envelope) => void) {
  const time = (name: 'attack' | 'release', label: string) =>
    slider(
      label,
      Math.sqrt(envelope[name] / LONGEST[name]),
      RANGE,
      `${envelope[name].toFixed(name === 'attack' ? 3 : 2)} s`,
      (value) => set({ ...envelope, [name]: Math.max(SHORTEST[name], LONGEST[name] * value ** 2) }),
    );
  return [time('attack', 'Attack'), time('release', 'Release')];
}

export function renderVolume(volume: number, set: (volume: number) => void) {
  return slider('Volume', volume, RANGE, `${Math.round(100 * volume)} %`, set);
}
