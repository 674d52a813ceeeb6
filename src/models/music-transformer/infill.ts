/** Gaps in a piece, filled by a model that reads from left to right: candidates, and the choice among them by what follows. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import { HIGHEST_KEY, LOWEST_KEY, performanceTokens, pianoNotes } from '../../music/performance-tokens.js';
import { shown, type OptionNames } from '../../errors/check-arguments.js';
import { partFor } from '../continuation/continued-part.js';
import type { MusicTransformer, MusicTransformerOptions } from './music-transformer.js';

export interface MusicTransformerInfillOptions extends Pick<
  MusicTransformerOptions,
  'temperature' | 'topK' | 'topP' | 'seed' | 'signal' | 'forbid'
> {
  /** Seconds: the part that is written anew. */
  readonly from: number;
  readonly to: number;
  /** Parts that are written, of which one is kept: 1 to 64, default 8. */
  readonly candidates?: number;
}

export const INFILL_OPTIONS: OptionNames<MusicTransformerInfillOptions> = {
  temperature: true,
  topK: true,
  topP: true,
  seed: true,
  signal: true,
  forbid: true,
  from: true,
  to: true,
  candidates: true,
};

/** Music that follows is listened to for so long, seconds: further away all parts are equally good. */
const LISTENED = 8;
const DEFAULT_CANDIDATES = 8;
const MOST_CANDIDATES = 64;

/** The number of an instrument that was not named, and its sound. */
const sameVoice = (note: Note | undefined): Partial<Note> =>
  note ? { instrument: note.instrument, program: note.program } : {};

/**
 * Puts the part into the piece: all that the model does not hear of it stays, and so does what it hears outside of the part.
 * @param sequence in seconds
 */
export async function bestFilling(
  model: MusicTransformer,
  sequence: NoteSequence,
  options: Partial<MusicTransformerInfillOptions>,
): Promise<NoteSequence> {
  const isOwn = ({ pitch, isDrum, velocity }: Note) =>
    !isDrum && velocity !== 0 && pitch >= LOWEST_KEY && pitch <= HIGHEST_KEY;
  const part = await bestPart(model, pianoNotes(partFor('MusicTransformer', sequence)), options);
  const [begin, end] = [Number(options.from), Number(options.to)];
  const own = sequence.notes.filter(isOwn);
  const kept = sequence.notes.flatMap((note) => {
    const { startTime = 0, endTime = 0 } = note;
    if (!isOwn(note)) return [note];
    if (startTime >= end) return [note];
    if (startTime >= begin) return [];
    return [endTime > begin ? { ...note, endTime: begin } : note];
  });
  const voice = sameVoice(own.findLast(({ startTime = 0 }) => startTime < begin) ?? own[0]);
  const written = part.map((note) => ({ ...note, ...voice }));
  const behind = kept.findIndex(({ startTime = 0 }) => startTime >= end);
  const notes = behind < 0 ? [...kept, ...written] : kept.toSpliced(behind, 0, ...written);
  return { ...sequence, notes, totalTime: Math.max(sequence.totalTime ?? 0, end) };
}

/** @param sequence notes of a piano, in seconds */
async function bestPart(
  model: MusicTransformer,
  sequence: NoteSequence,
  {
    from,
    to,
    candidates = DEFAULT_CANDIDATES,
    seed = 0,
    signal,
    ...sampling
  }: Partial<MusicTransformerInfillOptions>,
): Promise<readonly Note[]> {
  const isSpan =
    Number.isFinite(from) && Number.isFinite(to) && Number(from) >= 0 && Number(to) > Number(from);
  if (!isSpan)
    throw invalid(`from is ${shown(from)} and to is ${shown(to)}; expected seconds, from before to`);
  if (!(Number.isInteger(candidates) && candidates >= 1 && candidates <= MOST_CANDIDATES))
    throw invalid(`candidates is ${shown(candidates)}; expected a whole number from 1 to ${MOST_CANDIDATES}`);
  const [begin, end] = [Number(from), Number(to)];
  const past = endingBy(
    sequence.notes.filter(({ startTime = 0 }) => startTime < begin),
    begin,
  );
  const future = sequence.notes.filter(({ startTime = 0 }) => startTime >= end);
  const heard = future.filter(({ startTime = 0 }) => startTime < end + LISTENED);
  let best: { readonly notes: readonly Note[]; readonly score: number } | undefined;
  for (let i = 0; i < candidates; i++) {
    const written = await model.continueSequence(
      { notes: past, totalTime: begin },
      { ...sampling, seconds: end - begin, seed: i === 0 ? seed : `${seed}/${i}`, signal },
    );
    const part = endingBy(
      written.notes.filter(({ startTime = 0 }) => startTime < end),
      end,
    );
    const before = [...past, ...part];
    const score = heard.length === 0 ? 0 : await likelihood(model, before, heard, end, signal);
    if (!best || score > best.score) best = { notes: part, score };
    // Without anything behind there is nothing to choose by.
    if (heard.length === 0) break;
  }
  return best?.notes ?? [];
}

/** Nats of an event of what follows, on the mean, after what stands before. */
async function likelihood(
  model: MusicTransformer,
  before: readonly Note[],
  heard: readonly Note[],
  time: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const tokens = performanceTokens({ notes: [...before, ...heard] });
  // The first token of what follows: all before it are those of the piece without it, but for the last silence.
  const first = firstDifference(tokens, performanceTokens({ notes: [...before], totalTime: time }));
  const judged = await model.tokenLogProbabilities(tokens, { from: first, signal });
  return judged.reduce((sum, value) => sum + value, 0) / Math.max(1, judged.length);
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}

const endingBy = (notes: readonly Note[], time: number): Note[] =>
  notes.map((note) => ({ ...note, endTime: Math.min(note.endTime ?? 0, time) }));

const invalid = (what: string) => new TimbrelError('OPTION_INVALID', what);
