/** The kernels of both kinds of NSynth, which lie beside the worker's script. */
import { readKernelFile } from '../../kernel-files.js';

/** Bundlers recognise these literal expressions. */
const KERNELS: Readonly<Record<string, URL>> = {
  'nsynth.simd.wasm': new URL('./nsynth.simd.wasm', import.meta.url),
  'nsynth.relaxed.wasm': new URL('./nsynth.relaxed.wasm', import.meta.url),
  'lstm.simd.wasm': new URL('./lstm.simd.wasm', import.meta.url),
  'lstm.relaxed.wasm': new URL('./lstm.relaxed.wasm', import.meta.url),
  'gansynth.simd.wasm': new URL('./gansynth.simd.wasm', import.meta.url),
  'gansynth.relaxed.wasm': new URL('./gansynth.relaxed.wasm', import.meta.url),
};

/** @throws WASM_UNAVAILABLE */
export const readNSynthKernels = (name: string): Promise<BufferSource> => readKernelFile(KERNELS[name]);
