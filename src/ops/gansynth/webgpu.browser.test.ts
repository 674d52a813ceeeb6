/**
 * These tests run on whatever adapter the browser has. Mostly that is a software one, on which even a narrow network takes
 * seconds a note: only one note has the full 128 x 1024, and what is about the device alone uses the first three blocks. How long
 * they take is up to the machine and what else it does, so each test may take as long as it gets on: each block that is done
 * gives it more time.
 */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from '@esm-bundle/chai';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { createCPUGenerator } from './cpu.js';
import { naiveSpectrogram, randomWeights } from './naive.testing.js';
import { checkAgainst, probeInput } from './self-check.js';
import { createWasmGenerator, loadGANSynthModule } from './wasm.js';
import { createWebGPUGenerator, type WebGPUGenerator } from './webgpu.js';
import { isSoftware } from '../webgpu/device.js';

const fetchKernels = async (name: string) => (await fetch(`/dist/${name}`)).arrayBuffer();
const probe = probeInput(317, 256);
const small = randomWeights([8, 8, 8]);
const smallImage = Float32Array.from(naiveSpectrogram(small, probe));

/** Milliseconds for one block and its readback; nothing but a device that hangs takes so long. */
const PATIENCE = 300_000;

/** A pause between blocks that waits for the GPU, and then winds up the clock of the test. */
const untilDone =
  (test: Mocha.Context, { device }: WebGPUGenerator) =>
  async () => {
    await device.queue.onSubmittedWorkDone();
    test.timeout(PATIENCE);
  };

async function errorOf(work: Promise<unknown>): Promise<TimbrelError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).instanceOf(TimbrelError);
  return error as TimbrelError;
}

describe('the generator on WebGPU', function () {
  this.timeout(PATIENCE);

  it('computes what WebAssembly and the plain reference compute', async function () {
    const weights = randomWeights([16, 16, 16, 16, 8, 8, 8]);
    const gpu = await createWebGPUGenerator(weights);
    const tensors = tf.memory().numTensors;
    const image = await gpu.spectrogram(probe, untilDone(this, gpu));
    expect(tf.memory().numTensors, 'no tensor is left').equal(tensors);
    gpu.dispose();
    const wasm = await createWasmGenerator(await loadGANSynthModule(fetchKernels), weights);
    checkAgainst(await wasm.spectrogram(probe), image);
    wasm.dispose();
    const cpu = await createCPUGenerator(weights);
    checkAgainst(await cpu.spectrogram(probe, () => void this.timeout(PATIENCE)), image);
    cpu.dispose();
  });

  it('goes on computing on the GPU when the thread has another backend since', async () => {
    const gpu = await createWebGPUGenerator(small);
    const cpu = await createCPUGenerator(small);
    const image = gpu.spectrogram(probe, async () => void (await tf.setBackend('cpu')));
    checkAgainst(smallImage, await image);
    expect(tf.getBackend()).equal('webgpu');
    checkAgainst(smallImage, await cpu.spectrogram(probe));
    expect(tf.getBackend()).equal('cpu');
    cpu.dispose();
    gpu.dispose();
  });

  it('shares its device, which goes with the last that uses it', async () => {
    const [first, second] = await Promise.all([createWebGPUGenerator(small), createWebGPUGenerator(small)]);
    expect(first.device).equal(second.device);
    first.dispose();
    first.dispose();
    checkAgainst(smallImage, await second.spectrogram(probe));
    // Were its backend gone, tfjs would have taken another without a word.
    expect(tf.getBackend()).equal('webgpu');
    second.dispose();
    expect((await second.device.lost).reason).equal('destroyed');
    expect((await errorOf(first.spectrogram(probe))).code).equal('DISPOSED');
  });
});

describe('a device that is lost', function () {
  this.timeout(PATIENCE);

  it('in the middle of a note: GPU_LOST, then and ever after, and a new one computes', async () => {
    const gpu = await createWebGPUGenerator(small);
    let block = 0;
    const note = gpu.spectrogram(probe, () => {
      if (++block === 2) gpu.device.destroy();
    });
    expect((await errorOf(note)).code).equal('GPU_LOST');
    expect((await errorOf(gpu.audio(probe))).code).equal('GPU_LOST');
    const again = await createWebGPUGenerator(small);
    expect(again.device).not.equal(gpu.device);
    // Only now: what was made on the lost device can still be put away, and the new one lives on.
    gpu.dispose();
    checkAgainst(smallImage, await again.spectrogram(probe));
    again.dispose();
  });

  it('while the image is read back: GPU_LOST', async () => {
    const gpu = await createWebGPUGenerator(small);
    const note = gpu.spectrogram(probe);
    // Only microtasks lie between the blocks: by then all is queued.
    setTimeout(() => gpu.device.destroy());
    expect((await errorOf(note)).code).equal('GPU_LOST');
    gpu.dispose();
  });

  it('by an error nobody awaits, such as a lack of memory: GPU_LOST', async () => {
    const gpu = await createWebGPUGenerator(small);
    gpu.device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
    await gpu.device.queue.onSubmittedWorkDone();
    expect((await errorOf(gpu.spectrogram(probe))).code).equal('GPU_LOST');
    gpu.dispose();
    expect(tf.memory().numTensors, 'of all the tests').equal(0);
  });
});

describe('a software adapter, which is slower than WebAssembly,', () => {
  it('is told from a GPU', () => {
    expect(isSoftware({ isFallbackAdapter: true, architecture: '', description: '' })).equal(true);
    expect(isSoftware({ architecture: 'swiftshader', description: '' })).equal(true);
    expect(isSoftware({ architecture: '', description: 'llvmpipe (LLVM 15)' })).equal(true);
    const real = { isFallbackAdapter: false, architecture: 'ampere', description: 'NVIDIA A100' };
    expect(isSoftware(real)).equal(false);
  });

  it('is refused where only a GPU will do', async () => {
    const adapter = await navigator.gpu.requestAdapter();
    expect(adapter).not.equal(null);
    const create = createWebGPUGenerator(small, { hardwareOnly: true });
    if (isSoftware(adapter!.info)) expect((await errorOf(create)).code).equal('GPU_UNAVAILABLE');
    else (await create).dispose();
  });
});

describe('WebGPU that is not there: GPU_UNAVAILABLE', () => {
  const broken = new Error('driver');
  const absences: [string, unknown][] = [
    ['no navigator.gpu', undefined],
    ['no adapter', { requestAdapter: async () => null }],
    ['an adapter that cannot be asked for', { requestAdapter: () => Promise.reject(broken) }],
    [
      'an adapter without a device',
      {
        requestAdapter: async () => ({
          info: { architecture: 'ampere', description: '' },
          limits: {},
          requestDevice: () => Promise.reject(broken),
        }),
      },
    ],
  ];
  for (const [name, gpu] of absences) {
    it(name, async () => {
      Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
      try {
        const error = await errorOf(createWebGPUGenerator(small));
        expect(error.code).equal('GPU_UNAVAILABLE');
        expect(error.cause).equal(/asked for|without a device/.test(name) ? broken : undefined);
      } finally {
        Reflect.deleteProperty(navigator, 'gpu');
      }
    });
  }
});
