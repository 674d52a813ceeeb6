/** A bar of sixteenths, one row for each drum: click to set a stroke. The names are pads. */
import { css, html } from 'lit';
import { openingTempo, type NoteSequence } from '../../music/note-sequence.js';
import { DRUMS } from '../drum-names.js';

const STEPS = 16;
/** A stroke's length in the sequence, in sixteenths. */
const STROKE = 1;

export const gridStyles = css`
  .grid {
    display: grid;
    grid-template-columns: max-content repeat(16, minmax(0, 1fr));
    gap: 3px;
    direction: ltr;
  }
  .grid button {
    min-width: 0;
    min-height: 1.6rem;
    padding: 0;
    border-radius: 5px;
  }
  .grid .pad {
    padding: 0 calc(2 * var(--_space));
    font-size: var(--_tiny);
    text-align: start;
  }
  .grid .pad:active {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .grid .beat {
    background: light-dark(#f0eee9, #2c3038);
  }
  .grid .cell[aria-pressed='true'] {
    background: var(--_accent);
  }
  @container (max-width: 34rem) {
    .grid {
      gap: 2px;
    }
  }
  @media (forced-colors: active) {
    .grid .cell[aria-pressed='true'] {
      forced-color-adjust: none;
      background: Highlight;
    }
  }
`;

const stepSeconds = (qpm: number) => 60 / qpm / 4;

/** Strokes of the first bar as `pitch step`. */
export function strokesOf(beat: NoteSequence): Set<string> {
  const step = stepSeconds(openingTempo(beat));
  return new Set(beat.notes.map(({ pitch, startTime = 0 }) => `${pitch} ${Math.round(startTime / step)}`));
}

/** The same beat with the stroke added, or without it where it was. What lies behind the first bar stays. */
export function toggleStroke(beat: NoteSequence, pitch: number, at: number, tempo: number): NoteSequence {
  const qpm = beat.notes.length > 0 ? openingTempo(beat) : tempo;
  const step = stepSeconds(qpm);
  const isIt = (note: { pitch: number; startTime?: number }) =>
    note.pitch === pitch && Math.round((note.startTime ?? 0) / step) === at;
  const others = beat.notes.filter((note) => !isIt(note));
  const stroke = { pitch, velocity: 100, startTime: at * step, endTime: (at + STROKE) * step, isDrum: true };
  const notes = others.length < beat.notes.length ? others : [...others, stroke];
  return {
    tempos: [{ time: 0, qpm }],
    notes,
    totalTime: notes.length > 0 ? Math.max(STEPS * step, beat.totalTime ?? 0) : 0,
  };
}

export interface GridActions {
  readonly tempo: number;
  strike(pitch: number): void;
  change(beat: NoteSequence): void;
}

const MOVES: Record<string, readonly [rows: number, columns: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -STEPS],
  End: [0, STEPS],
};

/** One stop for the tab key; arrows go from place to place, the pads are the first column. */
function onKey(event: KeyboardEvent): void {
  const move = MOVES[event.key];
  const place = event.target as HTMLElement;
  if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const within = (value: number, most: number) => Math.min(most, Math.max(0, value));
  const row = within(Number(place.dataset.row) + move[0], DRUMS.length - 1);
  const column = within(Number(place.dataset.column) + move[1], STEPS);
  const grid = event.currentTarget as HTMLElement;
  grid.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`)?.focus();
}

function onFocus(event: FocusEvent): void {
  const grid = event.currentTarget as HTMLElement;
  for (const place of grid.querySelectorAll<HTMLElement>('button'))
    place.tabIndex = place === event.target ? 0 : -1;
}

/** @param beat what is set @param actions what a click does */
export function renderGrid(beat: NoteSequence, { tempo, strike, change }: GridActions) {
  const strokes = strokesOf(beat);
  return html`<div
    part="grid"
    class="grid"
    role="group"
    aria-label="First bar of the beat"
    @keydown=${onKey}
    @focusin=${onFocus}
  >
    ${DRUMS.map(([pitch, name], row) => [
      html`<button
        type="button"
        part="pad"
        class="pad"
        data-row=${row}
        data-column="0"
        tabindex=${row === 0 ? 0 : -1}
        @click=${() => strike(pitch)}
      >
        ${name}
      </button>`,
      ...Array.from({ length: STEPS }, (_, step) => {
        const on = strokes.has(`${pitch} ${step}`);
        return html`<button
          type="button"
          part="cell ${on ? 'on' : ''}"
          class="cell ${step % 4 === 0 ? 'beat' : ''}"
          data-row=${row}
          data-column=${step + 1}
          tabindex="-1"
          aria-label="${name}, sixteenth ${step + 1}"
          aria-pressed=${on}
          @click=${() => change(toggleStroke(beat, pitch, step, tempo))}
        ></button>`;
      }),
    ])}
  </div>`;
}
