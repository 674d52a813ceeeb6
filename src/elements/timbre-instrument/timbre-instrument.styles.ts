import { css } from 'lit';
import { panelStyles } from '../internal/panel.styles.js';
import { mixedColour, padColours } from '../morph-pad/pad-colours.js';
import { headerStyles } from './header.styles.js';

/** Keys within reach, above what can wait: for where not all can be seen. */
export const keysFirst = css`
  header {
    order: -2;
  }
  .strip,
  .keys {
    order: -1;
  }
  .strip {
    --_strip-height: 3.5rem;
  }
`;

export const styles = [
  panelStyles,
  headerStyles,
  css`
    :host {
      ${padColours}
    }

    .base {
      position: relative;
      gap: calc(3 * var(--_space));
    }

    /* The timbre that plays, as a colour: keys that sound have it. */
    @media (forced-colors: none) {
      piano-keyboard::part(white pressed) {
        background: var(--piano-keyboard-pressed, color-mix(in oklab, ${mixedColour} 88%, white));
      }
      piano-keyboard::part(black pressed) {
        background: var(--piano-keyboard-pressed-black, color-mix(in oklab, ${mixedColour} 82%, black));
      }
    }

    /* Over the instrument: what is said pushes nothing. */
    .failure {
      position: absolute;
      z-index: 3;
      inset: calc(2 * var(--_space)) calc(2 * var(--_space)) auto;
      max-height: calc(100% - 4 * var(--_space));
      padding: calc(2 * var(--_space)) calc(3 * var(--_space));
      overflow: auto;
      border: 1px solid currentcolor;
      border-radius: calc(0.6 * var(--_radius));
      background: var(--_raised);
      box-shadow: 0 6px 24px rgb(0 0 0 / 0.2);
    }

    .stage {
      position: relative;
      display: grid;
      grid-template-columns: minmax(17rem, 30rem) minmax(14rem, 1fr);
      gap: calc(5 * var(--_space));
      align-items: stretch;
    }

    /* Room for the pieces before they are there: nothing jumps when they come. */
    .pad-place {
      position: relative;
      display: grid;
      min-width: 0;
      min-height: var(--_pad-height, 22rem);
      border-radius: var(--_radius);
      background: linear-gradient(135deg in oklab, var(--_top-left), var(--_bottom-right));
    }
    .pad-place > morph-pad {
      width: 100%;
      min-width: 0;
      height: 100%;
      --morph-pad-aspect-ratio: auto;
    }
    /* In the half of the pad where the point is not: the point is always seen. Clear of the names at the corners, too. */
    .tap {
      position: absolute;
      inset: 70% 0 auto;
      z-index: 1;
      width: max-content;
      margin-inline: auto;
      translate: 0 -70%;
      padding: calc(2 * var(--_space)) calc(4 * var(--_space));
      border-radius: calc(3 * var(--_radius));
      background: rgb(255 255 255 / 0.85);
      color: #1d1512;
      font-weight: 600;
      pointer-events: none;
    }
    .tap.above {
      inset-block-start: 30%;
      translate: 0 -30%;
    }

    /* A corner's field reads as its name until it is used. */
    select[slot] {
      min-height: 32px;
      max-width: 100%;
      padding: 0;
      border-color: transparent;
      background: transparent;
      color: var(--morph-pad-label, #1d1512);
      font-weight: 600;
      cursor: pointer;
      field-sizing: content;
    }
    /* Browsers indent the text of a select: its name and what stands below it have one edge. */
    select[slot$='left'] {
      position: relative;
      inset-inline-start: -4px;
    }
    select[slot$='right'] {
      text-align: end;
    }
    select[slot]:hover:not(:disabled) {
      border-color: currentcolor;
      background: rgb(255 255 255 / 0.3);
    }
    select[slot] option {
      background: var(--_raised);
      color: var(--_text);
    }

    .beside {
      display: flex;
      flex-direction: column;
      gap: calc(4 * var(--_space));
      min-width: 0;
    }
    .controls {
      display: grid;
      flex: 1;
      grid-template-rows: 1fr auto;
      grid-template-columns: repeat(auto-fit, minmax(min(13.5rem, 100%), 1fr));
      gap: calc(3 * var(--_space)) calc(5 * var(--_space));
    }
    /* As high as the pad: what is left over lies between all of them. */
    fieldset {
      display: grid;
      grid-auto-rows: 1fr;
      gap: calc(1 * var(--_space));
      min-width: 0;
      margin: 0;
      padding: 0;
      border: 0;
    }
    legend {
      padding: 0 0 calc(1 * var(--_space));
      color: var(--_text);
      font-weight: 600;
    }
    .controls label {
      display: grid;
      grid-template-columns: 4.5rem minmax(0, 1fr) 3.5rem;
      gap: calc(1.5 * var(--_space));
      align-items: center;
      min-height: 2.125rem;
    }
    .controls input[type='range'],
    .controls select {
      width: 100%;
    }
    .random {
      grid-column: 1 / -1;
      min-height: 2.5rem;
    }

    .strip {
      display: grid;
      height: var(--_strip-height, 7.5rem);
    }
    .strip > * {
      width: 100%;
      height: 100%;
      --rainbow-gram-aspect-ratio: auto;
    }

    .keys {
      min-height: 13.375rem;
    }
    /* Keys from the first paint on: four octaves and a C, as they will be. */
    .keys-to-come {
      --_white-key: calc(100% / 29);
      height: var(--piano-keyboard-height, clamp(148px, 22vmin, 180px));
      border-radius: calc(var(--_radius) * 0.66);
      background:
        linear-gradient(var(--_white-keys) 0 0) 100% 0 / var(--_last-key, calc(100% / 29 - 2px)) 62% no-repeat,
        linear-gradient(
            to right,
            transparent 8.6%,
            var(--_black-keys) 8.6% 17.1%,
            transparent 17.1% 25.7%,
            var(--_black-keys) 25.7% 34.3%,
            transparent 34.3% 51.3%,
            var(--_black-keys) 51.3% 59.9%,
            transparent 59.9% 67.1%,
            var(--_black-keys) 67.1% 75.7%,
            transparent 75.7% 83%,
            var(--_black-keys) 83% 91.6%,
            transparent 91.6%
          )
          0 0 / calc(7 * var(--_white-key)) 62% repeat-x,
        linear-gradient(to right, var(--_white-keys) calc(100% - 1px), var(--_key-gap) 0) 0 0 /
          var(--_white-key) 100% repeat-x;
      --_black-keys: var(--piano-keyboard-black, light-dark(#2a2d34, #17191e));
      --_white-keys: var(--piano-keyboard-white, light-dark(#ffffff, #e9e7e2));
      --_key-gap: var(--piano-keyboard-gap, light-dark(#c9c5be, #0d0e11));
    }

    @container (max-width: 46rem) {
      .stage {
        grid-template-columns: minmax(0, 1fr);
      }
      .pad-place {
        min-height: min(25rem, 100cqi);
      }
    }

    /* The settings are in one column here, and the pad is as high as they are: keys below it would be out of sight. */
    @container (max-width: 62.11rem) {
      ${keysFirst}
    }

    @container (max-width: 34rem) {
      .keys-to-come {
        --_white-key: 40px;
        --_last-key: 0px;
      }
    }

    @media (max-height: 30rem) {
      ${keysFirst}
      .base {
        gap: calc(2 * var(--_space));
        padding: calc(3 * var(--_space));
      }
    }

    @media (forced-colors: active) {
      .tap {
        border: 1px solid CanvasText;
        background: Canvas;
        color: CanvasText;
      }
      select[slot] {
        background: Canvas;
        color: CanvasText;
        border-color: CanvasText;
      }
    }
  `,
];
