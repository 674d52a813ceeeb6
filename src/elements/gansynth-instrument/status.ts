/** The line that says what the instrument does. */
import { html, nothing } from 'lit';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { LoadProgress } from '../../messages/model-worker.js';

export interface Status {
  readonly failure: TimbrelError | undefined;
  readonly loading: LoadProgress | undefined;
  /** Where the model runs; undefined until it is loaded. */
  readonly backend: string | undefined;
  readonly running: boolean;
  /** Pitches of the present timbre that are rendered, of 61. */
  readonly rendered: number;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);

export function renderStatus({ failure, loading, backend, running, rendered }: Status) {
  if (failure) return html`<p part="status" class="status failed" role="alert">${failure.message}</p>`;
  return html`<p part="status" class="status" role="status">
    ${loading ? progress(loading) : state(backend !== undefined && running, rendered)}
    ${loading || !backend ? nothing : html`<span class="backend">${backend}</span>`}
  </p>`;
}

function progress({ stage, loaded, total }: LoadProgress) {
  if (stage !== 'download') return 'Preparing the network';
  return html`<progress .value=${loaded} max=${total || nothing}></progress> Loading ${megabytes(loaded)} of
    ${total ? megabytes(total) : '?'} MB`;
}

function state(playing: boolean, rendered: number): string {
  if (!playing) return 'Press a key to play';
  return rendered < 61 ? `Rendering ${rendered} of 61 pitches` : 'Ready';
}
