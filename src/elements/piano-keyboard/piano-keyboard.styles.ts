import { css } from 'lit';

export const styles = css`
  :host {
    --_white: var(--piano-keyboard-white, light-dark(#ffffff, #e9e7e2));
    --_white-ink: var(--piano-keyboard-white-ink, #5a5e67);
    --_black: var(--piano-keyboard-black, light-dark(#2a2d34, #17191e));
    --_black-ink: var(--piano-keyboard-black-ink, #c9ccd3);
    --_gap: var(--piano-keyboard-gap, light-dark(#c9c5be, #0d0e11));
    --_pressed: var(--piano-keyboard-pressed, light-dark(#aebff5, #8ea8f5));
    --_pressed-black: var(--piano-keyboard-pressed-black, light-dark(#4a69cf, #4f6cd0));
    --_pressed-ink: var(--piano-keyboard-pressed-ink, #17130f);
    --_pressed-black-ink: var(--piano-keyboard-pressed-black-ink, #ffffff);
    --_key-width: var(--piano-keyboard-key-width, 30px);
    --_height: var(--piano-keyboard-height, clamp(148px, 22vmin, 180px));
  }

  .base {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: calc(1.5 * var(--_space));
  }

  /* Pitch goes from left to right in every script. */
  .scroller {
    direction: ltr;
    overflow-x: auto;
    overscroll-behavior-x: contain;
    scrollbar-width: none;
    border-radius: calc(var(--_radius) * 0.66);
    background: var(--_gap);
    box-shadow: 0 0 0 1px var(--_gap);
  }
  .scroller::-webkit-scrollbar {
    display: none;
  }

  .keys {
    position: relative;
    block-size: var(--_height);
    min-inline-size: calc(var(--_whites) * var(--_key-width));
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
  }

  .key {
    position: absolute;
    top: 0;
    left: calc(var(--_left) / var(--_whites) * 100%);
    width: calc(100% / var(--_whites));
    height: 100%;
    padding: 0 0 7px;
    border: 0;
    margin: 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: flex-end;
    gap: 3px;
    font: inherit;
    font-size: var(--_tiny);
    line-height: 1.2;
    cursor: pointer;
    touch-action: none;
  }
  .white {
    color: var(--_white-ink);
    background: var(--_white);
    border-inline: 0.5px solid var(--_gap);
    border-radius: 0 0 min(6px, var(--_radius)) min(6px, var(--_radius));
    box-shadow: inset 0 -4px 0 rgb(0 0 0 / 0.07);
  }
  .black {
    z-index: 1;
    width: calc(0.6 * 100% / var(--_whites));
    height: 62%;
    color: var(--_black-ink);
    background: var(--_black);
    border-radius: 0 0 min(4px, var(--_radius)) min(4px, var(--_radius));
    box-shadow:
      inset 0 -6px 0 rgb(255 255 255 / 0.1),
      inset 1px 0 0 rgb(255 255 255 / 0.06),
      inset -1px 0 0 rgb(255 255 255 / 0.06),
      0 2px 3px rgb(0 0 0 / 0.35);
  }
  .white.pressed {
    background: var(--_pressed);
    color: var(--_pressed-ink);
    box-shadow: inset 0 2px 5px rgb(0 0 0 / 0.18);
  }
  .black.pressed {
    background: var(--_pressed-black);
    color: var(--_pressed-black-ink);
    box-shadow:
      inset 0 -3px 0 rgb(255 255 255 / 0.14),
      0 1px 1px rgb(0 0 0 / 0.35);
  }
  .key:focus-visible {
    outline-offset: -3px;
  }
  .key > span {
    pointer-events: none;
  }
  .name {
    font-weight: 500;
  }

  .bar {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: calc(3 * var(--_space));
    min-block-size: 32px;
    color: var(--_muted);
    font-size: var(--_small);
  }
  .bar p {
    margin: 0;
    display: none;
  }
  kbd {
    font: inherit;
    font-size: var(--_tiny);
    font-weight: 600;
    padding: 1px 5px;
    border: 1px solid var(--_line);
    border-radius: min(4px, var(--_radius));
    color: var(--_text);
    background: var(--_raised);
  }
  .octaves {
    display: flex;
    gap: var(--_space);
    margin-inline-start: auto;
    direction: ltr;
  }
  .octaves button {
    min-inline-size: 44px;
    min-block-size: 32px;
    border: 1px solid var(--_line);
    border-radius: calc(0.7 * var(--_radius));
    background: var(--_raised);
    color: var(--_text);
    font: inherit;
    font-size: var(--_small);
    cursor: pointer;
  }
  .octaves svg {
    display: block;
    inline-size: 16px;
    margin: auto;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .octaves .lower svg {
    scale: -1 1;
  }
  .octaves button:disabled {
    color: var(--_muted);
    opacity: 0.5;
    cursor: default;
  }
  /* They keep their place: the hint beside them is not laid out anew when the keys prove too wide. */
  .base:not(.overflows) .octaves {
    visibility: hidden;
  }
  .base:not(.overflows):not(.typed) .bar {
    display: none;
  }

  @media (hover: hover) and (pointer: fine) {
    .typed .bar p {
      display: block;
    }
    /* The letter that plays the key: a hint for the eye, no part of the key's name. */
    .key[data-letter]::before {
      content: attr(data-letter);
      content: attr(data-letter) / '';
      font-weight: 600;
      opacity: 0.85;
    }
    .touched .bar p,
    .touched .key::before {
      visibility: hidden;
    }
    .octaves button:hover:not(:disabled) {
      border-color: var(--_muted);
    }
  }
  @media (hover: none), (pointer: coarse) {
    .base:not(.overflows) .bar {
      display: none;
    }
    .octaves button {
      min-block-size: 44px;
      min-inline-size: 56px;
    }
    :host {
      --_key-width: var(--piano-keyboard-key-width, 40px);
    }
  }

  @media (forced-colors: active) {
    .key {
      forced-color-adjust: none;
      border: 1px solid CanvasText;
      background: Canvas;
      color: CanvasText;
      box-shadow: none;
    }
    .black {
      background: CanvasText;
      color: Canvas;
    }
    .key.pressed {
      /* Some systems' highlight lets shine through what lies below. */
      background: linear-gradient(Highlight, Highlight) Canvas;
      color: HighlightText;
    }
  }
`;
