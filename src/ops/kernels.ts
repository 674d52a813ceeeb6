/** Compiled kernels (wasm/), and the choice between the two builds of a module. */
import { TimbrelError } from '../errors/timbrel-error.js';

/** The build with relaxed SIMD, or the one without. */
export type SIMDKind = 'relaxed' | 'simd';

/** A module whose one function is `f32x4.relaxed_madd` of three zeros: valid only where relaxed SIMD is. */
// prettier-ignore
const RELAXED_PROBE = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0,
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
);

export const bestKind = (): SIMDKind => (WebAssembly.validate(RELAXED_PROBE) ? 'relaxed' : 'simd');

/**
 * Compiles `<module>.<kind>.wasm`.
 * @param fetchBytes reads a file that lies beside the worker's script
 * @throws WASM_UNAVAILABLE
 */
export async function compileKernels(
  module: string,
  fetchBytes: (name: string) => Promise<BufferSource>,
  kind: SIMDKind,
): Promise<WebAssembly.Module> {
  const name = `${module}.${kind}.wasm`;
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
