/** Layers in the SIMD kernels. No DOM, no Node: they run in any worker. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Linear } from '../matrix.js';
import type { Dense, DenseOptions, Layers, LSTMStack, StackWeights } from './layers.js';
import type { Precision } from './packing.js';
import { createWasmDense } from './wasm-dense.js';
import { instantiate, type KernelInstance } from './wasm-kernels.js';
import { WasmStack } from './wasm-stack.js';

export type { Precision } from './packing.js';
export { loadLSTMModule } from './wasm-kernels.js';

/**
 * Makes a place for layers, with a memory of its own.
 * @param module of loadLSTMModule; several can share one
 * @param precision of the matrices that each step reads; those that meet inputs, dense layers and all biases stay float32
 */
export async function createWasmLayers(module: WebAssembly.Module, precision: Precision): Promise<Layers> {
  return new WasmLayers(await instantiate(module), precision);
}

class WasmLayers implements Layers {
  readonly backend = 'wasm';
  private instance: KernelInstance | undefined;

  constructor(
    instance: KernelInstance,
    private readonly precision: Precision,
  ) {
    this.instance = instance;
  }

  get bytes(): number {
    return this.instance?.arena.bytes ?? 0;
  }

  dense(weights: Linear, { activation = 'none' }: DenseOptions = {}): Dense {
    return createWasmDense(this.alive(), weights, activation, () => this.alive());
  }

  stack(weights: StackWeights): LSTMStack {
    return new WasmStack(this.alive(), weights, this.precision, () => this.alive());
  }

  dispose(): void {
    this.instance = undefined;
  }

  private alive(): KernelInstance {
    if (!this.instance) throw new TimbrelError('DISPOSED', 'This network was disposed; load the model again');
    return this.instance;
  }
}
