import { css } from 'lit';
import { panelStyles } from '../internal/panel.styles.js';

export const styles = [
  panelStyles,
  css`
    .base {
      gap: calc(4 * var(--_space));
    }

    .failure {
      padding: calc(1.5 * var(--_space)) calc(2 * var(--_space));
      border: 1px solid currentcolor;
      border-radius: calc(0.6 * var(--_radius));
    }

    .spoken {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }

    .level {
      width: 6rem;
      height: 6px;
      overflow: hidden;
      border-radius: 3px;
      background: var(--_line);
    }

    .level > div {
      height: 100%;
      background: var(--_accent);
      transform-origin: left;
      transition: transform 80ms linear;
    }

    :host(:dir(rtl)) .level > div {
      transform-origin: right;
    }

    .stage {
      display: grid;
      grid-template-columns: minmax(14rem, 1fr) minmax(16rem, 1.4fr) minmax(12rem, 15rem);
      gap: calc(4 * var(--_space));
      align-items: stretch;
    }

    /* Room for the pieces before they are there: nothing jumps when they come. */
    .place {
      display: grid;
      min-width: 0;
      min-height: 16rem;
    }

    .keys {
      min-height: 13.375rem;
    }

    .devices {
      min-height: 2.5rem;
    }

    .place > * {
      width: 100%;
      min-width: 0;
      height: 100%;
    }

    .controls {
      display: grid;
      gap: calc(2.5 * var(--_space));
      align-content: start;
    }

    fieldset {
      display: grid;
      grid-template-columns: 1fr 1fr;
      gap: calc(1.5 * var(--_space));
      margin: 0;
      padding: 0;
      border: 0;
    }

    legend {
      padding: 0 0 calc(1.5 * var(--_space));
    }

    label {
      display: grid;
      grid-template-columns: 4.5rem 1fr 3.5rem;
      gap: calc(1.5 * var(--_space));
      align-items: center;
    }

    input[type='range'],
    select,
    .controls > button {
      width: 100%;
    }
    select,
    .controls > button {
      padding: calc(1.5 * var(--_space)) calc(2 * var(--_space));
    }

    .file {
      display: block;
      padding: calc(1.5 * var(--_space)) calc(2 * var(--_space));
      border-radius: calc(0.6 * var(--_radius));
      text-align: center;
    }

    @container (max-width: 52rem) {
      .stage {
        grid-template-columns: 1fr 1fr;
      }

      .controls {
        grid-column: 1 / -1;
      }

      fieldset {
        grid-template-columns: repeat(4, 1fr);
      }
    }

    @container (max-width: 34rem) {
      .stage {
        grid-template-columns: 1fr;
      }

      fieldset {
        grid-template-columns: 1fr 1fr;
      }
    }

    /* Where not all can be seen: keys within reach, above what can wait. */
    @container (max-width: 34rem) {
      header {
        order: -2;
      }
      .keys {
        order: -1;
      }
    }

    @media (max-height: 30rem) {
      header {
        order: -2;
      }
      .keys {
        order: -1;
      }
      .base {
        gap: calc(2 * var(--_space));
        padding: calc(3 * var(--_space));
      }
    }

    @media (prefers-reduced-motion: reduce) {
      .level > div {
        transition: none;
      }
    }
  `,
];
