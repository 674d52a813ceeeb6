/**
 * Tokens a second of Magenta's size (16 x 512, 50.6 million parameters) and of the size that the package ships, one core, beside the same
 * network in tfjs-backend-wasm with its keys and values kept, interleaved; a primer by matrix products. Rates stand beside the bytes and
 * products that a token takes, since memory or arithmetic is what limits it.
 */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { ImmediateTransformer, TransformerWeights } from '../../src/ops/transformer/network.js';
import { createWasmTransformer, loadTransformerModule } from '../../src/ops/transformer/wasm.js';
import { interleave, median, type Row } from '../statistics.js';
import { createTfjsDecoder } from '../tfjs-decoder.js';
import { randomTransformer, type TransformerSize } from '../transformer-networks.js';

const FULL: TransformerSize = { layers: 16, hidden: 512, heads: 8, filter: 2048, reach: 0 };
const DEFAULT: TransformerSize = { layers: 4, hidden: 128, heads: 4, filter: 512, reach: 512 };
/** Tokens that are written between two looks at the clock, after which the network goes back: the clock has a tenth of a millisecond. */
const TOKENS = { full: 16, default: 64 };
const ROUNDS = 9;
const PRIMER = 1024;

const fetchBytes = async (name: string) => (await fetch(`/dist/${name}`)).arrayBuffer();

const benchmark = async (): Promise<Row[]> => {
  setWasmPaths('/tfjs-wasm/');
  await tf.setBackend('wasm');
  const result: Row[] = [];
  for (const [name, size, contexts, memory, tokens] of [
    ['16 x 512', FULL, [0, 1024, 2048], 2048 + TOKENS.full, TOKENS.full],
    ['4 x 128, relative', DEFAULT, [0, 512, 1024], 512, TOKENS.default],
  ] as const) {
    const weights = randomTransformer(size);
    const module = await loadTransformerModule(fetchBytes);
    const network = await createWasmTransformer(module, weights, { memory, precision: 'int16' });
    for (const context of contexts)
      result.push(...(await timeTokens(name, network, weights, size, context, tokens)));
    result.push(await timePrimer(name, network));
    network.dispose();
  }
  return result;
};

async function timeTokens(
  name: string,
  network: ImmediateTransformer,
  weights: TransformerWeights,
  size: TransformerSize,
  context: number,
  tokens: number,
): Promise<Row[]> {
  network.begin();
  readMany(network, context);
  const peer = createTfjsDecoder(weights, Math.min(context, network.memory));
  const times = await interleave(
    {
      timbrel: () => {
        network.rewind(context);
        for (let i = 0; i < tokens; i++) {
          network.read([42 + i]);
          network.logits(0);
        }
      },
      'tfjs-backend-wasm': () => {
        for (let i = 0; i < tokens; i++) peer.next(42 + i);
      },
    },
    ROUNDS,
  );
  peer.dispose();
  const rate = (values: readonly number[]) => (1000 * tokens) / median(values);
  const { bytes, products } = costOf(size, Math.min(context, network.memory));
  const ours = rate(times.timbrel);
  const title = `${name}, ${context} tokens of context`;
  return [
    {
      name: `${title}: timbrel`,
      value: Number(ours.toFixed(1)),
      unit: 'tokens/s',
      note: `${((ours * bytes) / 1e9).toFixed(1)} GB/s of weights, keys and values, ${((ours * products) / 1e9).toFixed(1)} GMAC/s`,
    },
    {
      name: `${title}: tfjs-backend-wasm`,
      value: Number(rate(times['tfjs-backend-wasm']).toFixed(1)),
      unit: 'tokens/s',
    },
    {
      name: `${title}: timbrel / tfjs-backend-wasm`,
      value: Number(median(times.timbrel.map((time, i) => times['tfjs-backend-wasm'][i] / time)).toFixed(2)),
      unit: 'x',
    },
  ];
}

async function timePrimer(name: string, network: ImmediateTransformer): Promise<Row> {
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    network.begin();
    const start = performance.now();
    readMany(network, PRIMER);
    times.push(performance.now() - start);
  }
  return {
    name: `${name}: a primer of ${PRIMER} tokens`,
    value: Number((median(times) / 1000).toFixed(3)),
    unit: 's',
  };
}

function readMany(network: ImmediateTransformer, count: number): void {
  for (let from = 0; from < count; from += network.tokensAtATime) {
    const some = Math.min(network.tokensAtATime, count - from);
    network.read(Array.from({ length: some }, (_, i) => 2 + ((from + i) % 300)));
  }
}

/** Bytes that a token reads and numbers that it multiplies: weights, keys, values and distances in int16, a unit for each head and token. */
function costOf({ layers, hidden, heads, filter, reach }: TransformerSize, context: number) {
  const weights = layers * (4 * hidden * hidden + 2 * hidden * filter) + 310 * hidden;
  const rows = 2 * context + Math.min(context, reach);
  const attention = layers * hidden * rows;
  return { bytes: 2 * weights + 2 * attention + 4 * layers * heads * rows, products: weights + attention };
}

Object.assign(globalThis, { benchmark });
