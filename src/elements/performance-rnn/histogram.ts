/** Weights of the twelve pitch classes as twelve sliders that stand upright. */
import { css, html } from 'lit';

const NAMES = ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B'];
const EQUAL = NAMES.map(() => 1);

export const histogramStyles = css`
  .histogram {
    display: flex;
    flex: 1 1 22rem;
    gap: calc(2 * var(--_space));
    align-items: end;
    min-width: 0;
    margin: 0;
    padding: 0;
    border: 0;
    color: var(--_muted);
    font-size: var(--_small);
  }
  .histogram label {
    flex: 1;
    flex-direction: column;
    gap: 2px;
    min-width: 0;
    font-size: var(--_tiny);
  }
  .histogram input[type='range'] {
    width: 1.5rem;
    height: 3.5rem;
    margin: 0;
    accent-color: var(--_accent);
    writing-mode: vertical-lr;
    direction: rtl;
  }
`;

/** @returns [12] weights from 0; undefined for anything else, and for nothing but zeros */
export function parseHistogram(text: string): number[] | undefined {
  const weights = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  const fits = weights.length === 12 && weights.every((weight) => weight >= 0 && Number.isFinite(weight));
  return fits && weights.some((weight) => weight > 0) ? weights : undefined;
}

/** @param set told of the new weights; undefined for none: the model decides */
export function renderHistogram(
  weights: readonly number[] | undefined,
  set: (weights: readonly number[] | undefined) => void,
) {
  const shown = weights ?? EQUAL;
  const largest = Math.max(...shown, 1);
  return html`<fieldset part="histogram" class="histogram">
    <legend>Pitches${weights ? '' : ' (free)'}</legend>
    ${NAMES.map(
      (name, i) =>
        html`<label
          ><input
            type="range"
            class="upright"
            min="0"
            max=${largest}
            step="0.05"
            .value=${String(shown[i])}
            @input=${(event: Event) => set(shown.with(i, Number((event.target as HTMLInputElement).value)))}
          />${name}</label
        >`,
    )}
    <button type="button" ?disabled=${!weights} @click=${() => set(undefined)}>Free</button>
  </fieldset>`;
}
