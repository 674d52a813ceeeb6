/** Small Music Transformers of any structure, drawn by seed, under the names that T2T gives their tensors. */
import type { SmallTensors } from '../../checkpoints/formats/encode-checkpoint.testing.js';
import type { FileContents } from '../../checkpoints/formats/formats.testing.js';
import { encodeMagentaJS } from '../../checkpoints/formats/magenta-js-writer.js';
import { createRandom } from '../../random/random.js';

export interface SyntheticTransformer {
  readonly layers?: number;
  readonly hidden?: number;
  readonly heads?: number;
  /** Distances that attention knows, 0 for none. */
  readonly reach?: number;
  readonly melody?: boolean;
  /** Tokens that melodies are made of. */
  readonly melodyVocabulary?: number;
  /** The number of tensors that the embedding is spread over. */
  readonly shards?: number;
  readonly vocabulary?: number;
}

export function syntheticTransformer(
  architecture: SyntheticTransformer = {},
  seed = 'transformer',
): SmallTensors {
  const {
    layers = 2,
    hidden = 16,
    heads = 2,
    reach = 0,
    melody = false,
    melodyVocabulary = 92,
    shards = 1,
    vocabulary = 310,
  } = architecture;
  const tensors: Record<string, { shape: number[]; values: number[] }> = {};
  const add = (name: string, shape: number[], scale: number, offset = 0) => {
    const random = createRandom(seed + name);
    const length = shape.reduce((product, size) => product * size, 1);
    const values = Array.from({ length }, () => Math.fround(offset + scale * (2 * random() - 1)));
    tensors[name] = { shape, values };
  };
  const norm = (prefix: string) => {
    add(`${prefix}/layer_prepostprocess/layer_norm/layer_norm_scale`, [hidden], 0.2, 1);
    add(`${prefix}/layer_prepostprocess/layer_norm/layer_norm_bias`, [hidden], 0.2);
  };
  const attention = (prefix: string, distances: number) => {
    norm(prefix);
    const inner = `${prefix}/multihead_attention`;
    for (const part of ['q', 'k', 'v', 'output_transform'])
      add(`${inner}/${part}/kernel`, [hidden, hidden], 2 / Math.sqrt(hidden));
    const key = `${inner}/dot_product_self_attention_relative_v2/key_relative_embeddings`;
    if (distances > 0) add(key, [heads, distances, hidden / heads], 0.7);
  };
  const stack = (part: string, distances: number, isCrossed: boolean) => {
    for (let l = 0; l < layers; l++) {
      const prefix = `transformer/body/${part}/layer_${l}`;
      attention(`${prefix}/self_attention`, distances);
      if (isCrossed) attention(`${prefix}/encdec_attention`, 0);
      norm(`${prefix}/ffn`);
      add(`${prefix}/ffn/conv1/kernel`, [hidden, 2 * hidden], 2 / Math.sqrt(hidden));
      add(`${prefix}/ffn/conv1/bias`, [2 * hidden], 0.2);
      add(`${prefix}/ffn/conv2/kernel`, [2 * hidden, hidden], 1 / Math.sqrt(hidden));
      add(`${prefix}/ffn/conv2/bias`, [hidden], 0.2);
    }
    norm(`transformer/body/${part}`);
  };
  const rows = Math.ceil(vocabulary / shards);
  for (let shard = 0; shard < shards; shard++) {
    const height = Math.min(rows, vocabulary - shard * rows);
    add(
      `transformer/symbol_modality_${vocabulary}_${hidden}/shared/weights_${shard}`,
      [height, hidden],
      2 / Math.sqrt(hidden),
    );
  }
  stack('decoder', reach, melody);
  if (melody) {
    const name = `transformer/symbol_modality_${melodyVocabulary}_${hidden}/shared/weights_0`;
    add(name, [melodyVocabulary, hidden], 2 / Math.sqrt(hidden));
    add('transformer/body/target_space_embedding/kernel', [32, hidden], 0.5);
    stack('encoder', 0, false);
  }
  // What a network has no place for.
  add(`transformer/body/decoder/layer_0/ffn/conv1/kernel/Adam`, [hidden, 2 * hidden], 1);
  add(`training/transformer/body/decoder/layer_0/ffn/conv1/bias/Adam_1`, [2 * hidden], 1);
  return tensors;
}

const utf8 = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** A magenta.js folder as files. */
export function syntheticFolder(architecture: SyntheticTransformer, config: object = {}): FileContents {
  const tensors = new Map(
    Object.entries(syntheticTransformer(architecture)).map(([name, { shape, values }]) => [
      name,
      { shape, data: Float32Array.from(values ?? []) },
    ]),
  );
  return {
    ...Object.fromEntries(encodeMagentaJS(tensors, 'float32')),
    'config.json': utf8({ type: 'MusicTransformer', num_heads: architecture.heads ?? 2, ...config }),
  };
}

/** Endless: relative, no positions, 32 tokens in memory. */
export const ENDLESS = [{ reach: 32 }, { pos: 'none', tokens_in_memory: 32 }] as const;
