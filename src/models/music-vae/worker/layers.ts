/** The layers that a MusicVAE is made of, whichever backend computes them. */
import type { Linear } from '../../../ops/lstm/network.js';

export interface StackWeights {
  /** From the bottom up; the first reads the inputs and its own output. */
  readonly cells: readonly Linear[];
  /** Inputs of the first cell that stay the same over a sequence: an embedding. Default: none. */
  readonly constant?: { readonly from: number; readonly size: number };
  /** A linear layer on the output of the last cell. */
  readonly output?: Linear;
}

/** What a sequence begins with. */
export interface StackStart {
  /** [batch, 2 * sum of sizes], c and h of each cell in turn; default: zeros. */
  readonly state?: Float32Array;
  /** [batch, size of the constant inputs] */
  readonly constant?: Float32Array;
}

/** LSTM cells on top of each other that read several sequences in lockstep: weights are read once for all of them. */
export interface LSTMStack {
  /** Values that {@link step} takes for a row: the inputs without the constant ones. */
  readonly inputSize: number;
  /** Values of {@link output} for a row. */
  readonly outputSize: number;
  begin(batch: number, start?: StackStart): void;
  /**
   * Takes one input of each of the first `rows` sequences; the others stay as they are.
   * @param input [rows, inputSize] row-major, mostly zeros where inputs are classes
   */
  step(input: Float32Array, rows: number): void;
  /** [batch, outputSize]: what the last layer made of the last input of each; valid until the next call of anything. */
  output(): Float32Array;
}

/** x W + b. @param x [rows, inputs]. @returns [rows, outputs] */
export type Dense = (x: Float32Array, rows: number) => Float32Array;

export interface Layers {
  readonly backend: 'wasm' | 'cpu';
  /** Memory that all layers made so far hold. */
  readonly bytes: number;
  dense(weights: Linear): Dense;
  stack(weights: StackWeights): LSTMStack;
  dispose(): void;
}
