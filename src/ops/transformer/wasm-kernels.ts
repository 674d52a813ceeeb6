/** The compiled kernels of transformers, and an instance of them with its memory. */
import { Arena } from '../arena.js';
import { bestKind, compileKernels, type SIMDKind } from '../kernels.js';
import type { Kernels } from '../layers/wasm-kernels.js';

/** The functions of wasm/assembly/transformer.ts. Addresses are in bytes; an `attention` is that of a record. */
export interface TransformerKernels extends Pick<
  Kernels,
  'memory' | 'heapBase' | 'repeat' | 'multiplyAdd' | 'multiplyAddInt16' | 'activate'
> {
  addRow(row: number, bytes: number, count: number, y: number): void;
  keep(attention: number, position: number, keys: number, values: number): void;
  attend(attention: number, q: number, first: number, last: number, y: number): void;
  keepInt16(attention: number, position: number, keys: number, values: number): void;
  attendInt16(attention: number, q: number, first: number, last: number, y: number): void;
  normalise(
    x: number,
    count: number,
    bytes: number,
    size: number,
    scale: number,
    bias: number,
    y: number,
  ): void;
}

/** Kernels and the memory that they work in. */
export interface TransformerInstance {
  readonly kernels: TransformerKernels;
  readonly arena: Arena;
}

/**
 * Compiles the kernels that this engine can run.
 * @param fetchBytes reads a file that lies beside the worker's script
 * @param kind forces one of the builds, for tests and benchmarks
 * @throws WASM_UNAVAILABLE
 */
export const loadTransformerModule = (
  fetchBytes: (name: string) => Promise<BufferSource>,
  kind: SIMDKind = bestKind(),
): Promise<WebAssembly.Module> => compileKernels('transformer', fetchBytes, kind);

/** Each instance has a memory of its own, so several can share one module. */
export async function instantiate(module: WebAssembly.Module): Promise<TransformerInstance> {
  const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => {} } });
  const kernels = exports as unknown as TransformerKernels;
  return { kernels, arena: new Arena(kernels.memory, kernels.heapBase()) };
}
