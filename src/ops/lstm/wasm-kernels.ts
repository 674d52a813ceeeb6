/** The compiled kernels of recurrent networks and what they export. */
import { bestKind, compileKernels, type SIMDKind } from '../kernels.js';

/** What wasm/assembly/lstm.ts exports; addresses are in bytes. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  lookUp(
    ...args: [
      rows: number,
      indices: number,
      values: number,
      count: number,
      bias: number,
      n: number,
      y: number,
    ]
  ): void;
  multiplyAdd(x: number, k: number, w: number, n: number, y: number): void;
  multiplyAddInt16(x: number, k: number, w: number, n: number, y: number, q: number): void;
  updateCell(gates: number, size: number, c: number, h: number): void;
  attend(
    ...args: [
      query: number,
      keys: number,
      history: number,
      v: number,
      length: number,
      size: number,
      scores: number,
      y: number,
    ]
  ): void;
}

/** @throws WASM_UNAVAILABLE */
export const loadLSTMModule = (
  fetchBytes: (name: string) => Promise<BufferSource>,
  kind: SIMDKind = bestKind(),
): Promise<WebAssembly.Module> => compileKernels('lstm', fetchBytes, kind);
