/** The compiled kernels: which of the two builds this engine runs, and what they export. */
import { TimbrelError } from '../../errors/timbrel-error.js';

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

export type SIMDKind = 'relaxed' | 'simd';

/** A module whose one function is `f32x4.relaxed_madd` of three zeros: valid only where relaxed SIMD is. */
// prettier-ignore
const RELAXED_PROBE = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0,
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
);

/**
 * Compiles the kernels that this engine can run.
 * @param fetchBytes reads a file that lies beside the worker's script
 * @param kind forces one of the builds, for tests and benchmarks
 * @throws WASM_UNAVAILABLE
 */
export async function loadGANSynthModule(
  fetchBytes: (name: string) => Promise<BufferSource>,
  kind: SIMDKind = WebAssembly.validate(RELAXED_PROBE) ? 'relaxed' : 'simd',
): Promise<WebAssembly.Module> {
  const name = `gansynth.${kind}.wasm`;
  const bytes = await fetchBytes(name);
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new TimbrelError(
      'WASM_UNAVAILABLE',
      `${name} could not be compiled (${cause instanceof Error ? cause.message : cause}). This engine needs ` +
        "WebAssembly SIMD, and a Content-Security-Policy needs 'wasm-unsafe-eval'",
      { cause },
    );
  }
}
