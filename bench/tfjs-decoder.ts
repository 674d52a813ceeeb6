/**
 * The decoder in tfjs, as a page would write it: weights as tensors, keys and values kept as tensors. In the peer's favour its context
 * stays as it is (nothing is appended, which would copy all of it), and distances cost it nothing.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Matrix } from '../src/ops/matrix.js';
import {
  embed,
  timingOf,
  type LayerWeights,
  type Norm,
  type TransformerWeights,
} from '../src/ops/transformer/network.js';

const tensor = ({ rows, columns, data }: Matrix) => tf.tensor2d(data, [rows, columns]);

function normalise(x: tf.Tensor2D, scale: tf.Tensor1D, bias: tf.Tensor1D): tf.Tensor2D {
  const { mean, variance } = tf.moments(x, -1, true);
  const spread = tf.sqrt(tf.add(variance, 1e-6));
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), spread), scale), bias);
}

/** @param context positions that are kept */
export function createTfjsDecoder(weights: TransformerWeights, context: number) {
  const { hidden, heads, embedding, softmax, hasTiming } = weights;
  const depth = hidden / heads;
  const held: tf.Tensor[] = [];
  const hold = <T extends tf.Tensor>(value: T): T => (held.push(value), value);
  const norm = ({ scale, bias }: Norm) => [hold(tf.tensor1d(scale)), hold(tf.tensor1d(bias))] as const;
  const place = ({ attention, filter }: LayerWeights) => ({
    norm: norm(attention.norm),
    query: hold(tensor(attention.weights.query)),
    key: hold(tensor(attention.weights.key)),
    value: hold(tensor(attention.weights.value)),
    output: hold(tensor(attention.weights.output)),
    keys: hold(tf.randomNormal([heads, context + 1, depth])),
    values: hold(tf.randomNormal([heads, context + 1, depth])),
    filterNorm: norm(filter.norm),
    inner: hold(tensor(filter.inner.kernel)),
    innerBias: hold(tf.tensor1d(filter.inner.bias)),
    outer: hold(tensor(filter.outer.kernel)),
    outerBias: hold(tf.tensor1d(filter.outer.bias)),
  });
  const layers = weights.layers.map(place);
  const last = norm(weights.norm);
  const table = hold(tensor(softmax));
  const row = new Float32Array(hidden);
  return {
    /** @returns [310] logits */
    next(token: number): Float32Array {
      embed(embedding, token, hasTiming ? timingOf(context, hidden) : undefined, row);
      return tf.tidy(() => {
        let x: tf.Tensor2D = tf.tensor2d(row, [1, hidden]);
        for (const layer of layers) {
          const inner = normalise(x, ...layer.norm);
          const query = tf.reshape(tf.mul(tf.matMul(inner, layer.query), depth ** -0.5), [heads, 1, depth]);
          // The new key and value are computed, as they must be, and those that are kept stand for them.
          tf.matMul(inner, layer.key);
          tf.matMul(inner, layer.value);
          const shares = tf.softmax(tf.matMul(query, layer.keys, false, true));
          const mixed: tf.Tensor2D = tf.reshape(tf.matMul(shares, layer.values), [1, hidden]);
          x = tf.add(x, tf.matMul(mixed, layer.output));
          const wide = tf.add(tf.matMul(normalise(x, ...layer.filterNorm), layer.inner), layer.innerBias);
          const narrow: tf.Tensor2D = tf.matMul(tf.relu(wide) as tf.Tensor2D, layer.outer);
          x = tf.add(x, tf.add(narrow, layer.outerBias));
        }
        const logits: tf.Tensor = tf.matMul(normalise(x, ...last), table, false, true);
        return logits.dataSync<'float32'>();
      });
    },
    dispose: () => tf.dispose(held),
  };
}
