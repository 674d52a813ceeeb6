/** On whatever adapter the browser has; in tests mostly a software one, so networks are narrow. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from '@esm-bundle/chai';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { createCPUGenerator } from './cpu.js';
import { randomWeights } from './naive.testing.js';
import { checkAgainst, probeInput } from './self-check.js';
import { createWasmGenerator, loadGANSynthModule } from './wasm.js';
import { createWebGPUGenerator, isSoftware } from './webgpu.js';

const fetchKernels = async (name: string) => (await fetch(`/dist/${name}`)).arrayBuffer();
const probe = probeInput(317, 256);

describe('the generator on WebGPU', function () {
  this.timeout(45_000);

  for (const filters of [
    [8, 8, 8, 8, 8, 8, 8],
    [16, 16, 16, 8, 8, 8, 8],
  ]) {
    it(`computes what WebAssembly computes, widths ${filters}`, async () => {
      const weights = randomWeights(filters);
      const gpu = await createWebGPUGenerator(weights);
      const wasm = await createWasmGenerator(await loadGANSynthModule(fetchKernels), weights);
      checkAgainst(await wasm.spectrogram(probe), await gpu.spectrogram(probe));
      const [a, b] = [await wasm.audio(probe), await gpu.audio(probe)];
      const difference = Math.hypot(...a.map((value, i) => value - b[i]).slice(0, 60000));
      expect(difference / Math.hypot(...a.slice(0, 60000))).below(0.005);
      gpu.dispose();
    });
  }

  it('computes what the plain reference computes', async () => {
    const weights = randomWeights([8, 8, 8, 8, 8, 8, 8]);
    const gpu = await createWebGPUGenerator(weights);
    const fromGPU = await gpu.spectrogram(probe);
    gpu.dispose();
    const cpu = await createCPUGenerator(weights);
    checkAgainst(await cpu.spectrogram(probe), fromGPU);
    cpu.dispose();
  });

  it('keeps no tensors', async () => {
    const gpu = await createWebGPUGenerator(randomWeights([8, 8, 8, 8, 8, 8, 8]));
    await gpu.spectrogram(probe);
    const tensors = tf.memory().numTensors;
    await gpu.spectrogram(probe);
    expect(tf.memory().numTensors).equal(tensors);
    gpu.dispose();
  });

  it('tells a software adapter, which is slower than WebAssembly, from a GPU', async () => {
    expect(isSoftware({ isFallbackAdapter: true, architecture: '', description: '' })).equal(true);
    expect(isSoftware({ architecture: 'swiftshader', description: '' })).equal(true);
    expect(isSoftware({ architecture: '', description: 'llvmpipe (LLVM 15)' })).equal(true);
    expect(
      isSoftware({ isFallbackAdapter: false, architecture: 'ampere', description: 'NVIDIA A100' }),
    ).equal(false);
  });

  it('says GPU_LOST when the device goes in the middle of a note, and works again on a new one', async () => {
    const weights = randomWeights([8, 8, 8, 8, 8, 8, 8]);
    const gpu = await createWebGPUGenerator(weights);
    let block = 0;
    const note = gpu.spectrogram(probe, () => {
      if (++block === 3) gpu.loseDevice();
    });
    const error = await note.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).instanceOf(TimbrelError);
    expect((error as TimbrelError).code).equal('GPU_LOST');
    const again = await createWebGPUGenerator(weights);
    expect((await again.spectrogram(probe)).every(Number.isFinite)).equal(true);
    again.dispose();
  });
});
