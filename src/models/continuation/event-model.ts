/**
 * The base of the public models that write on: NoteSequences in, NoteSequences out. A subclass turns its primer into events and
 * back; the network computes in its worker.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { MusicEvent } from '../../music/events.js';
import { SAMPLING_OPTIONS, type SamplingOptions } from '../sampling.js';
import { DEFAULT_QPM, type NoteSequence } from '../../music/note-sequence.js';
import { MAX_STEPS } from '../../music/steps.js';
import { checkToSequenceOptions } from '../../music/to-sequence.js';
import type { EventWriter, WritingDefaults } from './piece.js';
import { WrittenNotes, type NewNotes, type NoteReading } from './written-notes.js';
import { checkedSequence } from '../sequence-argument.js';
import { checkCallbacks, checkedOptions, shown, type OptionNames } from '../../errors/check-arguments.js';
import { createSerialQueue } from '../../workers/serial-queue.js';

export interface ContinueOptions extends SamplingOptions {
  /** Length of what is written, in steps: sixteenths (eighths for one_drum), or 10 ms for performances ... */
  readonly steps?: number;
  /** ... or in seconds. One of the two. */
  readonly seconds?: number;
  /** Same seed, same notes. Default 0. */
  readonly seed?: number | string;
  readonly signal?: AbortSignal;
  /** Takes, while it is written, what is new: notes that have ended since the call before, and those that still sound. */
  readonly onNotes?: (news: NewNotes) => void;
  /** Takes, while it is written, how likely each event was that was written since: nats, under the model at temperature 1. */
  readonly onLogProbabilities?: (logProbabilities: readonly number[]) => void;
}

export const CONTINUE_OPTIONS: OptionNames<ContinueOptions> = {
  ...SAMPLING_OPTIONS,
  steps: true,
  seconds: true,
  seed: true,
  signal: true,
  onNotes: true,
  onLogProbabilities: true,
};

/** A primer as its model sees it, and the way back. */
export interface Primer<E extends MusicEvent> {
  readonly events: readonly E[];
  /** The events that the model hears before it writes; without it all of them. */
  readonly heard?: readonly E[];
  /** Step of the sequence at which what is written begins. */
  readonly end: number;
  readonly secondsPerStep: number;
  /** The model's own network is told this when the piece begins ... */
  readonly beginning?: Readonly<Record<string, unknown>>;
  /** ... and this whenever it writes. */
  readonly writing?: Readonly<Record<string, unknown>>;
  /** The first note stands before what the model writes where it has nothing to continue; it is counted and returned. */
  readonly opening?: readonly E[];
  /** Steps that events take, of which so many were written before; without it one each. */
  stepsOf?(written: readonly E[], before: number): number;
  /** The fields of the sequence that is written, without notes. */
  readonly head: Partial<NoteSequence>;
  /** Makes what turns events written after the primer into notes in the time of the sequence that was given. */
  reading(): NoteReading<E>;
}

/** A continuation under way; a model's `begin` gives it. */
export interface Continuation<O extends ContinueOptions> {
  /** The continuation begins here, seconds of the sequence that was given. */
  readonly start: number;
  readonly secondsPerStep: number;
  /**
   * Writes on until there is as much as `options` say, counted from the beginning. One waits for the one before; one that rejects
   * leaves the piece as it was, and the next writes what it would have written.
   * @param options `seed` has its say in `begin` only
   * @returns all that was written so far
   */
  write(options: O): Promise<NoteSequence>;
  close(): Promise<void>;
}

/** A model that continues sequences, E its events, O its options and D its description. */
export abstract class EventModel<E extends MusicEvent, O extends ContinueOptions, D> {
  protected constructor(protected readonly writer: EventWriter<D>) {}

  /** Facts about the loaded model: configuration, layer sizes, parameters, where it runs. */
  get description(): D {
    return this.writer.description;
  }

  /**
   * Writes on where `sequence` ends.
   * @param sequence in seconds, or quantised, for any number of instruments; the model continues what it hears of it, as
   *   takeMelody, takeDrums or takeVoices of timbrel/music give it: a melody, drums, or all that is not drums
   * @returns what was written, without the primer; times go on from the primer's, so both can be played together
   * @throws OPTION_INVALID, NOTE_SEQUENCE_INVALID, EVENT_INVALID, GENERATION_STALLED, ABORTED, DISPOSED; of models of beats METER_*,
   *   TEMPO_CHANGES; of models of chords CHORD_SYMBOL_UNKNOWN, CHORDS_COINCIDE; of models with controls CONTROL_INVALID
   */
  async continueSequence(sequence: NoteSequence, options: O): Promise<NoteSequence> {
    const checked = checkedOptions(options, this.optionNames);
    const given = checkedSequence(sequence);
    return this.writeFrom(given, this.opened(this.readPrimer(given, checked)), options);
  }

  /** Writes on after a primer, and closes the piece. */
  protected async writeFrom(sequence: NoteSequence, primer: Primer<E>, options: O): Promise<NoteSequence> {
    const checked = checkedOptions(options, this.optionNames);
    // Before a piece is begun: a length that is none needs no worker.
    if (this.eventsWanted(checked) === undefined) stepsWanted(checked, primer.secondsPerStep);
    const continuation = await this.continueFrom(sequence, primer, checked);
    try {
      return await continuation.write(options);
    } finally {
      await continuation.close().catch(() => {});
    }
  }

  /**
   * Begins to write on where `sequence` ends, part by part: each part may have another temperature and other controls, so what a
   * listener turns while it plays is heard in what is still to come.
   * @param options those that hold from the beginning: the seed, and how a model treats its primer
   * @throws as {@link continueSequence}
   */
  async begin(sequence: NoteSequence, options: Partial<O> = {}): Promise<Continuation<O>> {
    const checked = checkedOptions<Partial<O>>(options, this.optionNames);
    const given = checkedSequence(sequence);
    return this.continueFrom(given, this.opened(this.readPrimer(given, checked)), checked);
  }

  /** Begins to write on after a primer. */
  protected async continueFrom(
    sequence: NoteSequence,
    primer: Primer<E>,
    { seed }: Partial<O>,
  ): Promise<Continuation<O>> {
    const piece = await this.writer.begin(primer.heard ?? primer.events, {
      seed,
      squash: true,
      ...primer.beginning,
    });
    const inTurn = createSerialQueue();
    const soFar: E[] = [];
    const { opening = [] } = primer;
    let hasEnded = false;
    // Counted as it comes: a piece that goes on for hours is not counted anew for each part.
    let steps = 0;
    const missing = (wanted: number) => Math.max(0, wanted - opening.length - steps);
    const begun = () => new WrittenNotes(primer.reading(), primer.head, primer.end * primer.secondsPerStep);
    let notes = begun();
    let isOpened = false;
    /** The first note stands before what the model writes. */
    const read = (events: readonly E[]) => {
      const all = isOpened ? events : [...opening, ...events];
      isOpened = true;
      return notes.read(all);
    };
    /** Forgets what was told of a part that is given up. */
    const takeBack = () => {
      notes = begun();
      isOpened = false;
      if (soFar.length > 0) read(soFar);
    };
    const write = async (given: O) => {
      const options = checkedOptions(given, this.optionNames);
      const events = this.eventsWanted(options);
      const wanted = events === undefined ? stepsWanted(options, primer.secondsPerStep) : 0;
      const left = () =>
        events === undefined
          ? { steps: missing(wanted) }
          : { events: Math.max(0, events - opening.length - soFar.length) };
      const { signal, onNotes, onLogProbabilities } = options;
      const { defaults } = this;
      const { temperature = defaults.temperature, topK, topP = defaults.topP } = options;
      checkCallbacks({ onNotes, onLogProbabilities });
      const controls = this.controls(sequence, primer, wanted, options);
      // Nothing to write is asked for too: the worker judges the options.
      do {
        let told = 0;
        const written = await piece
          .write(left(), {
            ...this.writeOptions(options),
            ...primer.writing,
            temperature,
            topK,
            topP,
            signal,
            controls,
            onEvents:
              (onNotes || onLogProbabilities) &&
              ((part, logProbabilities) => {
                told += part.length;
                const news = read(part as readonly E[]);
                onNotes?.(news);
                onLogProbabilities?.(logProbabilities);
              }),
          })
          .catch((error: unknown) => {
            if (told > 0) takeBack();
            throw error;
          });
        const events = written.events as readonly E[];
        if (events.length > told) read(events.slice(told));
        steps += primer.stepsOf?.(events, soFar.length) ?? events.length;
        for (const event of events) soFar.push(event);
        hasEnded ||= written.ended === true;
      } while (!hasEnded && missing(wanted) > 0);
      // A length that the first note fills.
      if (wanted > 0 && !isOpened) read([]);
      return notes.sequence;
    };
    return {
      start: primer.end * primer.secondsPerStep,
      secondsPerStep: primer.secondsPerStep,
      write: (options) => inTurn(() => write(options)),
      close: () => piece.close(),
    };
  }

  /** Writes from nothing; a model of melodies begins with middle C, one of drums with a kick, as Magenta's command does. @throws as {@link continueSequence} */
  async generate(options: O & { readonly qpm?: number }): Promise<NoteSequence> {
    const names = { ...this.optionNames, qpm: true } as const;
    const { qpm = DEFAULT_QPM, ...rest } = checkedOptions(options, names);
    checkToSequenceOptions({ qpm });
    return this.continueSequence({ notes: [], tempos: [{ time: 0, qpm }] }, rest as unknown as O);
  }

  /**
   * Computes how likely the model thinks the sequence is.
   * @returns nats, of each event after those before it (of the first 0) and in all
   * @throws as {@link continueSequence}
   */
  async logProbability(
    sequence: NoteSequence,
    options: Partial<O> = {},
  ): Promise<{ readonly total: number; readonly perEvent: Float64Array }> {
    const { signal, ...rest } = checkedOptions<Partial<O>>(options, this.optionNames);
    const given = checkedSequence(sequence);
    const primer = this.readPrimer(given, {});
    const controls = this.controls(given, primer, 0, rest as Partial<O>);
    const perEvent = await this.writer.logProbabilities(primer.events, { controls, signal });
    return { total: perEvent.reduce((sum, value) => sum + value, 0), perEvent };
  }

  /** The worker died, or was disposed of. @internal */
  get ended(): boolean {
    return this.writer.ended;
  }

  /** Frees the worker and all its memory. */
  dispose(): void {
    this.writer.dispose();
  }

  /** The names of O. */
  protected abstract readonly optionNames: OptionNames<O>;

  protected readonly defaults: WritingDefaults<E> = { temperature: 1 };

  /** A primer without events and time, with the first event in its place. */
  private opened(primer: Primer<E>): Primer<E> {
    const { firstEvent } = this.defaults;
    if (firstEvent === undefined || primer.events.length > 0 || primer.end > 0) return primer;
    return { ...primer, events: [firstEvent], opening: [firstEvent] };
  }

  /** The length of a continuation in events, where a subclass takes such a length and it is given. @throws OPTION_INVALID */
  protected eventsWanted(_options: Partial<O>): number | undefined {
    return undefined;
  }

  /** Options of a subclass's own network. */
  protected writeOptions(_options: Partial<O>): Readonly<Record<string, unknown>> {
    return {};
  }

  protected abstract readPrimer(sequence: NoteSequence, options: Partial<O>): Primer<E>;

  /** Conditions the model, over primer and continuation; not at all unless a subclass does. */
  protected controls(
    _sequence: NoteSequence,
    _primer: Primer<E>,
    _steps: number,
    _options: Partial<O>,
  ): unknown {
    return undefined;
  }
}

function stepsWanted({ steps, seconds }: ContinueOptions, secondsPerStep: number): number {
  const invalid = (what: string) => new TimbrelError('OPTION_INVALID', what);
  if ((steps === undefined) === (seconds === undefined))
    throw invalid(`steps is ${shown(steps)} and seconds is ${shown(seconds)}; give one of them`);
  if (steps !== undefined && !(Number.isInteger(steps) && steps >= 0 && steps <= MAX_STEPS))
    throw invalid(`steps is ${shown(steps)}; expected a whole number from 0 to ${MAX_STEPS}`);
  if (seconds === undefined) return steps ?? 0;
  if (!(Number.isFinite(seconds) && seconds >= 0 && seconds / secondsPerStep <= MAX_STEPS)) {
    const most = Math.floor(MAX_STEPS * secondsPerStep);
    throw invalid(`seconds is ${shown(seconds)}; expected a number from 0 to ${most} (${MAX_STEPS} steps)`);
  }
  return Math.round(seconds / secondsPerStep);
}
