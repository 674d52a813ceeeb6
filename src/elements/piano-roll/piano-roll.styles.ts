import { css } from 'lit';

export const styles = css`
  :host {
    --_background: var(--piano-roll-background, var(--_raised));
    --_black-keys: var(--piano-roll-black-keys, light-dark(#f1efeb, #1f2228));
    --_note: var(--piano-roll-note, var(--_accent));
    --_primer: var(--piano-roll-primer, light-dark(#8a8f9c, #868b97));
    --_playhead: var(--piano-roll-playhead, var(--_text));
    --_chosen: var(--piano-roll-chosen, var(--_text));
    min-inline-size: 10rem;
  }
  :host([compact]) {
    --_least: 0;
    min-inline-size: 0;
    pointer-events: none;
  }

  /* Time goes from left to right in every script. */
  .base {
    direction: ltr;
    position: relative;
    overflow: clip;
    inline-size: 100%;
    block-size: 100%;
    min-block-size: var(--_least, 9rem);
    border-radius: var(--_radius);
    background: var(--_background);
    box-shadow: inset 0 0 0 1px var(--_line);
  }
  .base:has(input:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }

  canvas,
  input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
  }
  /* The names stand still; time goes by beside them. */
  .scroll {
    position: absolute;
    inset: 0 0 0 var(--_gutter, 50px);
    overflow: auto hidden;
    scrollbar-width: thin;
    scrollbar-color: var(--_line) transparent;
  }
  .time {
    position: relative;
    overflow: clip;
    inline-size: var(--_length, 100%);
    block-size: 100%;
  }
  :host([layout='lane']) {
    --_least: 0;
    --_radius: 0;
  }
  :host([layout='ruler']) {
    --_least: 0;
    --_radius: 0;
    min-block-size: 26px;
  }
  /* The ruler scrolls for all. */
  :host([layout='lane']) .scroll {
    scrollbar-width: none;
  }

  .notes {
    position: absolute;
    inset: var(--_strip, 0) 0 0;
    z-index: 1;
    touch-action: pan-x pan-y;
  }
  .notes:focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: -2px;
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: 0;
    overflow: hidden;
    clip-path: inset(50%);
  }

  /* The whole length is a slider over time; what it looks like is the roll. */
  input {
    opacity: 0;
    cursor: pointer;
    appearance: none;
    touch-action: pan-x pan-y;
  }
  /* Of no width, so that a click is at its time. */
  input::-webkit-slider-thumb {
    inline-size: 1px;
    appearance: none;
  }
  input::-moz-range-thumb {
    inline-size: 1px;
    border: 0;
  }

  .zoom {
    position: absolute;
    inset: 1px auto auto 1px;
    display: flex;
  }
  .zoom button {
    inline-size: 24px;
    block-size: 24px;
    padding: 0;
    border: 0;
    border-radius: min(4px, var(--_radius));
    background: none;
    color: var(--_muted);
    font: inherit;
    line-height: 1;
    cursor: pointer;
  }
  .zoom button:hover:not(:disabled) {
    color: var(--_accent);
  }
  .zoom button:disabled {
    opacity: 0.45;
    cursor: default;
  }

  /* Colours for the canvas, resolved by the browser. */
  .ink {
    display: none;
  }
  .note {
    color: var(--_note);
  }
  .primer {
    color: var(--_primer);
  }
  .black-keys {
    color: var(--_black-keys);
  }
  .line {
    color: var(--_line);
  }
  .name {
    color: var(--_muted);
  }
  .chosen {
    color: var(--_chosen);
  }

  .playhead {
    position: absolute;
    inset-block: 0;
    left: calc(var(--_at) * 100%);
    width: 1.5px;
    background: var(--_playhead);
    pointer-events: none;
  }
  /* On a ground of its own: letters on lines are hard to read. */
  .placeholder {
    position: absolute;
    inset: var(--_strip, 0) 0 0 var(--_gutter, 50px);
    inline-size: fit-content;
    block-size: fit-content;
    max-inline-size: calc(100% - var(--_gutter, 50px) - 4 * var(--_space));
    margin: auto;
    padding: calc(1.5 * var(--_space)) calc(3 * var(--_space));
    border-radius: calc(0.7 * var(--_radius));
    background: var(--_background);
    color: var(--_muted);
    font-size: var(--_small);
    text-align: center;
    pointer-events: none;
  }

  @media (forced-colors: active) {
    :host {
      --_background: Canvas;
      --_black-keys: Canvas;
      --_note: Highlight;
      --_primer: GrayText;
      --_line: GrayText;
      --_playhead: CanvasText;
      --_chosen: CanvasText;
    }
    .base {
      border: 1px solid CanvasText;
    }
    /* Never seen: read by the drawing. */
    .ink {
      forced-color-adjust: none;
    }
  }
`;
