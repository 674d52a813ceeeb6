/** A Music Transformer behind its worker, in tokens and in events: what the public class is made of. */
import type { Source } from '../../checkpoints/resolve-source.js';
import { MUSIC_TRANSFORMER_FILES } from '../../checkpoints/shipped/music-transformer.js';
import type { MusicEvent, PerformanceEvent } from '../../music/events.js';
import { DEFAULT_STEPS_PER_SECOND } from '../../music/note-sequence.js';
import { performanceSteps } from '../../music/performance.js';
import { eventOfToken, tokenOfEvent } from '../../music/performance-tokens.js';
import { checkSeed } from '../../random/random.js';
import { checkCallbacks, checkedOptions, type OptionNames } from '../../errors/check-arguments.js';
import { WorkerClient } from '../../workers/client.js';
import type { Spawn } from '../../workers/spawn.js';
import type { Amount, EventWriter, Piece, PieceOptions } from '../continuation/piece.js';
import {
  LOAD_OPTIONS,
  checkedBackend,
  checkedPrecision,
  type Backend,
  type ModelLoadOptions,
  type WeightPrecision,
} from '../load-options.js';
import { resolveModelSource } from '../registry.js';
import type { SamplingOptions } from '../sampling.js';
import type {
  MusicTransformerDescription,
  MusicTransformerMethods,
  PrimerProgress,
  TokenAmount,
  TokenScores,
  WrittenTokens,
} from './protocol.js';

export interface MusicTransformerLoadOptions extends ModelLoadOptions {
  /** 'auto', the default, is WebGPU for a large network on a GPU that is sooner done, else WebAssembly; 'cpu' is the plain reference. */
  readonly backend?: Backend;
  /** Default 'int16': twice as fast as float32, within some thousandths of a nat. */
  readonly precision?: WeightPrecision;
  /** Tokens that attention reaches back to, 16 to 65536. Default: as many as the checkpoint was trained for, or 2048. */
  readonly tokensInMemory?: number;
}

const MUSIC_TRANSFORMER_LOAD_OPTIONS: OptionNames<MusicTransformerLoadOptions> = {
  ...LOAD_OPTIONS,
  precision: true,
  tokensInMemory: true,
};

/** The options of writing that only a transformer has. */
export interface TransformerWriting {
  /** Tokens that are never written; default: padding, 0. With 1, the end, a piece goes on for ever. */
  readonly forbid?: readonly number[];
  /**
   * Seconds that a note may sound before its end is made likelier, by two nats with each second more; ends of notes that do not sound
   * are never written then. Infinity: the model alone decides. Default: what the checkpoint says of itself, and in tokens Infinity.
   */
  readonly endNotesAfter?: number;
  /**
   * Nats by which a key becomes less likely to be struck again with each stroke of the last second beyond the first, for each unit that
   * temperature is below 1: a cold model would hammer one key. 0: the model alone decides. Default 4, and in tokens 0.
   */
  readonly spareKeys?: number;
  /** Takes how far a primer was read, where it is long. */
  readonly onPrimerProgress?: (progress: PrimerProgress) => void;
  /** Takes how many tokens the primer has, how many of them are within memory, its end, and how many seconds those last. */
  readonly onPrimer?: (primer: {
    readonly tokens: number;
    readonly heard: number;
    readonly secondsHeard: number;
  }) => void;
}

export const TRANSFORMER_WRITING: OptionNames<TransformerWriting> = {
  forbid: true,
  endNotesAfter: true,
  spareKeys: true,
  onPrimerProgress: true,
  onPrimer: true,
};

export interface WriteTokensOptions extends SamplingOptions, TransformerWriting {
  readonly signal?: AbortSignal;
  readonly onTokens?: (tokens: readonly number[], logProbabilities: readonly number[]) => void;
}

/** A piece under way, in tokens. One write is awaited before the next; one that rejects leaves the piece as it was. */
export interface TokenPiece {
  write(amount: TokenAmount, options?: WriteTokensOptions): Promise<WrittenTokens>;
  close(): Promise<void>;
}

const NEVER_WRITTEN: readonly number[] = [0];

export class TransformerWriter implements EventWriter<MusicTransformerDescription> {
  private constructor(
    private readonly worker: WorkerClient<MusicTransformerMethods>,
    readonly description: MusicTransformerDescription,
  ) {}

  static async load(
    source?: Source,
    options?: MusicTransformerLoadOptions,
    spawn?: Spawn,
  ): Promise<TransformerWriter> {
    const {
      backend,
      precision = 'int16',
      tokensInMemory,
      signal,
      onProgress,
      ...download
    } = checkedOptions(options, MUSIC_TRANSFORMER_LOAD_OPTIONS);
    const args = {
      source: resolveModelSource('MusicTransformer', source, download, MUSIC_TRANSFORMER_FILES),
      backend: checkedBackend('MusicTransformer', backend, ['auto', 'webgpu', 'wasm', 'cpu']),
      precision: checkedPrecision(precision),
      tokensInMemory,
    };
    const worker = new WorkerClient<MusicTransformerMethods>('music-transformer', spawn);
    return new TransformerWriter(worker, await worker.start('load', args, { signal, onProgress }));
  }

  get ended(): boolean {
    return this.worker.ended;
  }

  /** @throws EVENT_INVALID, CONTROL_INVALID, OPTION_INVALID, DISPOSED */
  async beginTokens(
    primer: readonly number[],
    { seed = 0, melody }: { readonly seed?: number | string; readonly melody?: readonly number[] } = {},
  ): Promise<TokenPiece> {
    checkSeed(seed);
    const { worker } = this;
    const { piece, heard } = await worker.call('openPiece', { primer, seed, melody });
    let known = 0;
    return {
      write: async (amount, options = {}) => {
        const {
          forbid = NEVER_WRITTEN,
          endNotesAfter,
          spareKeys,
          signal,
          onTokens,
          onPrimer,
          onPrimerProgress,
          ...sampling
        } = options;
        checkCallbacks({ onTokens, onPrimer, onPrimerProgress });
        if (known === 0)
          onPrimer?.({ tokens: primer.length, heard, secondsHeard: secondsOf(primer.slice(-heard)) });
        const args = { piece, known, amount, sampling, forbid, endNotesAfter, spareKeys };
        const written = await worker.call('writeTokens', args, {
          signal,
          onPart: ({ tokens, logProbabilities, read }) => {
            if (read) onPrimerProgress?.(read);
            else onTokens?.(tokens, logProbabilities);
          },
        });
        known += written.tokens.length;
        return written;
      },
      close: () => worker.call('closePiece', { piece }),
    };
  }

  /** @throws EVENT_INVALID, CONTROL_INVALID, ABORTED, DISPOSED */
  scoreTokens(
    tokens: readonly number[],
    { melody, from, signal }: { melody?: readonly number[]; from?: number; signal?: AbortSignal } = {},
  ): Promise<TokenScores> {
    return this.worker.call('scoreTokens', { tokens, melody, from }, { signal });
  }

  async begin(
    primer: readonly MusicEvent[],
    options: { readonly seed?: number | string; readonly melody?: readonly number[] } = {},
  ): Promise<Piece> {
    const piece = await this.beginTokens((primer as readonly PerformanceEvent[]).map(tokenOfEvent), options);
    return {
      write: async (amount: Amount, given: PieceOptions & TransformerWriting = {}) => {
        const {
          temperature,
          topK,
          topP,
          signal,
          forbid,
          endNotesAfter,
          spareKeys,
          onPrimer,
          onPrimerProgress,
          onEvents,
        } = given;
        const written = await piece.write('events' in amount ? { tokens: amount.events } : amount, {
          temperature,
          topK,
          topP,
          signal,
          forbid,
          endNotesAfter,
          spareKeys,
          onPrimer,
          onPrimerProgress,
          onTokens: onEvents && ((tokens, logProbabilities) => onEvents(eventsOf(tokens), logProbabilities)),
        });
        const { tokens, logProbabilities, ended } = written;
        return { events: eventsOf(tokens), logProbabilities, ended };
      },
      close: () => piece.close(),
    };
  }

  async logProbabilities(
    events: readonly MusicEvent[],
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<Float64Array> {
    const tokens = (events as readonly PerformanceEvent[]).map(tokenOfEvent);
    return (await this.scoreTokens(tokens, { signal })).logProbabilities;
  }

  /** Frees the worker and all its memory. Work under way is rejected with DISPOSED. */
  dispose(): void {
    this.worker.terminate();
  }
}

const secondsOf = (tokens: readonly number[]) =>
  performanceSteps(eventsOf(tokens)) / DEFAULT_STEPS_PER_SECOND;

const eventsOf = (tokens: readonly number[]) => tokens.flatMap((token) => eventOfToken(token) ?? []);
