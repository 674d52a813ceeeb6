import { css } from 'lit';

/** The head of the instrument and what unfolds below it. */
export const headerStyles = css`
  header {
    position: relative;
    gap: calc(2 * var(--_space)) calc(3 * var(--_space));
    align-items: center;
  }
  .status {
    min-width: 9rem;
  }
  /* It changes several times in a second: nothing below it moves for that. */
  .status.loading,
  .said {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  /* It comes and goes, too: the whole of it is in its title. */
  .said {
    flex: 1;
    min-width: 0;
  }
  .spoken {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: calc(1.5 * var(--_space));
    align-items: stretch;
  }
  button,
  select,
  .file {
    min-height: 32px;
  }
  button.dismiss {
    min-width: 28px;
    min-height: 28px;
  }
  summary {
    min-height: 24px;
  }
  .tools > *,
  .file {
    color: var(--_text);
    font-size: var(--_small);
    line-height: 1.45;
  }
  .file {
    display: inline-grid;
    place-content: center;
  }
  .toggle svg {
    display: block;
    width: 18px;
    height: 18px;
    fill: none;
    stroke: currentcolor;
    stroke-width: 1.4;
    stroke-linejoin: round;
  }
  .toggle.settings {
    display: grid;
    place-content: center;
    padding-inline: calc(2 * var(--_space));
  }
  .toggle[aria-expanded='true'],
  .panel button[aria-pressed='true'] {
    border-color: var(--_accent);
    color: var(--_accent);
  }
  .record[aria-pressed='true'] {
    border-color: var(--_danger);
    color: var(--_danger);
    font-weight: 600;
  }

  .loudness {
    display: flex;
    gap: calc(2 * var(--_space));
    align-items: center;
    color: var(--_muted);
    font-size: var(--_small);
  }
  .level {
    width: 5rem;
    height: 6px;
    overflow: hidden;
    border-radius: min(3px, var(--_radius));
    background: var(--_line);
  }
  .level > div {
    height: 100%;
    background: var(--_accent);
    /* Before anything is heard. */
    transform: scaleX(0);
    transform-origin: left;
    transition: transform 80ms linear;
  }
  .rendered {
    position: absolute;
    inset: auto 0 calc(-1.5 * var(--_space));
    height: 2px;
    background: var(--_accent);
    opacity: 0;
    transform-origin: left;
    transition: opacity 300ms;
  }
  .rendered.at-work {
    opacity: 1;
  }
  :host(:dir(rtl)) :is(.level > div, .rendered) {
    transform-origin: right;
  }

  .panel {
    position: absolute;
    z-index: 4;
    inset-block-start: calc(100% + 2 * var(--_space));
    inset-inline-end: 0;
    display: grid;
    gap: calc(2 * var(--_space));
    width: min(26rem, 100%);
    max-height: 36rem;
    padding: calc(4 * var(--_space));
    overflow: auto;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: 0 10px 32px rgb(0 0 0 / 0.25);
  }
  .panel[hidden] {
    display: none;
  }
  .panel p {
    margin: 0;
    color: var(--_muted);
    font-size: var(--_small);
  }
  .panel .title {
    color: var(--_text);
    font-weight: 600;
  }
  .panel label:not(.file) {
    display: flex;
    gap: calc(2 * var(--_space));
    align-items: center;
  }
  .browser {
    display: grid;
    grid-template-columns: auto 1fr auto;
    gap: calc(2 * var(--_space));
    align-items: center;
    text-align: center;
    font-size: 1.0625rem;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  /* As high as its buttons, whatever name somebody gave. */
  .browser span {
    display: -webkit-box;
    max-height: 2.3em;
    overflow: hidden;
    line-height: 1.15;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  .browser button {
    min-width: 44px;
    min-height: 2.5rem;
    font-size: 1.125rem;
    line-height: 1;
  }
  .list {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr));
    gap: calc(1.5 * var(--_space));
  }
  .panel ul {
    display: grid;
    gap: var(--_space);
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .panel li {
    display: grid;
    grid-template-columns: 1fr auto;
    gap: var(--_space);
  }
  .panel form {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: calc(1.5 * var(--_space));
  }

  /* What it is, does and how loud it is in one row; what is pressed in the next. */
  @container (max-width: 56rem) {
    .tools {
      flex: 1 1 100%;
      order: 1;
    }
  }

  @container (max-width: 34rem) {
    .tools {
      gap: var(--_space);
    }
    .tools > * {
      flex: 1 1 auto;
      padding-inline: calc(1.5 * var(--_space));
    }
    /* A line below what is pressed, as low as its name. */
    .loudness {
      flex: 1 1 100%;
      order: 2;
      font-size: var(--_tiny);
      line-height: 1;
    }
    .level {
      flex: 1;
      height: 4px;
    }
  }

  @media (prefers-reduced-motion: reduce) {
    .level > div,
    .rendered {
      transition: none;
    }
  }

  @media (forced-colors: active) {
    .panel {
      border-color: CanvasText;
    }
    .level,
    .rendered {
      forced-color-adjust: none;
      border: 1px solid CanvasText;
    }
    /* Else an empty one would look full. */
    .level {
      background: Canvas;
    }
    .level > div {
      background: Highlight;
    }
    .toggle[aria-expanded='true'],
    .panel button[aria-pressed='true'],
    .record[aria-pressed='true'] {
      outline: 2px solid Highlight;
    }
  }
`;
