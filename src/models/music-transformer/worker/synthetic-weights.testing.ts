/** Small Music Transformers as weights of a network. */
import type { TransformerWeights } from '../../../ops/transformer/network.js';
import { syntheticTransformer, type SyntheticTransformer } from '../synthetic.testing.js';
import { readTransformerWeights } from './weights.js';

export function syntheticWeights(
  architecture: SyntheticTransformer,
  config: { readonly hasTiming?: boolean } = {},
): TransformerWeights {
  const tensors = Object.entries(syntheticTransformer(architecture)).map(
    ([name, { shape, values }]) => [name, { shape, data: Float32Array.from(values ?? []) }] as const,
  );
  return readTransformerWeights(new Map(tensors), { heads: architecture.heads ?? 2, ...config });
}
