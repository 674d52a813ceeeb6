/** From the tensors of a checkpoint to the weights of a MusicVAE: flat or hierarchical, with one core decoder or several. */
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { cellSize } from '../../../ops/layers/layers.js';
import type { Linear, Matrix } from '../../../ops/matrix.js';
import { eventWidth, type Head } from '../converters/converter.js';

/** One layer of an encoder. */
export interface BidirectionalLayer {
  readonly forward: Linear;
  readonly backward: Linear;
}

/** A neural autoregressive distribution over `drums` bits (magenta/common/nade.py). */
export interface NADEWeights {
  /** [drums, hidden] each. */
  readonly toHidden: Matrix;
  readonly fromHidden: Matrix;
}

/** A decoder that writes events: LSTM cells that read the last event, the embedding and the controls. */
export interface CoreWeights {
  /** [embedding, 2 * sum of sizes], c and h of each cell in turn. */
  readonly initialState: Linear;
  readonly cells: readonly Linear[];
  readonly output: Linear;
  readonly nade?: NADEWeights;
  readonly heads: readonly Head[];
}

export interface VAEWeights {
  /** One level: layers over the whole piece. Two levels: over each segment, then over what the first made of the segments. */
  readonly encoder: readonly (readonly BidirectionalLayer[])[];
  readonly mu: Linear;
  readonly sigma?: Linear;
  /** Hierarchical decoders have an LSTM that writes one embedding a segment. Its input is a zero. */
  readonly conductor?: { readonly initialState: Linear; readonly cells: readonly Linear[] };
  readonly cores: readonly CoreWeights[];
  /** Controls are read by this before decoders get them. */
  readonly controls?: BidirectionalLayer;
  readonly parameterCount: number;
}

/** The configuration says this of the network. */
export interface VAEShape {
  readonly inputDepth: number;
  readonly controlDepth: number;
  readonly heads: readonly Head[];
  readonly segments: number;
}

const PART =
  /^(?:encoder|decoder|core_decoder(?:_\d+)?|control_preprocessing)\/.*(?:^|\/)(?:kernel|bias|w_enc|w_dec_t)$/;

/** Names of the tensors that the network may need: no optimiser's, no `opaque_kernel`, no counters. */
export const vaeNames = (names: readonly string[]) => names.filter((name) => PART.test(name));

/** Python wraps the cells of the conductor once more than magenta.js, and older checkpoints name the cell otherwise. */
const todaysName = (name: string) =>
  name
    .replace('basic_lstm_cell', 'lstm_cell')
    .replace(/^(decoder\/hierarchical_level_\d+)\/multi_rnn_cell\//, '$1/');

export const isHierarchicalDecoder = (names: Iterable<string>) =>
  [...names].some((name) => name.startsWith('decoder/hierarchical_level_0/'));

/** @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE, CHECKPOINT_FORMAT where a hierarchy has no segment count */
export function readVAEWeights(tensors: ReadonlyMap<string, Tensor>, shape: VAEShape): VAEWeights {
  const { inputDepth, controlDepth, heads, segments } = shape;
  const read = new TensorReader(tensors);
  const hierarchical = isHierarchicalDecoder(tensors.keys());
  if (hierarchical && segments < 2) {
    throw new TimbrelError(
      'CHECKPOINT_FORMAT',
      'The checkpoint writes in segments (decoder/hierarchical_level_0), and nothing says how many: numSegments is missing in ' +
        "dataConverter.args of config.json. Without a config.json, name one of Magenta's configurations",
    );
  }
  const encoder = readEncoder(read, inputDepth + controlDepth);
  const top = encoder.at(-1)?.at(-1);
  const encoded = top ? cellSize(top.forward) + cellSize(top.backward) : 0;
  const mu = read.linear('encoder/mu', encoded);
  const latent = mu.bias.length;
  const sigma = read.has('encoder/sigma/kernel') ? read.linear('encoder/sigma', encoded, latent) : undefined;
  const controls = readControls(read, controlDepth);
  const decoderControls = controls ? cellSize(controls.forward) + cellSize(controls.backward) : controlDepth;
  const conductor = hierarchical ? readConductor(read, latent) : undefined;
  const embedding = conductor ? cellSize(conductor.cells[conductor.cells.length - 1]) : latent;
  const cores = corePrefixes(read, hierarchical, heads).map(({ prefix, heads: written }) =>
    readCore(read, prefix, { embedding, controls: decoderControls, heads: written }),
  );
  return { encoder, mu, sigma, conductor, cores, controls, parameterCount: read.parameterCount };
}

const direction = (prefix: string, layer: number, way: 'fw' | 'bw') =>
  `${prefix}/cell_${layer}/bidirectional_rnn/${way}/multi_rnn_cell/cell_0/lstm_cell`;

function readLayers(read: TensorReader, prefix: string, inputs: number): BidirectionalLayer[] {
  const layers: BidirectionalLayer[] = [];
  let below = inputs;
  for (let layer = 0; layer === 0 || read.has(`${direction(prefix, layer, 'fw')}/kernel`); layer++) {
    const forward = read.cell(direction(prefix, layer, 'fw'), below);
    const backward = read.cell(direction(prefix, layer, 'bw'), below);
    layers.push({ forward, backward });
    below = cellSize(forward) + cellSize(backward);
  }
  return layers;
}

function readEncoder(read: TensorReader, inputs: number): BidirectionalLayer[][] {
  const level = (index: number) => `encoder/hierarchical_level_${index}`;
  if (!read.has(`${direction(level(0), 0, 'fw')}/kernel`)) return [readLayers(read, 'encoder', inputs)];
  const levels: BidirectionalLayer[][] = [];
  let below = inputs;
  for (let i = 0; i < 2; i++) {
    const layers = readLayers(read, level(i), below);
    const { forward, backward } = layers[layers.length - 1];
    below = cellSize(forward) + cellSize(backward);
    levels.push(layers);
  }
  return levels;
}

const CONTROLS = 'control_preprocessing';

function readControls(read: TensorReader, depth: number): BidirectionalLayer | undefined {
  if (!read.has(`${direction(CONTROLS, 0, 'fw')}/kernel`)) return undefined;
  return readLayers(read, CONTROLS, depth)[0];
}

const stateSize = (cells: readonly Linear[]) => 2 * cells.reduce((sum, cell) => sum + cellSize(cell), 0);

function readStack(read: TensorReader, prefix: string, inputs: number): Linear[] {
  const cells: Linear[] = [];
  let below = inputs;
  for (let layer = 0; layer === 0 || read.has(`${prefix}/cell_${layer}/lstm_cell/kernel`); layer++) {
    const cell = read.cell(`${prefix}/cell_${layer}/lstm_cell`, below);
    cells.push(cell);
    below = cellSize(cell);
  }
  return cells;
}

function readConductor(read: TensorReader, latent: number) {
  const prefix = 'decoder/hierarchical_level_0';
  const cells = readStack(read, prefix, 1);
  return { cells, initialState: read.linear(`${prefix}/initial_state`, latent, stateSize(cells)) };
}

/** The places of the core decoders, and what each writes. */
function corePrefixes(read: TensorReader, hierarchical: boolean, heads: readonly Head[]) {
  const base = hierarchical ? 'core_decoder/' : '';
  const split = `${base}core_decoder_0/decoder/output_projection/kernel`;
  if (!read.has(split)) return [{ prefix: `${base}decoder`, heads }];
  return heads.map((head, i) => ({ prefix: `${base}core_decoder_${i}/decoder`, heads: [head] }));
}

interface CoreShape {
  readonly embedding: number;
  readonly controls: number;
  readonly heads: readonly Head[];
}

function readCore(
  read: TensorReader,
  prefix: string,
  { embedding, controls, heads }: CoreShape,
): CoreWeights {
  const event = heads.reduce((sum, { size }) => sum + size, 0);
  const cells = readStack(read, `${prefix}/multi_rnn_cell`, event + embedding + controls);
  const top = cellSize(cells[cells.length - 1]);
  const nade = readNADE(read, prefix, event);
  return {
    initialState: read.linear(`${prefix}/z_to_initial_state`, embedding, stateSize(cells)),
    cells,
    output: read.linear(`${prefix}/output_projection`, top, event + (nade ? nade.toHidden.columns : 0)),
    nade,
    heads,
  };
}

function readNADE(read: TensorReader, prefix: string, drums: number): NADEWeights | undefined {
  const name = `${prefix}/nade/w_enc`;
  if (!read.has(name)) return undefined;
  const length = read.tensor(name).shape.reduce((product, size) => product * size, 1);
  const hidden = length / drums;
  const matrix = (data: Float32Array): Matrix => ({ rows: drums, columns: hidden, data });
  // The unit dimension stands in the middle in magenta.js and at either end in Python.
  return {
    toHidden: matrix(read.values(name, [drums, hidden])),
    fromHidden: matrix(read.values(`${prefix}/nade/w_dec_t`, [drums, hidden])),
  };
}

/** @returns columns of the events that each core writes: the first, and how many */
export function coreColumns(cores: readonly Pick<CoreWeights, 'heads'>[]) {
  let from = 0;
  return cores.map(({ heads }) => {
    const width = heads.reduce((sum, head) => sum + eventWidth(head), 0);
    from += width;
    return { from: from - width, width };
  });
}

class TensorReader {
  private readonly byName: ReadonlyMap<string, { readonly name: string; readonly tensor: Tensor }>;
  /** Numbers that were read. */
  parameterCount = 0;

  constructor(tensors: ReadonlyMap<string, Tensor>) {
    this.byName = new Map([...tensors].map(([name, tensor]) => [todaysName(name), { name, tensor }]));
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  tensor(name: string): Tensor {
    const found = this.byName.get(name);
    if (found) return found.tensor;
    const some = [...this.byName.keys()].slice(0, 3).join(', ');
    throw new TimbrelError(
      'CHECKPOINT_TENSOR_MISSING',
      `The checkpoint has no ${name}: it is not one of MusicVAE, or not all of one (of ${this.byName.size} tensors: ${some} ...)`,
    );
  }

  /** Dimensions of 1 do not count. */
  values(name: string, expected: readonly number[]): Float32Array {
    const { shape, data } = this.tensor(name);
    const sizes = shape.filter((size) => size !== 1);
    const wanted = expected.filter((size) => size !== 1);
    if (sizes.length !== wanted.length || sizes.some((size, i) => size !== wanted[i])) {
      throw new TimbrelError(
        'CHECKPOINT_SHAPE',
        `${this.byName.get(name)?.name} is ${shape.join(' x ')}; with this data converter, these controls and the other tensors it ` +
          `has to be ${expected.join(' x ')}. Is config.json that of another checkpoint?`,
      );
    }
    this.parameterCount += data.length;
    return data instanceof Float32Array ? data : Float32Array.from(data);
  }

  /** A kernel and its bias. @param columns default: as many as the kernel has */
  linear(prefix: string, rows: number, columns = this.tensor(`${prefix}/kernel`).shape[1] ?? NaN): Linear {
    const data = this.values(`${prefix}/kernel`, [rows, columns]);
    return { kernel: { rows, columns, data }, bias: this.values(`${prefix}/bias`, [columns]) };
  }

  /** An LSTM cell that reads `inputs` values and its own output. */
  cell(prefix: string, inputs: number): Linear {
    const size = (this.tensor(`${prefix}/kernel`).shape[1] ?? NaN) / 4;
    return this.linear(prefix, inputs + size, 4 * size);
  }
}
