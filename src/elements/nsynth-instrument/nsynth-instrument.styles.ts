import { css } from 'lit';
import { keysFirst } from '../timbre-instrument/timbre-instrument.styles.js';

export const styles = css`
  .cards {
    /* Corners are places on the screen, whatever the direction of the text. */
    direction: ltr;
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    grid-auto-rows: minmax(0, 1fr);
    gap: calc(2 * var(--_space));
  }

  .card {
    container: card / inline-size;
    position: relative;
    display: grid;
    gap: calc(1.5 * var(--_space));
    align-content: start;
    min-height: 6.5rem;
    padding: calc(2 * var(--_space));
    border: 1px solid var(--_line);
    border-top: 4px solid var(--_corner);
    border-radius: calc(0.7 * var(--_radius));
    direction: inherit;
  }
  .card.at0 {
    --_corner: var(--_top-left);
  }
  .card.at1 {
    --_corner: var(--_top-right);
  }
  .card.at2 {
    --_corner: var(--_bottom-left);
  }
  .card.at3 {
    --_corner: var(--_bottom-right);
  }
  .card.aimed {
    outline: 2px dashed var(--_accent);
    outline-offset: 1px;
    background: color-mix(in oklab, var(--_corner) 25%, transparent);
  }

  @container (width < 66rem) {
    ${keysFirst}
  }

  /* The pad is as high as the sounds beside it; the sliders have the whole width below. */
  @container (46rem < width < 66rem) {
    .stage {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .beside {
      display: contents;
    }
    .browser,
    .controls {
      grid-column: 1 / -1;
    }
  }

  /* Pad, sounds and sliders beside each other: all of it is seen above the keys. */
  @container (min-width: 66rem) {
    .stage {
      --_pad-height: 20rem;
      grid-template-columns: minmax(17rem, 1fr) minmax(0, 2.4fr);
    }
    .beside {
      display: grid;
      grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) minmax(0, 1.5fr);
      gap: calc(2 * var(--_space)) calc(5 * var(--_space));
    }
    .cards {
      grid-row: 1 / -1;
    }
    @media (height > 30rem) {
      .strip {
        --_strip-height: 5.5rem;
      }
    }
    fieldset {
      grid-template-rows: repeat(5, 1fr);
    }
    .controls {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .controls label {
      grid-template-columns: 4.25rem minmax(0, 1fr) 3.25rem;
    }
  }

  .place-name {
    color: var(--_muted);
    font-size: var(--_small);
  }

  /* Beside each other where both fit, else a card's room is theirs. */
  .ways {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(7.5rem, 100%), 1fr));
    gap: calc(1.5 * var(--_space));
  }
  .ways > * {
    min-width: 0;
    padding: calc(1.5 * var(--_space));
    overflow: hidden;
    text-align: center;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: var(--_small);
    color: var(--_text);
  }
  .record[aria-pressed='true'] {
    border-color: var(--_danger);
    color: var(--_danger);
    font-weight: 600;
  }

  .state {
    display: flex;
    flex-wrap: wrap;
    gap: calc(1 * var(--_space)) calc(2 * var(--_space));
    align-items: center;
    min-width: 0;
    /* As high as a field: nothing moves when one comes. */
    min-height: 32px;
    color: var(--_muted);
    font-size: var(--_small);
    overflow-wrap: anywhere;
  }
  /* The name of a file may be long. */
  .state progress + span {
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  /* Over the card: what is said pushes nothing. The buttons above stay free until all of it is unfolded. */
  .card > .failed {
    position: absolute;
    z-index: 1;
    inset: auto -1px -1px;
    max-height: calc(100% + 2px);
    min-height: 2.9rem;
    gap: 0;
    padding: 1px 0 1px calc(2 * var(--_space));
    overflow: auto;
    border: 1px solid currentcolor;
    border-radius: calc(0.7 * var(--_radius));
    background: var(--_raised);
    line-height: 1.3;
  }
  .card > .failed > div {
    display: block;
    align-self: center;
  }
  .card > .failed details,
  .card > .failed summary {
    display: inline;
  }
  .card > .failed summary {
    padding-block: 3px;
    text-decoration: underline;
    white-space: nowrap;
  }
  .state progress,
  .state meter {
    flex: 1 1 4rem;
    width: 4rem;
    min-width: 0;
  }
  /* What there is to say beside a pitch stands where there is room in any card: nothing moves when it comes. */
  .remark {
    position: absolute;
    inset: calc(2 * var(--_space)) calc(2 * var(--_space)) auto auto;
  }
  .state .rest {
    position: absolute;
    inset: auto 0 0;
    width: 100%;
    height: 4px;
  }
  .state select {
    flex: 1 1 0;
    padding-block: calc(0.75 * var(--_space));
    padding-inline: calc(1.5 * var(--_space)) 0;
  }
  .state .tuning {
    flex: none;
    font-variant-numeric: tabular-nums;
  }
  /* Its pitch is read as one, with or without the word: where there is no room for both, it is the pitch that is told. */
  .word {
    display: none;
  }
  @container card (min-width: 9.4rem) {
    .word {
      display: inline;
    }
  }
`;
