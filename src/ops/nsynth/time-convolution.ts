/** Convolutions over time as dense layers, over the rows that each frame and its neighbours make. */
import type { Dense, Layers } from '../layers/layers.js';
import { inputsOf, leaky, type Convolution1D } from './spectral.js';

/** [frames, inputs] to [frames, outputs]. */
export type OverTime = (x: Float32Array, frames: number) => Float32Array<ArrayBuffer>;

/** Reads frames before and behind alike; zeros stand at both ends. */
export function overTime(layers: Layers, convolution: Convolution1D): OverTime {
  const { taps } = convolution;
  const inputs = inputsOf(convolution);
  const dense: Dense = layers.dense(convolution);
  if (taps === 1) return (x, frames) => dense(x, frames);
  const before = taps >> 1;
  return (x, frames) => {
    const padded = new Float32Array((frames + taps - 1) * inputs);
    padded.set(x.subarray(0, frames * inputs), before * inputs);
    return dense(overlapping(padded, frames, taps, inputs), frames);
  };
}

/** Reads a frame and those before it, and goes on where it was; zeros stand before the first frame. */
export function forwards(layers: Layers, convolution: Convolution1D): () => OverTime {
  const { taps } = convolution;
  const inputs = inputsOf(convolution);
  const dense: Dense = layers.dense(convolution);
  const reach = (taps - 1) * inputs;
  return () => {
    let past = new Float32Array(reach);
    return (x, frames) => {
      const padded = new Float32Array(reach + frames * inputs);
      padded.set(past);
      padded.set(x.subarray(0, frames * inputs), reach);
      past = padded.slice(frames * inputs);
      return dense(overlapping(padded, frames, taps, inputs), frames);
    };
  };
}

/** Rows of `taps` frames that begin a frame apart. */
function overlapping(x: Float32Array, frames: number, taps: number, inputs: number): Float32Array {
  const rows = new Float32Array(frames * taps * inputs);
  for (let frame = 0; frame < frames; frame++)
    rows.set(x.subarray(frame * inputs, (frame + taps) * inputs), frame * taps * inputs);
  return rows;
}

export const rectified = (x: Float32Array): Float32Array<ArrayBuffer> => Float32Array.from(x, leaky);
