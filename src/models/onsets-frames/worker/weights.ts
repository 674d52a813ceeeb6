/** From the tensors of a checkpoint to the weights of a transcriber, batch norm folded into the convolutions. */
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { KEYS } from '../../../music/activations.js';
import type { ConvWeights } from '../../../ops/conv2d/conv2d.js';
import { binsOf, type ConvStackWeights } from '../../../ops/conv-stack/conv-stack.js';
import type { StackWeights } from '../../../ops/layers/layers.js';
import type { Linear } from '../../../ops/matrix.js';
import type { TranscriberConfig } from '../config.js';

/** A reading of a whole sequence, in one direction or both. */
export interface ReaderWeights {
  readonly forward: StackWeights;
  readonly backward?: StackWeights;
}

/** A head that reads its stack's rows in their order. */
export interface ReadingHead {
  readonly stack: ConvStackWeights;
  readonly reader: ReaderWeights;
  readonly output: Linear;
}

/** A head on each row alone. */
export interface RowHead {
  readonly stack: ConvStackWeights;
  readonly output: Linear;
}

export interface TranscriberWeights {
  readonly onsets: ReadingHead;
  readonly velocities: RowHead;
  readonly offsets?: ReadingHead;
  /** Activations, and what reads them beside onsets and offsets; drums have none. */
  readonly frames?: RowHead & { readonly reader: ReaderWeights; readonly frameOutput: Linear };
  readonly parameterCount: number;
}

const EPSILON = 1e-3;
/** Names end in `_probs`, and in model_tpu.py, which writes down what comes before the sigmoid, in `_logits`. */
const PART =
  /^(?:onsets|offsets|frame|velocity|shared)\/(?:conv[012]\/(?:weights|BatchNorm\/(?:gamma|beta|moving_mean|moving_variance))|fc_end\/(?:weights|biases)|(?:onset|offset|activation|frame)_(?:probs|logits)\/(?:weights|biases)|onset_velocities\/(?:weights|biases)|(?:cudnn_)?lstm\/.*_lstm_cell\/(?:kernel|bias))$/;

/** Names of the tensors that are needed: no optimiser's, and of a drum model no networks that were never trained. */
export const transcriberNames = (names: readonly string[], drums: boolean) =>
  names.filter((name) => PART.test(name) && !(drums && /^(?:offsets|frame)\//.test(name)));

/** @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE */
export function readTranscriberWeights(
  tensors: ReadonlyMap<string, Tensor>,
  config: TranscriberConfig,
): TranscriberWeights {
  const read = new TensorReader(tensors);
  // One stack for all heads, or one for each.
  const shared = read.has('shared/conv0/weights') ? readStack(read, 'shared', config) : undefined;
  const stackOf = (head: string) => shared ?? readStack(read, head, config);
  const readingHead = (scope: string, name: string): ReadingHead => {
    const stack = stackOf(scope);
    const reader = readReader(read, scope, stack.dense.bias.length);
    return { stack, reader, output: read.output(`${scope}/${name}`, outputsOf(reader)) };
  };
  const rowHead = (scope: string, name: string): RowHead => {
    const stack = stackOf(scope);
    return { stack, output: read.output(`${scope}/${name}`, stack.dense.bias.length) };
  };
  const onsets = readingHead('onsets', 'onset');
  const velocities = rowHead('velocity', 'onset_velocities');
  if (config.drums) return { onsets, velocities, parameterCount: read.parameterCount };
  const hasOffsets = read.has('offsets/offset_probs/weights') || read.has('offsets/offset_logits/weights');
  const offsets = hasOffsets ? readingHead('offsets', 'offset') : undefined;
  const activation = rowHead('frame', 'activation');
  const reader = readReader(read, 'frame', KEYS * (offsets ? 3 : 2));
  const frameOutput = read.output('frame/frame', outputsOf(reader));
  return {
    onsets,
    velocities,
    offsets,
    frames: { ...activation, reader, frameOutput },
    parameterCount: read.parameterCount,
  };
}

const unitsOf = ({ cells: [cell] }: StackWeights) => cell.bias.length / 4;

const outputsOf = ({ forward, backward }: ReaderWeights) =>
  unitsOf(forward) + (backward ? unitsOf(backward) : 0);

function readStack(read: TensorReader, scope: string, config: TranscriberConfig): ConvStackWeights {
  const { bins } = config.mel;
  const first = readConvolution(read, `${scope}/conv0`, 1);
  const second = readConvolution(read, `${scope}/conv1`, first.bias.length);
  const third = readConvolution(read, `${scope}/conv2`, second.bias.length);
  const dense = read.linear(`${scope}/fc_end`, 'weights', 'biases', binsOf(bins)[3] * third.bias.length);
  return { bins, convolutions: [first, second, third], lookAhead: config.lookAhead, dense };
}

/** w / sqrt(variance + epsilon), and beta - mean / sqrt(variance + epsilon); there is no gain. */
function readConvolution(read: TensorReader, prefix: string, inputs: number): ConvWeights {
  const outputs = read.tensor(`${prefix}/weights`).shape[3] ?? NaN;
  const weights = read.values(`${prefix}/weights`, [3, 3, inputs, outputs]);
  const norm = (name: string) => read.values(`${prefix}/BatchNorm/${name}`, [outputs]);
  const [beta, mean, variance] = [norm('beta'), norm('moving_mean'), norm('moving_variance')];
  const gain = read.has(`${prefix}/BatchNorm/gamma`) ? norm('gamma') : undefined;
  const scales = Float64Array.from(variance, (value, o) => (gain?.[o] ?? 1) / Math.sqrt(value + EPSILON));
  return {
    kernel: weights.map((value, i) => value * scales[i % outputs]),
    shape: [3, 3, inputs, outputs],
    bias: beta.map((value, o) => value - mean[o] * scales[o]),
  };
}

const BASIC_CELL = 'basic_lstm_cell';
/** Places of an LSTM, one direction and two. Cells of magenta.js and of model_tpu.py add 1 to the forget gate, Python's other none. */
const READERS = [
  { path: 'cudnn_lstm/rnn/multi_rnn_cell/cell_0/cudnn_compatible_lstm_cell', forgetBias: 1 },
  { path: `lstm/rnn/multi_rnn_cell/cell_0/${BASIC_CELL}`, forgetBias: 1 },
  {
    path: 'cudnn_lstm/stack_bidirectional_rnn/cell_0/bidirectional_rnn/*/cudnn_compatible_lstm_cell',
    forgetBias: 0,
  },
  { path: `lstm/stack_bidirectional_rnn/cell_0/bidirectional_rnn/*/${BASIC_CELL}`, forgetBias: 1 },
] as const;

function readReader(read: TensorReader, scope: string, inputs: number): ReaderWeights {
  const at = (path: string, way: string) => `${scope}/${path.replace('*', way)}`;
  const found = READERS.find(({ path }) => read.has(`${at(path, 'fw')}/kernel`)) ?? READERS[0];
  const direction = (way: string): StackWeights => {
    const prefix = at(found.path, way);
    const units = (read.tensor(`${prefix}/kernel`).shape[1] ?? NaN) / 4;
    const cell = read.linear(prefix, 'kernel', 'bias', inputs + units, 4 * units);
    return { cells: [cell], forgetBias: found.forgetBias, input: 'dense' };
  };
  const forward = direction('fw');
  return found.path.includes('*') ? { forward, backward: direction('bw') } : { forward };
}

class TensorReader {
  /** Numbers that were read. */
  parameterCount = 0;

  constructor(private readonly tensors: ReadonlyMap<string, Tensor>) {}

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  tensor(name: string): Tensor {
    const found = this.tensors.get(name);
    if (found) return found;
    const some = [...this.tensors.keys()].slice(0, 3).join(', ');
    throw new TimbrelError(
      'CHECKPOINT_TENSOR_MISSING',
      `The checkpoint has no ${name}: it is not one of OnsetsAndFrames, or not all of one (of ${this.tensors.size} tensors: ${some} ...)`,
    );
  }

  values(name: string, expected: readonly number[]): Float32Array {
    const { shape, data } = this.tensor(name);
    if (shape.length !== expected.length || shape.some((size, i) => size !== expected[i])) {
      throw new TimbrelError(
        'CHECKPOINT_SHAPE',
        `${name} is ${shape.join(' x ')}; with the other tensors and this spectrogram it has to be ${expected.join(' x ')}. Is ` +
          'config.json that of another checkpoint?',
      );
    }
    this.parameterCount += data.length;
    return data instanceof Float32Array ? data : Float32Array.from(data);
  }

  /** @param columns default: as many as the kernel has */
  linear(
    prefix: string,
    kernel: string,
    bias: string,
    rows: number,
    columns = this.tensor(`${prefix}/${kernel}`).shape[1] ?? NaN,
  ): Linear {
    const data = this.values(`${prefix}/${kernel}`, [rows, columns]);
    return { kernel: { rows, columns, data }, bias: this.values(`${prefix}/${bias}`, [columns]) };
  }

  /** The last layer of a head: 88 keys. */
  output(prefix: string, rows: number): Linear {
    const name = ['_logits', '_probs', ''].map((ending) => prefix + ending);
    const found = name.find((each) => this.has(`${each}/weights`)) ?? `${prefix}_probs`;
    return this.linear(found, 'weights', 'biases', rows, KEYS);
  }
}
