/** The compiled kernels of GANSynth and what they export. */
import { bestKind, compileKernels, type SIMDKind } from '../kernels.js';

/** The functions of wasm/assembly/index.ts. Addresses are in bytes; a `layer` is that of a record (../conv2d/record.ts). */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  normalise(x: number, length: number): void;
  packMatrix(matrix: number, rows: number, columns: number, to: number): void;
  transformWeights(kernel: number, inputs: number, outputs: number, upsampled: boolean, u: number): void;
  dense(layer: number): void;
  directConvolution(layer: number): void;
  /** Computes `count` tiles of 4 x 4 pixels from `first` on. */
  upsampledConvolution(layer: number, first: number, count: number): void;
  sameSizeConvolution(layer: number, first: number, count: number): void;
  inversionBytes(refined: boolean): number;
  prepareInversion(tables: number): void;
  /** @param rounds of refinement (refinement.ts) */
  invert(image: number, tables: number, rounds: number, audio: number): void;
}

/**
 * Compiles the kernels that this engine can run.
 * @param fetchBytes reads a file that lies beside the worker's script
 * @param kind forces one of the builds, for tests and benchmarks
 * @throws WASM_UNAVAILABLE
 */
export const loadGANSynthModule = (
  fetchBytes: (name: string) => Promise<BufferSource>,
  kind: SIMDKind = bestKind(),
): Promise<WebAssembly.Module> => compileKernels('gansynth', fetchBytes, kind);
