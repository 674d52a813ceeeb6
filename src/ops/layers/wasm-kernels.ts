/** The compiled kernels of dense and LSTM layers, and an instance of them with its memory. */
import { Arena } from '../arena.js';
import { bestKind, compileKernels, type SIMDKind } from '../kernels.js';

/** The functions of wasm/assembly/lstm.ts. Addresses are in bytes; a `matrix` and an `attention` are those of records. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  repeat(from: number, bytes: number, count: number, to: number): void;
  multiplyAdd(matrix: number, x: number, count: number, y: number): void;
  multiplyAddInt16(matrix: number, x: number, count: number, y: number, q: number): void;
  multiplyAddSparse(matrix: number, indices: number, values: number, count: number, y: number): void;
  updateCells(gates: number, size: number, count: number, c: number, h: number): void;
  activate(kind: number, x: number, bytes: number): void;
  attend(attention: number): void;
}

/** Kernels and the memory that they work in. */
export interface KernelInstance {
  readonly kernels: Kernels;
  readonly arena: Arena;
}

/**
 * Compiles the kernels that this engine can run.
 * @param fetchBytes reads a file that lies beside the worker's script
 * @param kind forces one of the builds, for tests and benchmarks
 * @throws WASM_UNAVAILABLE
 */
export const loadLSTMModule = (
  fetchBytes: (name: string) => Promise<BufferSource>,
  kind: SIMDKind = bestKind(),
): Promise<WebAssembly.Module> => compileKernels('lstm', fetchBytes, kind);

/** Each instance has a memory of its own, so several can share one module. */
export async function instantiate(module: WebAssembly.Module): Promise<KernelInstance> {
  const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => {} } });
  const kernels = exports as unknown as Kernels;
  return { kernels, arena: new Arena(kernels.memory, kernels.heapBase()) };
}
