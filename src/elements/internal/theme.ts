/**
 * All elements share these colours, spacing, type. Each public property (`--timbrel-*`) has a default for light and
 * for dark, chosen by the `color-scheme` in force on the element: `light dark` on the page follows the reader's
 * preference, `dark` on one element darkens that one. In forced-colours mode the system's colours take over.
 * Private names begin with `--_`; they are what the elements' own rules use.
 */
import { css } from 'lit';

export const theme = css`
  :host {
    --_surface: var(--timbrel-surface, light-dark(#fcfbf9, #1b1d22));
    --_raised: var(--timbrel-raised, light-dark(#ffffff, #25282f));
    --_text: var(--timbrel-text, light-dark(#1f2228, #eceae6));
    --_muted: var(--timbrel-muted, light-dark(#5d616b, #a5a8b0));
    --_line: var(--timbrel-line, light-dark(#dcd9d3, #3a3e47));
    --_accent: var(--timbrel-accent, light-dark(#3559c7, #93aeff));
    --_on-accent: var(--timbrel-on-accent, light-dark(#ffffff, #10131c));
    --_danger: var(--timbrel-danger, light-dark(#a5231f, #ff9d94));
    --_focus: var(--timbrel-focus, light-dark(#1d4ed8, #b4c6ff));
    --_radius: var(--timbrel-radius, 12px);
    --_space: var(--timbrel-space, 4px);
    --_track: var(--timbrel-track, color-mix(in srgb, var(--_muted) 32%, transparent));
    --_track-height: var(--timbrel-track-height, 6px);
    --_fill: var(--timbrel-fill, var(--_accent));
    --_thumb: var(--timbrel-thumb, var(--_fill));
    --_thumb-size: var(--timbrel-thumb-size, 16px);
    --_thumb-radius: var(--timbrel-thumb-radius, 50%);
    --_small: 0.8125rem;
    --_tiny: 0.6875rem;

    display: block;
    box-sizing: border-box;
    color: var(--_text);
    font-family: var(--timbrel-font, inherit);
    font-size: 0.9375rem;
    line-height: 1.45;
    -webkit-tap-highlight-color: transparent;
  }

  :host([hidden]) {
    display: none;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  :focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }

  @media (forced-colors: active) {
    :host {
      --_surface: Canvas;
      --_raised: Canvas;
      --_text: CanvasText;
      --_muted: CanvasText;
      --_line: CanvasText;
      --_accent: Highlight;
      --_on-accent: HighlightText;
      --_danger: CanvasText;
      --_focus: Highlight;
      --_track: CanvasText;
      --_fill: Highlight;
      --_thumb: Highlight;
    }
  }
`;
