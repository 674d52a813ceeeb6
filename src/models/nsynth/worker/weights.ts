/** From the tensors of a checkpoint to the weights of both networks, by Magenta's names (magenta/models/nsynth/wavenet/h512_bo16.py). */
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { DecoderWeights, EncoderWeights } from '../../../ops/nsynth/wavenet.js';
import type { Linear } from '../../../ops/matrix.js';
import type { NetworkConfig, NSynthConfig } from '../config.js';

export interface NSynthWeights {
  readonly encoder: EncoderWeights;
  readonly decoder: DecoderWeights;
  readonly parameterCount: number;
}

const PART =
  /^(?:ae_startconv|ae_dilatedconv_\d+|ae_res_\d+|ae_bottleneck|startconv|skip_start|(?:dilatedconv|cond_map|res|skip)_\d+|out1|cond_map_out1|logits)\/(?:W|biases)$/;

/** Names of the tensors of the networks: no optimiser's, and no averages, which the original does not play either. */
export const nsynthNames = (names: readonly string[]) => names.filter((name) => PART.test(name));

/** @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE */
export function readNSynthWeights(
  tensors: ReadonlyMap<string, Tensor>,
  { encoder, decoder, bottleneckWidth, quantization }: NSynthConfig,
): NSynthWeights {
  const read = new TensorReader(tensors);
  return {
    encoder: readEncoder(read, encoder, bottleneckWidth),
    decoder: readDecoder(read, decoder, quantization),
    parameterCount: read.parameterCount,
  };
}

function readEncoder(read: TensorReader, config: NetworkConfig, bottleneckWidth?: number): EncoderWeights {
  const { taps, width } = read.sizes('ae_startconv', config);
  return {
    taps,
    stages: config.stages,
    start: read.linear('ae_startconv', taps, 1, width),
    layers: read.layers('ae_dilatedconv', config.layers).map((i) => ({
      dilated: read.linear(`ae_dilatedconv_${i}`, taps, width, width),
      residual: read.linear(`ae_res_${i}`, 1, width, width),
    })),
    bottleneck: read.linear('ae_bottleneck', 1, width, bottleneckWidth),
  };
}

function readDecoder(read: TensorReader, config: NetworkConfig, levels: number): DecoderWeights {
  const { taps, width } = read.sizes('startconv', config);
  const skipStart = read.linear('skip_start', 1, width, config.skipWidth);
  const skip = skipStart.bias.length;
  const embedding = read.inputs('cond_map_out1');
  return {
    taps,
    stages: config.stages,
    start: read.linear('startconv', taps, 1, width),
    skipStart,
    layers: read.layers('dilatedconv', config.layers).map((i) => ({
      dilated: read.linear(`dilatedconv_${i}`, taps, width, 2 * width),
      conditioning: read.linear(`cond_map_${i}`, 1, embedding, 2 * width),
      residual: read.linear(`res_${i}`, 1, width, width),
      skip: read.linear(`skip_${i}`, 1, width, skip),
    })),
    out: read.linear('out1', 1, skip, skip),
    outConditioning: read.linear('cond_map_out1', 1, embedding, skip),
    logits: read.linear('logits', 1, skip, levels),
  };
}

class TensorReader {
  /** Numbers that were read. */
  parameterCount = 0;

  constructor(private readonly tensors: ReadonlyMap<string, Tensor>) {}

  /** The sizes that the first convolution has, as the configuration says where it does. */
  sizes(name: string, { filterLength, width }: NetworkConfig): { taps: number; width: number } {
    const [, taps, , outputs] = this.find(`${name}/W`).shape;
    return { taps: filterLength ?? taps, width: width ?? outputs };
  }

  inputs(name: string): number {
    return this.find(`${name}/W`).shape[2] ?? NaN;
  }

  /** The numbers of the layers, from 1. */
  layers(prefix: string, count?: number): number[] {
    let there = 0;
    while (this.tensors.has(`${prefix}_${there + 1}/W`)) there++;
    const layers = count ?? Math.max(1, there);
    if (there <= layers) return Array.from({ length: layers }, (_, i) => i + 1);
    throw new TimbrelError(
      'CHECKPOINT_SHAPE',
      `The checkpoint has ${there} layers ${prefix}_*, and config.json says ${layers}. Is it that of another checkpoint?`,
    );
  }

  /** [1, taps, inputs, outputs] and [outputs]. @param outputs default: as many as there are */
  linear(name: string, taps: number, inputs: number, outputs?: number): Linear {
    const { shape, data } = this.find(`${name}/W`);
    const columns = outputs ?? shape[3] ?? NaN;
    this.check(`${name}/W`, shape, [1, taps, inputs, columns]);
    const bias = this.find(`${name}/biases`);
    this.check(`${name}/biases`, bias.shape, [columns]);
    this.parameterCount += data.length + bias.data.length;
    return {
      kernel: { rows: taps * inputs, columns, data: floats(data) },
      bias: floats(bias.data),
    };
  }

  private find(name: string): Tensor {
    const found = this.tensors.get(name);
    if (found) return found;
    const some = [...this.tensors.keys()].slice(0, 3).join(', ');
    throw new TimbrelError(
      'CHECKPOINT_TENSOR_MISSING',
      `The checkpoint has no ${name}: it is not one of NSynth's WaveNet, or not all of one (of ${this.tensors.size} tensors: ${some} ...)`,
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
