/** Columns are inverted as GANSynth's image is, in whatever parts they come. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../random/random.js';
import { naiveAudio } from '../gansynth/naive-inversion.testing.js';
import { ColumnInversion } from './inversion.js';
import { BEFORE, HOP } from './spectral.js';

const random = createRandom('columns');
/** The image of a whole note: three columns lie before its first frame. */
const image = Float32Array.from(
  { length: 128 * 1024 * 2 },
  (_, i) => (i % 2 ? 0.3 : 0.4) * (2 * random() - 1) - 0.2,
);

function inverted(parts: readonly number[]): Float32Array {
  const inversion = new ColumnInversion();
  let from = 0;
  const sounds = parts.map((columns) => {
    const part = inversion.write(image.subarray(2048 * from, 2048 * (from + columns)));
    from += columns;
    return part;
  });
  return Float32Array.from([...sounds, inversion.close()].flatMap((sound) => [...sound]));
}

test('a note is what the obvious formulas make of it', () => {
  const sound = inverted([128]);
  assert.equal(sound.length, 128 * HOP + BEFORE);
  const positions = [0, 1, 511, 5000, 30001, 62000];
  const expected = naiveAudio(image, positions);
  const front = 3072;
  positions.forEach((position, i) => {
    const found = sound[front + position];
    assert.ok(Math.abs(found - expected[i]) < 1e-6, `${position}: ${found}, not ${expected[i]}`);
  });
});

test('parts make up the whole', () => {
  assert.deepEqual(inverted([1, 2, 60, 65]), inverted([128]));
});
