/** Which implementation of the generator runs, and whether WebGPU is the better one here. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Backend } from '../../messages/model-worker.js';
import type { Generator, GeneratorWeights } from '../../ops/gansynth/generator.js';
import { createWasmGenerator, loadGANSynthModule } from '../../ops/gansynth/wasm.js';

/** The kernels lie beside the worker's script; bundlers recognise these literal expressions. */
const KERNELS: Readonly<Record<string, URL>> = {
  'gansynth.simd.wasm': new URL('./gansynth.simd.wasm', import.meta.url),
  'gansynth.relaxed.wasm': new URL('./gansynth.relaxed.wasm', import.meta.url),
};

async function fetchKernels(name: string): Promise<BufferSource> {
  const url = KERNELS[name];
  try {
    if (url.protocol === 'file:') {
      const { readFile } = await import('node:fs/promises');
      return await readFile(url);
    }
    const response = await fetch(url);
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.arrayBuffer();
  } catch (cause) {
    throw new TimbrelError(
      'WASM_UNAVAILABLE',
      `The kernels at ${url.href} could not be read (${cause instanceof Error ? cause.message : cause}); they belong beside model-worker.js`,
      { cause },
    );
  }
}

/** tfjs is a megabyte: it is loaded only by the backends that are made of it. */
export async function createGenerator(
  backend: Exclude<Backend, 'auto'>,
  weights: GeneratorWeights,
): Promise<Generator> {
  switch (backend) {
    case 'wasm':
      return createWasmGenerator(await loadGANSynthModule(fetchKernels), weights);
    case 'webgpu':
      return (await import('../../ops/gansynth/webgpu.js')).createWebGPUGenerator(weights);
    case 'cpu':
      return (await import('../../ops/gansynth/cpu.js')).createCPUGenerator(weights);
  }
}
