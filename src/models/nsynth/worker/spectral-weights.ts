/** From the tensors of a checkpoint of training/nsynth to the weights of the spectral autoencoder. */
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { FEATURES } from '../../../ops/nsynth/spectral-features.js';
import { OUTPUTS } from '../../../ops/nsynth/partials-and-noise.js';
import type {
  Convolution1D,
  SpectralDecoderWeights,
  SpectralEncoderWeights,
} from '../../../ops/nsynth/spectral.js';
import type { NSynthConfig } from '../config.js';
import { TensorReader } from './tensor-reader.js';

export interface SpectralWeights {
  readonly encoder: SpectralEncoderWeights;
  readonly decoder: SpectralDecoderWeights;
  readonly embeddingSize: number;
  readonly parameterCount: number;
}

/** A spectral encoder by itself: what a WaveNet decoder may be told by. */
export type HearingWeights = Pick<SpectralWeights, 'encoder' | 'embeddingSize' | 'parameterCount'>;

export const spectralNames = (names: readonly string[]) =>
  names.filter((name) => name.startsWith('spectral/'));

/** @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE */
export function readSpectralWeights(
  tensors: ReadonlyMap<string, Tensor>,
  { bottleneckWidth, decoder: { lookAhead = 0 } }: Pick<NSynthConfig, 'bottleneckWidth' | 'decoder'>,
): SpectralWeights {
  const read = new TensorReader(tensors);
  const { encoder, embeddingSize } = readEncoder(read, bottleneckWidth);
  const convolution = convolutionsOf(read);
  const input = convolution('spectral/decoder/input', embeddingSize);
  const width = widthOf(input);
  const blocks = Array.from({ length: read.count((i) => `spectral/decoder/blocks/${i}/first`) }, (_, i) => ({
    first: convolution(`spectral/decoder/blocks/${i}/first`, width, width),
    second: convolution(`spectral/decoder/blocks/${i}/second`, width, width),
  }));
  if (lookAhead >= input.taps) {
    throw new TimbrelError(
      'CHECKPOINT_SHAPE',
      `config.json says decoder.lookAhead ${lookAhead}, and spectral/decoder/input has ${input.taps} taps: expected less than those`,
    );
  }
  const last = {
    output: convolution('spectral/decoder/output', width, OUTPUTS, 1),
    straight: convolution('spectral/decoder/straight', embeddingSize, OUTPUTS, 1),
  };
  return {
    encoder,
    decoder: { lookAhead, input, blocks, ...last },
    embeddingSize,
    parameterCount: read.parameterCount,
  };
}

/** @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE */
export function readHearingWeights(
  tensors: ReadonlyMap<string, Tensor>,
  bottleneckWidth?: number,
): HearingWeights {
  const read = new TensorReader(tensors);
  return { ...readEncoder(read, bottleneckWidth), parameterCount: read.parameterCount };
}

function readEncoder(read: TensorReader, bottleneckWidth?: number) {
  const convolution = convolutionsOf(read);
  const convolutions: Convolution1D[] = [];
  const layers = Math.max(
    1,
    read.count((i) => `spectral/encoder/convolutions/${i}`),
  );
  for (let i = 0; i < layers; i++) {
    const below = i === 0 ? FEATURES : widthOf(convolutions[i - 1]);
    convolutions.push(convolution(`spectral/encoder/convolutions/${i}`, below));
  }
  const heard = widthOf(convolutions[layers - 1]);
  const free = bottleneckWidth === undefined ? undefined : bottleneckWidth - 1;
  const output = convolution('spectral/encoder/output', heard, free);
  const straight = convolution('spectral/encoder/straight', FEATURES, widthOf(output));
  return { encoder: { convolutions, output, straight }, embeddingSize: 1 + widthOf(output) };
}

const widthOf = ({ bias }: Convolution1D) => bias.length;

const convolutionsOf =
  (read: TensorReader) =>
  (name: string, inputs: number, outputs?: number, taps = read.taps(name)): Convolution1D => ({
    taps,
    ...read.linear(name, taps, inputs, outputs),
  });
