/** Convolutions over time as dense layers, over the rows that each frame and its neighbours make. */
import type { Dense, Layers } from '../layers/layers.js';
import { leaky, type TimeConvolution } from './spectral.js';

/** [frames, inputs] to [frames, outputs]; zeros stand before and behind. */
export type OverTime = (x: Float32Array, frames: number) => Float32Array<ArrayBuffer>;

export function overTime(layers: Layers, convolution: TimeConvolution): OverTime {
  const { taps, kernel } = convolution;
  const inputs = kernel.rows / taps;
  const dense: Dense = layers.dense(convolution);
  const before = taps >> 1;
  if (taps === 1) return (x, frames) => dense(x, frames);
  return (x, frames) => {
    const rows = new Float32Array(frames * kernel.rows);
    for (let frame = 0; frame < frames; frame++) {
      const first = Math.max(0, frame - before);
      const last = Math.min(frames, frame - before + taps);
      const to = frame * kernel.rows + (first - (frame - before)) * inputs;
      rows.set(x.subarray(first * inputs, last * inputs), to);
    }
    return dense(rows, frames);
  };
}

export const rectified = (x: Float32Array): Float32Array<ArrayBuffer> => Float32Array.from(x, leaky);
