/** From what was played, or what a file holds, to what a model continues. */
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { openingTempo, type NoteSequence } from '../../music/note-sequence.js';

/** Onsets nearer than a sixteenth are one to a model of sixteenths. */
export const STEPS_PER_QUARTER = 4;
/** A phrase that ends this little behind a bar line, in bars, ends on it. */
const LATE = 0.07;

/** Seconds of a bar, by the tempo and meter that a sequence begins with. */
export function barOf(sequence: NoteSequence): number {
  const { numerator = 4, denominator = 4 } = sequence.timeSignatures?.[0] ?? {};
  return (240 / openingTempo(sequence)) * (numerator / denominator);
}

/** A phrase from the keys, up to the next bar line. @param notes times in seconds from the first note */
export function phraseSequence(notes: readonly PlayedNote[], qpm: number, isDrum: boolean): NoteSequence {
  const end = notes.reduce((last, { startTime, endTime }) => Math.max(last, isDrum ? startTime : endTime), 0);
  const bar = 240 / qpm;
  const totalTime = Math.max(1, Math.ceil(end / bar - LATE)) * bar;
  return {
    tempos: [{ time: 0, qpm }],
    notes: notes.map(({ pitch, velocity, startTime, endTime }) => ({
      pitch,
      velocity,
      startTime: Math.min(startTime, totalTime - bar / 64),
      endTime: Math.min(endTime, totalTime),
      isDrum,
    })),
    totalTime,
  };
}
