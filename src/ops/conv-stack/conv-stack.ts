/**
 * The convolutional part of a transcriber, over a spectrogram that grows: three 3 x 3 convolutions with ReLU over time and
 * frequency, of which the second and third keep the larger of each two bins, and a dense layer with ReLU on what is left of a frame.
 *
 *   const stacks = await createWasmConvStacks(await loadConvStackModule(readFile));       // or new ReferenceConvStacks()
 *   const stream = stacks.stack(weights).begin();
 *   const rows = stream.write(frames);                                                    // of the frames that are settled
 *   const rest = stream.close();
 *
 * A frame depends on three frames at either side, or on fewer after it (`lookAhead`). Rows are the same, bit for bit, in whatever
 * parts the frames come: an end is one only where the recording begins and where it is closed.
 * Implementations: reference.ts (plain TypeScript in float64), wasm.ts (SIMD kernels).
 */
import type { ConvWeights } from '../conv2d/conv2d.js';
import type { Linear } from '../matrix.js';

export interface ConvStackWeights {
  /** Bins of a frame. */
  readonly bins: number;
  /** [time 3, frequency 3, in, out] each, batch norm folded in; the first has one channel in. */
  readonly convolutions: readonly [ConvWeights, ConvWeights, ConvWeights];
  /** Frames after its own that each convolution reads: 1, or 0 (then it reads two before). Default: [1, 1, 1]. */
  readonly lookAhead?: readonly [number, number, number];
  /** [bins / 4 * channels, outputs]; rows are bins, channels within each. */
  readonly dense: Linear;
}

/** A recording on its way through a stack. */
export interface ConvStackStream {
  /**
   * @param frames [count, bins]
   * @returns [settled, outputSize]: the next frames that no later one can change
   * @throws DISPOSED
   */
  write(frames: Float32Array): Float32Array<ArrayBuffer>;
  /** @returns [the rest, outputSize]; nothing may be written after @throws DISPOSED */
  close(): Float32Array<ArrayBuffer>;
}

export interface ConvStack {
  readonly outputSize: number;
  /** Begins a recording; several can be under way. @throws DISPOSED */
  begin(): ConvStackStream;
}

/** Makes stacks. Those of one maker are computed by one backend, and share its memory. */
export interface ConvStacks {
  readonly backend: 'wasm' | 'cpu';
  /** Memory that all stacks made so far hold. */
  readonly bytes: number;
  /** @throws WASM_UNAVAILABLE when there is not enough memory */
  stack(weights: ConvStackWeights): ConvStack;
  /** Ends all of them. */
  dispose(): void;
}

export const DEFAULT_LOOK_AHEAD = [1, 1, 1] as const;

/** Bins of the inputs of each convolution, and of what the last leaves. */
export function binsOf(bins: number): readonly [number, number, number, number] {
  const half = Math.floor(bins / 2);
  return [bins, bins, half, Math.floor(half / 2)];
}

/** Multiplications of a frame as the layers are defined, without Winograd's savings. */
export function macsPerFrame({ bins, convolutions, dense }: ConvStackWeights): number {
  const sizes = binsOf(bins);
  const products = convolutions.map(({ shape: [, , inputs, outputs] }, i) => sizes[i] * 9 * inputs * outputs);
  return products.reduce((sum, count) => sum + count, dense.kernel.data.length);
}
