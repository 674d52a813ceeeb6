import { css } from 'lit';

export const styles = css`
  .stage {
    display: grid;
    min-width: 0;
    min-height: 12rem;
  }
  piano-roll {
    min-width: 0;
    height: 12rem;
  }
  .name {
    max-width: 16rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  [part='measures'] {
    font-variant-numeric: tabular-nums;
  }
  .file {
    min-height: 2.25rem;
    font-size: var(--_small);
  }
  .advice {
    flex: 1 1 20rem;
    margin: 0;
    color: var(--_muted);
    font-size: var(--_small);
  }

  summary {
    width: fit-content;
    min-height: 1.5rem;
    border-radius: min(4px, var(--_radius));
    color: var(--_muted);
    font-size: var(--_small);
  }
  .settings details {
    flex: 1 1 100%;
    min-width: 0;
  }
  .settings .fields {
    display: flex;
    flex-wrap: wrap;
    gap: calc(2.5 * var(--_space)) calc(4 * var(--_space));
    align-items: center;
    padding-top: calc(3 * var(--_space));
  }

  @container (max-width: 34rem) {
    .controls > label:has(input[type='range']) {
      flex: 1 1 100%;
    }
    .controls > label input[type='range'] {
      flex: 1;
      min-width: 0;
    }
  }
`;
