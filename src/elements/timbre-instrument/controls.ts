/** The sliders. Times move on a square: a hand sets 10 ms as easily as 1 s. */
import { html } from 'lit';
import type { Envelope } from '../../messages/voice-processor.js';
import { VELOCITY_CURVES, type VelocityResponse } from '../../instruments/velocity.js';
import { choice, slider } from '../internal/fields.js';

/** Longest times a slider sets, s. */
const LONGEST = { attack: 2, decay: 4, release: 4 };
/** Shortest, s: below, the edge of a note is a click. */
const SHORTEST = { attack: 0.002, decay: 0.01, release: 0.02 };

const RANGE = { min: 0, max: 1, step: 0.01 };
const percent = (share: number) => `${Math.round(100 * share)} %`;

export function renderEnvelope(envelope: Envelope, set: (envelope: Envelope) => void) {
  const time = (name: keyof typeof LONGEST, label: string) =>
    slider(
      label,
      Math.sqrt(envelope[name] / LONGEST[name]),
      RANGE,
      `${envelope[name].toFixed(name === 'attack' ? 3 : 2)} s`,
      (value) => set({ ...envelope, [name]: Math.max(SHORTEST[name], LONGEST[name] * value ** 2) }),
    );
  return html`<fieldset>
    <legend part="legend">Envelope</legend>
    ${time('attack', 'Attack')} ${time('decay', 'Decay')}
    ${slider('Sustain', envelope.sustain, RANGE, percent(envelope.sustain), (sustain) =>
      set({ ...envelope, sustain }),
    )}
    ${time('release', 'Release')}
  </fieldset>`;
}

export interface SoundSettings extends VelocityResponse {
  readonly volume: number;
  readonly room: number;
}

/** @param set gets what changed, by the names of the element's properties @param own controls that only one instrument has */
export function renderSound(
  { volume, room, curve, brightness }: SoundSettings,
  set: (changed: Readonly<Record<string, unknown>>) => void,
  own: unknown,
) {
  return html`<fieldset>
    <legend part="legend">Sound</legend>
    ${slider('Volume', volume, RANGE, percent(volume), (value) => set({ volume: value }))}
    ${slider('Room', room, RANGE, room === 0 ? 'off' : percent(room), (value) => set({ room: value }))}
    ${slider('Soft notes darker', brightness, RANGE, percent(brightness), (velocityBrightness) =>
      set({ velocityBrightness }),
    )}
    ${choice(
      'Touch',
      curve,
      VELOCITY_CURVES.map((each) => [each, TOUCHES[each]] as const),
      (velocityCurve) => set({ velocityCurve }),
    )}
    ${own}
  </fieldset>`;
}

/** A player's words: a light touch plays strongly with little force. */
const TOUCHES: Readonly<Record<VelocityResponse['curve'], string>> = {
  soft: 'Light',
  even: 'Even',
  hard: 'Heavy',
};
