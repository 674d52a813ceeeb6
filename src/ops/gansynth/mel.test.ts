/** The checks that the specification of GANSynth's spectrograms lists; its values are those of Magenta's Python. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { linearToMel, melEdges, melToLinear, type SparseMatrix } from './mel.js';

const near = (a: number, b: number, tolerance: number) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a}, not ${b}`);
const total = ({ values }: SparseMatrix) => values.reduce((sum, value) => sum + value, 0);
/** The entries of a row, or of a column, by the other index. */
const row = ({ rows, columns, values }: SparseMatrix, r: number) =>
  new Map(Array.from(columns.subarray(rows[r], rows[r + 1]), (column, e) => [column, values[rows[r] + e]]));
const column = (matrix: SparseMatrix, c: number) =>
  new Map(
    Array.from({ length: 1024 }, (_, r) => [r, row(matrix, r).get(c)] as const).flatMap(([r, value]) =>
      value === undefined ? [] : [[r, value] as const],
    ),
  );
function holds(entries: Map<number, number>, expected: [number, number][], tolerance: number) {
  assert.deepEqual(
    [...entries.keys()],
    expected.map(([index]) => index),
  );
  for (const [index, value] of expected) near(entries.get(index)!, value, tolerance);
}

const forward = linearToMel();
const inverse = melToLinear(forward);

test('852 bands are widened, 2042 entries are not zero', () => {
  assert.equal(melEdges().widened, 852);
  assert.equal(forward.values.length, 2042);
  assert.equal(inverse.values.length, 2042);
});

test('all entries add up to what they do in Python', () => {
  near(total(forward), 1021.0981806, 1e-6);
  near(total(inverse), 1021.0113854, 1e-6);
});

describe('linear to mel', () => {
  test('bins 1 and 500', () => {
    holds(
      row(forward, 1),
      [
        [1, 0.97197292],
        [2, 0.02802708],
      ],
      1e-8,
    );
    holds(
      row(forward, 500),
      [
        [666, 0.91822702],
        [667, 0.08177298],
      ],
      1e-8,
    );
  });

  test('mel band 0 is made of nothing, so that it is never heard', () => {
    assert.equal(column(forward, 0).size, 0);
  });
});

describe('mel to linear', () => {
  test('the lowest bands', () => {
    near(row(inverse, 1).get(1)!, 1.0087615084725814, 1e-12);
    near(row(inverse, 1).get(2)!, 0.029087889211125567, 1e-12);
    near(row(inverse, 2).get(2)!, 0.958243896036208, 1e-12);
    near(row(inverse, 2).get(3)!, 0.5326346877272624, 1e-12);
  });

  test('band 1000', () => {
    const expected: [number, number][] = [
      [957, 0.04874341],
      [958, 0.20027434],
      [959, 0.35045072],
      [960, 0.2752172],
      [961, 0.12460818],
    ];
    holds(column(inverse, 1000), expected, 1e-8);
  });

  test('linear bins 0 and 1023 receive nothing', () => {
    for (const k of [0, 1023]) assert.equal(row(inverse, k).size, 0);
  });
});
