import { css } from 'lit';

export const styles = css`
  :host {
    --_background: var(--rainbow-gram-background, #0e1015);
    --_ink: var(--rainbow-gram-ink, #b9bdc7);
    --_grid: var(--rainbow-gram-grid, rgb(255 255 255 / 0.09));
    --_playhead: var(--rainbow-gram-playhead, #ffffff);
    min-inline-size: 10rem;
    inline-size: min(100%, 48rem);
  }

  /* Time goes from left to right in every script. */
  .base {
    direction: ltr;
    position: relative;
    container-type: size;
    overflow: clip;
    inline-size: 100%;
    /* Fills a height that the page gives; without one, the proportion decides. */
    block-size: 100%;
    aspect-ratio: var(--rainbow-gram-aspect-ratio, 16 / 9);
    border-radius: var(--_radius);
    background: var(--_background);
    color: var(--_ink);
    font-size: var(--_tiny);
    font-variant-numeric: tabular-nums;
  }
  .base::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: inherit;
    box-shadow: inset 0 0 0 1px
      var(--rainbow-gram-edge, light-dark(rgb(0 0 0 / 0.2), rgb(255 255 255 / 0.12)));
    pointer-events: none;
  }

  canvas {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    filter: var(--rainbow-gram-filter, none);
  }

  .tick {
    position: absolute;
    inset-inline: 0;
    bottom: var(--_at);
    border-top: 1px solid var(--_grid);
    pointer-events: none;
  }
  .tick span {
    position: absolute;
    right: calc(2.5 * var(--_space));
    bottom: 1px;
    text-shadow:
      0 0 3px var(--_background),
      0 0 3px var(--_background);
  }

  /* Where it is low, writing would lie on writing. */
  @container (max-height: 9rem) {
    .tick.close {
      display: none;
    }
  }
  @container (max-height: 5rem) {
    .tick span {
      display: none;
    }
  }

  .placeholder {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    padding: calc(4 * var(--_space));
    text-align: center;
    font-size: var(--_small);
  }

  .playhead {
    position: absolute;
    inset-block: 0;
    left: calc(var(--_at) * 100%);
    width: 1.5px;
    background: var(--_playhead);
    opacity: 0.85;
    pointer-events: none;
  }

  @media (forced-colors: active) {
    .base {
      forced-color-adjust: none;
      border: 1px solid CanvasText;
    }
  }
`;
