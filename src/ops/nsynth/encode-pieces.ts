/** A long sound in pieces, each encoded with as much of its neighbours as its frames depend on: no number differs from those of the whole. */
import type { Linear } from '../matrix.js';

/** Samples of a piece at least; with a width of 128, 32 MB of activations. */
const PIECE = 65536;

/** Frames of a piece. */
export interface FrameRange {
  readonly hopLength: number;
  /** The first that is wanted, and how many are. */
  readonly first: number;
  readonly frames: number;
}

export interface PiecewiseEncoder {
  /** Samples that an embedding depends on beyond its frame, to either side. */
  readonly reach: number;
  readonly layers: number;
  readonly bottleneck: Linear;
  /** @returns [frames, width] the means of the last layer's rows over each frame, width at least the bottleneck's rows */
  readonly means: (
    x: Float32Array,
    range: FrameRange,
    afterLayer: (layer: number) => void,
  ) => Promise<Float32Array>;
}

/** @returns [frames, size of an embedding] */
export async function encodeInPieces(
  x: Float32Array,
  hopLength: number,
  { reach, layers, bottleneck, means }: PiecewiseEncoder,
  onShare: (done: number) => void,
): Promise<Float32Array<ArrayBuffer>> {
  const frames = x.length / hopLength;
  const size = bottleneck.bias.length;
  const embedding = new Float32Array(frames * size);
  const atATime = Math.ceil(PIECE / hopLength);
  const context = Math.ceil(reach / hopLength);
  for (let first = 0; first < frames; first += atATime) {
    const last = Math.min(frames, first + atATime);
    const from = Math.max(0, first - context);
    const to = Math.min(frames, last + context);
    const piece = x.subarray(from * hopLength, to * hopLength);
    const afterLayer = (layer: number) => onShare((first + ((last - first) * (layer + 1)) / layers) / frames);
    const range = { hopLength, first: first - from, frames: last - first };
    embedding.set(project(await means(piece, range, afterLayer), last - first, bottleneck), first * size);
  }
  return embedding;
}

/** The bottleneck of means, which is the mean of the bottleneck's outputs. */
function project(means: Float32Array, frames: number, { kernel, bias }: Linear): Float32Array {
  const width = means.length / frames;
  const size = bias.length;
  const result = new Float32Array(frames * size);
  for (let frame = 0; frame < frames; frame++) {
    for (let k = 0; k < size; k++) {
      let sum = bias[k];
      for (let c = 0; c < kernel.rows; c++) sum += means[frame * width + c] * kernel.data[c * size + k];
      result[frame * size + k] = sum;
    }
  }
  return result;
}
