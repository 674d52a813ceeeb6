import { css } from 'lit';

export const styles = css`
  :host {
    --_active: var(--midi-input-active, light-dark(#1f9d63, #5fd9a0));
  }

  .base {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: calc(2 * var(--_space)) calc(4 * var(--_space));
    min-block-size: 40px;
  }

  .connect {
    flex: none;
    min-block-size: 40px;
    padding: 0 calc(4 * var(--_space));
    border: 1px solid var(--_line);
    border-radius: calc(0.8 * var(--_radius));
    background: var(--_raised);
    color: var(--_text);
    font: inherit;
    font-size: var(--_small);
    font-weight: 600;
    cursor: pointer;
  }
  .connect:hover:not(:disabled) {
    border-color: var(--_muted);
  }
  .connect:disabled {
    color: var(--_muted);
    cursor: progress;
  }

  .message {
    margin: 0;
    flex: 1 1 14rem;
    max-inline-size: 80ch;
    color: var(--_muted);
    font-size: var(--_small);
  }
  .failed {
    color: var(--_danger);
  }

  ul {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2 * var(--_space));
    margin: 0;
    padding: 0;
    list-style: none;
  }
  label {
    display: inline-flex;
    align-items: center;
    gap: calc(2 * var(--_space));
    min-block-size: 40px;
    padding: 0 calc(3 * var(--_space));
    border: 1px solid var(--_line);
    border-radius: calc(0.8 * var(--_radius));
    background: var(--_raised);
    font-size: var(--_small);
    cursor: pointer;
  }
  .light {
    inline-size: 8px;
    block-size: 8px;
    border-radius: 50%;
    background: var(--_line);
    transition: background-color 160ms ease-out;
  }
  .light.active {
    background: var(--_active);
    transition: none;
  }

  @media (prefers-reduced-motion: reduce) {
    .light {
      transition: none;
    }
  }
  @media (forced-colors: active) {
    .light {
      forced-color-adjust: none;
      background: Canvas;
      border: 1px solid CanvasText;
    }
    .light.active {
      background: Highlight;
    }
  }
`;
