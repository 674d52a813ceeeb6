/** Methods of a worker that holds a Music Transformer: it writes and judges tokens. */
import type { CheckpointSource } from '../../checkpoints/checkpoint-source.js';
import type { WeightPrecision } from '../load-options.js';
import type { SamplingOptions } from '../sampling.js';

export interface MusicTransformerDescription {
  readonly model: 'MusicTransformer';
  /** The backend that computes; once a GPU is lost, WebAssembly goes on in its place. */
  readonly backend: 'webgpu' | 'wasm' | 'cpu';
  /** 'float16' on WebGPU, unless float32 was asked for. */
  readonly precision: WeightPrecision | 'float16';
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  /** Width of the feed-forward part. */
  readonly filter: number;
  /** Attention is relative: it knows distances, up to `reach`. */
  readonly relative: boolean;
  /** Distances that relative attention knows, 0 without it. */
  readonly reach: number;
  /** No position is told, so a piece may go on for ever; otherwise it restarts from its last half where memory ends. */
  readonly endless: boolean;
  /** Tokens: 310. */
  readonly vocabulary: number;
  /** It accompanies a melody, and needs one. */
  readonly conditionedOnMelody: boolean;
  /** Tokens that attention reaches back to, the first, empty one included. */
  readonly tokensInMemory: number;
  /** Seconds that a note may sound before its end is made likelier, where the checkpoint asks for that: it forgets notes. */
  readonly endNotesAfter?: number;
  readonly parameterCount: number;
  /** Memory the network holds in its worker, bytes. */
  readonly bytes: number;
}

/** Length of a continuation: so many tokens, or as many as fill so many steps of 10 ms. */
export type TokenAmount = { readonly tokens: number } | { readonly steps: number };

/** Tokens appended to a piece, and how likely they were. */
export interface WrittenTokens {
  readonly tokens: readonly number[];
  /** Nats, of each under the model at temperature 1. */
  readonly logProbabilities: readonly number[];
  /** The last one is the end of the piece. */
  readonly ended: boolean;
}

/** Tokens of a primer that were read, of those that have to be. */
export interface PrimerProgress {
  readonly done: number;
  readonly total: number;
}

/** A model's judgement of given tokens. */
export interface TokenScores {
  /** [tokens - from] nats */
  readonly logProbabilities: Float64Array;
  /** [tokens - from] 1 where the token is the likeliest of all. */
  readonly hits: Uint8Array;
}

export interface MusicTransformerMethods {
  load: {
    args: {
      readonly source: CheckpointSource;
      /** 'auto' takes WebGPU where that proves right and faster. */
      readonly backend: 'auto' | 'webgpu' | 'wasm' | 'cpu';
      readonly precision: WeightPrecision;
      /** Default: as many as the checkpoint was trained for. */
      readonly tokensInMemory?: number;
    };
    result: MusicTransformerDescription;
  };
  /** Begins a piece; `heard` tokens of its primer are within memory. */
  openPiece: {
    args: {
      readonly primer: readonly number[];
      readonly seed: number | string;
      readonly melody?: readonly number[];
    };
    result: { readonly piece: number; readonly heard: number };
  };
  /** Writes on. A part is what came since the last, or how far the primer was read. */
  writeTokens: {
    args: {
      readonly piece: number;
      /** Number of written tokens that the asker knows: where it did not take the last answer, that write is taken back. */
      readonly known: number;
      readonly amount: TokenAmount;
      readonly sampling: SamplingOptions;
      readonly forbid: readonly number[];
      readonly endNotesAfter?: number;
      readonly spareKeys?: number;
    };
    result: WrittenTokens;
    part: Pick<WrittenTokens, 'tokens' | 'logProbabilities'> & { readonly read?: PrimerProgress };
  };
  closePiece: { args: { readonly piece: number }; result: void };
  /** Computes how likely tokens are, each after those before it; of those before `from` nothing is told. */
  scoreTokens: {
    args: { readonly tokens: readonly number[]; readonly melody?: readonly number[]; readonly from?: number };
    result: TokenScores;
  };
}
