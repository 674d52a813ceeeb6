/** A WaveNet that draws several samples a step, against the network that is trained (training/nsynth-wavenet/vectors.py). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parseConfig } from '../../src/models/nsynth/config.js';
import { readNSynthWeights } from '../../src/models/nsynth/worker/weights.js';
import { createNetworks } from '../../src/models/nsynth/worker/wavenet-networks.js';
import { readKernels } from '../../src/ops/built-kernels.testing.js';
import { createRandom } from '../../src/random/random.js';
import { syntheticTensors, type WeightRecipe } from './synthetic-weights.js';

interface Vectors {
  readonly config: object;
  readonly weights: WeightRecipe;
  readonly classesSeed: string;
  readonly embeddingSeed: string;
  readonly frames: number;
  readonly embedding: readonly (readonly number[])[];
  /** The nats of one sample in so many. */
  readonly every: number;
  readonly nats: readonly number[];
  readonly meanNats: number;
  /** Every ninth of the last sample. */
  readonly lastLogits: readonly number[];
}

const vectors = JSON.parse(readFileSync(new URL('./nsynth_steps.json', import.meta.url), 'utf8')) as Vectors;
const config = parseConfig(vectors.config);
const weights = readNSynthWeights(syntheticTensors(vectors.weights), config);
const { hopLength } = config;

const drawn = (seed: string, length: number, of: (u: number) => number) => {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => of(random()));
};
const classes = Uint8Array.from(
  drawn(vectors.classesSeed, vectors.frames * hopLength, (u) => Math.floor(256 * u)),
);
const given = drawn(vectors.embeddingSeed, vectors.frames * 16, (u) => 2 * u - 1);
const near = (actual: ArrayLike<number>, expected: readonly number[], tolerance: number) => {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, i) => assert.ok(Math.abs(actual[i] - value) <= tolerance, `${actual[i]}, not ${value}`));
};

for (const backend of ['wasm', 'cpu'] as const) {
  describe(backend, () => {
    const networks = createNetworks(weights, { backend, precision: 'float32', readKernels });

    test('hears the same embedding', async () => {
      const { encoder } = await networks;
      assert.ok(encoder);
      const x = Float32Array.from(classes, (level) => (level - 128) / 128);
      near(await encoder.encode(x, hopLength, () => {}), vectors.embedding.flat(), 2e-5);
    });

    test('finds every sample as likely, and those of a step by what the step drew before them', async () => {
      const { decoder } = await networks;
      decoder.begin([0]);
      const nats: number[] = [];
      for (let frame = 0; frame < vectors.frames; frame++) {
        decoder.condition(given.subarray(16 * frame, 16 * (frame + 1)), 1);
        nats.push(...(await decoder.score(1, classes.subarray(frame * hopLength, (frame + 1) * hopLength))));
      }
      near(nats.filter((_, i) => i % vectors.every === 0), vectors.nats, 1e-4);
      near([nats.reduce((a, b) => a + b) / nats.length], [vectors.meanNats], 1e-5);
      near((await decoder.logits(1)).filter((_, i) => i % 9 === 0), vectors.lastLogits, 1e-4);
    });
  });
}
