/** The pieces of `<music-vae>`: the cards at the corners, the strip between two of them, what can be done. */
import { html, nothing } from 'lit';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { isDrumKind, windowSeconds, type Reader } from '../../models/music-vae/windows.js';
import { openingTempo, type NoteSequence } from '../../music/note-sequence.js';
import { renderDrumPads } from '../internal/drum-pads.js';
import { slider } from '../internal/fields.js';
import { MUSIC_FILES } from '../sequence-model/midi-files.js';
import { playedNotes } from '../sequence-model/sketch.js';
import { PLACES, type Corner } from './morph.js';

/** The notes of a sequence, the same array for the same sequence: a roll draws again when it gets another one. */
const shown = new WeakMap<NoteSequence, PlayedNote[]>();
function notesOf(sequence: NoteSequence): PlayedNote[] {
  let notes = shown.get(sequence);
  if (!notes) shown.set(sequence, (notes = playedNotes(sequence)));
  return notes;
}

/** A piece by itself, as wide as the model reads, in its own tempo. */
const roll = (sequence: NoteSequence, reader: Reader, label: string) =>
  html`<piano-roll
    class="small"
    .notes=${notesOf(sequence)}
    .seconds=${windowSeconds(reader, openingTempo(sequence))}
    ?drums=${isDrumKind(reader.kind)}
    compact
    label=${label}
  ></piano-roll>`;

export interface CardView {
  readonly corner: Corner | undefined;
  readonly reader: Reader;
  /** This corner waits for a phrase. */
  readonly listening: boolean;
  /** The place of the piece in its file; undefined where the file has one window. */
  readonly part: { readonly at: number; readonly of: number } | undefined;
  /** Elements of the page whose music can be taken. */
  readonly others: readonly string[];
  draw(): void;
  listen(): void;
  open(file: File): void;
  step(by: number): void;
  take(id: string): void;
  goTo(): void;
}

export function renderCard(place: number, view: CardView) {
  const { corner, part } = view;
  const letter = PLACES[place];
  return html`<div
    role="group"
    part="corner"
    class="corner ${letter} ${view.listening ? 'listening' : ''}"
    aria-label="Corner ${letter}"
    data-place=${place}
  >
    <header>
      <button
        type="button"
        class="letter"
        title="Go to this corner"
        aria-label="Go to corner ${letter}"
        @click=${view.goTo}
      >
        ${letter}
      </button>
      <span class="name">${view.listening ? 'play a phrase …' : nameOf(corner)}</span>
      ${
        part
          ? html`<span class="part"
              ><button
                type="button"
                aria-label="Earlier part for ${letter}"
                ?disabled=${part.at === 0}
                @click=${() => view.step(-1)}
              >
                ‹</button
              >${part.at + 1} of ${part.of}<button
                type="button"
                aria-label="Later part for ${letter}"
                ?disabled=${part.at === part.of - 1}
                @click=${() => view.step(1)}
              >
                ›
              </button></span
            >`
          : nothing
      }
    </header>
    ${corner ? roll(corner.sequence, view.reader, `corner ${letter}`) : html`<div class="small empty"></div>`}
    <div class="bar">
      <button type="button" data-action="draw" @click=${view.draw}>New</button>
      <button type="button" data-action="listen" aria-pressed=${view.listening} @click=${view.listen}>
        Play in
      </button>
      <label class="file"
        ><span aria-hidden="true">Open</span
        ><input
          type="file"
          accept=${MUSIC_FILES}
          aria-label="Notes for corner ${letter}"
          @change=${chosen(view.open)}
      /></label>
      ${
        view.others.length > 0
          ? html`<select
              aria-label="Take what another player wrote for corner ${letter}"
              @change=${taken(view.take)}
            >
              <option value="">From …</option>
              ${view.others.map((id) => html`<option value=${id}>${id}</option>`)}
            </select>`
          : nothing
      }
    </div>
  </div>`;
}

/** A piece without a code counts as an empty corner. */
const nameOf = (corner: Corner | undefined) =>
  corner ? (corner.latent ? corner.name : `${corner.name}, which cannot be morphed`) : 'empty';

const chosen = (open: (file: File) => void) => (event: Event) => {
  const input = event.target as HTMLInputElement;
  const [file] = input.files ?? [];
  input.value = '';
  if (file) open(file);
};

const taken = (take: (id: string) => void) => (event: Event) => {
  const select = event.target as HTMLSelectElement;
  const { value } = select;
  select.value = '';
  if (value) take(value);
};

export interface StripView {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Names of the corners there are. */
  readonly places: readonly string[];
  readonly pieces: readonly { readonly sequence: NoteSequence }[];
  /** The piece of the strip that plays; undefined where the pad does. */
  readonly playing: number | undefined;
  readonly reader: Reader;
  choose(from: number, to: number): void;
  setCount(count: number): void;
  make(): void;
  play(index: number): void;
}

export function renderStrip(view: StripView) {
  const corners = (label: string, value: number, set: (place: number) => void) =>
    html`<select
      aria-label=${label}
      @change=${(event: Event) => set(Number((event.target as HTMLSelectElement).value))}
    >
      ${view.places.map((letter, place) => html`<option value=${place} .selected=${place === value}>${letter}</option>`)}
    </select>`;
  return html`<div part="strip" class="strip">
    <div class="bar">
      <span>From</span> ${corners('Strip from corner', view.from, (from) => view.choose(from, view.to))}
      <span>to</span> ${corners('Strip to corner', view.to, (to) => view.choose(view.from, to))}
      <label
        >in<input
          type="number"
          min="3"
          max="16"
          .value=${String(view.count)}
          @change=${(event: Event) => view.setCount(Number((event.target as HTMLInputElement).value))}
        />steps</label
      >
      <button type="button" data-action="interpolate" @click=${view.make}>Blend</button>
    </div>
    ${
      view.pieces.length > 0
        ? html`<ol class="pieces">
            ${view.pieces.map(
              ({ sequence }, i) =>
                html`<li>
                  <button
                    type="button"
                    class="piece"
                    aria-pressed=${view.playing === i}
                    aria-label="Step ${i + 1} of ${view.pieces.length}"
                    @click=${() => view.play(i)}
                  >
                    ${roll(sequence, view.reader, `step ${i + 1}`)}
                  </button>
                </li>`,
            )}
          </ol>`
        : nothing
    }
  </div>`;
}

/** A kick, a snare and a hat are enough to play a beat in. */
const PADS = [
  [36, 'Kick'],
  [38, 'Snare'],
  [42, 'Hat'],
  [46, 'Open hat'],
  [49, 'Crash'],
] as const;

/** Pads to strike; for taps there is one, as a tap has no instrument. */
export const renderPads = (taps: boolean, strike: (pitch: number) => void) =>
  renderDrumPads(
    taps ? { pads: [[42, 'Tap here']], label: 'Taps', kind: 'taps main', strike } : { pads: PADS, strike },
  );

export interface ActionsView {
  readonly playing: boolean;
  /** Quarters a minute. */
  readonly tempo: number;
  /** Playback is the primary button of the page. */
  readonly primary: boolean;
  /** The element plays by itself. */
  readonly transport: boolean;
  readonly empty: boolean;
  /** Corners that the piece can be put at. */
  readonly places: readonly string[];
  /** Taps are waited for; undefined where the model makes nothing of taps. */
  readonly taps: boolean | undefined;
  toggle(): void;
  setTempo(tempo: number): void;
  another(): void;
  keepAt(place: number): void;
  tap(): void;
  save(): void;
}

export function renderActions(view: ActionsView) {
  const { playing, tempo, taps } = view;
  return html`<div part="actions" class="bar">
    ${
      view.transport
        ? html`<button
              type="button"
              class=${view.primary ? 'main' : ''}
              data-action=${playing ? 'stop' : 'play'}
              @click=${view.toggle}
            >
              ${playing ? 'Stop' : 'Play'}
            </button>
            ${slider('Tempo', tempo, { min: 40, max: 240, step: 1 }, `${Math.round(tempo)} bpm`, view.setTempo)}`
        : nothing
    }
    <button type="button" data-action="another" @click=${view.another}>Another like this</button>
    ${
      view.places.length > 0
        ? html`<select
            aria-label="Put the piece at a corner"
            @change=${taken((place) => view.keepAt(Number(place)))}
          >
            <option value="">Put at …</option>
            ${view.places.map((letter, place) => html`<option value=${place}>${letter}</option>`)}
          </select>`
        : nothing
    }
    ${
      taps === undefined
        ? nothing
        : html`<button type="button" data-action="tap" aria-pressed=${taps} @click=${view.tap}>
            Tap a rhythm
          </button>`
    }
    <span class="space"></span>
    <button type="button" data-action="save" ?disabled=${view.empty} @click=${view.save}>Save MIDI</button>
  </div>`;
}
