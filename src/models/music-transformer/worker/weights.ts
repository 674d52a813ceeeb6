/**
 * From the tensors of a checkpoint to the weights of the network: T2T's names, whatever stands in front of them. Slots of an optimiser
 * have longer names and are let be; an embedding may lie in several shards.
 */
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { Linear, Matrix } from '../../../ops/matrix.js';
import type {
  AttentionWeights,
  Distances,
  LayerWeights,
  Norm,
  StackWeights,
  TransformerWeights,
} from '../../../ops/transformer/network.js';
import { MELODY_VOCABULARY, PERFORMANCE_VOCABULARY } from '../../../music/performance-tokens.js';
import type { TransformerConfig } from '../config.js';

type Tensors = ReadonlyMap<string, Tensor>;

const MODALITY = /(?:^|\/)symbol_modality_(\d+)_\d+\/(shared|target_emb|input_emb|softmax)\/weights_(\d+)$/;
const BODY =
  /(?:^|\/)body\/((?:encoder|decoder)\/.*\/(?:kernel|bias|layer_norm_scale|layer_norm_bias|key_relative_embeddings)|target_space_embedding\/kernel)$/;

/** Selects the names that the network may need. */
export const transformerNames = (names: readonly string[]) =>
  names.filter((name) => MODALITY.test(name) || BODY.test(name));

/** @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE */
export function readTransformerWeights(tensors: Tensors, config: TransformerConfig = {}): TransformerWeights {
  const read = new TransformerReader(tensors);
  const { embedding, softmax } = read.targets();
  const hidden = embedding.columns;
  const heads = read.heads(config.heads);
  const input = read.shards(MELODY_VOCABULARY, ['input_emb', 'shared', 'target_emb'], hidden);
  const decoder = read.stack('decoder', hidden, heads);
  const weights = { hidden, heads, hasTiming: config.hasTiming ?? true, embedding, softmax, ...decoder };
  if (!read.has('encoder/layer_prepostprocess/layer_norm/layer_norm_scale')) return weights;
  if (!input) {
    const missing = `symbol_modality_${MELODY_VOCABULARY}_${hidden}/.../weights_0`;
    throw read.otherProblem(`melodies have ${MELODY_VOCABULARY}`, missing);
  }
  return {
    ...weights,
    encoder: {
      embedding: input,
      target: read.shaped('target_space_embedding/kernel', [undefined, hidden]).subarray(0, hidden),
      ...read.stack('encoder', hidden, heads),
    },
  };
}

/** The value of all published models. */
const DEFAULT_HEADS = 8;

type Shape = readonly (number | undefined)[];

class TransformerReader {
  /** By what stands behind "body/". */
  private readonly body = new Map<string, { readonly name: string; readonly tensor: Tensor }>();

  constructor(private readonly tensors: Tensors) {
    for (const [name, tensor] of tensors) {
      const [, key] = BODY.exec(name) ?? [];
      if (key !== undefined) this.body.set(key, { name, tensor });
    }
  }

  has(key: string): boolean {
    return this.body.has(key);
  }

  /** The table that is embedded, and the one that logits are products with: one table, or two. */
  targets(): { embedding: Matrix; softmax: Matrix } {
    const embedding = this.shards(PERFORMANCE_VOCABULARY, ['shared', 'target_emb']);
    if (!embedding) {
      throw this.otherProblem(
        `performances have ${PERFORMANCE_VOCABULARY}`,
        'embedding (symbol_modality_310_.../shared/weights_0)',
      );
    }
    const softmax = this.shards(PERFORMANCE_VOCABULARY, ['softmax'], embedding.columns);
    return { embedding, softmax: softmax ?? embedding };
  }

  /** The first of the tables that is there, its shards one behind the other. */
  shards(vocabulary: number, tables: readonly string[], hidden?: number): Matrix | undefined {
    for (const table of tables) {
      const shards: { readonly index: number; readonly name: string; readonly tensor: Tensor }[] = [];
      for (const [name, tensor] of this.tensors) {
        const [, size, own, index] = MODALITY.exec(name) ?? [];
        if (own === table && Number(size) === vocabulary) shards.push({ index: Number(index), name, tensor });
      }
      if (shards.length === 0) continue;
      shards.sort((a, b) => a.index - b.index);
      const columns = hidden ?? shards[0].tensor.shape[1] ?? NaN;
      for (const { name, tensor } of shards) checkShape(name, tensor, [undefined, columns]);
      const rows = shards.reduce((sum, { tensor }) => sum + tensor.shape[0], 0);
      if (rows !== vocabulary || shards.some(({ index }, i) => index !== i)) {
        throw new TimbrelError(
          'CHECKPOINT_SHAPE',
          `${shards[0].name} and its other shards (${shards.length}) have ${rows} rows; expected ${vocabulary}`,
        );
      }
      const data = new Float32Array(rows * columns);
      let at = 0;
      for (const { tensor } of shards) {
        data.set(tensor.data, at);
        at += tensor.data.length;
      }
      return { rows, columns, data };
    }
    return undefined;
  }

  stack(part: 'encoder' | 'decoder', hidden: number, heads: number): Omit<StackWeights, 'embedding'> {
    const layers: LayerWeights[] = [];
    for (let l = 0; this.has(`${part}/layer_${l}/ffn/conv1/kernel`) || l === 0; l++)
      layers.push(this.layer(`${part}/layer_${l}/`, hidden, heads));
    return { layers, norm: this.norm(`${part}/`, hidden) };
  }

  /** Distances are told for each head. @param said by config.json */
  heads(said: number | undefined): number {
    const found = [...this.body].find(([key]) => key.endsWith('/key_relative_embeddings'))?.[1];
    if (found?.tensor.shape.length !== 3) return said ?? DEFAULT_HEADS;
    const [heads] = found.tensor.shape;
    if (said === undefined || said === heads) return heads;
    throw new TimbrelError(
      'CHECKPOINT_SHAPE',
      `${found.name} is of ${heads} heads, and num_heads of config.json is ${said}; leave it out, or mend it`,
    );
  }

  private layer(prefix: string, hidden: number, heads: number): LayerWeights {
    const part = (name: string) => ({
      norm: this.norm(`${prefix}${name}/`, hidden),
      weights: this.attention(`${prefix}${name}/multihead_attention/`, hidden, heads),
    });
    const inner = this.matrix(`${prefix}ffn/conv1/kernel`, hidden, undefined);
    const outer = this.matrix(`${prefix}ffn/conv2/kernel`, inner.columns, hidden);
    return {
      attention: part('self_attention'),
      ...(this.has(`${prefix}encdec_attention/multihead_attention/q/kernel`) && {
        cross: part('encdec_attention'),
      }),
      filter: {
        norm: this.norm(`${prefix}ffn/`, hidden),
        inner: this.linear(`${prefix}ffn/conv1/bias`, inner),
        outer: this.linear(`${prefix}ffn/conv2/bias`, outer),
      },
    };
  }

  private attention(prefix: string, hidden: number, heads: number): AttentionWeights {
    const query = this.matrix(`${prefix}q/kernel`, hidden, undefined);
    const key = this.matrix(`${prefix}k/kernel`, hidden, query.columns);
    const value = this.matrix(`${prefix}v/kernel`, hidden, undefined);
    if (key.columns % heads !== 0 || value.columns % heads !== 0) {
      throw new TimbrelError(
        'CHECKPOINT_SHAPE',
        `${prefix}: keys of ${key.columns} and values of ${value.columns} cannot be parted among ${heads} heads; config.json can say how many there are (num_heads)`,
      );
    }
    const output = this.matrix(`${prefix}output_transform/kernel`, value.columns, hidden);
    const weights = { query, key, value, output };
    const name = [...this.body.keys()].find(
      (own) => own.startsWith(prefix) && own.endsWith('/key_relative_embeddings'),
    );
    if (name === undefined) return weights;
    if (prefix.startsWith('encoder/')) {
      throw new TimbrelError(
        'CHECKPOINT_SHAPE',
        `${name}: an encoder with relative attention, which no published model has and which is not supported`,
      );
    }
    return { ...weights, distances: this.distances(name, heads, key.columns / heads) };
  }

  /** [heads, reach, depth], or [reach, depth] where heads share them. */
  private distances(key: string, heads: number, depth: number): Distances {
    const { name, tensor } = this.found(key);
    const { shape } = tensor;
    if (shape.length === 3) {
      checkShape(name, tensor, [heads, undefined, depth]);
      return { reach: shape[1], data: floats(tensor) };
    }
    checkShape(name, tensor, [undefined, depth]);
    const data = new Float32Array(heads * tensor.data.length);
    for (let head = 0; head < heads; head++) data.set(tensor.data, head * tensor.data.length);
    return { reach: shape[0], data };
  }

  private norm(prefix: string, hidden: number): Norm {
    const name = `${prefix}layer_prepostprocess/layer_norm/layer_norm_`;
    return { scale: this.shaped(`${name}scale`, [hidden]), bias: this.shaped(`${name}bias`, [hidden]) };
  }

  private matrix(key: string, rows: number, columns: number | undefined): Matrix {
    const data = this.shaped(key, [rows, columns]);
    return { rows, columns: data.length / rows, data };
  }

  private linear(bias: string, kernel: Matrix): Linear {
    return { kernel, bias: this.shaped(bias, [kernel.columns]) };
  }

  shaped(key: string, expected: Shape): Float32Array {
    const { name, tensor } = this.found(key);
    checkShape(name, tensor, expected);
    return floats(tensor);
  }

  private found(key: string) {
    const found = this.body.get(key);
    if (!found) throw this.missing(key);
    return found;
  }

  /** An embedding is not there: those that are tell what the checkpoint is of. */
  otherProblem(expected: string, missing: string): TimbrelError {
    const found = new Set(
      [...this.tensors.keys()].map((name) => Number(MODALITY.exec(name)?.[1])).filter(Boolean),
    );
    found.delete(PERFORMANCE_VOCABULARY);
    if (found.size === 0) return this.missing(missing);
    return new TimbrelError(
      'CHECKPOINT_SHAPE',
      `The checkpoint has vocabularies of ${[...found].join(' and ')} tokens; ${expected}. Is it one of another problem?`,
    );
  }

  missing(what: string): TimbrelError {
    return new TimbrelError(
      'CHECKPOINT_TENSOR_MISSING',
      `The checkpoint has no ${what}; its tensors are ${[...this.tensors.keys()].slice(0, 3).join(', ') || 'none'}, ... ` +
        'Is it one of a Music Transformer?',
    );
  }
}

function checkShape(name: string, { shape }: Tensor, expected: Shape): void {
  const isRight =
    shape.length === expected.length &&
    shape.every((size, i) => size > 0 && (expected[i] === undefined || size === expected[i]));
  if (isRight) return;
  const wanted = expected.map((size) => size ?? 'any').join(' x ');
  throw new TimbrelError('CHECKPOINT_SHAPE', `${name} is ${shape.join(' x ')}; expected ${wanted}`);
}

const floats = ({ data }: Tensor): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data);
