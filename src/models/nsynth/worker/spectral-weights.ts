/** From the tensors of a checkpoint of training/nsynth to the weights of the spectral autoencoder. */
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { COMB_CHANNELS } from '../../../ops/nsynth/comb.js';
import { FEATURES } from '../../../ops/nsynth/log-bands.js';
import {
  BINS,
  type Convolution1D,
  type SpectralDecoderWeights,
  type SpectralEncoderWeights,
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
  { bottleneckWidth, decoder: { lookAhead = 0 } }: Pick<NSynthConfig, 'bottleneckWidth' | 'decoder'>,
): SpectralWeights {
  const read = new TensorReader(tensors);
  const convolution = (
    name: string,
    inputs: number,
    outputs?: number,
    taps = read.taps(name),
  ): Convolution1D => {
    return { taps, ...read.linear(name, taps, inputs, outputs) };
  };
  const widthOf = ({ bias }: Convolution1D) => bias.length;

  const hidden: Convolution1D[] = [];
  const layers = Math.max(
    1,
    read.count((i) => `spectral/encoder/convolutions/${i}`),
  );
  for (let i = 0; i < layers; i++) {
    const below = i === 0 ? FEATURES : widthOf(hidden[i - 1]);
    hidden.push(convolution(`spectral/encoder/convolutions/${i}`, below));
  }
  const heard = widthOf(hidden[layers - 1]);
  const free = bottleneckWidth === undefined ? undefined : bottleneckWidth - 1;
  const output = convolution('spectral/encoder/output', heard, free);
  const embeddingSize = 1 + widthOf(output);

  const input = convolution('spectral/decoder/input', embeddingSize);
  const width = widthOf(input);
  const blocks = Array.from({ length: read.count((i) => `spectral/decoder/blocks/${i}/first`) }, (_, i) => ({
    first: convolution(`spectral/decoder/blocks/${i}/first`, width, width),
    second: convolution(`spectral/decoder/blocks/${i}/second`, width, width),
  }));
  const spread = convolution('spectral/decoder/spread', width);
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
  const levels = Array.from({ length: count }, (_, level) => {
    const name = `spectral/decoder/levels/${level}`;
    const first = convolution(`${name}/0`, below, undefined, 3);
    const told = read.inputs(`${name}/1`) > widthOf(first) ? COMB_CHANNELS : 0;
    const second = convolution(`${name}/1`, widthOf(first) + told, undefined, 3);
    below = widthOf(second);
    return [first, second] as const;
  });
  if (lookAhead >= input.taps) {
    throw new TimbrelError(
      'CHECKPOINT_SHAPE',
      `config.json says decoder.lookAhead ${lookAhead}, and spectral/decoder/input has ${input.taps} taps: expected less than those`,
    );
  }
  const bins = { levels, output: read.linear('spectral/decoder/output', 1, below, 2) };
  return {
    encoder: { convolutions: hidden, output },
    decoder: { lookAhead, input, blocks, spread, bins },
    embeddingSize,
    parameterCount: read.parameterCount,
  };
}
