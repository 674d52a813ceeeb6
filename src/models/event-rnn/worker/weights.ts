/** From the tensors of a checkpoint to the weights of the network, whatever version of Magenta wrote their names. */
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { AttentionWeights, Linear, Matrix, RecurrentWeights } from '../../../ops/lstm/network.js';

/** The widths that the configuration needs, at both ends. */
export interface NetworkShape {
  readonly inputSize: number;
  readonly classes: number;
  /** Slots of the history; no tensor says how many. */
  readonly attentionLength?: number;
}

type Tensors = ReadonlyMap<string, Tensor>;

/** Today's names of what had others, in the order of replacement. */
const RENAMED: readonly (readonly [RegExp, string])[] = [
  [/MultiRNNCell/, 'multi_rnn_cell'],
  [/\bCell(\d+)\b/, 'cell_$1'],
  [/AttentionCellWrapper/, 'attention_cell_wrapper'],
  [/AttnOutputProjection|attention_output_projection/, 'attn_output_projection'],
  [/BasicLSTMCell|basic_lstm_cell|LSTMCell|lstm_cell/, 'lstm_cell'],
  [/\bAttention\b/, 'attention'],
  [/\bAttnV\b/, 'attn_v'],
  [/\bAttnW\b/, 'attn_w'],
  [/(?:\/Linear)?\/(?:Matrix|W_0|weights)$/, '/kernel'],
  [/(?:\/Linear)?\/(?:Bias|B|biases)$/, '/bias'],
];

const todaysName = (name: string) =>
  RENAMED.reduce((result, [old, present]) => result.replace(old, present), name);

const CELL = /(?:^|\/)(?:cell_(\d+)\/)?(?:attention_cell_wrapper\/)?lstm_cell\/kernel$/;
const WRAPPER = /(?:^|\/)attention_cell_wrapper\/kernel$/;
const HEAD = /(?:^|\/)fully_connected\/kernel$/;

const PART = /(?:^|\/)(?:kernel|bias|attn_[vw])$/;

/** Selects the names that the network may need: no optimiser's, no counters. */
export const recurrentNames = (names: readonly string[]) =>
  names.filter((name) => PART.test(todaysName(name)));

/**
 * Sizes are those of the tensors. Tensors of an optimiser, and any that the network has no place for, are let be.
 * @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE
 */
export function readRecurrentWeights(tensors: Tensors, shape: NetworkShape): RecurrentWeights {
  const byName = new Map([...tensors].map(([name, tensor]) => [todaysName(name), { name, tensor }] as const));
  const read = new TensorReader(byName, tensors);

  const cellNames = [...byName.keys()].filter((name) => CELL.test(name)).sort(byCell);
  const [headName] = [...byName.keys()].filter((name) => HEAD.test(name));
  if (cellNames.length === 0) throw read.missing('LSTM cell (.../basic_lstm_cell/kernel)');
  if (!headName) throw read.missing('output layer (fully_connected/weights)');
  const [wrapper] = [...byName.keys()].filter((name) => WRAPPER.test(name));

  const cells: Linear[] = [];
  let below = shape.inputSize;
  for (const name of cellNames) {
    const { shape: found } = read.tensor(name);
    const size = (found[1] ?? NaN) / 4;
    const cell = read.linear(name, [below + size, 4 * size]);
    cells.push(cell);
    below = size;
  }
  const head = read.linear(headName, [below, shape.classes]);
  const weights = { inputSize: shape.inputSize, cells, head };
  if (!wrapper) return weights;
  const attention = readAttention(read, wrapper, cells, shape);
  return { ...weights, attention };
}

function readAttention(
  read: TensorReader,
  kernelName: string,
  cells: readonly Linear[],
  { inputSize, attentionLength }: NetworkShape,
): AttentionWeights {
  if (!attentionLength) {
    throw new TimbrelError(
      'CHECKPOINT_SHAPE',
      `The checkpoint has attention (${kernelName}), which this configuration has not: 40 slots in attention_rnn and ` +
        'attention_improv, 32 in drum_kit. Is it one of another configuration?',
    );
  }
  const prefix = kernelName.slice(0, -'kernel'.length);
  // Around the first cell, the wrapper stands below cell_0; around all of them, the cells stand below the wrapper.
  const wrappedCells = /(?:^|\/)cell_0\/attention_cell_wrapper\/$/.test(prefix) ? 1 : cells.length;
  const sizes = cells.slice(0, wrappedCells).map(({ kernel }) => kernel.columns / 4);
  const size = sizes[wrappedCells - 1];
  const states = 2 * sizes.reduce((a, b) => a + b);
  return {
    wrappedCells,
    length: attentionLength,
    input: read.linear(kernelName, [inputSize + size, inputSize]),
    query: read.linear(`${prefix}attention/kernel`, [states, size]),
    keys: matrix(read.shaped(`${prefix}attention/attn_w`, [1, 1, size, size]), size, size),
    v: read.shaped(`${prefix}attention/attn_v`, [size]),
    output: read.linear(`${prefix}attn_output_projection/kernel`, [2 * size, size]),
  };
}

const byCell = (a: string, b: string) => Number(CELL.exec(a)?.[1] ?? 0) - Number(CELL.exec(b)?.[1] ?? 0);

const matrix = (data: Float32Array, rows: number, columns: number): Matrix => ({ rows, columns, data });

class TensorReader {
  constructor(
    private readonly byName: ReadonlyMap<string, { readonly name: string; readonly tensor: Tensor }>,
    private readonly all: Tensors,
  ) {}

  tensor(name: string): Tensor {
    const found = this.byName.get(name);
    if (!found) throw this.missing(name);
    return found.tensor;
  }

  shaped(name: string, expected: readonly number[]): Float32Array {
    const { shape, data } = this.tensor(name);
    if (shape.length !== expected.length || shape.some((size, i) => size !== expected[i])) {
      throw new TimbrelError(
        'CHECKPOINT_SHAPE',
        `${this.byName.get(name)?.name} is ${shape.join(' x ')}; this configuration's network has ${expected.join(' x ')} there. ` +
          'Is it a checkpoint of another configuration?',
      );
    }
    return data instanceof Float32Array ? data : Float32Array.from(data);
  }

  /** A kernel and the bias that has its name. */
  linear(name: string, [rows, columns]: readonly [number, number]): Linear {
    const data = this.shaped(name, [rows, columns]);
    return {
      kernel: matrix(data, rows, columns),
      bias: this.shaped(name.replace(/kernel$/, 'bias'), [columns]),
    };
  }

  missing(what: string): TimbrelError {
    const some = [...this.all.keys()].slice(0, 3).join(', ');
    return new TimbrelError(
      'CHECKPOINT_TENSOR_MISSING',
      `The checkpoint has no ${what}: it is not one of an event RNN, or not all of one (it has ${this.all.size} tensors: ${some} ...)`,
    );
  }
}
