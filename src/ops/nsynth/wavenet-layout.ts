/** The weights of a WaveNet decoder as its shader reads them (wavenet-shader.ts): rows and columns in fours, matrix behind matrix. */
import type { Matrix } from '../matrix.js';
import { beside, chained } from './fused-kernels.js';
import { layout, type ShaderPrecision, type ShaderShape } from './wavenet-shader.js';
import { headsOf, type DecoderWeights } from './wavenet.js';

/** @returns the matrices of layers and heads, and in float32 what meets levels, and the biases */
export function laidOutWeights(weights: DecoderWeights, shape: ShaderShape, precision: ShaderPrecision) {
  const { taps, start, skipStart, layers, out, samplesPerStep, earlier } = weights;
  const width = start.bias.length;
  const skip = skipStart.bias.length;
  const heads = headsOf(weights);
  const levels = heads[0].bias.length;
  const { weights: inWeights, exact: inExact } = layout(shape);

  const matrices = new Float32Array(4 * inWeights.end);
  layers.forEach(({ dilated, residual, skip: skipped }, i) => {
    const at = 4 * i * inWeights.layer;
    const both = beside(residual, skipped).kernel;
    spread(dilated.kernel, Array<number>(taps).fill(width), [width, width], matrices, at);
    spread(both, [width], [width, skip], matrices, at + 4 * inWeights.dilated);
  });
  spread(out.kernel, [skip], [skip], matrices, 4 * inWeights.out);
  heads.forEach(({ kernel }, i) =>
    spread(kernel, [skip], [levels], matrices, 4 * (inWeights.heads + i * inWeights.head)),
  );

  const exact = new Float32Array(4 * inExact.end);
  const row = (data: Float32Array, columns: readonly number[], at: number) =>
    spread({ rows: 1, columns: data.length, data }, [1], columns, exact, 4 * at);
  const first = beside(start, chained(start, skipStart));
  spread(first.kernel, [taps * samplesPerStep], [width, skip], exact, 0);
  row(first.bias, [width, skip], inExact.startBias);
  const perLayer = shape.width + shape.skip;
  layers.forEach(({ residual, skip: skipped }, i) =>
    row(beside(residual, skipped).bias, [width, skip], inExact.mixedBias + i * perLayer),
  );
  heads.forEach(({ bias }, i) => row(bias, [levels], inExact.headBias + i * shape.head));
  spread(earlier, Array<number>(earlier.rows).fill(1), [skip], exact, 4 * inExact.earlier, 1);
  return { weights: precision === 'float32' ? matrices : halves(matrices), exact };
}

/** Writes blocks of a matrix at `at`, each padded with zeros to whole fours. @param rowUnit rows of a block are padded to its multiple */
function spread(
  matrix: Matrix,
  rows: readonly number[],
  columns: readonly number[],
  to: Float32Array,
  at: number,
  rowUnit = 4,
): void {
  const padded = (size: number, unit = 4) => Math.ceil(size / unit) * unit;
  const stride = columns.reduce((sum, size) => sum + padded(size), 0);
  let from = 0;
  let toRow = 0;
  for (const height of rows) {
    for (let row = 0; row < height; row++) {
      let place = at + (toRow + row) * stride;
      for (const size of columns) {
        to.set(matrix.data.subarray(from, from + size), place);
        from += size;
        place += padded(size);
      }
    }
    toRow += padded(height, rowUnit);
  }
}

/** Two numbers of 16 bits in each of 32, the first in the lower half. */
function halves(values: Float32Array): Uint32Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint32Array.from(
    { length: values.length / 2 },
    (_, i) => half(bits[2 * i]) | (half(bits[2 * i + 1]) << 16),
  );
}

/** The nearest float16 of a float32, both as bits: weights are finite, and far from its ends. */
function half(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  const mantissa = (bits & 0x7fffff) | 0x800000;
  if (exponent > 15) return sign | 0x7bff;
  // Below 2^-14 it has fewer digits, and below 2^-25 none.
  const dropped = 13 + Math.max(0, -14 - exponent);
  if (dropped > 24) return sign;
  const rounded = (mantissa + (1 << (dropped - 1)) - 1 + ((mantissa >>> dropped) & 1)) >>> dropped;
  const biased = Math.max(0, exponent + 14) << 10;
  // A mantissa that was rounded up to the next power of two carries into the exponent.
  return sign | Math.min(0x7bff, exponent >= -14 ? biased + rounded : rounded);
}
