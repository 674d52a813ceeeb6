/** NSynth's kernels, which lie beside the worker's script. */
import { readKernelFile } from '../../kernel-files.js';

/** Bundlers recognise these literal expressions. */
const KERNELS: Readonly<Record<string, URL>> = {
  'nsynth.simd.wasm': new URL('./nsynth.simd.wasm', import.meta.url),
  'nsynth.relaxed.wasm': new URL('./nsynth.relaxed.wasm', import.meta.url),
};

/** @throws WASM_UNAVAILABLE */
export const readNSynthKernels = (name: string): Promise<BufferSource> => readKernelFile(KERNELS[name]);
