/** Small networks of any shape, drawn by seed. */
import { createRandom } from '../../random/random.js';
import type { Linear } from '../matrix.js';
import type { DecoderWeights, EncoderWeights } from './wavenet.js';

export interface SmallShape {
  readonly width: number;
  readonly skip: number;
  readonly layers: number;
  readonly stages: number;
  readonly taps: number;
  readonly size: number;
  readonly levels: number;
  /** Default 1. */
  readonly samplesPerStep?: number;
  /** The decoder has a carrier of three octaves. Default false. */
  readonly carried?: boolean;
}

export function randomNetworks(shape: SmallShape, seed = 'nsynth') {
  const { width, skip, layers, stages, taps, size, levels, samplesPerStep = 1, carried = false } = shape;
  const random = createRandom(seed);
  const linear = (rows: number, columns: number): Linear => {
    const scale = 1.7 / Math.sqrt(rows);
    const draw = (length: number, factor: number) =>
      Float32Array.from({ length }, () => factor * (2 * random() - 1));
    return { kernel: { rows, columns, data: draw(rows * columns, scale) }, bias: draw(columns, 0.2) };
  };
  const each = <T>(create: () => T) => Array.from({ length: layers }, create);
  const encoder: EncoderWeights = {
    taps,
    stages,
    start: linear(taps, width),
    layers: each(() => ({ dilated: linear(taps * width, width), residual: linear(width, width) })),
    bottleneck: linear(width, size),
  };
  const decoder: DecoderWeights = {
    taps,
    stages,
    start: linear(taps * samplesPerStep, width),
    skipStart: linear(width, skip),
    layers: each(() => ({
      dilated: linear(taps * width, 2 * width),
      conditioning: linear(size, 2 * width),
      residual: linear(width, width),
      skip: linear(width, skip),
    })),
    out: linear(skip, skip),
    outConditioning: linear(size, skip),
    samplesPerStep,
    carrier: carried ? linear(6, width).kernel : undefined,
    logits: linear(skip, samplesPerStep * levels),
    earlier: {
      rows: (samplesPerStep - 1) * levels,
      columns: skip,
      data: Float32Array.from({ length: (samplesPerStep - 1) * levels * skip }, () => 2 * random() - 1),
    },
  };
  return { encoder, decoder };
}
