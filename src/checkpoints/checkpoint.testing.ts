/** Small checkpoints for tests. */
import type { CheckpointSource } from './checkpoint-source.js';

export type Files = Record<string, Uint8Array | string>;

export const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
export const dropped = (files: Files): CheckpointSource => ({
  kind: 'files',
  files: Object.entries(files).map(([name, content]) => new File([content as BlobPart], name)),
});
export const manifest = (paths: string[], weights: object[]) => JSON.stringify([{ paths, weights }]);

/** Tensors a (2 x 3) and b (4, quantised), 28 bytes. */
export const GOOD: Files = {
  'weights_manifest.json': manifest(
    ['shard1', 'shard2'],
    [
      { name: 'a', shape: [2, 3], dtype: 'float32' },
      { name: 'b', shape: [4], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.01, min: -1 } },
    ],
  ),
  // Cut in the middle of a value, as converters do.
  shard1: floats(1, 2, 3).subarray(0, 10),
  shard2: new Uint8Array([...floats(1, 2, 3).subarray(10), ...floats(4, 5, 6), 0, 128, 255, 100]),
};
