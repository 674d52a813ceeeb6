import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampleLatent } from '../../latent/latent.js';
import {
  BANK_SIZE,
  EMBEDDING_SIZE,
  FRAMES,
  KEY_UP,
  KNOTS,
  PITCHES,
  ROW_SIZE,
  atTimes,
  mixBanks,
  movedBank,
  noteOf,
  randomBank,
  rowOf,
} from './timbre-bank.js';

const bank = (seed: string) => sampleLatent(seed, BANK_SIZE);
const frame = (note: Float32Array, index: number) => [
  ...note.subarray(index * EMBEDDING_SIZE, (index + 1) * EMBEDDING_SIZE),
];
/** Every number of knot k is its frame. */
const clock = Float32Array.from({ length: ROW_SIZE }, (_, i) => KNOTS[Math.floor(i / EMBEDDING_SIZE)]);

describe('a bank', () => {
  test('tells the first frames one by one, and a note to its end', () => {
    assert.deepEqual(KNOTS.slice(0, 16), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    assert.equal(KNOTS.at(-1), FRAMES - 1);
    assert.ok(KNOTS.every((knot, i) => i === 0 || knot > KNOTS[i - 1]));
  });

  test('has the numbers of each pitch', () => {
    const some = bank('some');
    assert.deepEqual(rowOf(some, PITCHES[0]), some.slice(0, ROW_SIZE));
    assert.deepEqual(rowOf(some, PITCHES[1]), some.slice(-ROW_SIZE));
  });

  test('is linear between its knots', () => {
    const note = noteOf(clock, 52);
    assert.equal(note.length, FRAMES * EMBEDDING_SIZE);
    for (const index of [0, 7, 17, 60, KEY_UP - 1, KEY_UP, 124])
      assert.ok(Math.abs(frame(note, index)[3] - index) < 1e-4, `${index}: ${frame(note, index)[3]}`);
  });

  test('tells its pitch beside that of the key', () => {
    const [low, high] = [noteOf(clock, 52), noteOf(clock, 76)];
    assert.ok(Math.abs(frame(high, 10)[0] - frame(low, 10)[0] - 2) < 1e-4, 'octaves');
    assert.deepEqual(frame(high, 10).slice(1), frame(low, 10).slice(1));
  });

  test('unfolds over twice the time, and is let go when the key is', () => {
    const slow = noteOf(clock, 52, 2);
    assert.ok(Math.abs(frame(slow, 40)[0] - 20) < 1e-4);
    assert.ok(Math.abs(frame(slow, KEY_UP)[0] - KEY_UP) < 1e-4);
  });

  test('of other times is read at those of a bank', () => {
    const coarse = Float32Array.from({ length: 2 * EMBEDDING_SIZE }, (_, i) =>
      i < EMBEDDING_SIZE ? 0 : 124,
    );
    assert.deepEqual(atTimes(coarse, [0, 124], KNOTS), clock);
  });

  test('keeps to each key what belongs to it when its pitch is corrected', () => {
    const some = bank('some');
    const higher = movedBank(some, 12);
    assert.deepEqual(rowOf(higher, 72), rowOf(some, 60));
    assert.deepEqual(rowOf(higher, 24), rowOf(some, 24), 'the nearest that there is');
  });
});

describe('four corners', () => {
  const corners = [bank('a'), bank('b'), bank('c'), bank('d')] as const;

  test('are themselves at the corners, and their mean in the middle', () => {
    assert.deepEqual(mixBanks(corners, 0, 0), corners[0]);
    assert.deepEqual(mixBanks(corners, 1, 0), corners[1]);
    assert.deepEqual(mixBanks(corners, 0, 1), corners[2]);
    assert.deepEqual(mixBanks(corners, 1, 1), corners[3]);
    const middle = mixBanks(corners, 0.5, 0.5);
    const mean = corners.reduce((sum, corner) => sum + corner[5], 0) / 4;
    assert.ok(Math.abs(middle[5] - mean) < 1e-6);
  });
});

describe('a random timbre', () => {
  const timbres = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, family: '', latent: bank(name) }));

  test('is the same for the same seed, another one for another, and lies among those that have names', () => {
    const one = randomBank('1', timbres);
    assert.deepEqual(randomBank('1', timbres), one);
    assert.notDeepEqual(randomBank('2', timbres), one);
    const ends = (at: number) => timbres.map(({ latent }) => latent[at]);
    for (let at = 0; at < 200; at++)
      assert.ok(one[at] >= Math.min(...ends(at)) - 1e-6 && one[at] <= Math.max(...ends(at)) + 1e-6);
  });

  test('is silent numbers where there are none', () => {
    assert.deepEqual(randomBank('1', []), new Float32Array(BANK_SIZE));
  });
});
