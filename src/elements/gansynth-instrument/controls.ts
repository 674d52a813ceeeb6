/** The sliders. Times move on a square: a hand sets 10 ms as easily as 1 s. */
import { html } from 'lit';
import type { Envelope } from '../../messages/voice-processor.js';

/** Longest attack and release a slider sets, s. */
const LONGEST = { attack: 2, release: 4 };
/** Shortest, s: below, the edge of a note is a click. */
const SHORTEST = { attack: 0.002, release: 0.02 };

function slider(label: string, value: number, text: string, set: (value: number) => void) {
  return html`<label
    >${label}<input
      type="range"
      min="0"
      max="1"
      step="0.01"
      .value=${String(value)}
      aria-valuetext=${text}
      @input=${(event: Event) => set(Number((event.target as HTMLInputElement).value))}
  /></label>`;
}

export function renderEnvelope(envelope: Envelope, set: (envelope: Envelope) => void) {
  const time = (name: 'attack' | 'release', label: string) =>
    slider(
      label,
      Math.sqrt(envelope[name] / LONGEST[name]),
      `${envelope[name].toFixed(name === 'attack' ? 3 : 2)} seconds`,
      (value) => set({ ...envelope, [name]: Math.max(SHORTEST[name], LONGEST[name] * value ** 2) }),
    );
  return [time('attack', 'Attack'), time('release', 'Release')];
}

export function renderVolume(volume: number, set: (volume: number) => void) {
  return slider('Volume', volume, `${Math.round(100 * volume)} %`, set);
}
