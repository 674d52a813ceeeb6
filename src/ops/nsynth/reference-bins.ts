/** The part of the spectral decoder that works along frequency, in the most obvious way, in float64. */
import { COMB_CHANNELS, Comb } from './comb.js';
import {
  BINS,
  inputsOf,
  isTold,
  leaky,
  lowestBins,
  type BinsNetwork,
  type BinsWeights,
  type Convolution1D,
} from './spectral.js';

/** [bins][channels] */
type Frame = readonly Float64Array[];

export class ReferenceBins implements BinsNetwork {
  readonly backend = 'cpu';
  readonly bytes = 0;

  constructor(private readonly weights: BinsWeights) {}

  columns(x: Float32Array, pitches: ArrayLike<number>): Float32Array<ArrayBuffer> {
    const frames = pitches.length;
    const { levels, output } = this.weights;
    const channels = inputsOf(levels[0][0]);
    const lowest = lowestBins(this.weights);
    const result = new Float32Array(frames * BINS * 2);
    for (let k = 0; k < frames; k++) {
      let frame: Frame = Array.from({ length: lowest }, (_, bin) => {
        const from = (k * lowest + bin) * channels;
        return normalised(Float64Array.from(x.subarray(from, from + channels)));
      });
      for (const level of levels) {
        const [first, second] = level;
        frame = convolved(
          frame.flatMap((bin) => [bin, bin]),
          first,
        );
        if (isTold(level)) {
          const comb = new Comb(frame.length).at(pitches[k]);
          const told = (bin: number) => comb.subarray(bin * COMB_CHANNELS, (bin + 1) * COMB_CHANNELS);
          frame = frame.map((values, bin) => Float64Array.of(...values, ...told(bin)));
        }
        frame = convolved(frame, second);
      }
      frame.forEach((bin, b) => {
        for (const which of [0, 1]) {
          const sum = bin.reduce(
            (total, value, c) => total + value * output.kernel.data[2 * c + which],
            output.bias[which],
          );
          result[2 * (k * BINS + b) + which] = Math.tanh(sum);
        }
      });
    }
    return result;
  }
}

function convolved(frame: Frame, { taps, kernel, bias }: Convolution1D): Frame {
  const inputs = kernel.rows / taps;
  return frame.map((_, bin) => {
    const sums = Float64Array.from(bias);
    for (let tap = 0; tap < taps; tap++) {
      frame[bin + tap - (taps >> 1)]?.forEach((value, i) => {
        const row = (tap * inputs + i) * bias.length;
        for (let o = 0; o < bias.length; o++) sums[o] += value * kernel.data[row + o];
      });
    }
    return normalised(sums);
  });
}

/** Leaky ReLU, then x / sqrt(mean over channels of x^2 + 1e-8). */
function normalised(x: Float64Array): Float64Array {
  const rectified = x.map(leaky);
  const mean = rectified.reduce((sum, value) => sum + value ** 2, 0) / x.length;
  return rectified.map((value) => value / Math.sqrt(mean + 1e-8));
}
