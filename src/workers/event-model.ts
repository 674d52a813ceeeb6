/**
 * What the public event RNNs share: NoteSequences in, NoteSequences out. What is music (quantisation, extraction, chords) is done
 * here; the network computes in its worker.
 */
import { TimbrelError } from '../errors/timbrel-error.js';
import type {
  BeamOptions,
  Controls,
  EventRNNDescription,
  Injection,
  MusicEvent,
  SamplingOptions,
} from '../messages/event-rnn.js';
import { DEFAULT_QPM, type NoteSequence } from '../music/note-sequence.js';
import { quantizeNoteSequence } from '../music/quantize.js';
import type { EventRNN } from './event-rnn.js';

/** Of melodies, drum kits, chords and polyphony. */
export const STEPS_PER_QUARTER = 4;

export interface ContinueOptions extends SamplingOptions, BeamOptions {
  /** How much is written, in steps: sixteenths (eighths for one_drum), or 10 ms for performances ... */
  readonly steps?: number;
  /** ... or in seconds. One of the two. */
  readonly seconds?: number;
  /** Same seed, same notes. Default 0. */
  readonly seed?: number | string;
  readonly signal?: AbortSignal;
  /** Told, while it is written, of all that was written so far. */
  readonly onNotes?: (sequence: NoteSequence) => void;
  /** Told, while it is written, of how likely each event was that was written since: nats, under the model at temperature 1. */
  readonly onLogProbabilities?: (logProbabilities: readonly number[]) => void;
}

/** A primer as its model sees it, and the way back. */
export interface Primer<E extends MusicEvent> {
  readonly events: readonly E[];
  /** Step of the sequence at which what is written begins. */
  readonly end: number;
  readonly secondsPerStep: number;
  /** What is put into each step that is written, PolyphonyRNN only. */
  readonly inject?: Injection;
  /** Steps that events take; without it one each. */
  stepsOf?(written: readonly E[]): number;
  /** Events written after the primer, as notes in the time of the sequence that was given. */
  toSequence(written: readonly E[]): NoteSequence;
}

/** A continuation under way; see {@link EventModel.begin}. */
export interface Continuation<O extends ContinueOptions> {
  /** Where what is written begins, seconds of the sequence that was given. */
  readonly start: number;
  readonly secondsPerStep: number;
  /**
   * Writes on until there is as much as `options` say, counted from the beginning.
   * @param options `seed` has its say in `begin` only
   * @returns all that was written so far
   */
  write(options: O): Promise<NoteSequence>;
  close(): Promise<void>;
}

/** What models of one kind share; see the classes below. */
export abstract class EventModel<E extends MusicEvent, O extends ContinueOptions> {
  protected constructor(protected readonly rnn: EventRNN) {}

  /** What was loaded: configuration, layer sizes, parameters, where it runs. */
  get description(): EventRNNDescription {
    return this.rnn.description;
  }

  /**
   * Writes on where `sequence` ends.
   * @returns what was written, without the primer; times go on from the primer's, so both can be played together
   * @throws OPTION_INVALID, NOTE_SEQUENCE_INVALID, MELODY_POLYPHONIC, METER_*, TEMPO_CHANGES, PROGRAMS_MIXED, EVENT_INVALID,
   *   CONTROL_INVALID, GENERATION_STALLED, ABORTED, DISPOSED
   */
  async continueSequence(sequence: NoteSequence, options: O): Promise<NoteSequence> {
    const primer = this.readPrimer(sequence, options);
    if (stepsOf(options, primer.secondsPerStep) === 0) return primer.toSequence([]);
    const continuation = await this.continueFrom(sequence, primer, options);
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
    return this.continueFrom(sequence, this.readPrimer(sequence, options), options);
  }

  private async continueFrom(
    sequence: NoteSequence,
    primer: Primer<E>,
    { seed }: Partial<O>,
  ): Promise<Continuation<O>> {
    const piece = await this.rnn.begin(primer.events, { seed, squash: true });
    const soFar: E[] = [];
    return {
      start: primer.end * primer.secondsPerStep,
      secondsPerStep: primer.secondsPerStep,
      write: async (options) => {
        const wanted = stepsOf(options, primer.secondsPerStep);
        const steps = Math.max(0, wanted - (primer.stepsOf?.(soFar) ?? soFar.length));
        if (steps === 0) return primer.toSequence(soFar);
        const { signal, onNotes, onLogProbabilities } = options;
        const { temperature, topK, topP, beamSize, branchFactor, stepsPerIteration } = options;
        const coming = [...soFar];
        const { events } = await piece.write(
          { steps },
          {
            temperature,
            topK,
            topP,
            beamSize,
            branchFactor,
            stepsPerIteration,
            signal,
            inject: primer.inject,
            controls: this.controls(sequence, primer, wanted, options),
            onEvents:
              (onNotes || onLogProbabilities) &&
              ((part, logProbabilities) => {
                coming.push(...(part as readonly E[]));
                onNotes?.(primer.toSequence(coming));
                onLogProbabilities?.(logProbabilities);
              }),
          },
        );
        soFar.push(...(events as readonly E[]));
        return primer.toSequence(soFar);
      },
      close: () => piece.close(),
    };
  }

  /** Writes from nothing. @throws as {@link continueSequence} */
  generate({ qpm = DEFAULT_QPM, ...options }: O & { readonly qpm?: number }): Promise<NoteSequence> {
    return this.continueSequence({ notes: [], tempos: [{ time: 0, qpm }] }, options as unknown as O);
  }

  /**
   * How likely the model thinks the sequence is.
   * @returns nats, of each event after those before it (of the first 0) and in all
   * @throws as {@link continueSequence}
   */
  async logProbability(
    sequence: NoteSequence,
    options: Partial<O> = {},
  ): Promise<{ readonly total: number; readonly perEvent: Float64Array }> {
    const primer = this.readPrimer(sequence, {});
    const controls = this.controls(sequence, primer, 0, options as O);
    const perEvent = await this.rnn.logProbabilities(primer.events, { controls, signal: options.signal });
    return { total: perEvent.reduce((sum, value) => sum + value, 0), perEvent };
  }

  /** Frees the worker and all its memory. */
  dispose(): void {
    this.rnn.dispose();
  }

  protected abstract readPrimer(sequence: NoteSequence, options: Partial<O>): Primer<E>;

  /** What conditions the model, over primer and continuation; nothing unless a subclass says. */
  protected controls(
    _sequence: NoteSequence,
    _primer: Primer<E>,
    _steps: number,
    _options: O,
  ): { readonly values: readonly Controls[]; readonly total: number } | undefined {
    return undefined;
  }
}

function stepsOf({ steps, seconds }: ContinueOptions, secondsPerStep: number): number {
  const invalid = (what: string) => new TimbrelError('OPTION_INVALID', what);
  if ((steps === undefined) === (seconds === undefined))
    throw invalid(`steps is ${steps} and seconds is ${seconds}; say one of the two`);
  if (steps !== undefined && !(Number.isInteger(steps) && steps >= 0))
    throw invalid(`steps is ${steps}; expected a whole number from 0`);
  if (seconds !== undefined && !(seconds >= 0 && Number.isFinite(seconds)))
    throw invalid(`seconds is ${seconds}; expected a number from 0`);
  return steps ?? Math.round((seconds ?? 0) / secondsPerStep);
}

/** A sequence in steps of beats, and what turns steps back into its seconds. */
export function inBeats(sequence: NoteSequence, stepsPerQuarter: number) {
  const quantized = sequence.quantizationInfo ? sequence : quantizeNoteSequence(sequence, stepsPerQuarter);
  const qpm = quantized.tempos?.[0]?.qpm ?? DEFAULT_QPM;
  return { quantized, qpm, secondsPerStep: 60 / qpm / stepsPerQuarter };
}

/** What begins at `time` and later, seconds. */
export function from(sequence: NoteSequence, time: number): NoteSequence {
  return { ...sequence, notes: sequence.notes.filter(({ startTime = 0 }) => startTime >= time - 1e-9) };
}
