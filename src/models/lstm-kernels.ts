/** The kernels of dense and LSTM layers, which lie beside the worker's script. */
import { readKernelFile } from './kernel-files.js';

/** Bundlers recognise these literal expressions. */
const KERNELS: Readonly<Record<string, URL>> = {
  'lstm.simd.wasm': new URL('./lstm.simd.wasm', import.meta.url),
  'lstm.relaxed.wasm': new URL('./lstm.relaxed.wasm', import.meta.url),
};

/** @throws WASM_UNAVAILABLE */
export const readLSTMKernels = (name: string): Promise<BufferSource> => readKernelFile(KERNELS[name]);
