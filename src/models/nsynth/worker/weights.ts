/** From the tensors of a checkpoint to the weights of both networks, by Magenta's names (magenta/models/nsynth/wavenet/h512_bo16.py). */
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { Matrix } from '../../../ops/matrix.js';
import type { DecoderWeights, EncoderWeights } from '../../../ops/nsynth/wavenet.js';
import type { NetworkConfig, NSynthConfig } from '../config.js';
import { TensorReader } from './tensor-reader.js';

export interface NSynthWeights {
  /** Undefined where a spectral encoder hears. */
  readonly encoder?: EncoderWeights;
  readonly decoder: DecoderWeights;
  readonly parameterCount: number;
}

const PART =
  /^(?:ae_startconv|ae_dilatedconv_\d+|ae_res_\d+|ae_bottleneck|startconv|skip_start|(?:dilatedconv|cond_map|res|skip)_\d+|out1|cond_map_out1|carrier|earlier|logits)\/(?:W|biases)$/;

/** Names of the tensors of the networks: no optimiser's, and no averages, which the original does not play either. */
export const nsynthNames = (names: readonly string[]) => names.filter((name) => PART.test(name));

/** @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE */
export function readNSynthWeights(tensors: ReadonlyMap<string, Tensor>, config: NSynthConfig) {
  const read = new TensorReader(tensors);
  return {
    encoder: readEncoder(read, config.encoder, config.bottleneckWidth),
    decoder: readDecoder(read, config.decoder, config.quantization),
    parameterCount: read.parameterCount,
  };
}

/** @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE */
export function readNSynthDecoder(tensors: ReadonlyMap<string, Tensor>, config: NSynthConfig) {
  const read = new TensorReader(tensors);
  return {
    decoder: readDecoder(read, config.decoder, config.quantization),
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
  const { samplesPerStep = 1 } = config;
  const skipStart = read.linear('skip_start', 1, width, config.skipWidth);
  const skip = skipStart.bias.length;
  const embedding = read.inputs('cond_map_out1');
  return {
    taps,
    stages: config.stages,
    start: read.linear('startconv', taps, samplesPerStep, width),
    skipStart,
    layers: read.layers('dilatedconv', config.layers).map((i) => ({
      dilated: read.linear(`dilatedconv_${i}`, taps, width, 2 * width),
      conditioning: read.linear(`cond_map_${i}`, 1, embedding, 2 * width),
      residual: read.linear(`res_${i}`, 1, width, width),
      skip: read.linear(`skip_${i}`, 1, width, skip),
    })),
    out: read.linear('out1', 1, skip, skip),
    outConditioning: read.linear('cond_map_out1', 1, embedding, skip),
    samplesPerStep,
    carrier: read.has('carrier') ? readCarrier(read, width) : undefined,
    logits: read.linear('logits', 1, skip, samplesPerStep * levels),
    earlier:
      samplesPerStep === 1
        ? { rows: 0, columns: skip, data: new Float32Array(0) }
        : read.kernel('earlier', samplesPerStep - 1, levels, skip),
  };
}

function readCarrier(read: TensorReader, width: number): Matrix {
  const carrier = read.kernel('carrier', 1, read.inputs('carrier'), width);
  if (carrier.rows % 2 === 0) return carrier;
  throw new TimbrelError(
    'CHECKPOINT_SHAPE',
    `carrier/W has ${carrier.rows} rows; expected a cosine and a sine for each octave`,
  );
}
