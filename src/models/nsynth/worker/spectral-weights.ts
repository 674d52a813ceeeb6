/** From the tensors of a checkpoint of training/nsynth to the weights of the spectral autoencoder. */
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { FEATURES } from '../../../ops/nsynth/log-bands.js';
import {
  BINS,
  type SpectralDecoderWeights,
  type SpectralEncoderWeights,
  type TimeConvolution,
} from '../../../ops/nsynth/spectral.js';
import type { NSynthConfig } from '../config.js';
import { TensorReader } from './tensor-reader.js';

export interface SpectralWeights {
  readonly encoder: SpectralEncoderWeights;
  readonly decoder: SpectralDecoderWeights;
  readonly embeddingSize: number;
  readonly parameterCount: number;
}

export const spectralNames = (names: readonly string[]) =>
  names.filter((name) => name.startsWith('spectral/'));

/** @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE */
export function readSpectralWeights(
  tensors: ReadonlyMap<string, Tensor>,
  { bottleneckWidth }: Pick<NSynthConfig, 'bottleneckWidth'>,
): SpectralWeights {
  const read = new TensorReader(tensors);
  const overTime = (name: string, inputs: number, outputs?: number): TimeConvolution => {
    const taps = read.taps(name);
    return { taps, ...read.linear(name, taps, inputs, outputs) };
  };
  const widthOf = ({ bias }: TimeConvolution) => bias.length;

  const hidden: TimeConvolution[] = [];
  const layers = Math.max(
    1,
    read.count((i) => `spectral/encoder/convolutions/${i}`),
  );
  for (let i = 0; i < layers; i++) {
    const below = i === 0 ? FEATURES : widthOf(hidden[i - 1]);
    hidden.push(overTime(`spectral/encoder/convolutions/${i}`, below));
  }
  const output = overTime('spectral/encoder/output', widthOf(hidden[layers - 1]), bottleneckWidth);
  const embeddingSize = widthOf(output);

  const input = overTime('spectral/decoder/input', embeddingSize);
  const width = widthOf(input);
  const blocks = Array.from({ length: read.count((i) => `spectral/decoder/blocks/${i}/first`) }, (_, i) => ({
    first: overTime(`spectral/decoder/blocks/${i}/first`, width, width),
    second: overTime(`spectral/decoder/blocks/${i}/second`, width, width),
  }));
  const spread = overTime('spectral/decoder/spread', width);
  const count = Math.max(
    1,
    read.count((i) => `spectral/decoder/levels/${i}/0`),
  );
  const firstBins = BINS / 2 ** count;
  let below = widthOf(spread) / firstBins;
  if (!Number.isInteger(firstBins) || !Number.isInteger(below)) {
    throw new TimbrelError(
      'CHECKPOINT_SHAPE',
      `spectral/decoder/spread has ${widthOf(spread)} outputs, and there are ${count} levels: they do not make ${BINS} bins`,
    );
  }
  const levels = Array.from({ length: count }, (_, level) =>
    [0, 1].map((i) => {
      const convolution = read.convolution(`spectral/decoder/levels/${level}/${i}`, below);
      below = convolution.bias.length;
      return convolution;
    }),
  );
  return {
    encoder: { convolutions: hidden, output },
    decoder: { input, blocks, spread, levels, output: read.linear('spectral/decoder/output', 1, below, 2) },
    embeddingSize,
    parameterCount: read.parameterCount,
  };
}
