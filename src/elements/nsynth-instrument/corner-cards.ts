/** The corners as cards, laid out as on the pad: ways to put a sound there, and what became of it. Its name stands on the pad. */
import { html, nothing } from 'lit';
import { withoutCode, type TimbrelError } from '../../errors/timbrel-error.js';
import type { PatchCorner, SoundCorner } from '../../instruments/patch.js';
import { noteName } from '../piano-keyboard/layout.js';
import { PLACES } from '../timbre-instrument/corner-fields.js';

/** The state of a corner, besides its timbre. */
export interface CornerState {
  /** A sound is being heard: its name, the share that is done, 0 to 1, and whether its own key was, which can be played. */
  readonly hearing?: { readonly name: string; readonly share: number; readonly isPlayable: boolean };
  /** The microphone is on: seconds so far, and the level, 0 to 1. */
  readonly recording?: { readonly seconds: number; readonly level: number };
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
  if (hearing && !hearing.isPlayable)
    return html`<div class="state" role="status">
      <progress aria-label="Hearing ${hearing.name}" .value=${hearing.share}></progress>
      <span>${hearing.name}</span>
    </div>`;
  return html`${
    failure
      ? html`<div class="state failed" role="alert">
          <div>${withoutCode(failure)}</div>
          <button type="button" class="dismiss" aria-label="Dismiss" @click=${() => act.dismiss(place)}>
            ×
          </button>
        </div>`
      : nothing
  }${
    corner && 'sound' in corner
      ? renderPitch(place, corner, { hearing, remark }, act)
      : failure
        ? nothing
        : html`<div class="state hint">or drop one here</div>`
  }`;
}

function renderPitch(
  place: number,
  { sound }: SoundCorner,
  { hearing, remark }: CornerState,
  act: CardActions,
) {
  const own = sound.pitch === null ? undefined : Math.round(sound.pitch);
  const cents = sound.pitch === null ? 0 : Math.round(100 * (sound.pitch - Math.round(sound.pitch)));
  const tuning = cents === 0 ? '' : ` ${cents > 0 ? '+' : '−'}${Math.abs(cents)} ct`;
  const onChange = (event: Event) => {
    const { value } = event.target as HTMLSelectElement;
    act.correct(place, value === '' ? null : Number(value) + cents / 100);
  };
  const pitches = Array.from({ length: HIGHEST - LOWEST + 1 }, (_, i) => HIGHEST - i);
  return html`<div class="state">
    <label class="pitch"
      >Pitch
      <select data-value=${own ?? ''} @change=${onChange}>
        <option value="">none</option>
        ${pitches.map(
          (pitch) => html`<option value=${pitch}>${noteName(pitch)}${pitch === own ? tuning : ''}</option>`,
        )}
      </select></label
    >
    ${
      hearing
        ? html`<progress
              class="rest"
              aria-label="Hearing the other keys of ${hearing.name}"
              .value=${hearing.share}
            ></progress>
            <span class="remark" role="status">Playable</span>`
        : remark
          ? html`<span class="remark">${remark}</span>`
          : nothing
    }
  </div>`;
}
