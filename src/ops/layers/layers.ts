/**
 * Dense and LSTM layers: what recurrent networks are made of, without knowing which.
 *
 *   const layers = await createWasmLayers(await loadLSTMModule(readFile), 'int16');   // or new ReferenceLayers()
 *   const state = layers.dense(toState, { activation: 'tanh' });
 *   const decoder = layers.stack({ cells, constant: { from: 90, size: 256 }, output: projection });
 *   decoder.begin(4, { state: state(z, 4), constant: z });                            // four sequences in lockstep
 *   decoder.step(input, 4);
 *   const logits = decoder.output();                                                  // [4, 90]
 *
 * Kernels are those of TensorFlow: rows are inputs, the recurrent ones last; columns of a cell are the gates i, j, f, o. Sequences
 * in lockstep share each reading of the weights, which is what a network that runs one step at a time spends its time on.
 * Implementations: reference.ts (plain TypeScript in float64), wasm.ts (SIMD kernels).
 */
import type { Linear } from '../matrix.js';

/** Functions that can follow a dense layer. */
export const ACTIVATIONS = ['none', 'relu', 'tanh', 'sigmoid', 'softplus'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/**
 * f(x W + b) for each row.
 * @param x [rows, inputs]
 * @returns [rows, outputs], a fresh array
 * @throws DISPOSED
 */
export type Dense = (x: Float32Array, rows?: number) => Float32Array<ArrayBuffer>;

export interface DenseOptions {
  /** Default: none. */
  readonly activation?: Activation;
}

export interface StackWeights {
  /** From the bottom up. A kernel is [below + size, 4 size]: the first cell reads the inputs, each other the cell below it. */
  readonly cells: readonly Linear[];
  /** A constant that is added to the forget gate and is not in the stored bias. Default: 1 (BasicLSTMCell). */
  readonly forgetBias?: number;
  /** A range of the first cell's inputs that stays the same over a sequence: multiplied once, when it begins. Default: none. */
  readonly constant?: { readonly from: number; readonly size: number };
  /** A linear layer on the output of the last cell. */
  readonly output?: Linear;
  /** 'dense' reads inputs whole even where most are zero: outputs are then the same, bit for bit, in whatever parts a sequence is read. */
  readonly input?: 'dense';
}

export interface StackStart {
  /** [batch, stateSize]: c and h of each cell in turn, from the bottom. Default: zeros. */
  readonly state?: Float32Array;
  /** [batch, size of the constant inputs]. Default: zeros. */
  readonly constant?: Float32Array;
}

/** The outputs of whole sequences. */
export interface StackRun {
  /** [steps of the sequence, size of the last cell] for each, in the order of its steps. */
  readonly outputs: readonly Float32Array<ArrayBuffer>[];
  /** [sequences, size of the last cell]: the output of the step that was read last. */
  readonly last: Float32Array<ArrayBuffer>;
  /** [sequences, stateSize]: c and h of each cell after the step that was read last. */
  readonly state: Float32Array<ArrayBuffer>;
}

export interface StackRunOptions {
  /** From the last step to the first. */
  readonly backwards?: boolean;
  /** [sequences, stateSize], such as another run left it: the sequences go on from there. Default: zeros. */
  readonly state?: Float32Array;
}

/** LSTM cells on top of each other (tf.nn.rnn_cell.BasicLSTMCell) that read several sequences in lockstep. */
export interface LSTMStack {
  /** Values of a step for a row: the inputs without the constant ones. */
  readonly inputSize: number;
  /** Values of {@link output} for a row. */
  readonly outputSize: number;
  /** Values of a row's state: twice the sum of the sizes of the cells. */
  readonly stateSize: number;
  /** Begins `batch` sequences, and forgets those before. @throws DISPOSED */
  begin(batch: number, start?: StackStart): void;
  /**
   * Takes one input of each of the first `rows` sequences in; the others stay as they are.
   * @param input [rows, inputSize]; zeros cost next to nothing where there are mostly zeros
   * @throws DISPOSED
   */
  step(input: Float32Array, rows: number): void;
  /** [batch, outputSize]: what the last layer makes of the state as it is; a fresh array. @throws DISPOSED */
  output(): Float32Array<ArrayBuffer>;
  /** [batch, stateSize], as {@link begin} takes it; a fresh array. @throws DISPOSED */
  state(): Float32Array<ArrayBuffer>;
  /**
   * Reads whole sequences, each of its own length: cheaper than step by step, since the products with the inputs need not wait for
   * each other. Leaves what {@link begin} began as it is. Of a stack without constant inputs.
   * @param sequences [steps, inputSize] each
   * @throws DISPOSED
   */
  run(sequences: readonly Float32Array[], options?: StackRunOptions): StackRun;
}

/** Makes layers. Those of one maker are computed by one backend, and share its memory. */
export interface Layers {
  readonly backend: 'wasm' | 'cpu';
  /** Memory that all layers made so far hold. */
  readonly bytes: number;
  /** Nothing of `weights` is kept, but by the reference. @throws WASM_UNAVAILABLE when there is not enough memory */
  dense(weights: Linear, options?: DenseOptions): Dense;
  /** Computes as {@link dense} does. */
  stack(weights: StackWeights): LSTMStack;
  /** Ends all of them. */
  dispose(): void;
}

/** Units of a cell. */
export const cellSize = ({ kernel }: Linear) => kernel.columns / 4;
