/** Takes tensors of a checkpoint by name, each of the shape that it has to have. Kernels are called `W`, as Magenta calls them. */
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { Linear, Matrix } from '../../../ops/matrix.js';
import type { NetworkConfig } from '../config.js';

export class TensorReader {
  /** Numbers that were read. */
  parameterCount = 0;

  constructor(private readonly tensors: ReadonlyMap<string, Tensor>) {}

  /** The sizes that the first convolution has, as the configuration says where it does. */
  sizes(name: string, { filterLength, width }: NetworkConfig): { taps: number; width: number } {
    const [, taps, , outputs] = this.find(`${name}/W`).shape;
    return { taps: filterLength ?? taps, width: width ?? outputs };
  }

  has(name: string): boolean {
    return this.tensors.has(`${name}/W`);
  }

  inputs(name: string): number {
    return this.find(`${name}/W`).shape[2] ?? NaN;
  }

  taps(name: string): number {
    return this.find(`${name}/W`).shape[1] ?? NaN;
  }

  /** Counts the numbers of a list of names, from 0: the first that `name` finds nothing for ends it. */
  count(name: (index: number) => string): number {
    let there = 0;
    while (this.tensors.has(`${name(there)}/W`)) there++;
    return there;
  }

  /** The numbers of the layers, from 1. */
  layers(prefix: string, count?: number): number[] {
    const there = this.count((index) => `${prefix}_${index + 1}`);
    const layers = count ?? Math.max(1, there);
    if (there <= layers) return Array.from({ length: layers }, (_, i) => i + 1);
    throw new TimbrelError(
      'CHECKPOINT_SHAPE',
      `The checkpoint has ${there} layers ${prefix}_*, and config.json says ${layers}. Is it that of another checkpoint?`,
    );
  }

  /** [1, taps, inputs, outputs] and [outputs]. @param outputs default: as many as there are */
  linear(name: string, taps: number, inputs: number, outputs?: number): Linear {
    const kernel = this.kernel(name, taps, inputs, outputs);
    const bias = this.find(`${name}/biases`);
    this.check(`${name}/biases`, bias.shape, [kernel.columns]);
    this.parameterCount += bias.data.length;
    return { kernel, bias: floats(bias.data) };
  }

  /** [1, taps, inputs, outputs] @param outputs default: as many as there are */
  kernel(name: string, taps: number, inputs: number, outputs?: number): Matrix {
    const { shape, data } = this.find(`${name}/W`);
    const columns = outputs ?? shape[3] ?? NaN;
    this.check(`${name}/W`, shape, [1, taps, inputs, columns]);
    this.parameterCount += data.length;
    return { rows: taps * inputs, columns, data: floats(data) };
  }

  private find(name: string): Tensor {
    const found = this.tensors.get(name);
    if (found) return found;
    const some = [...this.tensors.keys()].slice(0, 3).join(', ');
    throw new TimbrelError(
      'CHECKPOINT_TENSOR_MISSING',
      `The checkpoint has no ${name}: it is not one of NSynth, or not all of one (of ${this.tensors.size} tensors: ${some} ...)`,
    );
  }

  private check(name: string, shape: readonly number[], expected: readonly number[]): void {
    if (shape.length === expected.length && shape.every((size, i) => size === expected[i])) return;
    throw new TimbrelError(
      'CHECKPOINT_SHAPE',
      `${name} is ${shape.join(' x ')}; with the other tensors and config.json it has to be ${expected.join(' x ')}`,
    );
  }
}

const floats = (data: Float32Array | Int32Array): Float32Array =>
  data instanceof Float32Array ? data : Float32Array.from(data);
