/** The line that says what the instrument does, and the one that says what went wrong. */
import { html, nothing } from 'lit';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';

export interface Status {
  readonly loading: LoadProgress | undefined;
  /** Where the model runs; undefined until it is loaded. */
  readonly backend: string | undefined;
  readonly running: boolean;
  /** There is no network: it could not be loaded. */
  readonly lost: boolean;
  /** Pitches of the present timbre that are rendered, of 61. */
  readonly rendered: number;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

/** Screen readers are told twice, that it loads and that it has loaded: the counter would speak at every pitch. */
export function renderStatus(status: Status) {
  const { loading, backend } = status;
  return html`<p part="status" class="status">
      ${loading ? progress(loading) : state(status)}
      ${loading || !backend ? nothing : html`<span class="backend">${backend}</span>`}
    </p>
    <span class="spoken" role="status"
      >${loading ? 'Loading the network' : backend ? 'Ready to play' : ''}</span
    >`;
}

function progress({ stage, loaded, total }: LoadProgress) {
  if (stage !== 'download') return 'Preparing the network';
  return html`<progress aria-label="Download" .value=${loaded} max=${total || nothing}></progress> Loading
    ${megabytes(loaded)} of ${total ? megabytes(total) : '?'} MB`;
}

function state({ backend, running, lost, rendered }: Status): string {
  if (lost) return 'No network is loaded. Press a key to try again';
  if (!backend || !running) return 'Press a key to play';
  return rendered < 61 ? `Rendering ${rendered} of 61 pitches` : 'Ready';
}

/** What went wrong, until it is dismissed or no longer true. */
export function renderFailure(failure: TimbrelError | undefined, dismiss: () => void) {
  if (!failure) return nothing;
  return html`<div part="failure" class="failure" role="alert">
    <p>${failure.message}</p>
    <button type="button" aria-label="Dismiss" @click=${dismiss}>×</button>
  </div>`;
}
