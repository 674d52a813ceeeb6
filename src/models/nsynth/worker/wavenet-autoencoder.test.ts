/** A GPU that is lost in the middle of a note: the note is there all the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { readKernels } from '../../../ops/built-kernels.testing.js';
import { randomNetworks } from '../../../ops/nsynth/random-weights.testing.js';
import { createWaveNetAutoencoder, type WaveNetOptions } from './wavenet-autoencoder.js';
import { createNetworks, type Networks } from './wavenet-networks.js';

const HOP = 32;
const SIZE = 5;
const weights = {
  ...randomNetworks({ width: 13, skip: 7, layers: 3, stages: 3, taps: 3, size: SIZE, levels: 20 }),
  parameterCount: 0,
};
const options: WaveNetOptions = {
  hopLength: HOP,
  backend: 'auto',
  precision: 'float32',
  keep: false,
  readKernels,
};
const embedding = new Float32Array(3 * SIZE).fill(0.4);
const work = { seeds: [7], temperature: 1, pause: async () => {}, onPart: () => {} };

/** WebAssembly in the place of a GPU, which is lost once it has drawn so many pieces. */
async function losingGPU(pieces: number, disposed: () => void): Promise<Networks> {
  const networks = await createNetworks(weights, { ...options, backend: 'wasm' });
  let drawn = 0;
  const decoder = Object.assign(Object.create(networks.decoder) as typeof networks.decoder, {
    piece: () => HOP / 2,
    draw(...given: Parameters<typeof networks.decoder.draw>) {
      if (drawn++ === pieces) throw new TimbrelError('GPU_LOST', 'The GPU was taken away');
      return networks.decoder.draw(...given);
    },
  });
  return { ...networks, decoder, backend: 'webgpu', precision: 'float16', dispose: disposed };
}

test('a note whose GPU is lost is decoded anew in WebAssembly, and so is what comes after', async () => {
  const expected = await (
    await createWaveNetAutoencoder(weights, { ...options, backend: 'wasm' })
  ).decode([embedding], work);
  for (const pieces of [0, 3]) {
    let disposed = 0;
    const made: WaveNetOptions['backend'][] = [];
    const model = await createWaveNetAutoencoder(weights, options, async (given, asked) => {
      made.push(asked.backend);
      return asked.backend === 'auto' ? losingGPU(pieces, () => disposed++) : createNetworks(given, asked);
    });
    assert.equal(model.facts.backend, 'webgpu');
    assert.deepEqual(await model.decode([embedding], work), expected);
    assert.deepEqual(await model.decode([embedding], work), expected);
    assert.deepEqual([made, disposed], [['auto', 'wasm'], 1]);
  }
});

test('any other failure is told', async () => {
  const model = await createWaveNetAutoencoder(weights, { ...options, backend: 'wasm' });
  const pause = async () => {
    throw new TimbrelError('ABORTED', 'given up');
  };
  await assert.rejects(model.decode([embedding], { ...work, pause }), { code: 'ABORTED' });
});

test('WebGPU that was asked for by name and is not there is told', async () => {
  await assert.rejects(createWaveNetAutoencoder(weights, { ...options, backend: 'webgpu' }), {
    code: 'GPU_UNAVAILABLE',
  });
});
