/** The line that says what the instrument does. */
import { html, nothing } from 'lit';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import { renderProgress, renderResume, SOUND_STOPPED } from '../internal/status.js';

export interface Status {
  readonly loading: LoadProgress | undefined;
  /** The backend that the model runs on; undefined until it is loaded. */
  readonly backend: string | undefined;
  /** The audio runs. */
  readonly running: boolean;
  /** It was started and runs no more. */
  readonly paused: boolean;
  resume(): void;
  /** There is no network: it could not be loaded. */
  readonly lost: boolean;
  /** Pitches of the present timbre that are rendered, of how many. */
  readonly rendered: number;
  readonly of: number;
}

/** Screen readers are told twice, that it loads and that it has loaded: the counter would speak at every pitch. */
export function renderStatus(status: Status) {
  const { loading, backend } = status;
  return html`<p part="status" class="status">
      ${loading ? renderProgress(loading) : state(status)}
      ${loading || !status.paused ? nothing : renderResume(status.resume)}
      ${loading || !backend ? nothing : html`<span class="badge">${backend}</span>`}
    </p>
    <span class="spoken" role="status"
      >${loading ? 'Loading the network' : status.paused ? 'The sound was stopped' : backend ? 'Ready to play' : ''}</span
    >`;
}

function state({ backend, running, paused, lost, rendered, of }: Status): string {
  if (paused) return SOUND_STOPPED;
  if (lost) return 'No network is loaded. Press a key to try again';
  if (!backend || !running) return 'Press a key to play';
  return rendered < of ? `Rendering ${rendered} of ${of} pitches` : 'Ready';
}
