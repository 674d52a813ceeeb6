/** Faster, slower, higher, lower (note_seq/sequences_lib.py: stretch_note_sequence, transpose_note_sequence, augment_note_sequence). */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { withLeftOut } from './left-out.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { transposeChordSymbol } from './chord-symbol.js';
import {
  MAX_MIDI_PITCH,
  MIN_MIDI_PITCH,
  type Note,
  type NoteSequence,
  type Tempo,
  isChordSymbol,
} from './note-sequence.js';
import { requireSeconds } from './subsequence.js';
import { mapTimedLists } from './timed-events.js';

/**
 * @param factor of all times; 2 is half as fast
 * @throws SEQUENCE_QUANTIZED, OPTION_INVALID
 */
export function stretchSequence(sequence: NoteSequence, factor: number): NoteSequence {
  requireSeconds(sequence, 'stretchSequence');
  if (!(factor > 0 && Number.isFinite(factor))) {
    throw new TimbrelError('OPTION_INVALID', `factor is ${factor}; expected a number above 0`);
  }
  const { subsequenceInfo, totalTime, tempos } = sequence;
  const { startTimeOffset = 0, endTimeOffset = 0 } = subsequenceInfo ?? {};
  return {
    ...sequence,
    notes: withLeftOut(sequence).notes.map((note) => ({
      ...note,
      startTime: (note.startTime ?? 0) * factor,
      endTime: (note.endTime ?? 0) * factor,
    })),
    ...mapTimedLists(sequence, (events) =>
      events.map((event) => ({ ...event, time: (event.time ?? 0) * factor })),
    ),
    ...(tempos && {
      tempos: tempos.map(({ time = 0, qpm = 0 }: Partial<Tempo>) => ({
        time: time * factor,
        qpm: qpm / factor,
      })),
    }),
    ...(totalTime !== undefined && { totalTime: totalTime * factor }),
    ...(subsequenceInfo && {
      subsequenceInfo: { startTimeOffset: startTimeOffset * factor, endTimeOffset: endTimeOffset * factor },
    }),
  };
}

export interface TransposeOptions {
  /** Notes below are deleted, default 0. */
  readonly minPitch?: number;
  /** Notes above are deleted, default 127. */
  readonly maxPitch?: number;
  /** Default true. Chords that cannot be read are refused. */
  readonly transposeChords?: boolean;
}

const TRANSPOSE_OPTIONS: OptionNames<TransposeOptions> = {
  minPitch: true,
  maxPitch: true,
  transposeChords: true,
};

const endOf = (notes: readonly Note[]) => notes.reduce((last, { endTime = 0 }) => Math.max(last, endTime), 0);

/**
 * Notes but for drums, chord symbols and keys. The piece then ends with its last note, if it is in seconds.
 * @param semitones whole
 * @returns the sequence, and how many notes left the range and were deleted
 * @throws OPTION_INVALID, CHORD_SYMBOL_UNKNOWN
 */
export function transposeSequence(
  sequence: NoteSequence,
  semitones: number,
  options: TransposeOptions = {},
): { readonly sequence: NoteSequence; readonly deleted: number } {
  checkedOptions(options, TRANSPOSE_OPTIONS);
  if (!Number.isInteger(semitones)) {
    throw new TimbrelError('OPTION_INVALID', `semitones is ${semitones}; expected a whole number`);
  }
  const { minPitch = MIN_MIDI_PITCH, maxPitch = MAX_MIDI_PITCH, transposeChords = true } = options;
  const given = withLeftOut(sequence).notes;
  const notes = given
    .map(({ pitchName: _name, ...note }) => (note.isDrum ? note : { ...note, pitch: note.pitch + semitones }))
    .filter(({ isDrum, pitch }) => isDrum || (pitch >= minPitch && pitch <= maxPitch));
  const { keySignatures, textAnnotations, quantizationInfo } = sequence;
  const keyOf = (key: number) => (((key + semitones) % 12) + 12) % 12;
  return {
    sequence: {
      ...sequence,
      notes,
      ...(keySignatures && {
        keySignatures: keySignatures.map(({ key = 0, ...rest }) => ({ ...rest, key: keyOf(key) })),
      }),
      ...(textAnnotations &&
        transposeChords && {
          textAnnotations: textAnnotations.map((annotation) =>
            isChordSymbol(annotation) && annotation.text
              ? { ...annotation, text: transposeChordSymbol(annotation.text, semitones) }
              : annotation,
          ),
        }),
      ...(!quantizationInfo && { totalTime: endOf(notes) }),
    },
    deleted: given.length - notes.length,
  };
}

export interface AugmentOptions {
  /** Factors of all times, default 1 and 1. */
  readonly minStretch?: number;
  readonly maxStretch?: number;
  /** Semitones, default 0 and 0; both ends included. */
  readonly minTransposition?: number;
  readonly maxTransposition?: number;
  readonly minPitch?: number;
  readonly maxPitch?: number;
  /** Delete notes that leave the range, default false: transpose only so far that none does. */
  readonly deleteOutOfRange?: boolean;
}

const AUGMENT_OPTIONS: OptionNames<AugmentOptions> = {
  minStretch: true,
  maxStretch: true,
  minTransposition: true,
  maxTransposition: true,
  minPitch: true,
  maxPitch: true,
  deleteOutOfRange: true,
};

/**
 * A copy stretched and transposed by chance, for training.
 * @param random numbers in [0, 1), see src/random
 * @throws SEQUENCE_QUANTIZED, OPTION_INVALID
 */
export function augmentSequence(
  sequence: NoteSequence,
  options: AugmentOptions,
  random: () => number,
): NoteSequence {
  checkedOptions(options, AUGMENT_OPTIONS);
  const { minStretch = 1, maxStretch = 1, minPitch = MIN_MIDI_PITCH, maxPitch = MAX_MIDI_PITCH } = options;
  const factor = minStretch + random() * (maxStretch - minStretch);
  let { minTransposition: lowest = 0, maxTransposition: highest = 0 } = options;
  if (lowest > highest || minStretch > maxStretch) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `Augmentation from ${lowest} to ${highest} semitones and ${minStretch} to ${maxStretch} times; expected both in order`,
    );
  }
  const pitches = withLeftOut(sequence)
    .notes.filter(({ isDrum }) => !isDrum)
    .map(({ pitch }) => pitch);
  if (!options.deleteOutOfRange && pitches.length > 0) {
    lowest = Math.max(lowest, minPitch - pitches.reduce((a, b) => Math.min(a, b)));
    highest = Math.max(lowest, Math.min(highest, maxPitch - pitches.reduce((a, b) => Math.max(a, b))));
  }
  const semitones = lowest + Math.floor(random() * (highest - lowest + 1));
  const stretched = factor === 1 ? sequence : stretchSequence(sequence, factor);
  return transposeSequence(stretched, semitones, { minPitch, maxPitch }).sequence;
}
