/** MusicTransformer: long performances for piano (Huang et al. 2018), written event by event while they are played. */
import type { Source } from '../../checkpoints/resolve-source.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { PerformanceEvent } from '../../music/events.js';
import {
  DEFAULT_STEPS_PER_SECOND,
  DEFAULT_TICKS_PER_QUARTER,
  type NoteSequence,
} from '../../music/note-sequence.js';
import { performanceSteps } from '../../music/performance.js';
import {
  growingPerformance,
  inSeconds,
  melodyTokens,
  performanceEvents,
  pianoNotes,
} from '../../music/performance-tokens.js';
import { unquantizeSequence } from '../../music/quantize.js';
import { checkedSequence } from '../sequence-argument.js';
import { checkedOptions, shown, type OptionNames } from '../../errors/check-arguments.js';
import type { Spawn } from '../../workers/spawn.js';
import {
  CONTINUE_OPTIONS,
  EventModel,
  type Continuation,
  type ContinueOptions,
  type Primer,
} from '../continuation/event-model.js';
import { partFor } from '../continuation/continued-part.js';
import { withoutLongRest } from '../continuation/without-long-rest.js';
import { SAMPLING_OPTIONS, type SamplingOptions } from '../sampling.js';
import { INFILL_OPTIONS, bestFilling, type MusicTransformerInfillOptions } from './infill.js';
import type { MusicTransformerDescription } from './protocol.js';
import {
  TransformerWriter,
  TRANSFORMER_WRITING,
  type MusicTransformerLoadOptions,
  type TransformerWriting,
} from './transformer-writer.js';

export type { MusicTransformerInfillOptions } from './infill.js';
export type { MusicTransformerLoadOptions } from './transformer-writer.js';

export interface MusicTransformerOptions extends ContinueOptions, TransformerWriting {
  /** Length of what is written, in tokens: a third way to say how much, beside steps of 10 ms and seconds. */
  readonly tokens?: number;
  /** Seconds after which a note ends that the model forgot to end; default: none does. It holds from the beginning of a piece. */
  readonly maxNoteDuration?: number;
}

const MUSIC_TRANSFORMER_OPTIONS: OptionNames<MusicTransformerOptions> = {
  ...CONTINUE_OPTIONS,
  ...TRANSFORMER_WRITING,
  tokens: true,
  maxNoteDuration: true,
};

export interface MusicTransformerTokenOptions extends SamplingOptions, TransformerWriting {
  /** Tokens that are written at most: 1, the end of the piece, is the last where it is drawn. */
  readonly count: number;
  /** Tokens of a melody (timbrel/music: melodyTokens), of melody-conditioned checkpoints. */
  readonly melody?: readonly number[];
  /** Same seed, same tokens. Default 0. */
  readonly seed?: number | string;
  readonly signal?: AbortSignal;
}

const TOKEN_OPTIONS: OptionNames<MusicTransformerTokenOptions> = {
  ...SAMPLING_OPTIONS,
  ...TRANSFORMER_WRITING,
  count: true,
  melody: true,
  seed: true,
  signal: true,
};

const SECONDS_PER_STEP = 1 / DEFAULT_STEPS_PER_SECOND;
/** Measured: from temperature 1 down to 0.3 keys are struck again about as often then. */
const DEFAULT_SPARING = 4;
/** The limit: more come of a mistake. */
const MOST_TOKENS = 10_000_000;

/** Performances for piano. What is written ends where the model ends it, or where it is long enough. */
export class MusicTransformer extends EventModel<
  PerformanceEvent,
  MusicTransformerOptions,
  MusicTransformerDescription
> {
  protected override readonly optionNames = MUSIC_TRANSFORMER_OPTIONS;

  private constructor(protected override readonly writer: TransformerWriter) {
    super(writer);
  }

  /**
   * @param source nothing: the weights that the package ships; else a URL or path of a checkpoint (a TensorFlow prefix of T2T's, a
   *   magenta.js folder, a tar, tgz or zip of one), a catalogue id, or dropped files
   * @param spawn of the worker, in tests
   * @throws CHECKPOINT_*, BACKEND_UNAVAILABLE, ABORTED, OPTION_INVALID, WORKER_FAILED, WASM_UNAVAILABLE
   */
  static async load(
    source?: Source,
    options?: MusicTransformerLoadOptions,
    spawn?: Spawn,
  ): Promise<MusicTransformer> {
    return new MusicTransformer(await TransformerWriter.load(source, options, spawn));
  }

  /**
   * Writes a performance around a melody.
   * @param melody one voice, in seconds or quantised; each note is heard until the next begins
   * @param options as those of `generate`
   * @throws CONTROL_INVALID where the checkpoint is not conditioned on melodies, and as `generate`
   */
  async accompany(melody: NoteSequence, options: MusicTransformerOptions): Promise<NoteSequence> {
    const checked = checkedOptions(options, MUSIC_TRANSFORMER_OPTIONS);
    return this.writeFrom({ notes: [] }, melodyPrimer(melody, checked), options);
  }

  /**
   * Begins a performance around a melody, part by part, as `begin` does.
   * @throws as {@link accompany}
   */
  async beginAccompaniment(
    melody: NoteSequence,
    options: Partial<MusicTransformerOptions> = {},
  ): Promise<Continuation<MusicTransformerOptions>> {
    const checked = checkedOptions(options, MUSIC_TRANSFORMER_OPTIONS);
    return this.continueFrom({ notes: [] }, melodyPrimer(melody, checked), checked);
  }

  /**
   * Writes the part of a piece between two times anew: some continuations of what stands before are written, and the one is kept after
   * which what stands behind is likeliest. The model reads from left to right only, so what follows chooses and does not lead.
   * @param sequence in seconds; what begins within the part is left out, and what sounds into it ends where it begins
   * @returns the piece with the part in it, in the voice of the piano before it; drums, pitches that a piano has not, tempos, metres and
   *   keys stay as they were
   * @throws OPTION_INVALID, PRIMER_EMPTY where there are only drums, and as `continueSequence`
   */
  async infill(sequence: NoteSequence, options: MusicTransformerInfillOptions): Promise<NoteSequence> {
    const checked = checkedOptions(options, INFILL_OPTIONS);
    const given = checkedSequence(sequence);
    return bestFilling(this, given.quantizationInfo ? unquantizeSequence(given) : given, checked);
  }

  /**
   * Writes on in tokens (timbrel/music: performanceTokens).
   * @returns what was written, without those given
   * @throws OPTION_INVALID, EVENT_INVALID, CONTROL_INVALID, GENERATION_STALLED, ABORTED, DISPOSED
   */
  async continueTokens(tokens: readonly number[], options: MusicTransformerTokenOptions): Promise<number[]> {
    const { count, melody, seed, ...rest } = checkedOptions(options, TOKEN_OPTIONS);
    const wanted = checkedCount('count', count);
    const piece = await this.writer.beginTokens(checkedTokens('tokens', tokens), { seed, melody });
    try {
      return [...(await piece.write({ tokens: wanted }, rest)).tokens];
    } finally {
      await piece.close().catch(() => {});
    }
  }

  /**
   * Computes how likely each token is after those before it, the first after nothing.
   * @returns [tokens] nats
   * @throws EVENT_INVALID, CONTROL_INVALID, ABORTED, DISPOSED
   */
  async tokenLogProbabilities(
    tokens: readonly number[],
    options: Pick<MusicTransformerTokenOptions, 'melody' | 'signal'> & {
      /** The first token that is told of: the others are only read. Default 0. */
      readonly from?: number;
    } = {},
  ): Promise<Float64Array> {
    const names = { melody: true, signal: true, from: true } as const;
    const { melody, signal, from: first = 0 } = checkedOptions(options, names);
    const given = checkedTokens('tokens', tokens);
    if (!(Number.isInteger(first) && first >= 0 && first <= given.length))
      throw invalid(`from is ${shown(first)}; expected 0 to ${given.length}`);
    return (await this.writer.scoreTokens(given, { melody, from: first, signal })).logProbabilities;
  }

  protected readPrimer(
    sequence: NoteSequence,
    { maxNoteDuration }: Partial<MusicTransformerOptions>,
  ): Primer<PerformanceEvent> {
    const played = pianoNotes(partFor('MusicTransformer', sequence));
    return primerOf(performanceEvents(played, { silence: true }), maxNoteDuration);
  }

  protected override eventsWanted({ tokens, steps, seconds }: Partial<MusicTransformerOptions>) {
    if (tokens === undefined && steps === undefined && seconds === undefined)
      throw invalid('There is no length; give one of tokens, steps or seconds');
    if (tokens === undefined) return undefined;
    if (steps !== undefined || seconds !== undefined)
      throw invalid('tokens is given, and steps or seconds as well; give one of the three');
    return checkedCount('tokens', tokens);
  }

  protected override writeOptions(options: Partial<MusicTransformerOptions>) {
    const { forbid, onPrimer, onPrimerProgress } = options;
    const { endNotesAfter = this.description.endNotesAfter, spareKeys = DEFAULT_SPARING } = options;
    return { forbid, endNotesAfter, spareKeys, onPrimer, onPrimerProgress };
  }
}

const primerOf = (
  events: readonly PerformanceEvent[],
  maxNoteDuration = Infinity,
): Primer<PerformanceEvent> => {
  if (!(maxNoteDuration > 0))
    throw invalid(`maxNoteDuration is ${shown(maxNoteDuration)}; expected seconds above 0`);
  const end = performanceSteps(events);
  return {
    events,
    heard: withoutLongRest(events),
    end,
    secondsPerStep: SECONDS_PER_STEP,
    stepsOf: performanceSteps,
    head: { ticksPerQuarter: DEFAULT_TICKS_PER_QUARTER },
    reading: () => {
      const growing = growingPerformance(maxNoteDuration);
      for (const event of events) growing.read(event);
      return { growing, inSeconds, secondsOf: (step) => step / DEFAULT_STEPS_PER_SECOND };
    },
  };
};

function melodyPrimer(
  melody: NoteSequence,
  { maxNoteDuration }: Partial<MusicTransformerOptions>,
): Primer<PerformanceEvent> {
  const given = partFor('MusicTransformer', checkedSequence(melody));
  const primer = primerOf([], maxNoteDuration);
  return { ...primer, beginning: { melody: melodyTokens(given, { extend: true }) } };
}

const invalid = (what: string) => new TimbrelError('OPTION_INVALID', what);

function checkedCount(name: string, value: unknown): number {
  if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_TOKENS) return Number(value);
  throw invalid(`${name} is ${shown(value)}; expected a whole number from 0 to ${MOST_TOKENS}`);
}

function checkedTokens(name: string, value: unknown): number[] {
  if (Array.isArray(value)) return value as number[];
  throw invalid(`${name} is ${shown(value)}; expected a list of tokens`);
}
