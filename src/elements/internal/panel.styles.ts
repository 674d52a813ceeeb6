/** The panel that instruments and writers of music stand on: heading, status, fields, buttons. */
import { css } from 'lit';
import { fieldStyles } from './field.styles.js';
import { theme } from './theme.js';

export const panelStyles = [
  theme,
  fieldStyles,
  css`
    :host {
      container-type: inline-size;
    }

    .base {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: calc(3 * var(--_space));
      padding: calc(5 * var(--_space));
      border: 1px solid var(--_line);
      border-radius: calc(1.5 * var(--_radius));
      background: var(--_surface);
    }
    .base.dropping {
      border-color: var(--_accent);
      outline: 2px dashed var(--_accent);
      outline-offset: -6px;
    }

    header {
      display: flex;
      flex-wrap: wrap;
      gap: calc(2 * var(--_space)) calc(4 * var(--_space));
      align-items: baseline;
    }

    h2,
    ::slotted([slot='title']) {
      margin: 0;
      font-size: 1.125rem;
      font-weight: 600;
    }

    .status {
      display: flex;
      flex-wrap: wrap;
      flex: 1;
      gap: calc(2 * var(--_space));
      align-items: center;
      min-width: 12rem;
      /* It has its line also while it says nothing, as high as a button in it. */
      min-height: 1.5rem;
      margin: 0;
      color: var(--_muted);
      font-size: var(--_small);
      overflow-wrap: anywhere;
    }
    .failed {
      display: flex;
      flex-wrap: nowrap;
      gap: calc(2 * var(--_space));
      align-items: start;
      color: var(--_danger);
      font-size: var(--_small);
      overflow-wrap: anywhere;
    }
    /* In one line, where there is room for it: what stands below does not move. */
    .failed > div {
      display: flex;
      flex: 1;
      flex-wrap: wrap;
      gap: 0 calc(3 * var(--_space));
    }
    .failed :is(summary, button) {
      min-height: 24px;
    }
    .failed details[open] {
      flex: 1 1 100%;
    }
    /* Beside its words in one line, on a phone too: what stands below does not move when it comes and goes. */
    .status:has(> progress[aria-label='Download']) {
      flex-wrap: nowrap;
      white-space: nowrap;
    }
    progress {
      flex: 0 1 3.5rem;
      width: 3.5rem;
      min-width: 1rem;
      accent-color: var(--_accent);
    }

    button,
    select,
    input:not([type='range'], [type='checkbox'], [type='file']) {
      min-width: 0;
      padding: calc(1 * var(--_space)) calc(3 * var(--_space));
      border: 1px solid var(--_line);
      border-radius: calc(0.7 * var(--_radius));
      background: var(--_raised);
      color: inherit;
      font: inherit;
      font-size: var(--_small);
      text-overflow: ellipsis;
    }
    button,
    summary {
      cursor: pointer;
    }
    button:hover:not(:disabled),
    select:hover,
    input:hover {
      border-color: var(--_accent);
    }
    button:disabled,
    select:disabled {
      color: var(--_muted);
      cursor: default;
    }
    button.dismiss {
      min-width: 24px;
      min-height: 24px;
      padding: 0 calc(1.5 * var(--_space));
      border: 0;
      background: none;
      font-size: 1.125rem;
      line-height: 1.2;
    }

    label,
    legend {
      color: var(--_muted);
      font-size: var(--_small);
    }
    output {
      color: var(--_text);
      font-variant-numeric: tabular-nums;
    }

    /* The label looks like a button; the field itself takes the focus. */
    .file {
      position: relative;
      padding: calc(1 * var(--_space)) calc(3 * var(--_space));
      border: 1px solid var(--_line);
      border-radius: calc(0.7 * var(--_radius));
      background: var(--_raised);
      color: inherit;
    }
    .file input {
      position: absolute;
      inset: 0;
      width: 100%;
      opacity: 0;
      cursor: pointer;
    }
    .file:focus-within {
      outline: 2px solid var(--_focus);
      outline-offset: 2px;
    }
    .file:hover {
      border-color: var(--_accent);
    }

    @container (max-width: 34rem) {
      .base {
        padding: calc(3 * var(--_space));
        border-radius: var(--_radius);
      }
    }
  `,
];
