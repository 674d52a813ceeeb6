/** Which implementation of the generator runs, and whether WebGPU is the better one here. */
import type { Backend } from '../../load-options.js';
import { nodeModule } from '../../../node/node-module.js';
import type { Generator, GeneratorWeights } from '../../../ops/gansynth/generator.js';
import { probeInput, selfCheck } from '../../../ops/gansynth/self-check.js';
import { createWasmGenerator, loadGANSynthModule } from '../../../ops/gansynth/wasm.js';
import { readKernelFile } from '../../kernel-files.js';
import { LATENT_SIZE } from '../config.js';

/** The kernels lie beside the worker's script; bundlers recognise these literal expressions. */
const KERNELS: Readonly<Record<string, URL>> = {
  'gansynth.simd.wasm': new URL('./gansynth.simd.wasm', import.meta.url),
  'gansynth.relaxed.wasm': new URL('./gansynth.relaxed.wasm', import.meta.url),
};

/** tfjs is a megabyte: it is loaded only by the backends that are made of it. */
export async function createGenerator(
  backend: Exclude<Backend, 'auto'>,
  weights: GeneratorWeights,
): Promise<Generator> {
  switch (backend) {
    case 'wasm':
      return createWasmGenerator(await loadGANSynthModule((name) => readKernelFile(KERNELS[name])), weights);
    case 'webgpu':
      await prepareTfjs();
      return createCheckedWebGPUGenerator(weights);
    case 'cpu':
      await prepareTfjs();
      return (await import('../../../ops/gansynth/cpu.js')).createCPUGenerator(weights);
  }
}

/** In Node, tfjs asks for Node's modules by `require`, which ES modules do not have. */
async function prepareTfjs(): Promise<void> {
  if (
    typeof process !== 'object' ||
    'require' in globalThis ||
    (typeof navigator === 'object' && 'gpu' in navigator)
  )
    return;
  const { createRequire } = await nodeModule('module');
  Object.assign(globalThis, { require: createRequire(import.meta.url) });
}

/**
 * Makes the generator of a caller who asked for WebGPU by name: one that computes wrongly is an error.
 * @throws GPU_WRONG_RESULT, GPU_UNAVAILABLE, GPU_LOST
 */
async function createCheckedWebGPUGenerator(weights: GeneratorWeights): Promise<Generator> {
  const { createWebGPUGenerator } = await import('../../../ops/gansynth/webgpu.js');
  const candidate = await createWebGPUGenerator(weights);
  try {
    const trusted = await createGenerator('wasm', weights);
    try {
      await selfCheck(candidate, trusted, probeInput(weights.inputSize, LATENT_SIZE));
    } finally {
      trusted.dispose();
    }
    return candidate;
  } catch (error) {
    candidate.dispose();
    throw error;
  }
}

/** Notes timed on each side: enough that one hiccup does not decide. */
const ROUNDS = 3;

/**
 * Finds out whether WebGPU computes what `present` does, and sooner. Never by name: by computing both.
 * @param inTurn runs work on `present` while no note is rendered with it
 * @returns the generator to go on with, or undefined
 * @throws GPU_WRONG_RESULT, GPU_UNAVAILABLE, GPU_LOST
 */
export async function findFasterWebGPU(
  weights: GeneratorWeights,
  present: Generator,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Generator | undefined> {
  const { createWebGPUGenerator } = await import('../../../ops/gansynth/webgpu.js');
  const candidate = await createWebGPUGenerator(weights, { hardwareOnly: true });
  try {
    const probe = probeInput(weights.inputSize, LATENT_SIZE);
    const trusted = { spectrogram: (input: Float32Array) => inTurn(() => present.spectrogram(input)) };
    await selfCheck(candidate, trusted, probe);
    const times = { present: Infinity, candidate: Infinity };
    for (let round = 0; round < ROUNDS; round++) {
      times.present = Math.min(times.present, await inTurn(() => timed(() => present.audio(probe))));
      times.candidate = Math.min(times.candidate, await timed(() => candidate.audio(probe)));
    }
    if (times.candidate < times.present) return candidate;
  } catch (error) {
    candidate.dispose();
    throw error;
  }
  candidate.dispose();
  return undefined;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
