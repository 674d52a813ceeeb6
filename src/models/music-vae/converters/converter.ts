/** A data converter: note sequences as the numbers that one MusicVAE reads and writes (magenta/models/music_vae/data.py). */
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { Note, NoteSequence } from '../../../music/note-sequence.js';

/** @inline */
export type MusicVAEKind = 'melody' | 'drums' | 'trio' | 'multitrack' | 'groove';

/**
 * A part of the event that a decoder writes at each step. `categorical`: one of `size` classes, held as its number. `bits`: `size`
 * zeros and ones. `groove`: hits (0 or 1), velocities (0 to 1) and offsets (-1 to 1), a third of `size` each.
 */
export interface Head {
  readonly type: 'categorical' | 'bits' | 'groove';
  readonly size: number;
}

/** Numbers that the event of a head is held in; -1 is a class that does not count. */
export const eventWidth = ({ type, size }: Head) => (type === 'categorical' ? 1 : size);

export const totalWidth = (heads: readonly Head[]) => heads.reduce((sum, head) => sum + eventWidth(head), 0);

/** A piece of music as an encoder reads it. */
export interface EncoderInput {
  /** [rows, inputDepth] row-major. */
  readonly input: Float32Array;
  /** The encoder reads so many rows of each segment; all where it is left out. */
  readonly lengths?: readonly number[];
}

export interface Converter {
  readonly kind: MusicVAEKind;
  /** Rows of a piece. */
  readonly rows: number;
  /** The length of a piece in steps of `stepsPerQuarter`. */
  readonly steps: number;
  readonly stepsPerQuarter: number;
  /** 1 where the network is flat. */
  readonly segments: number;
  /** Each segment is a track of the same bar, not a part of the time. */
  readonly segmentsAreTracks: boolean;
  readonly inputDepth: number;
  readonly heads: readonly Head[];
  /**
   * The events that the decoder is to write, [rows, width of all heads] row-major.
   * @param sequence quantised in steps of `stepsPerQuarter`; a groove in seconds as well
   * @throws NOTES_MISSING, SEQUENCE_TOO_LONG, PITCH_RANGE, MELODY_POLYPHONIC, PROGRAMS_MIXED, NOTE_SEQUENCE_INVALID
   */
  eventsOf(sequence: NoteSequence): Float32Array;
  /** The part of events that the encoder reads. */
  encoderInput(events: Float32Array): EncoderInput;
  /** Music of events. @returns a sequence in seconds */
  write(events: Float32Array, qpm: number): NoteSequence;
}

/** Velocity of the notes of models that write none (magenta/models/music_vae/data.py: OUTPUT_VELOCITY). */
export const OUTPUT_VELOCITY = 80;

/** @returns the notes that `isWanted`; none where the sequence is silent. @throws NOTES_MISSING */
export function wantedNotes<N extends Note>(
  notes: readonly N[],
  isWanted: (note: N) => boolean,
  wanted: string,
): N[] {
  const found = notes.filter(isWanted);
  if (found.length > 0 || notes.length === 0) return found;
  const drums = notes.filter(({ isDrum }) => isDrum).length;
  throw new TimbrelError(
    'NOTES_MISSING',
    `The sequence has no ${wanted}, which is what this model reads: of its ${notes.length} notes ${drums} are drums (isDrum)`,
  );
}

/** @throws SEQUENCE_TOO_LONG */
export function checkSteps(last: number, steps: number, stepsPerQuarter: number): void {
  if (last <= steps) return;
  throw new TimbrelError(
    'SEQUENCE_TOO_LONG',
    `The sequence reaches to step ${last}; this model reads ${steps} steps (${steps / stepsPerQuarter} quarters). ` +
      `Take it apart first: splitIntoChunks(quantizeNoteSequence(sequence, ${stepsPerQuarter}), ${steps}) of timbrel/music`,
  );
}

/** One row a class, 1 in its column; a class below 0 leaves its row empty. */
export function oneHot(labels: readonly number[], depth: number): Float32Array {
  const rows = new Float32Array(labels.length * depth);
  labels.forEach((label, row) => {
    if (label >= 0) rows[row * depth + label] = 1;
  });
  return rows;
}

/** Matrices of as many rows beside each other. */
export function besideEachOther(parts: readonly Float32Array[], rows: number): Float32Array {
  const depth = parts.reduce((sum, { length }) => sum + length / rows, 0);
  const all = new Float32Array(rows * depth);
  let column = 0;
  for (const part of parts) {
    const width = part.length / rows;
    for (let row = 0; row < rows; row++)
      all.set(part.subarray(row * width, (row + 1) * width), row * depth + column);
    column += width;
  }
  return all;
}

/** One column of a matrix, as whole numbers. */
export const column = (matrix: Float32Array, width: number, index: number): number[] =>
  Array.from({ length: matrix.length / width }, (_, row) => matrix[row * width + index]);
