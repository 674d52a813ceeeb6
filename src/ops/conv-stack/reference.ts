/** Convolution stacks in the most obvious way, in float64: each frame of each layer from the frames below it. */
import type { ConvWeights } from '../conv2d/conv2d.js';
import {
  DEFAULT_LOOK_AHEAD,
  binsOf,
  type ConvStack,
  type ConvStacks,
  type ConvStackStream,
  type ConvStackWeights,
} from './conv-stack.js';

/** [bins, channels] of one frame. */
type Frame = ArrayLike<number>;

export class ReferenceConvStacks implements ConvStacks {
  readonly backend = 'cpu';
  readonly bytes = 0;

  stack(weights: ConvStackWeights): ConvStack {
    return { outputSize: weights.dense.bias.length, begin: () => new ReferenceStream(weights) };
  }

  dispose(): void {}
}

class ReferenceStream implements ConvStackStream {
  /** By layer, from the spectrogram up, and by frame. Frames outside of the recording are zero on every layer. */
  private readonly layers: Map<number, Frame>[] = [new Map(), new Map(), new Map(), new Map()];
  private readonly lookAhead: readonly number[];
  private written = 0;
  private returned = 0;
  private closed = false;

  constructor(private readonly weights: ConvStackWeights) {
    this.lookAhead = weights.lookAhead ?? DEFAULT_LOOK_AHEAD;
  }

  write(frames: Float32Array): Float32Array<ArrayBuffer> {
    const { bins } = this.weights;
    for (let from = 0; from < frames.length; from += bins)
      this.layers[0].set(this.written++, frames.slice(from, from + bins));
    return this.rows(this.written - this.lookAhead.reduce((sum, frames) => sum + frames, 0));
  }

  close(): Float32Array<ArrayBuffer> {
    this.closed = true;
    return this.rows(this.written);
  }

  private rows(end: number): Float32Array<ArrayBuffer> {
    const { bias, kernel } = this.weights.dense;
    const first = this.returned;
    const rows = new Float32Array(Math.max(0, end - first) * bias.length);
    for (; this.returned < end; this.returned++) {
      const x = this.frame(3, this.returned);
      for (let o = 0; o < bias.length; o++) {
        let sum = bias[o];
        for (let i = 0; i < kernel.rows; i++) sum += (x?.[i] ?? 0) * kernel.data[i * bias.length + o];
        rows[(this.returned - first) * bias.length + o] = Math.max(0, sum);
      }
      for (const layer of this.layers) layer.delete(this.returned - 6);
    }
    return rows;
  }

  /** Undefined outside of the recording. */
  private frame(layer: number, time: number): Frame | undefined {
    if (time < 0 || (this.closed && time >= this.written)) return undefined;
    const known = this.layers[layer].get(time);
    if (known) return known;
    const first = time + this.lookAhead[layer - 1] - 2;
    const below = [0, 1, 2].map((tap) => this.frame(layer - 1, first + tap));
    const sizes = binsOf(this.weights.bins);
    const convolution = this.weights.convolutions[layer - 1];
    const convolved = convolve(below, sizes[layer - 1], convolution);
    const frame = layer === 1 ? convolved : pool(convolved, sizes[layer], convolution.bias.length);
    this.layers[layer].set(time, frame);
    return frame;
  }
}

/** ReLU of a 3 x 3 convolution: one frame from three. */
function convolve(
  frames: readonly (Frame | undefined)[],
  bins: number,
  { kernel, bias, shape: [, , inputs, outputs] }: ConvWeights,
): Float64Array {
  const result = new Float64Array(bins * outputs);
  for (let bin = 0; bin < bins; bin++) {
    const sums = result.subarray(bin * outputs, (bin + 1) * outputs);
    sums.set(bias);
    for (let tap = 0; tap < 9; tap++) {
      const frame = frames[Math.floor(tap / 3)];
      const column = bin + (tap % 3) - 1;
      if (!frame || column < 0 || column >= bins) continue;
      for (let i = 0; i < inputs; i++) {
        const value = frame[column * inputs + i];
        for (let o = 0; o < outputs; o++) sums[o] += value * kernel[(tap * inputs + i) * outputs + o];
      }
    }
  }
  return result.map((value) => Math.max(0, value));
}

/** The larger of each two bins. */
function pool(frame: Float64Array, bins: number, channels: number): Float64Array {
  const result = new Float64Array(bins * channels);
  for (let i = 0; i < result.length; i++) {
    const at = 2 * Math.floor(i / channels) * channels + (i % channels);
    result[i] = Math.max(frame[at], frame[at + channels]);
  }
  return result;
}
