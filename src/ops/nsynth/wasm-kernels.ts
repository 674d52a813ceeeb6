/** The compiled kernels of NSynth, and an instance of them with its memory. */
import { Arena } from '../arena.js';
import { bestKind, compileKernels, type SIMDKind } from '../kernels.js';

/** The functions of wasm/assembly/nsynth.ts. Addresses are in bytes; a `decoder` and a `layer` are those of records. */
export interface Kernels {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  condition(decoder: number, voices: number): void;
  decode(
    decoder: number,
    voices: number,
    samples: number,
    given: boolean,
    temperature: number,
    spread: number,
    score: boolean,
  ): void;
  startEncoder(
    x: number,
    samples: number,
    taps: number,
    weights: number,
    bias: number,
    width: number,
    stream: number,
  ): void;
  rectify(x: number, bytes: number, to: number): void;
  encodeLayer(layer: number, first: number, rows: number): void;
  pool(stream: number, frames: number, hop: number, width: number, to: number): void;
}

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
export const loadNSynthModule = (
  fetchBytes: (name: string) => Promise<BufferSource>,
  kind: SIMDKind = bestKind(),
): Promise<WebAssembly.Module> => compileKernels('nsynth', fetchBytes, kind);

/** Each instance has a memory of its own, so several can share one module. */
export async function instantiate(module: WebAssembly.Module): Promise<KernelInstance> {
  const { exports } = await WebAssembly.instantiate(module, { env: { abort: () => {} } });
  const kernels = exports as unknown as Kernels;
  return { kernels, arena: new Arena(kernels.memory, kernels.heapBase()) };
}
