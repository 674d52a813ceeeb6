/** WebGPU against the plain reference, on whatever adapter the browser has: mostly one that computes on the CPU, so the networks are small. */
import { expect } from '@esm-bundle/chai';
import type { SyntheticTransformer } from '../../models/music-transformer/synthetic.testing.js';
import { syntheticWeights } from '../../models/music-transformer/worker/synthetic-weights.testing.js';
import { acquireDevice } from '../webgpu/device.js';
import type { StoredPrecision } from '../webgpu/matrices.js';
import type { TransformerNetwork, TransformerWeights } from './network.js';
import { ReferenceTransformer } from './reference.js';
import { createWebGPUTransformer } from './webgpu.js';

/** Nothing but a device that hangs takes so long, ms. */
const PATIENCE = 300_000;
const MEMORY = 24;

const onGPU = async (weights: TransformerWeights, precision: StoredPrecision = 'float32') =>
  createWebGPUTransformer(await acquireDevice(false), weights, { memory: MEMORY, precision });

/** The farthest that logits are apart after each of these readings, of their last row. */
async function apart(
  ours: TransformerNetwork,
  reference: TransformerNetwork,
  readings: readonly (readonly number[])[],
): Promise<number> {
  let most = 0;
  for (const tokens of readings) {
    ours.read(tokens);
    reference.read(tokens);
    const expected = await reference.logits(tokens.length - 1);
    const found = await ours.logits(tokens.length - 1);
    expect(found.length).equal(expected.length);
    expected.forEach((value, i) => (most = Math.max(most, Math.abs(value - found[i]))));
  }
  return most;
}

const singly = (count: number) => Array.from({ length: count }, (_, i) => [3 + ((7 * i) % 300)]);

describe('a transformer on WebGPU', function () {
  this.timeout(PATIENCE);

  const SHAPES: Readonly<
    Record<string, readonly [SyntheticTransformer, { readonly hasTiming?: boolean }, number]>
  > = {
    'positions, some tokens at once': [{}, {}, 15],
    'distances, and more heads than fours': [{ hidden: 18, heads: 3, reach: 10 }, {}, 15],
    'no positions: what is older than memory counts no more': [
      { reach: MEMORY, layers: 1 },
      { hasTiming: false },
      50,
    ],
    'a row wider than a workgroup': [{ hidden: 536, heads: 2, layers: 1 }, {}, 2],
  };
  for (const [name, [architecture, config, count]] of Object.entries(SHAPES)) {
    it(`${name}: logits are those of the reference`, async () => {
      const weights = syntheticWeights(architecture, config);
      const ours = await onGPU(weights);
      const reference = new ReferenceTransformer(weights, MEMORY);
      ours.begin();
      reference.begin();
      const found = await apart(ours, reference, [[0, 60, 188, 5, 300], ...singly(count)]);
      expect(found).below(2e-5);
      ours.dispose();
    });
  }

  it('weights of 16 bits move logits by what they round, and no more', async () => {
    const weights = syntheticWeights({ reach: 10 });
    const ours = await onGPU(weights, 'float16');
    const reference = new ReferenceTransformer(weights, MEMORY);
    ours.begin();
    reference.begin();
    expect(await apart(ours, reference, [[0], ...singly(9)]))
      .below(0.05)
      .above(1e-6);
    ours.dispose();
  });

  it('goes back by a length and by a copy, and its twin reads for itself', async () => {
    const weights = syntheticWeights({ layers: 1 });
    const ours = await onGPU(weights);
    const reference = new ReferenceTransformer(weights, MEMORY);
    for (const network of [ours, reference, ours.twin, reference.twin]) network?.begin();
    await apart(ours, reference, [[0], ...singly(6)]);
    expect(await apart(ours.twin ?? ours, reference.twin ?? reference, [[0], [9]])).below(2e-5);
    const [copy, other] = [ours.copy(), reference.copy()];
    expect(await apart(ours, reference, [[44], [45]])).below(2e-5);
    expect(ours.rewind(5) && reference.rewind(5)).equal(true);
    expect(await apart(ours, reference, [[46]])).below(2e-5);
    ours.paste(copy);
    reference.paste(other);
    const before = ours.bytes;
    ours.forget?.(copy);
    expect(ours.bytes, 'a copy that is let go is freed').below(before);
    expect(await apart(ours, reference, [[47], [48]])).below(2e-5);
    ours.dispose();
    expect(() => ours.read([1])).throw(/disposed/);
  });

  it('is told of a device that is lost, and later too', async () => {
    const shared = await acquireDevice(false);
    const options = { memory: MEMORY, precision: 'float32' } as const;
    const network = await createWebGPUTransformer(shared, syntheticWeights({ layers: 1 }), options);
    network.begin();
    network.read([0]);
    const logits = Promise.resolve(network.logits(0));
    shared.device.destroy();
    const code = (error: unknown) => (error as { code: string }).code;
    expect(await logits.then(String, code)).equal('GPU_LOST');
    expect(await Promise.resolve(network.logits(0)).then(String, code)).equal('GPU_LOST');
    network.dispose();
  });

  it('leaves what accompanies a melody to WebAssembly', async () => {
    const error = await onGPU(syntheticWeights({ melody: true })).catch(({ code }: { code: string }) => code);
    expect(error).equal('BACKEND_UNAVAILABLE');
  });
});
