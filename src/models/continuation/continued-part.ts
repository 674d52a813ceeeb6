/** The part of a piece for several instruments that each model continues: one answer for classes, commands and elements. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { HIGHEST_KEY, LOWEST_KEY } from '../../music/performance-tokens.js';
import { takeDrums, takeMelody, takeVoices } from '../../music/primer.js';
import type { ModelName } from '../registry.js';

const PARTS = {
  MelodyRNN: takeMelody,
  ImprovRNN: takeMelody,
  DrumsRNN: takeDrums,
  PolyphonyRNN: takeVoices,
  PerformanceRNN: takeVoices,
  MusicTransformer: takeKeys,
} as const satisfies Partial<Record<ModelName, (sequence: NoteSequence) => NoteSequence>>;

/** A model that continues what it hears. */
export type ContinuingModel = keyof typeof PARTS;

/** The notes that a piano can play. */
function takeKeys(sequence: NoteSequence): NoteSequence {
  const voices = takeVoices(sequence);
  return {
    ...voices,
    notes: voices.notes.filter(({ pitch }) => pitch >= LOWEST_KEY && pitch <= HIGHEST_KEY),
  };
}

/** Selects the part of it that the model continues; there may be no notes in it. */
export const partOf = (model: ContinuingModel, sequence: NoteSequence): NoteSequence =>
  PARTS[model](sequence);

/** There are notes, and none that the model continues. */
export class NothingToContinue extends TimbrelError {
  /** @param lacks what is missed: drums, all but drums, or notes on its keys */
  constructor(
    readonly lacks: 'drums' | 'melody' | 'keys',
    model: ContinuingModel,
    count: number,
  ) {
    const there = `among these ${count} notes, and ${model} hears`;
    const words = {
      drums: `There are no drums ${there} nothing else`,
      melody: `There are only drums ${there} none`,
      keys: `There is no note that sounds, on its keys, ${there} nothing else`,
    };
    super('PRIMER_EMPTY', words[lacks]);
  }
}

/** Selects the part of it that the model continues. @throws PRIMER_EMPTY where there are notes, and none for this model */
export function partFor(model: ContinuingModel, sequence: NoteSequence): NoteSequence {
  const part = partOf(model, sequence);
  const { notes } = sequence;
  if (part.notes.length > 0 || notes.length === 0) return part;
  const lacks = model === 'DrumsRNN' ? 'drums' : notes.every(({ isDrum }) => isDrum) ? 'melody' : 'keys';
  throw new NothingToContinue(lacks, model, notes.length);
}
