/** Pads to strike drums on. */
import { html } from 'lit';
import { DRUMS } from '../drum-names.js';

export interface PadsView {
  /** Pitches and names; default: the nine drums. */
  readonly pads?: readonly (readonly [pitch: number, name: string])[];
  readonly label?: string;
  /** Class of each pad. */
  readonly kind?: string;
  strike(pitch: number): void;
}

/** They sound when they are pressed, not when they are let go. */
export const renderDrumPads = ({ pads = DRUMS, label = 'Drums', kind = '', strike }: PadsView) =>
  html`<div part="drums" class="bar pads" role="group" aria-label=${label}>
    ${pads.map(
      ([pitch, name]) =>
        html`<button
          type="button"
          part="drum"
          class=${kind}
          data-pad=${pitch}
          @pointerdown=${() => strike(pitch)}
          @keydown=${(event: KeyboardEvent) => {
            if (!event.repeat && (event.key === ' ' || event.key === 'Enter')) strike(pitch);
          }}
        >
          ${name}
        </button>`,
    )}
  </div>`;
