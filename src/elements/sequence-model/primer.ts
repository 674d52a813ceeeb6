/** From what was played, or what a file holds, to what a model continues. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { DEFAULT_QPM, type Note, type NoteSequence } from '../../music/note-sequence.js';
import { inferMelody } from '../../music/melody-inference.js';
import type { ContinueOptions } from '../../models/event-rnn/event-model.js';
import type { SequenceModelKind } from './kind.js';

/** Onsets nearer than a sixteenth are one to a model of sixteenths. */
export const STEPS_PER_QUARTER = 4;
/** A phrase that ends this little behind a bar line, in bars, ends on it. */
const LATE = 0.07;

/** Seconds of a bar, by the tempo and meter that a sequence begins with. */
export function barOf({ tempos, timeSignatures }: NoteSequence): number {
  const { numerator = 4, denominator = 4 } = timeSignatures?.[0] ?? {};
  return (240 / (tempos?.[0]?.qpm ?? DEFAULT_QPM)) * (numerator / denominator);
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

/** @throws PRIMER_EMPTY where there are notes, and none for this model */
export function primerFor(
  { model, drums, primerOf }: Pick<SequenceModelKind<ContinueOptions>, 'model' | 'drums' | 'primerOf'>,
  sequence: NoteSequence,
): NoteSequence {
  const primer = primerOf(sequence);
  if (primer.notes.length > 0 || sequence.notes.length === 0) return primer;
  throw new TimbrelError(
    'PRIMER_EMPTY',
    drums
      ? `There are no drums among these ${sequence.notes.length} notes, and ${model} hears nothing else. What was there is kept`
      : `There are only drums among these ${sequence.notes.length} notes, and ${model} hears none. What was there is kept`,
  );
}

const pitched = (notes: readonly Note[]) => notes.filter(({ isDrum }) => !isDrum);

/** All voices as one instrument: the models know no others. */
export function voicesOf(sequence: NoteSequence): NoteSequence {
  return {
    ...sequence,
    notes: pitched(sequence.notes).map((note) => ({ ...note, instrument: 0, program: 0 })),
  };
}

export function drumsOf(sequence: NoteSequence): NoteSequence {
  return { ...sequence, notes: sequence.notes.filter(({ isDrum }) => isDrum) };
}

/** One voice: the piece's own, or of several the likeliest melody. */
export function melodyOf(sequence: NoteSequence): NoteSequence {
  const voices = voicesOf(sequence);
  if (isOneVoice(voices)) return voices;
  const { sequence: inferred, instrument } = inferMelody(voices);
  const notes = inferred.notes.filter((note) => note.instrument === instrument);
  return { ...voices, notes: onePerStep(notes, sequence.tempos?.[0]?.qpm ?? DEFAULT_QPM) };
}

const stepOf = ({ startTime = 0 }: Note, qpm: number) =>
  Math.round((startTime * qpm * STEPS_PER_QUARTER) / 60);

/** Whether no two notes begin together, as far as a model of sixteenths hears. */
function isOneVoice({ notes, tempos }: NoteSequence): boolean {
  const qpm = tempos?.[0]?.qpm ?? DEFAULT_QPM;
  return new Set(notes.map((note) => stepOf(note, qpm))).size === notes.length;
}

/** Of notes that a model would hear begin together, the highest. */
function onePerStep(notes: readonly Note[], qpm: number): Note[] {
  const highest = new Map<number, Note>();
  for (const note of notes) {
    const step = stepOf(note, qpm);
    const other = highest.get(step);
    if (!other || other.pitch < note.pitch) highest.set(step, { ...note, instrument: 0, program: 0 });
  }
  return [...highest.values()];
}
