/** Changes of the notes of a roll, by a hand or a key. Nothing here is changed in place; notes that stay as they are stay the same objects. */
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { DRUMS } from '../drum-names.js';
import type { Rows } from './layout.js';

/** Notes are known by where they are: their owner may make them anew. */
export const noteKey = ({ pitch, startTime }: PlayedNote) => `${pitch} ${startTime}`;

export type Chosen = ReadonlySet<string>;

export interface Edit {
  readonly notes: readonly PlayedNote[];
  /** Keys of the notes that are chosen behind it. */
  readonly chosen: Chosen;
}

/** Sixteenths of a bar, by which notes are moved and lengthened; without bars an eighth of a second. */
export const gridOf = (bar: number): number => (bar > 0 ? bar / 16 : 0.125);

const chosenOf = (notes: readonly PlayedNote[], chosen: Chosen) =>
  notes.filter((note) => chosen.has(noteKey(note)));

function change(
  notes: readonly PlayedNote[],
  chosen: Chosen,
  changed: (note: PlayedNote) => PlayedNote,
): Edit {
  const keys = new Set<string>();
  const all = notes.map((note) => {
    if (!chosen.has(noteKey(note))) return note;
    const other = changed(note);
    keys.add(noteKey(other));
    return other;
  });
  return { notes: all, chosen: keys };
}

/**
 * Moves the chosen notes, all by the same: none goes before the beginning or off the rows.
 * @param by seconds to the right, and rows downwards
 */
export function moveNotes(
  notes: readonly PlayedNote[],
  chosen: Chosen,
  by: { readonly seconds: number; readonly rows: number },
  rows: Rows,
): Edit {
  const group = chosenOf(notes, chosen);
  const first = group.reduce((least, { startTime }) => Math.min(least, startTime), Infinity);
  const seconds = Math.max(by.seconds, -first);
  const places = group.map(({ pitch }) => rows.rowOf(pitch));
  const down = Math.min(
    rows.lowest - Math.max(...places),
    Math.max(rows.highest - Math.min(...places), by.rows),
  );
  return change(notes, chosen, (note) => ({
    ...note,
    startTime: note.startTime + seconds,
    endTime: note.endTime + seconds,
    // A drum of a class keeps its pitch while it stays on its row.
    pitch: down === 0 ? note.pitch : rows.pitchOf(rows.rowOf(note.pitch) + down),
  }));
}

/** Makes the chosen notes longer, or shorter; each keeps a quarter of `grid` at least. */
export const lengthenNotes = (
  notes: readonly PlayedNote[],
  chosen: Chosen,
  seconds: number,
  grid: number,
): Edit =>
  change(notes, chosen, (note) => ({
    ...note,
    endTime: Math.max(note.startTime + grid / 4, note.endTime + seconds),
  }));

export const removeNotes = (notes: readonly PlayedNote[], chosen: Chosen): Edit => ({
  notes: notes.filter((note) => !chosen.has(noteKey(note))),
  chosen: new Set(),
});

/** A note of the roll's kind is added, and chosen; where one stands already, that is chosen. */
export function addNote(notes: readonly PlayedNote[], note: PlayedNote): Edit {
  const chosen = new Set([noteKey(note)]);
  return notes.some((other) => chosen.has(noteKey(other)))
    ? { notes, chosen }
    : { notes: [...notes, note], chosen };
}

/** The notes in the order in which arrows go through them: in time, and upwards where they begin together. */
export const inOrder = (notes: readonly PlayedNote[]): PlayedNote[] =>
  notes.toSorted((a, b) => a.startTime - b.startTime || a.pitch - b.pitch);

const NAMES = ['C', 'C sharp', 'D', 'E flat', 'E', 'F', 'F sharp', 'G', 'A flat', 'A', 'B flat', 'B'];
const BEATS = 4;

/** A note as it is told to who does not see it. @param bar seconds of a bar, 0 for none */
export function inWords(note: PlayedNote, bar: number, drums: boolean, rows: Rows): string {
  const { pitch, startTime, endTime } = note;
  const what = drums ? DRUMS[rows.rowOf(pitch)][1] : `${NAMES[pitch % 12]} ${Math.floor(pitch / 12) - 1}`;
  if (!(bar > 0)) return `${what}, at ${startTime.toFixed(2)} seconds`;
  const beat = ((startTime % bar) / bar) * BEATS + 1;
  const place = `bar ${Math.floor(startTime / bar + 1e-6) + 1}, beat ${+beat.toFixed(2)}`;
  if (drums) return `${what}, ${place}`;
  const length = +(((endTime - startTime) / bar) * BEATS).toFixed(2);
  return `${what}, ${place}, ${length} ${length === 1 ? 'beat' : 'beats'} long`;
}
