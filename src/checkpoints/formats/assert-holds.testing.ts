/** Compares the tensors that were read with those that were written. Node only. */
import assert from 'node:assert/strict';
import type { SmallTensors } from './encode-checkpoint.testing.js';
import type { Tensor } from '../tensor.js';

/** To the bit: in every format float32 is stored as it is. */
export function assertHolds(tensors: ReadonlyMap<string, Tensor>, expected: SmallTensors): void {
  assert.deepEqual([...tensors.keys()].sort(), Object.keys(expected).sort());
  for (const [name, { shape, values, type }] of Object.entries(expected)) {
    const data = type === 'int64' ? Int32Array.from(values) : Float32Array.from(values);
    assert.deepEqual(tensors.get(name), { shape, data }, name);
  }
}
