import { css } from 'lit';

export const styles = css`
  /* Not on one baseline: that of a line with a bar in it is another one, and all below it would move when one comes. */
  header {
    align-items: center;
  }
  button.main {
    min-width: 5rem;
  }
  .file {
    min-height: 2.25rem;
  }
  .stage {
    display: grid;
    grid-template:
      'A pad B' auto
      'C pad D' auto / minmax(0, 1fr) minmax(0, 1.4fr) minmax(0, 1fr);
    gap: calc(2 * var(--_space)) calc(3 * var(--_space));
  }
  .stage.cards-only {
    grid-template:
      'A B' auto
      'C D' auto / minmax(0, 1fr) minmax(0, 1fr);
  }
  .stage.two.cards-only {
    grid-template: 'A B' auto / minmax(0, 1fr) minmax(0, 1fr);
  }
  morph-pad {
    grid-area: pad;
    --morph-pad-aspect-ratio: auto;
    min-height: 14rem;
  }
  .corner {
    display: grid;
    grid-template-rows: auto 1fr auto;
    gap: calc(1.5 * var(--_space));
    min-width: 0;
    padding: calc(2 * var(--_space));
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_raised);
  }
  .corner.listening {
    border-color: var(--_danger);
  }
  .corner.dropping {
    outline: 2px dashed var(--_accent);
    outline-offset: -4px;
  }
  .A {
    grid-area: A;
  }
  .B {
    grid-area: B;
  }
  .C {
    grid-area: C;
  }
  .D {
    grid-area: D;
  }
  .corner header {
    flex-wrap: nowrap;
    gap: calc(2 * var(--_space));
    align-items: center;
  }
  .letter {
    min-width: 2rem;
    min-height: 2rem;
    padding: 0;
    font-weight: 600;
  }
  .name {
    flex: 1;
    overflow: hidden;
    color: var(--_muted);
    font-size: var(--_small);
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .part {
    color: var(--_muted);
    font-size: var(--_tiny);
    white-space: nowrap;
  }
  .part button {
    min-width: 1.75rem;
    min-height: 1.75rem;
    padding: 0;
    border: 0;
    background: none;
  }
  .small {
    height: 4.5rem;
    min-width: 0;
  }
  .small.empty {
    border: 1px dashed var(--_line);
    border-radius: var(--_radius);
  }
  .corner .bar {
    gap: calc(1.5 * var(--_space));
  }
  .corner select {
    max-width: 7rem;
  }
  .result {
    height: 10rem;
    min-width: 0;
  }
  .strip {
    display: grid;
    gap: calc(2 * var(--_space));
    color: var(--_muted);
    font-size: var(--_small);
  }
  .strip input {
    width: 4rem;
  }
  .pieces {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr));
    gap: calc(1.5 * var(--_space));
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .piece {
    display: block;
    width: 100%;
    padding: 2px;
  }
  .taps {
    min-height: 4.5rem;
    font-size: 1rem;
    touch-action: none;
    user-select: none;
  }

  @container (max-width: 44rem) {
    .stage {
      grid-template:
        'pad pad' auto
        'A B' auto
        'C D' auto / minmax(0, 1fr) minmax(0, 1fr);
    }
    morph-pad {
      min-height: 11rem;
      --morph-pad-aspect-ratio: 1.6;
    }
    .corner .bar > * {
      padding-inline: calc(2 * var(--_space));
    }
  }
`;
