/** The kernels against the plain reference on shapes that fit no tile, voices in lockstep, long sounds in pieces, narrow weights. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../../random/random.js';
import { BUILDS, readKernels } from '../built-kernels.testing.js';
import type { PackedPrecision } from '../layers/packing.js';
import { randomNetworks, type SmallShape } from './random-weights.testing.js';
import { createReferenceDecoder, createReferenceEncoder } from './reference.js';
import { createWasmDecoder } from './wasm-decoder.js';
import { createWasmEncoder } from './wasm-encoder.js';
import { loadNSynthModule } from './wasm-kernels.js';
import type { ImmediateDecoder } from './wavenet.js';

const ODD: SmallShape = { width: 13, skip: 7, layers: 5, stages: 3, taps: 3, size: 5, levels: 20 };
const SHAPES: Readonly<Record<string, SmallShape>> = {
  'odd widths': ODD,
  'one tap': { ...ODD, taps: 1 },
  'four taps': { ...ODD, taps: 4, layers: 3 },
  'one layer': { ...ODD, layers: 1, stages: 1 },
  'four samples a step': { ...ODD, samplesPerStep: 4 },
  'with a carrier': { ...ODD, carried: true },
  'with a carrier, three samples a step, in pieces that end within one': {
    ...ODD,
    samplesPerStep: 3,
    carried: true,
  },
  'three samples a step, in pieces that end within one': { ...ODD, samplesPerStep: 3 },
};

const uniform = (seed: string, length: number, scale = 1) => {
  const random = createRandom(seed);
  return Float32Array.from({ length }, () => scale * (2 * random() - 1));
};
const worst = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  assert.equal(a.length, b.length);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
};

for (const build of BUILDS) {
  describe(`in the ${build} build`, () => {
    for (const [name, shape] of Object.entries(SHAPES)) {
      test(`${name}: embeddings, draws and scores are those of the reference`, async () => {
        const { encoder, decoder } = randomNetworks(shape);
        const module = await loadNSynthModule(readKernels, build);
        const x = uniform('sound', 90);
        // A frame of 9 samples: their number is no multiple of 4.
        const [embedding, expected] = [
          await (await createWasmEncoder(module, encoder)).encode(x, 9, () => {}),
          await createReferenceEncoder(encoder).encode(x, 9, () => {}),
        ];
        assert.equal(expected.length, 10 * shape.size);
        assert.ok(worst(embedding, expected) < 2e-5);

        const run = (network: ImmediateDecoder) => {
          network.begin([7, 8, 9]);
          network.condition(uniform('embeddings', 3 * shape.size), 3);
          const drawn = network.draw(3, 40, 0.9);
          network.condition(uniform('more', 3 * shape.size), 2);
          const rest = network.draw(2, 10, 0);
          const near = [...network.draw(2, 20, 1, 0), ...network.draw(2, 20, 0.9, 0.3)];
          return {
            drawn: [...drawn],
            rest: [...rest],
            near,
            scores: network.score(2, drawn.subarray(0, 30)),
          };
        };
        const ours = run(await createWasmDecoder(module, decoder));
        const reference = run(createReferenceDecoder(decoder));
        assert.deepEqual(ours.drawn, reference.drawn);
        assert.deepEqual(ours.rest, reference.rest);
        assert.deepEqual(ours.near, reference.near);
        assert.ok(worst(ours.scores, reference.scores) < 1e-5);
      });
    }

    for (const precision of ['float32', 'int16', 'int8'] satisfies PackedPrecision[]) {
      test(`seven voices in lockstep draw what each draws alone, ${precision}`, async () => {
        const { decoder } = randomNetworks({ ...ODD, width: 40, skip: 24, samplesPerStep: 4 });
        const network = await createWasmDecoder(
          await loadNSynthModule(readKernels, build),
          decoder,
          precision,
        );
        const embeddings = uniform('seven', 7 * ODD.size);
        const seeds = [1, 2, 3, 4, 5, 6, 7];
        network.begin(seeds);
        network.condition(embeddings, 7);
        const together = network.draw(7, 600, 1);
        seeds.forEach((seed, voice) => {
          network.begin([seed]);
          network.condition(embeddings.subarray(voice * ODD.size, (voice + 1) * ODD.size), 1);
          assert.deepEqual(network.draw(1, 600, 1), together.slice(600 * voice, 600 * (voice + 1)));
        });
      });
    }
  });
}

test('a run forgets the one before', async () => {
  const { decoder } = randomNetworks(ODD);
  const network = await createWasmDecoder(await loadNSynthModule(readKernels), decoder);
  const draw = () => {
    network.begin([3]);
    network.condition(uniform('one', ODD.size), 1);
    return network.draw(1, 100, 1);
  };
  assert.deepEqual(draw(), draw());
});

test('a sample knows what its step has drawn before it', async () => {
  const { decoder } = randomNetworks({ ...ODD, samplesPerStep: 4 });
  const network = await createWasmDecoder(await loadNSynthModule(readKernels), decoder);
  const scoresOf = (...classes: readonly number[]) => {
    network.begin([0]);
    network.condition(uniform('step', ODD.size), 1);
    return [...network.score(1, Uint8Array.from(classes))];
  };
  const one = scoresOf(3, 7, 11, 2);
  const other = scoresOf(4, 7, 11, 2);
  assert.equal(one.length, 4);
  for (const place of [1, 2, 3]) assert.notEqual(one[place], other[place]);
  // Also in which order.
  assert.notEqual(scoresOf(3, 7, 11, 2)[2], scoresOf(7, 3, 11, 2)[2]);
});

test('narrow weights move logits by what they round, and no more', async () => {
  const { decoder } = randomNetworks({ ...ODD, width: 64, skip: 64, layers: 10, stages: 5, levels: 256 });
  const module = await loadNSynthModule(readKernels);
  const logitsOf = async (precision: PackedPrecision) => {
    const network = await createWasmDecoder(module, decoder, precision);
    network.begin([0]);
    network.condition(uniform('narrow', ODD.size), 1);
    network.score(
      1,
      Uint8Array.from(uniform('levels', 400, 127), (x) => x + 128),
    );
    return network.logits(1);
  };
  const exact = await logitsOf('float32');
  const rms = Math.hypot(...exact) / Math.sqrt(exact.length);
  assert.ok(worst(await logitsOf('int16'), exact) < 0.005 * rms);
  const int8 = worst(await logitsOf('int8'), exact);
  assert.ok(int8 < 0.08 * rms && int8 > 0.0005 * rms, `${int8} of ${rms}`);
});

test('a sound that is encoded in pieces has the same frames wherever the pieces end', async () => {
  const { encoder } = randomNetworks({ ...ODD, width: 8, stages: 5 });
  const network = await createWasmEncoder(await loadNSynthModule(readKernels), encoder);
  const hop = 16;
  const x = uniform('long', 140_000 - (140_000 % hop), 0.7);
  const shares: number[] = [];
  const whole = await network.encode(
    x,
    hop,
    () => {},
    (share) => shares.push(share),
  );
  const skipped = 100;
  const later = await network.encode(x.subarray(skipped * hop), hop, () => {});
  // Frames at the beginning see the zeros before it.
  const away = 10;
  assert.deepEqual(later.slice(away * ODD.size), whole.slice((skipped + away) * ODD.size));
  assert.notDeepEqual(later.slice(0, ODD.size), whole.slice(skipped * ODD.size, (skipped + 1) * ODD.size));
  assert.ok(shares.every((share, i) => i === 0 || share > shares[i - 1]) && shares.at(-1) === 1);
});

test('encoding can be given up at any of its moments, and the next sound is encoded as if nothing had been', async () => {
  const { encoder } = randomNetworks({ ...ODD, width: 8 });
  const network = await createWasmEncoder(await loadNSynthModule(readKernels), encoder);
  const [x, other] = [uniform('given up', 1600), uniform('next', 160)];
  const expected = await network.encode(other, 16, () => {});
  let moments = 0;
  await network.encode(x, 16, () => void moments++);
  assert.ok(moments >= encoder.layers.length, `${moments} moments`);
  for (let at = 1; at <= moments; at++) {
    let pauses = 0;
    const pause = () => {
      if (++pauses === at) throw new Error('given up');
    };
    await assert.rejects(network.encode(x, 16, pause), { message: 'given up' });
    assert.deepEqual(await network.encode(other, 16, () => {}), expected);
  }
});
