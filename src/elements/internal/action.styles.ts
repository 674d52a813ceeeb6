/** Rows of buttons and fields, for panels that have many: one primary button, switches, sliders with their labels. */
import { css } from 'lit';

export const actionStyles = css`
  .bar,
  .controls {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--_space)) calc(2 * var(--_space));
    align-items: center;
  }
  .controls {
    gap: calc(2.5 * var(--_space)) calc(4 * var(--_space));
  }
  .space {
    flex: 1;
  }

  button,
  select,
  input:not([type='range'], [type='checkbox']) {
    min-height: 2.25rem;
  }
  button:disabled {
    opacity: 0.45;
  }
  button.main {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  button[aria-pressed='true'] {
    border-color: var(--_accent);
    color: var(--_accent);
    font-weight: 600;
  }

  label {
    display: inline-flex;
    gap: calc(2 * var(--_space));
    align-items: center;
    max-width: 100%;
    min-height: 1.5rem;
  }
  label.wide {
    flex: 1 1 10rem;
  }
  label.wide > :is(input, select) {
    flex: 1;
    min-width: 0;
  }
  input[type='range'] {
    width: 8rem;
  }
  output {
    min-width: 3.2em;
  }

  @container (max-width: 34rem) {
    .space {
      display: none;
    }
    .base {
      gap: calc(2 * var(--_space));
    }
    button {
      padding-inline: calc(2 * var(--_space));
    }
  }

  @media (forced-colors: active) {
    .base,
    button {
      border-color: CanvasText;
    }
    button[aria-pressed='true'] {
      outline: 2px solid Highlight;
    }
    /* The system would paint its own ground behind the letters, and hide them. */
    button.main {
      forced-color-adjust: none;
    }
  }
`;
