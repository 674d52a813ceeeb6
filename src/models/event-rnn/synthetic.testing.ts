/** Checkpoints of any configuration, drawn by seed, under each of the names that versions of Magenta gave their tensors. */
import type { Tensor } from '../../checkpoints/checkpoint.js';
import { randomWeights, type Architecture } from '../../ops/lstm/random-weights.testing.js';
import type { Linear } from '../../ops/lstm/network.js';

export interface Names {
  /** @param wrapped whether attention around the first cell only is around this one */
  readonly cell: (layer: number, wrapped: 'first' | 'all' | undefined) => string;
  readonly wrapper: (wrapped: 'first' | 'all') => string;
  readonly query: string;
  readonly keys: string;
  readonly v: string;
  readonly output: (wrapped: 'first' | 'all') => string;
  readonly head: readonly [kernel: string, bias: string];
  readonly kernel: string;
  readonly bias: string;
}

export const TODAY: Names = {
  cell: (layer, wrapped) => {
    if (wrapped === 'all') return `rnn/attention_cell_wrapper/multi_rnn_cell/cell_${layer}/basic_lstm_cell`;
    const wrapper = wrapped === 'first' && layer === 0 ? '/attention_cell_wrapper' : '';
    return `rnn/multi_rnn_cell/cell_${layer}${wrapper}/basic_lstm_cell`;
  },
  wrapper: (wrapped) =>
    wrapped === 'first' ? 'rnn/multi_rnn_cell/cell_0/attention_cell_wrapper' : 'rnn/attention_cell_wrapper',
  query: 'attention',
  keys: 'attention/attn_w',
  v: 'attention/attn_v',
  output: (wrapped) => (wrapped === 'first' ? 'attn_output_projection' : 'attention_output_projection'),
  head: ['fully_connected/weights', 'fully_connected/biases'],
  kernel: 'kernel',
  bias: 'bias',
};

/** 2016; attention was around the whole stack. */
export const CAPITALISED: Names = {
  ...TODAY,
  cell: (layer, wrapped) =>
    `RNN/${wrapped ? 'AttentionCellWrapper/' : ''}MultiRNNCell/Cell${layer}/BasicLSTMCell/Linear`,
  wrapper: () => 'RNN/AttentionCellWrapper/Linear',
  query: 'Attention/Linear',
  keys: 'Attention/AttnW',
  v: 'Attention/AttnV',
  output: () => 'AttnOutputProjection/Linear',
  kernel: 'Matrix',
  bias: 'Bias',
};

/** Early 2017. */
export const WEIGHTS_AND_BIASES: Names = { ...TODAY, kernel: 'weights', bias: 'biases' };

/** The note RNN of RL Tuner, 2016; it has no attention. */
export const LSTM_CELL: Names = {
  ...TODAY,
  cell: (layer) => `rnn_model/RNN/MultiRNNCell/Cell${layer}/LSTMCell`,
  head: ['rnn_model/fully_connected/weights', 'rnn_model/fully_connected/bias'],
  kernel: 'W_0',
  bias: 'B',
};

export function syntheticCheckpoint(
  architecture: Architecture,
  names: Names = TODAY,
  seed = 'checkpoint',
): Map<string, Tensor> {
  const { cells, attention, head } = randomWeights(architecture, seed);
  const tensors = new Map<string, Tensor>();
  const add = (path: string, { kernel, bias }: Linear) => {
    tensors.set(`${path}/${names.kernel}`, { shape: [kernel.rows, kernel.columns], data: kernel.data });
    tensors.set(`${path}/${names.bias}`, { shape: [bias.length], data: bias });
  };
  const wrapped = attention && (attention.wrappedCells === 1 ? 'first' : 'all');
  cells.forEach((cell, layer) => add(names.cell(layer, wrapped), cell));
  if (attention && wrapped) {
    const { input, query, keys, v, output } = attention;
    const wrapper = names.wrapper(wrapped);
    const inside = wrapper.replace(/\/Linear$/, '');
    add(wrapper, input);
    add(`${inside}/${names.query}`, query);
    add(`${inside}/${names.output(wrapped)}`, output);
    tensors.set(`${inside}/${names.keys}`, { shape: [1, 1, keys.rows, keys.columns], data: keys.data });
    tensors.set(`${inside}/${names.v}`, { shape: [v.length], data: v });
  }
  const [kernelName, biasName] = names.head;
  tensors.set(kernelName, { shape: [head.kernel.rows, head.kernel.columns], data: head.kernel.data });
  tensors.set(biasName, { shape: [head.bias.length], data: head.bias });
  return tensors;
}
