/** The corners as cards, laid out as on the pad: ways to put a sound there, and what became of it. Its name stands on the pad. */
import { html, nothing } from 'lit';
import type { ErrorCode, TimbrelError } from '../../errors/timbrel-error.js';
import type { PatchCorner, SoundCorner } from '../../instruments/patch.js';
import { renderFailure } from '../internal/status.js';
import { noteName } from '../piano-keyboard/layout.js';
import { PLACES } from '../timbre-instrument/corner-fields.js';
import type { RecordingState } from './corner-recordings.js';

/** A sound that is being heard. */
interface Hearing {
  readonly name: string;
  /** The share that is done, 0 to 1. */
  readonly share: number;
  /** Its own key was heard, and can be played. */
  readonly isPlayable: boolean;
  /** The pitch that the sound at the corner is said to have, and is heard anew with; undefined of another sound. */
  readonly pitch?: number | null;
}

/** The state of a corner, besides its timbre. */
export interface CornerState {
  readonly hearing?: Hearing;
  /** The microphone is on. */
  readonly recording?: RecordingState;
  readonly failure?: TimbrelError;
  /** A word on the sound that is there. */
  readonly remark?: string;
}

export interface CardActions {
  open(place: number, files: readonly File[]): void;
  record(place: number): void;
  /** @param pitch MIDI; null: the sound has none */
  correct(place: number, pitch: number | null): void;
  dismiss(place: number): void;
}

export interface CardsView {
  /** Undefined before the network is loaded. */
  readonly corners: readonly PatchCorner[] | undefined;
  readonly states: readonly CornerState[];
  /** The corner that dragged files would go to. */
  readonly aimed: number | undefined;
}

/** Failures in a few words, for a card is small; the whole message unfolds. */
const WORDS: Partial<Record<ErrorCode, string>> = {
  AUDIO_FORMAT: 'No sound can be read.',
  AUDIO_INVALID: 'Silent, or too short.',
  MICROPHONE_DENIED: 'Microphone not allowed.',
  MICROPHONE_UNAVAILABLE: 'No microphone.',
  INSECURE_CONTEXT: 'Microphone not allowed.',
  AUDIO_CONTEXT_SUSPENDED: 'Nothing was recorded.',
};

/** Pitches that a sound may be said to have. */
const LOWEST = 12;
const HIGHEST = 120;

export const renderCards = ({ corners, states, aimed }: CardsView, act: CardActions) =>
  html`<div part="corners" class="cards">
    ${PLACES.map((name, place) => {
      const state = states[place];
      return html`<section
        part="card"
        class="card at${place} ${aimed === place ? 'aimed' : ''}"
        data-place=${place}
        aria-label="Sound of the ${name.toLowerCase()} corner"
      >
        <span class="place-name" aria-hidden="true">${name}</span>
        <div class="ways">
          <label part="button" class="file">
            <input
              type="file"
              accept="audio/*"
              aria-label="Choose a sound for the ${name.toLowerCase()} corner"
              @change=${(event: Event) => {
                const input = event.target as HTMLInputElement;
                const files = [...(input.files ?? [])];
                input.value = '';
                if (files.length > 0) act.open(place, files);
              }}
            />
            <span aria-hidden="true">Choose a sound</span>
          </label>
          <button
            type="button"
            part="button"
            class="record"
            aria-pressed=${state.recording ? 'true' : 'false'}
            aria-label="${state.recording ? 'Stop recording' : 'Record'} for the ${name.toLowerCase()} corner"
            @click=${() => act.record(place)}
          >
            ${state.recording ? 'Stop' : 'Record'}
          </button>
        </div>
        ${renderState(place, corners?.[place], state, act)}
      </section>`;
    })}
  </div>`;

function renderState(
  place: number,
  corner: PatchCorner | undefined,
  { hearing, recording, failure, remark }: CornerState,
  act: CardActions,
) {
  if (recording)
    return html`<div class="state">
      <meter aria-label="Level of the microphone" .value=${Math.min(1, recording.level)}></meter>
      <span>${recording.seconds.toFixed(1)} s</span>
    </div>`;
  // While the sound of the corner is heard anew, its field stays where it is, and keeps the focus.
  if (hearing && !hearing.isPlayable && hearing.pitch === undefined)
    return html`<div class="state" role="status">
      <progress aria-label="Hearing ${hearing.name}" .value=${hearing.share}></progress>
      <span>${hearing.name}</span>
    </div>`;
  return html`${
    corner && 'sound' in corner
      ? renderPitch(place, corner, { hearing, remark }, act)
      : html`<div class="state hint">or drop one here</div>`
  }${renderFailure(failure, {
    part: 'card-failure',
    class: '',
    words: (failure && WORDS[failure.code]) ?? 'That did not work.',
    dismiss: () => act.dismiss(place),
  })}`;
}

function renderPitch(
  place: number,
  { sound }: SoundCorner,
  { hearing, remark }: CornerState,
  act: CardActions,
) {
  const said = hearing?.pitch === undefined ? sound.pitch : hearing.pitch;
  const own = said === null ? undefined : Math.round(said);
  const cents = said === null ? 0 : Math.round(100 * (said - Math.round(said)));
  const onChange = (event: Event) => {
    const { value } = event.target as HTMLSelectElement;
    act.correct(place, value === '' ? null : Number(value) + cents / 100);
  };
  const pitches = Array.from({ length: HIGHEST - LOWEST + 1 }, (_, i) => HIGHEST - i);
  return html`<div class="state">
    <span class="word" aria-hidden="true">Pitch</span>
    <select aria-label="Pitch" data-value=${own ?? ''} @change=${onChange}>
      <option value="">no pitch</option>
      ${pitches.map((pitch) => html`<option value=${pitch}>${noteName(pitch)}</option>`)}
    </select>
    ${cents === 0 ? nothing : html`<span class="tuning">${cents > 0 ? '+' : '−'}${Math.abs(cents)} ct</span>`}
    ${
      hearing
        ? html`<progress
              class="rest"
              aria-label="Hearing the other keys of ${hearing.name}"
              .value=${hearing.share}
            ></progress>
            <span class="remark" role="status">${hearing.isPlayable ? 'Playable' : ''}</span>`
        : remark
          ? html`<span class="remark">${remark}</span>`
          : nothing
    }
  </div>`;
}
