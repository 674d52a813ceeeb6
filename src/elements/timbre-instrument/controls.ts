/** The sliders. Times move on a square: a hand sets 10 ms as easily as 1 s. */
import type { Envelope } from '../../messages/voice-processor.js';
import { VELOCITY_CURVES, type VelocityResponse } from '../../instruments/velocity.js';
import { choice, slider } from '../internal/fields.js';

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

/** A player's words: a light touch plays strongly with little force. */
const TOUCHES: Readonly<Record<VelocityResponse['curve'], string>> = {
  soft: 'Light',
  even: 'Even',
  hard: 'Heavy',
};

/** @param set gets what changed, by the names of the element's properties */
export function renderVelocity(
  { curve, brightness }: VelocityResponse,
  set: (changed: { velocityCurve?: string; velocityBrightness?: number }) => void,
) {
  return [
    choice(
      'Touch',
      curve,
      VELOCITY_CURVES.map((each) => [each, TOUCHES[each]] as const),
      (velocityCurve) => set({ velocityCurve }),
    ),
    slider(
      'Soft notes darker',
      brightness,
      RANGE,
      `${Math.round(100 * brightness)} %`,
      (velocityBrightness) => set({ velocityBrightness }),
    ),
  ];
}
