/** From a whole piece to the windows that a MusicVAE reads, and from windows to a whole piece again. */
import { counted } from '../../errors/counted.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { openingTempo, type NoteSequence, type QuantizedSequence } from '../../music/note-sequence.js';
import { takeDrums, takeMelody } from '../../music/primer.js';
import { quantizeNoteSequence, unquantizeSequence } from '../../music/quantize.js';
import { splitIntoChunks } from '../../music/split.js';
import { totalSteps } from '../../music/steps.js';
import type { MusicVAEDescription } from './protocol.js';

/** The length of what a model reads at once. */
export type Window = Pick<MusicVAEDescription, 'steps' | 'stepsPerQuarter'>;
/** The part of a description that says which notes a model reads, and how long its pieces are. */
export type Reader = Window & Pick<MusicVAEDescription, 'kind'> & Partial<Pick<MusicVAEDescription, 'hears'>>;

export const isDrumKind = (kind: MusicVAEDescription['kind']) => kind === 'drums' || kind === 'groove';

export const windowSeconds = ({ steps, stepsPerQuarter }: Window, qpm: number): number =>
  (steps / stepsPerQuarter) * (60 / qpm);

/** The notes that a model reads: a melody, drums, or all. Anything is a tap. */
export function voicesOf(sequence: NoteSequence, { kind, hears }: Reader): NoteSequence {
  if (kind === 'melody') return takeMelody(sequence);
  return isDrumKind(kind) && hears !== 'tap' ? takeDrums(sequence) : sequence;
}

/** The first tempo for the whole, in 4/4: a window is so many steps, and a model's pieces have one tempo. */
export const inOneTempo = (sequence: NoteSequence): NoteSequence => ({
  ...sequence,
  tempos: [{ time: 0, qpm: openingTempo(sequence) }],
  timeSignatures: [],
});

/**
 * Cuts a piece into windows, those of silence too. A note belongs to the window of its step: one that is played a little before a
 * bar line is the first of the bar. Of a groove all notes keep their distance from their step, where that is not before the window.
 * @param sequence seconds, of one tempo
 * @returns in seconds
 * @throws as quantizeNoteSequence
 */
export function cutWindows(sequence: NoteSequence, reader: Reader): NoteSequence[] {
  const { steps, stepsPerQuarter } = reader;
  const quantized = quantizeNoteSequence(sequence, stepsPerQuarter);
  return reader.kind === 'groove'
    ? cutGroove(quantized, reader)
    : splitIntoChunks(quantized, steps).map((chunk) => unquantizeSequence(chunk));
}

function cutGroove(quantized: QuantizedSequence, window: Window): NoteSequence[] {
  const { steps } = window;
  const qpm = openingTempo(quantized);
  const seconds = windowSeconds(window, qpm);
  return Array.from({ length: Math.ceil(totalSteps(quantized) / steps) }, (_, i) => ({
    tempos: [{ time: 0, qpm }],
    notes: quantized.notes
      .filter(({ quantizedStartStep: at }) => at >= i * steps && at < (i + 1) * steps)
      .map(({ quantizedStartStep: _start, quantizedEndStep: _end, ...note }) => {
        const startTime = Math.max(0, (note.startTime ?? 0) - i * seconds);
        return { ...note, startTime, endTime: startTime + seconds / steps / 2 };
      }),
    totalTime: seconds,
  }));
}

/** One after the other, each as long as the others; no note reaches behind its window. */
export function joinWindows(pieces: readonly NoteSequence[], seconds: number): NoteSequence {
  return {
    ...pieces[0],
    notes: pieces.flatMap(({ notes }, i) =>
      notes.map((note) => ({
        ...note,
        startTime: (note.startTime ?? 0) + i * seconds,
        endTime: Math.min(note.endTime ?? 0, seconds) + i * seconds,
      })),
    ),
    totalTime: pieces.length * seconds,
  };
}

/** @throws NOTES_MISSING where there are notes, and none that the model reads */
export function readable(sequence: NoteSequence, reader: Reader): NoteSequence {
  const voices = voicesOf(sequence, reader);
  if (voices.notes.length > 0 || sequence.notes.length === 0) return voices;
  throw new TimbrelError(
    'NOTES_MISSING',
    `Among ${counted(sequence.notes.length, 'note')} there is no ${isDrumKind(reader.kind) ? 'drum' : reader.kind}, and the model reads ` +
      'nothing else',
  );
}
