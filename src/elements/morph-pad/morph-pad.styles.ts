import { css } from 'lit';
import { mixedColour, padColours } from './pad-colours.js';

export const styles = css`
  :host {
    ${padColours}
    --_label: var(--morph-pad-label, #1d1512);
    --_guide: var(--morph-pad-guide, #1d1512);
    --_handle: var(--morph-pad-handle, #ffffff);
    min-inline-size: 10rem;
    /* What a hand spans, unless the page says otherwise. */
    inline-size: min(100%, 32rem);
  }

  .surface {
    /* Corners are places on the screen, whatever the direction of the text. */
    direction: ltr;
    position: relative;
    inline-size: 100%;
    /* Fills a height that the page gives; without one, the proportion decides. */
    block-size: 100%;
    aspect-ratio: var(--morph-pad-aspect-ratio, 1);
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
    cursor: crosshair;
  }

  .gradient {
    position: absolute;
    inset: 0;
    overflow: clip;
    border-radius: var(--_radius);
    background: linear-gradient(to right in oklab, var(--_top-left), var(--_top-right));
    box-shadow: inset 0 0 0 1px light-dark(rgb(0 0 0 / 0.12), rgb(255 255 255 / 0.14));
  }

  /* The lower edge, faded in downwards over the upper one: a gradient between four corners. */
  .gradient::before {
    content: '';
    position: absolute;
    inset: 0;
    background: linear-gradient(to right in oklab, var(--_bottom-left), var(--_bottom-right));
    mask-image: linear-gradient(to bottom, transparent, black);
    border-radius: inherit;
  }

  /* Quarters, so that a place can be found again. */
  .gradient::after {
    content: '';
    position: absolute;
    inset: 0;
    opacity: 0.09;
    background:
      linear-gradient(var(--_guide)) center / 1px 100% no-repeat,
      linear-gradient(var(--_guide)) center / 100% 1px no-repeat,
      linear-gradient(var(--_guide)) 25% 0 / 1px 100% no-repeat,
      linear-gradient(var(--_guide)) 75% 0 / 1px 100% no-repeat,
      linear-gradient(var(--_guide)) 0 25% / 100% 1px no-repeat,
      linear-gradient(var(--_guide)) 0 75% / 100% 1px no-repeat;
  }

  .trail {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    border-radius: var(--_radius);
    color: var(--_handle);
    pointer-events: none;
  }

  /* Above the handle, which may come to lie there; legible on its ring, too. */
  .label {
    z-index: 1;
    position: absolute;
    max-inline-size: calc(50% - 6 * var(--_space));
    display: flex;
    flex-direction: column;
    gap: 1px;
    color: var(--_label);
    font-size: var(--_small);
    font-weight: 600;
    line-height: 1.25;
    pointer-events: none;
  }
  /* What the page puts there may be used; the pad does not move by it. */
  .label ::slotted(*) {
    max-inline-size: 100%;
    pointer-events: auto;
  }
  .label span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .share {
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }
  .top-left,
  .bottom-left {
    left: calc(4 * var(--_space));
  }
  .top-right,
  .bottom-right {
    right: calc(4 * var(--_space));
    text-align: right;
  }
  .top-left,
  .top-right {
    top: calc(3.5 * var(--_space));
  }
  .bottom-left,
  .bottom-right {
    bottom: calc(3.5 * var(--_space));
  }

  .guide {
    position: absolute;
    background: var(--_guide);
    opacity: 0.28;
    pointer-events: none;
  }
  .guide.across {
    inset: calc(var(--_y) * 100%) 0 auto 0;
    height: 1px;
  }
  .guide.up {
    inset: 0 auto 0 calc(var(--_x) * 100%);
    width: 1px;
  }
  /* The axis that the arrow keys of the focused slider move along. */
  .surface:not(.dragging):has(.horizontal:focus-visible) .across,
  .surface:not(.dragging):has(.vertical:focus-visible) .up {
    opacity: 0.9;
  }

  .handle,
  .slider {
    position: absolute;
    left: calc(var(--_x) * 100%);
    top: calc(var(--_y) * 100%);
    translate: -50% -50%;
    border-radius: 50%;
    pointer-events: none;
  }
  .handle {
    inline-size: 28px;
    block-size: 28px;
    background: ${mixedColour};
    border: 3px solid var(--_handle);
    box-shadow:
      0 0 0 1px rgb(0 0 0 / 0.28),
      0 2px 8px rgb(0 0 0 / 0.28);
    transition: scale 120ms ease-out;
  }
  .dragging .handle {
    scale: 1.18;
  }
  .slider {
    inline-size: 44px;
    block-size: 44px;
  }
  .slider:focus-visible {
    outline-offset: -3px;
  }
  /* A finger needs no ring, whatever the browser thinks of a focus set by script. */
  .dragging .slider {
    outline: none;
  }

  @media (prefers-reduced-motion: reduce) {
    .handle {
      transition: none;
    }
    .trail {
      display: none;
    }
  }

  @media (forced-colors: active) {
    :host {
      --_label: CanvasText;
      --_guide: CanvasText;
      --_handle: Highlight;
    }
    .gradient {
      background: Canvas;
      border: 1px solid CanvasText;
    }
    .gradient::before {
      display: none;
    }
    .handle {
      forced-color-adjust: none;
      background: Canvas;
    }
    .guide {
      forced-color-adjust: none;
      opacity: 1;
    }
  }
`;
