/** The pieces of `<onsets-frames>`: what it says, what can be done, what can be set. */
import { html, nothing } from 'lit';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import { choice, slider, switchField } from '../internal/fields.js';
import { renderProgress, renderResume, renderTrouble, SOUND_STOPPED } from '../internal/status.js';
import type { Hears, Reading } from './listening-session.js';

export interface StatusView {
  readonly failure: TimbrelError | undefined;
  readonly loading: LoadProgress | undefined;
  readonly soundStopped: boolean;
  readonly asking: boolean;
  readonly reading: Reading | undefined;
  /** The microphone is listened to: how late notes come, seconds. */
  readonly live: { readonly lag: number } | undefined;
  readonly complete: boolean;
  readonly notes: number;
  readonly duration: number;
  /** Seconds that a file that was cut off lacks. */
  readonly missing: number;
  dismiss(): void;
  resume(): void;
}

export function renderStatus(view: StatusView) {
  const { failure, loading, soundStopped } = view;
  if (failure) return renderTrouble(failure, () => view.dismiss());
  return html`<p part="status" class="status" role="status">
    ${loading ? renderProgress(loading) : soundStopped ? SOUND_STOPPED : stateOf(view)}
    ${loading || !soundStopped ? nothing : renderResume(() => view.resume())}
  </p>`;
}

function stateOf({ asking, reading, live, complete, notes, duration, missing }: StatusView) {
  if (asking) return 'Waiting for the microphone …';
  if (live) {
    // No live region for numbers that change all the time.
    return html`<span>Listening …</span>
      <span part="measures" aria-live="off"
        >${count(notes)}${live.lag > 0 ? `, ${live.lag.toFixed(1)} s behind` : ''}</span
      >`;
  }
  if (reading) {
    const { name, done, left } = reading;
    return html`<progress aria-label="Listening to ${name}" .value=${done} max="1"></progress>
      <span class="name">${name}</span
      ><span aria-live="off"
        >${Math.round(100 * done)} %${left === undefined ? '' : `, ${timeLeft(left)} left`}</span
      >`;
  }
  if (!complete && notes === 0) return '';
  const found = notes > 0 ? `${count(notes)} in ${clockTime(duration)}` : 'No notes were found in it.';
  return missing > 0 ? `${found}; the recording is cut off, ${missing.toFixed(1)} s are missing` : found;
}

const count = (notes: number) => (notes === 1 ? '1 note' : `${notes} notes`);

const timeLeft = (seconds: number) =>
  seconds < 90 ? `${Math.max(1, Math.ceil(seconds))} s` : `${Math.round(seconds / 60)} min`;

export const clockTime = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

export type Action = 'listen' | 'end' | 'play' | 'stop' | 'save' | 'answer';

export interface ActionsView {
  /** It listens, or reads a recording. */
  readonly busy: boolean;
  /** Listening is the primary button of the page. */
  readonly primary: boolean;
  readonly playing: boolean;
  readonly empty: boolean;
  /** There is a recording beside the notes. */
  readonly recorded: boolean;
  readonly hears: Hears;
  /** Id of the element that answers; empty for none. */
  readonly answers: string;
  act(action: Action): void;
  open(file: File): void;
  setHears(hears: Hears): void;
}

const HEARS: readonly (readonly [Hears, string])[] = [
  ['both', 'both'],
  ['notes', 'the notes'],
  ['recording', 'the recording'],
];

export function renderActions(view: ActionsView) {
  const { busy, primary: main, playing, empty, act } = view;
  const button = (action: Action, text: string, { disabled = false, main = false } = {}) =>
    html`<button
      type="button"
      class=${main ? 'main' : ''}
      data-action=${action}
      ?disabled=${disabled}
      @click=${() => act(action)}
    >
      ${text}
    </button>`;
  return html`<div part="actions" class="bar">
    ${busy ? button('end', 'Stop listening', { main }) : button('listen', 'Listen', { main })}
    <label class="file"
      >Choose a recording<input
        type="file"
        accept="audio/*,.wav,.flac"
        aria-label="Choose a recording"
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          const [file] = input.files ?? [];
          input.value = '';
          if (file) view.open(file);
        }}
    /></label>
    <div part="transport" class="bar" role="group" aria-label="Playback">
      ${playing ? button('stop', 'Stop') : button('play', 'Play', { disabled: empty })}
      ${view.recorded ? choice('Hear', view.hears, HEARS, (value) => view.setHears(value as Hears)) : nothing}
    </div>
    <span class="space"></span>
    ${view.answers ? button('answer', 'Let it answer', { disabled: empty }) : nothing}
    ${button('save', 'Save MIDI', { disabled: empty })}
  </div>`;
}

export interface ControlsView {
  readonly onsetThreshold: number;
  readonly frameThreshold: number;
  /** The notes that are heard play an instrument. */
  readonly playsAlong: boolean;
  readonly headphones: boolean;
  setOnsetThreshold(value: number): void;
  setFrameThreshold(value: number): void;
  setHeadphones(on: boolean): void;
}

const CERTAINTY = { min: 0.05, max: 0.95, step: 0.01 };
const percent = (value: number) => `${Math.round(100 * value)} %`;

export function renderControls(view: ControlsView) {
  const { onsetThreshold, frameThreshold } = view;
  return html`<div part="controls" class="controls">
    ${slider('Sure of strokes', onsetThreshold, CERTAINTY, percent(onsetThreshold), (value) => view.setOnsetThreshold(value))}
    ${slider('Sure of held notes', frameThreshold, CERTAINTY, percent(frameThreshold), (value) => view.setFrameThreshold(value))}
    ${view.playsAlong ? switchField('I wear headphones', view.headphones, (on) => view.setHeadphones(on)) : nothing}
    ${
      view.playsAlong && !view.headphones
        ? html`<p part="advice" class="advice">
            Headphones are best. Without them the microphone hears the instrument too: its own notes are left
            out, and in quick music many of yours with them.
          </p>`
        : nothing
    }
  </div>`;
}
