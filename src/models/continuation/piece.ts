/** The form that models which write event by event have in common, whatever computes behind them. */
import type { MusicEvent } from '../../music/events.js';
import type { SamplingOptions } from '../sampling.js';

/** Length of a continuation: so many events, or as many as fill so many steps. */
export type Amount = { readonly events: number } | { readonly steps: number };

/** Events appended to a piece, and how likely they were. */
export interface WrittenEvents {
  /** Those too that were put in while it wrote. */
  readonly events: readonly MusicEvent[];
  /** Nats, of each that the model wrote, under the model at temperature 1. */
  readonly logProbabilities: readonly number[];
  /** The model ended the piece there: nothing follows. */
  readonly ended?: boolean;
}

export interface PieceOptions extends SamplingOptions {
  /** Conditions of the model's own. */
  readonly controls?: unknown;
  readonly signal?: AbortSignal;
  /** Takes what the model writes as it comes, with log-probabilities in nats. */
  readonly onEvents?: (events: readonly MusicEvent[], logProbabilities: readonly number[]) => void;
}

/** A piece under way. */
export interface Piece<O extends PieceOptions = PieceOptions> {
  /**
   * Writes on. Asked for in small amounts, controls can change while the piece plays; the events of a seed are the same however
   * they are divided up. A write that rejects leaves the piece as it was. The caller awaits one write before the next.
   * @throws OPTION_INVALID, CONTROL_INVALID, GENERATION_STALLED, ABORTED, DISPOSED
   */
  write(amount: Amount, options?: O): Promise<WrittenEvents>;
  close(): Promise<void>;
}

/** A network behind its worker, which writes and judges events; D describes it. */
export interface EventWriter<D> {
  readonly description: D;
  /** The worker died, or was terminated. */
  readonly ended: boolean;
  begin(
    primer: readonly MusicEvent[],
    options: { readonly seed?: number | string; readonly squash?: boolean },
  ): Promise<Piece>;
  logProbabilities(
    events: readonly MusicEvent[],
    options?: { readonly controls?: unknown; readonly signal?: AbortSignal },
  ): Promise<Float64Array>;
  dispose(): void;
}

/** The settings with which a model writes where nobody gives any. */
export interface WritingDefaults<E = MusicEvent> {
  readonly temperature: number;
  /** Only the likeliest classes whose probabilities reach this together; undefined: all. */
  readonly topP?: number;
  /** The event that a piece from nothing begins with, as with Magenta's command; undefined where the model begins by itself. */
  readonly firstEvent?: E;
}
