/** Sliders and switches, drawn by the elements: of native ones a page could change one colour. All are as large as a fingertip needs. */
import { css } from 'lit';

const track = css`
  box-sizing: border-box;
  inline-size: 100%;
  block-size: var(--_track-height);
  border: 0;
  border-radius: min(var(--_radius), var(--_track-height));
  background: linear-gradient(
    to var(--_end),
    var(--_fill) calc(var(--_thumb-size) / 2 + var(--_share, 0) * (100% - var(--_thumb-size))),
    var(--_track) 0
  );
`;

const thumb = css`
  box-sizing: border-box;
  inline-size: var(--_thumb-size);
  block-size: var(--_thumb-size);
  border: 0;
  border-radius: var(--_thumb-radius);
  background: var(--_thumb);
`;

export const fieldStyles = css`
  :host {
    --_end: right;
  }
  :host(:dir(rtl)) {
    --_end: left;
  }

  input[type='range']:not(.upright) {
    min-block-size: max(24px, var(--_thumb-size));
    margin: 0;
    border-radius: min(4px, var(--_radius));
    background: none;
    color: inherit;
    appearance: none;
    cursor: pointer;
  }
  input[type='range']:disabled {
    opacity: 0.5;
    cursor: default;
  }
  input[type='range']:not(.upright)::-webkit-slider-runnable-track {
    ${track}
  }
  input[type='range']:not(.upright)::-moz-range-track {
    ${track}
  }
  input[type='range']:not(.upright)::-webkit-slider-thumb {
    ${thumb}
    margin-block-start: calc((var(--_track-height) - var(--_thumb-size)) / 2);
    appearance: none;
  }
  input[type='range']:not(.upright)::-moz-range-thumb {
    ${thumb}
  }

  /* The box is 18 px; what can be pressed is more. */
  input[type='checkbox'] {
    position: relative;
    flex: none;
    inline-size: 24px;
    block-size: 24px;
    margin: 0;
    border-radius: min(4px, var(--_radius));
    color: inherit;
    appearance: none;
    cursor: pointer;
  }
  input[type='checkbox']::before {
    content: '';
    position: absolute;
    inset: 3px;
    border: 1.5px solid var(--_muted);
    border-radius: min(4px, var(--_radius));
    background: var(--_raised);
  }
  input[type='checkbox']:hover::before {
    border-color: var(--_accent);
  }
  input[type='checkbox']:checked::before {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  input[type='checkbox']:checked::after {
    content: '';
    position: absolute;
    inset: 6px;
    background: var(--_on-accent);
    clip-path: polygon(12% 48%, 0 60%, 38% 96%, 100% 20%, 87% 8%, 37% 70%);
  }

  @media (forced-colors: active) {
    input:is([type='range'], [type='checkbox']) {
      forced-color-adjust: none;
    }
  }
`;
