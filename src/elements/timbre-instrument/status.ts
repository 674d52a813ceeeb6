/** The line that says what the instrument does. */
import { html, nothing } from 'lit';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import { renderProgress, renderResume, SOUND_STOPPED } from '../internal/status.js';

export interface Status {
  readonly loading: LoadProgress | undefined;
  /** A network is loaded. */
  readonly loaded: boolean;
  /** The audio runs. */
  readonly running: boolean;
  /** It was started and runs no more. */
  readonly paused: boolean;
  resume(): void;
  /** There is no network: it could not be loaded. */
  readonly lost: boolean;
  /** The machine keeps up with decoding notes while they sound. */
  readonly keepsUp: boolean;
  /** Pitches of the present timbre that are rendered, of how many. */
  readonly rendered: number;
  readonly of: number;
  /** The file that plays; undefined while none does. */
  readonly plays: string | undefined;
  /** A word on what was done last: what was saved, say. */
  readonly said: string;
}

/** Screen readers are told twice, that it loads and that it has loaded, and what was done. */
export function renderStatus(status: Status) {
  const { loading, said } = status;
  const spoken = loading
    ? 'Loading the sound model'
    : status.paused
      ? 'The sound was stopped'
      : !status.keepsUp
        ? BUSY
        : status.plays !== undefined
          ? `Playing ${status.plays}`
          : status.loaded
            ? 'Ready to play'
            : '';
  return html`<p part="status" class="status ${loading ? 'loading' : ''}">
      ${loading ? renderProgress(loading, 'the sound model') : said ? html`<span class="said" title=${said}>${said}</span>` : state(status)}
      ${loading || !status.paused ? nothing : renderResume(status.resume)}
    </p>
    <span class="spoken" role="status">${said || spoken}</span>`;
}

/** Held notes are re-rendered for now. */
const BUSY = 'This device is busy: held notes follow the pad a moment later for now';

function state({ loaded, running, paused, lost, keepsUp, plays }: Status): string {
  if (paused) return SOUND_STOPPED;
  if (!keepsUp) return BUSY;
  if (plays !== undefined) return `Playing ${plays}`;
  if (lost) return 'No sound model is loaded. Press a key to try again';
  return loaded && running ? 'Ready' : 'Press a key to play';
}

/** A thin line that grows while notes of the timbre are prepared. It is for the eye: all of it plays meanwhile. */
export const renderLine = ({ loaded, running, rendered, of }: Status) =>
  html`<div
    part="rendered"
    class="rendered ${loaded && running && rendered < of ? 'at-work' : ''}"
    aria-hidden="true"
  ></div>`;
