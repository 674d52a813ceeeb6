/**
 * Magenta's size of Music Transformer (16 x 512, 50.6 million parameters) on WebGPU: tokens a second at some lengths, each token read, its logits
 * waited for; and a primer. Weights are drawn by seed: their values cost nothing. Without a GPU it has no rows.
 */
import { TimbrelError } from '../../src/errors/timbrel-error.js';
import type { TransformerNetwork } from '../../src/ops/transformer/network.js';
import { createWebGPUTransformer } from '../../src/ops/transformer/webgpu.js';
import { acquireDevice } from '../../src/ops/webgpu/device.js';
import { median, type Row } from '../statistics.js';
import { randomTransformer, type TransformerSize } from '../transformer-networks.js';

const FULL: TransformerSize = { layers: 16, hidden: 512, heads: 8, filter: 2048, reach: 0 };
const TOKENS = 32;
const ROUNDS = 9;
const PRIMER = 1024;

async function benchmark(): Promise<Row[]> {
  try {
    const shared = await acquireDevice(true);
    const { adapter } = shared;
    const options = { memory: 2048 + TOKENS, precision: 'float16' } as const;
    const network = await createWebGPUTransformer(shared, randomTransformer(FULL), options);
    const rows: Row[] = [];
    for (const context of [0, 1024, 2048]) {
      network.begin();
      await readMany(network, context);
      const times: number[] = [];
      for (let round = 0; round <= ROUNDS; round++) {
        network.rewind(context);
        const start = performance.now();
        for (let i = 0; i < TOKENS; i++) {
          network.read([42 + i]);
          await network.logits(0);
        }
        times.push(performance.now() - start);
      }
      const rate = Math.round((1000 * TOKENS) / median(times.slice(1)));
      const name = `WebGPU, 16 x 512, float16, ${context} tokens of context`;
      rows.push({ name, value: rate, unit: 'tokens/s', note: adapter });
    }
    network.begin();
    const start = performance.now();
    await readMany(network, PRIMER);
    rows.push({
      name: `WebGPU, 16 x 512: a primer of ${PRIMER} tokens`,
      value: Math.round(performance.now() - start),
      unit: 'ms',
      note: adapter,
    });
    network.dispose();
    return rows;
  } catch (error) {
    if (error instanceof TimbrelError && error.code === 'GPU_UNAVAILABLE') return [];
    throw error;
  }
}

/** Reads tokens, and waits until they are read. */
async function readMany(network: TransformerNetwork, count: number): Promise<void> {
  for (let from = 0; from < count; from += network.tokensAtATime) {
    const length = Math.min(network.tokensAtATime, count - from);
    network.read(Array.from({ length }, (_, i) => (from + i === 0 ? 0 : 3 + ((from + i) % 300))));
  }
  if (count > 0) await network.logits(0);
}

Object.assign(globalThis, { benchmark });
