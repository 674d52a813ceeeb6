/** The compiled kernels of GANSynth and what they export. */
import { bestKind, compileKernels, type SIMDKind } from '../kernels.js';

/** The arguments that all 3 x 3 convolutions share; addresses are in bytes. */
type Convolution = [
  x: number,
  width: number,
  inputs: number,
  outputs: number,
  trueOutputs: number,
  kernel: number,
  bias: number,
];
/** Which tiles to work out, and where the planes and one tile of output may lie meanwhile. */
type Strip = [first: number, count: number, v: number, m: number, tile: number];

/** What wasm/assembly/index.ts exports. Channel counts are multiples of 8, but `true` ones. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  normalise(x: number, length: number): void;
  dense(
    ...args: [
      x: number,
      inputs: number,
      kernel: number,
      bias: number,
      outputs: number,
      trueOutputs: number,
      y: number,
      sums: number,
    ]
  ): void;
  packMatrix(matrix: number, rows: number, columns: number, to: number): void;
  transformWeights(kernel: number, inputs: number, outputs: number, upsampled: boolean, u: number): void;
  directConvolution(
    ...args: [
      x: number,
      height: number,
      width: number,
      inputs: number,
      outputs: number,
      trueOutputs: number,
      kernel: number,
      bias: number,
      y: number,
      patches: number,
      products: number,
    ]
  ): void;
  upsampledConvolution(...args: [...Convolution, y: number, ...Strip]): void;
  sameSizeConvolution(...args: [...Convolution, y: number, ...Strip]): void;
  lastConvolution(...args: [...Convolution, rgb: number, image: number, ...Strip]): void;
  inversionBytes(): number;
  prepareInversion(tables: number): void;
  invert(image: number, tables: number, audio: number): void;
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
