import { css } from 'lit';
import { actionStyles } from '../internal/action.styles.js';
import { panelStyles } from '../internal/panel.styles.js';

export const styles = [
  panelStyles,
  actionStyles,
  css`
    .stage {
      display: grid;
      gap: calc(1 * var(--_space));
      min-width: 0;
      min-height: 12rem;
    }
    piano-roll {
      min-width: 0;
      height: 12rem;
    }

    .lane {
      grid-template-columns: var(--sequence-lane-head, 13rem) minmax(0, 1fr);
      gap: 0;
      padding: 0;
      border-width: 0 0 1px;
      border-radius: 0;
    }
    .lane .stage,
    .lane piano-roll {
      min-height: 0;
      height: 96px;
    }
    .lane .stage {
      position: relative;
    }
    /* What is said lies over the notes, and moves nothing. */
    .over {
      position: absolute;
      inset: auto 0 0;
      max-height: 100%;
      overflow: auto;
    }
    .over > * {
      padding: calc(2 * var(--_space)) calc(3 * var(--_space));
    }
    /* Over a line that a page may draw through all lanes. */
    .lane .head,
    .lane > .more {
      position: relative;
    }
    .lane .head,
    .lane .over,
    .lane > .more {
      z-index: 2;
    }
    .lane .over > * {
      background: var(--_surface);
    }
    .lane .head {
      display: grid;
      gap: 2px;
      align-content: center;
      min-width: 0;
      padding: 2px calc(2 * var(--_space));
      background: var(--_surface);
    }
    .lane .name {
      display: flex;
      gap: calc(2 * var(--_space));
      align-items: baseline;
      justify-content: space-between;
    }
    .lane .head .bar {
      flex-wrap: nowrap;
      gap: calc(1 * var(--_space));
    }
    .lane .head button {
      min-height: 1.625rem;
      padding: 0 calc(2 * var(--_space));
      font-size: 0.75rem;
      white-space: nowrap;
    }
    .lane > .more {
      grid-column: 1 / -1;
      padding: calc(3 * var(--_space));
      background: var(--_surface);
    }
    .lane > .more:not([hidden]) {
      display: grid;
      gap: calc(3 * var(--_space));
      border-block-start: 1px solid var(--_line);
    }

    .settings details {
      flex: 1 1 100%;
      min-width: 0;
    }
    .settings .fields {
      display: flex;
      flex-wrap: wrap;
      gap: calc(2.5 * var(--_space)) calc(4 * var(--_space));
      align-items: center;
    }

    button.link {
      min-height: 1.5rem;
      padding: 0;
      border: 0;
      background: none;
      color: inherit;
      text-decoration: underline;
      text-underline-offset: 2px;
    }

    input[type='number'] {
      width: 5.5rem;
    }
    input.seed {
      width: 6rem;
    }

    .input:empty {
      display: none;
    }
    summary {
      width: fit-content;
      min-height: 1.5rem;
      border-radius: min(4px, var(--_radius));
      color: var(--_muted);
      font-size: var(--_small);
    }
    .settings .fields {
      padding-top: calc(3 * var(--_space));
    }

    .takes {
      display: flex;
      flex-wrap: wrap;
      gap: calc(2 * var(--_space));
      margin: 0;
      padding: 0;
      list-style: none;
    }
    .takes li {
      display: flex;
      border: 1px solid var(--_line);
      border-radius: calc(0.7 * var(--_radius));
      background: var(--_raised);
    }
    .takes button {
      border: 0;
      background: none;
    }

    @container (max-width: 40rem) {
      .lane {
        grid-template-columns: minmax(0, 1fr);
      }
      .lane .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        min-height: 34px;
      }
      .lane .name {
        flex: 1 1 auto;
      }
    }

    @container (max-width: 34rem) {
      /* One run of buttons, so that none is left alone on a line; the slider has its own. */
      .transport,
      .files {
        display: contents;
      }
      .transport label {
        order: 1;
        flex: 1 1 100%;
      }
      .transport input {
        flex: 1;
      }
      /* Fields share a line, sliders have one each. */
      .controls {
        gap: calc(2 * var(--_space)) calc(4 * var(--_space));
      }
      .controls > label:has(input[type='range']) {
        order: 1;
        flex: 1 1 100%;
      }
      .controls > label input[type='range'] {
        flex: 1;
      }
    }

    @container (max-width: 23rem) {
      .lane .name {
        flex-basis: 100%;
      }
      .lane ::slotted([slot='head']) {
        flex: 1;
      }
    }

    @container (max-width: 21rem) {
      .bar:has(> .transport) button {
        flex: 1 1 30%;
      }
    }
  `,
];
