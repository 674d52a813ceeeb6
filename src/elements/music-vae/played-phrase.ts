/** Makes a phrase that a person plays without a click a piece in the tempo that is set. */
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { concatenateSequences } from '../../music/concatenate.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { inferTempo } from '../../music/tempo-inference.js';
import { phraseSequence } from '../sequence-model/primer.js';

export interface PhraseTempo {
  /** Quarters a minute of the result. */
  readonly qpm: number;
  /** Music of that tempo sounded while the phrase was played, so that nothing else was meant. */
  readonly heard: boolean;
}

/**
 * Stretches a phrase from the tempo it was played in to the tempo that is set. A model hears sixteenths, and a phrase
 * between them is noise to it: GrooVAE answers eight even taps with silence where they are a tenth slower than its beat.
 * @param notes times in seconds from the first note
 */
export function playedPhrase(
  notes: readonly PlayedNote[],
  { qpm, heard }: PhraseTempo,
  isDrum: boolean,
): NoteSequence {
  const played = heard
    ? qpm
    : inferTempo(
        notes.map(({ startTime }) => startTime),
        qpm,
      );
  const stretched = notes.map((note) => ({
    ...note,
    startTime: (note.startTime * played) / qpm,
    endTime: (note.endTime * played) / qpm,
  }));
  return phraseSequence(stretched, qpm, isDrum);
}

/** Plays a rhythm that is shorter than a window again, as often as the window has room for the whole of it. @param seconds of the window */
export function fillWindow(rhythm: NoteSequence, seconds: number): NoteSequence {
  const times = Math.floor(seconds / (rhythm.totalTime ?? seconds) + 1e-6);
  return times > 1 ? concatenateSequences(Array<NoteSequence>(times).fill(rhythm)) : rhythm;
}
