/** WebGPU against the plain reference, on whatever adapter the browser has: mostly one that computes on the CPU, so the networks are narrow. */
import { expect } from '@esm-bundle/chai';
import { createRandom } from '../../random/random.js';
import { randomNetworks, type SmallShape } from './random-weights.testing.js';
import { createReferenceDecoder, createReferenceEncoder } from './reference.js';
import type { WaveNetDecoder } from './wavenet.js';
import { createWebGPUNetworks } from './webgpu-networks.js';

const ODD: SmallShape = { width: 13, skip: 7, layers: 5, stages: 3, taps: 3, size: 5, levels: 20 };
const SHAPES: Readonly<Record<string, SmallShape>> = {
  'odd widths': ODD,
  'one tap': { ...ODD, taps: 1, layers: 2 },
  'four samples a step, in pieces that end within one': { ...ODD, layers: 3, samplesPerStep: 4 },
  'with a carrier, three samples a step': { ...ODD, layers: 2, samplesPerStep: 3, carried: true },
  'more columns than threads': { ...ODD, width: 520, layers: 1, levels: 256 },
};
/** Nothing but a device that hangs takes so long, ms. */
const PATIENCE = 300_000;

const uniform = (seed: string, length: number) => {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => 2 * random() - 1);
};
const worst = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).equal(b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
};

/** Three voices, then two of them; draws, the likeliest, and levels that are given. */
async function runOf(network: WaveNetDecoder, { size }: SmallShape) {
  network.begin([7, 8, 9]);
  network.condition(uniform('embeddings', 3 * size), 3);
  const drawn = await network.draw(3, 14, 0.9);
  network.condition(uniform('more', 3 * size), 2);
  const rest = [...(await network.draw(2, 5, 0)), ...(await network.draw(2, 6, 1, 0.3))];
  const scores = await network.score(2, drawn.subarray(0, 18));
  return { drawn: [...drawn], rest: [...rest], scores, logits: await network.logits(2) };
}

describe('WaveNets on WebGPU', function () {
  this.timeout(PATIENCE);

  for (const [name, shape] of Object.entries(SHAPES)) {
    it(`${name}: draws, scores and logits are those of the reference`, async () => {
      const weights = randomNetworks(shape);
      const networks = await createWebGPUNetworks(weights, 'float32');
      const ours = await runOf(networks.decoder, shape);
      const reference = await runOf(createReferenceDecoder(weights.decoder), shape);
      expect(ours.drawn).deep.equal(reference.drawn);
      expect(ours.rest).deep.equal(reference.rest);
      expect(worst(ours.scores, reference.scores)).below(1e-5);
      expect(worst(ours.logits, reference.logits)).below(1e-5);
      networks.dispose();
    });
  }

  it('weights of 16 bits move probabilities by what they round, and no more', async () => {
    const weights = randomNetworks(ODD);
    const networks = await createWebGPUNetworks(weights, 'float16');
    const classes = Uint8Array.from(uniform('levels', 24), (x) => 10 + Math.floor(10 * x));
    const scoresOf = async (decoder: WaveNetDecoder) => {
      decoder.begin([0]);
      decoder.condition(uniform('one', ODD.size), 1);
      return decoder.score(1, classes);
    };
    const apart = worst(
      await scoresOf(networks.decoder),
      await scoresOf(createReferenceDecoder(weights.decoder)),
    );
    expect(apart).below(0.01).above(1e-6);
    networks.dispose();
  });

  it('a run forgets the one before', async () => {
    const networks = await createWebGPUNetworks(randomNetworks({ ...ODD, layers: 2 }), 'float32');
    const draw = async () => {
      networks.decoder.begin([3]);
      networks.decoder.condition(uniform('one', ODD.size), 1);
      return [...(await networks.decoder.draw(1, 10, 1))];
    };
    expect(await draw()).deep.equal(await draw());
    networks.dispose();
  });

  it('encodes as the reference does, and can be given up', async () => {
    const { encoder, decoder } = randomNetworks({ ...ODD, width: 8, layers: 3 });
    const networks = await createWebGPUNetworks({ encoder, decoder }, 'float32');
    const x = uniform('sound', 90);
    const shares: number[] = [];
    const embedding = await networks.encoder!.encode(
      x,
      9,
      () => {},
      (share) => shares.push(share),
    );
    expect(worst(embedding, await createReferenceEncoder(encoder).encode(x, 9, () => {}))).below(2e-5);
    expect(shares.map((share) => Math.round(6 * share))).deep.equal([2, 4, 6]);
    const givenUp = networks.encoder!.encode(x, 9, () => {
      throw new Error('given up');
    });
    expect(await givenUp.catch(String)).match(/given up/);
    networks.dispose();
  });

  it('what waits for a device that is lost is told, and so is what is asked of it later', async () => {
    const networks = await createWebGPUNetworks(randomNetworks({ ...ODD, layers: 2 }), 'float32');
    networks.decoder.begin([3]);
    networks.decoder.condition(uniform('one', ODD.size), 1);
    const drawing = Promise.resolve(networks.decoder.draw(1, 200, 1));
    networks.device.destroy();
    const code = (work: Promise<unknown>) => work.then(String, ({ code }: { code: string }) => code);
    expect(await code(drawing)).equal('GPU_LOST');
    expect(await code(Promise.resolve(networks.decoder.draw(1, 1, 1)))).equal('GPU_LOST');
    networks.dispose();
  });
});
