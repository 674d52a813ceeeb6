/** The model moves between backends: what fails, what is found, what the caller notices. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { resolveSource } from '../../../checkpoints/resolve-source.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { Backend } from '../../load-options.js';
import type { Generator } from '../../../ops/gansynth/generator.js';
import { GANSynthModel, type GeneratorSource } from './gansynth-model.js';

const SHIPPED = new URL('../../../../checkpoints/gansynth-small/', import.meta.url).href;

/** A generator whose every sample is `value`; `beforeEnd` runs in the middle of each note. */
function generator(value: number, beforeEnd = () => {}) {
  const calls = { rendered: 0, disposed: false };
  const compute = async (_: Float32Array, between: () => void | Promise<void> = () => {}) => {
    await between();
    beforeEnd();
    calls.rendered++;
    return new Float32Array(4).fill(value);
  };
  const made: Generator = {
    bytes: 1,
    spectrogram: compute,
    audio: compute,
    dispose: () => (calls.disposed = true),
  };
  return { made, calls };
}

async function load(backend: Backend, backends: Partial<GeneratorSource>) {
  const changes: string[] = [];
  const model = await GANSynthModel.load(
    resolveSource(SHIPPED),
    { backend, onBackendChange: (name, error) => changes.push(`${name} ${error?.code ?? 'faster'}`) },
    {
      createGenerator: async () => generator(1).made,
      findFasterWebGPU: async () => undefined,
      ...backends,
    },
  );
  return { model, changes };
}

const latent = new Float32Array(256);
/** Waits for the work that the model does after a note, in tasks of its own. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('how many rounds of refinement', () => {
  const rounds = async (refinement?: number) => {
    const options = { backend: 'wasm' as const, refinement };
    const model = await GANSynthModel.load(resolveSource(SHIPPED), options, {
      createGenerator: async () => generator(1).made,
      findFasterWebGPU: async () => undefined,
    });
    return [model.content.weights.refinement, model.describe().refinement];
  };

  test('is what the checkpoint says', async () => assert.deepEqual(await rounds(), [2, 2]));
  test('or what was asked for, also none', async () => assert.deepEqual(await rounds(0), [0, 0]));
});

describe('GANSynth on a GPU that is lost in mid-render', () => {
  const lost = generator(2, () => {
    throw new TimbrelError('GPU_LOST', 'gone');
  });
  const spare = generator(1);
  const createGenerator = async (name: string) => (name === 'webgpu' ? lost.made : spare.made);

  test('finishes the note on WebAssembly, says so, and stays there', async () => {
    const { model, changes } = await load('webgpu', { createGenerator });
    assert.equal(model.describe().backend, 'webgpu');
    assert.deepEqual([...(await model.generate(latent, 60))], [1, 1, 1, 1]);
    assert.deepEqual(changes, ['wasm GPU_LOST']);
    assert.equal(model.describe().backend, 'wasm');
    assert.equal(lost.calls.disposed, true);
    await model.generate(latent, 61);
    assert.equal(spare.calls.rendered, 2);
    assert.equal(changes.length, 1);
  });

  test('finishes every note that was waiting', async () => {
    const { model } = await load('webgpu', { createGenerator });
    const notes = await Promise.all([60, 61, 62].map((pitch) => model.generate(latent, pitch)));
    assert.deepEqual(
      notes.map(([first]) => first),
      [1, 1, 1],
    );
  });
});

describe("GANSynth with backend 'auto'", () => {
  test('begins on WebAssembly and moves to a GPU that proved faster, after the first note', async () => {
    const gpu = generator(2);
    const { model, changes } = await load('auto', { findFasterWebGPU: async () => gpu.made });
    assert.equal((await model.generate(latent, 60))[0], 1);
    assert.deepEqual(changes, []);
    await settled();
    assert.deepEqual(changes, ['webgpu faster']);
    assert.equal((await model.generate(latent, 60))[0], 2);
  });

  test('stays on WebAssembly beside a GPU that computes wrongly, and says why', async () => {
    const findFasterWebGPU = async () => {
      throw new TimbrelError('GPU_WRONG_RESULT', 'off by 1');
    };
    const { model, changes } = await load('auto', { findFasterWebGPU });
    await model.generate(latent, 60);
    await settled();
    assert.deepEqual(changes, ['wasm GPU_WRONG_RESULT']);
    assert.equal((await model.generate(latent, 60))[0], 1);
  });

  test('says nothing where there is no GPU, and asks once', async () => {
    let asked = 0;
    const findFasterWebGPU = async () => {
      asked++;
      throw new TimbrelError('GPU_UNAVAILABLE', 'none');
    };
    const { model, changes } = await load('auto', { findFasterWebGPU });
    await model.generate(latent, 60);
    await settled();
    await model.generate(latent, 60);
    await settled();
    assert.deepEqual([changes, asked], [[], 1]);
  });
});

test('an aborted note is given up between two layers, and the next one is rendered', async () => {
  const { model } = await load('wasm', {});
  const controller = new AbortController();
  const given = model.generate(latent, 60, controller.signal);
  controller.abort();
  await assert.rejects(given, (error) => error instanceof TimbrelError && error.code === 'ABORTED');
  assert.equal((await model.generate(latent, 60)).length, 4);
});
