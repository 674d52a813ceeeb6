/** An element says of its network how far it is loaded, and what went wrong. */
import { html, nothing } from 'lit';
import { withoutCode, type TimbrelError } from '../../errors/timbrel-error.js';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import { inWords } from './failures.js';

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

/** @param what is loaded */
export function renderProgress({ stage, loaded, total }: LoadProgress, what = 'the model') {
  if (stage !== 'download') return `Preparing ${what}`;
  return html`<progress aria-label="Download" .value=${loaded} max=${total || nothing}></progress> Loading
    ${megabytes(loaded)} of ${total ? megabytes(total) : '?'} MB`;
}

/** A context that ran and was stopped; a gesture brings it back. */
export const SOUND_STOPPED = 'The sound was stopped by the device or the browser.';

export const renderResume = (resume: () => void) =>
  html`<button type="button" class="resume" @click=${resume}>Resume the sound</button>`;

export interface FailureView {
  /** Part names of the message. */
  readonly part: string;
  readonly class: string;
  /** The failure as players are told it. Where it is not the message itself, that can be unfolded. */
  readonly words: unknown;
  dismiss(): void;
}

/** Shows a failure in the place of the status. @returns undefined while there is no failure */
export const renderTrouble = (
  failure: TimbrelError | undefined,
  dismiss: () => void,
  words: (failure: TimbrelError) => unknown = inWords,
) =>
  failure &&
  renderFailure(failure, { part: 'status error', class: 'status', words: words(failure), dismiss });

/** Shows a failure until it is dismissed or no longer true. */
export function renderFailure(failure: TimbrelError | undefined, view: FailureView) {
  if (!failure) return nothing;
  const { message } = failure;
  return html`<div part=${view.part} class="${view.class} failed" role="alert">
    <div>
      ${view.words}
      ${
        view.words === message || view.words === withoutCode(failure)
          ? nothing
          : html`<details>
              <summary>Details</summary>
              <div>${message}</div>
            </details>`
      }
    </div>
    <button type="button" class="dismiss" aria-label="Dismiss" @click=${view.dismiss}>×</button>
  </div>`;
}
