/** The weights of a WaveNet decoder as its shader reads them (wavenet-shader.ts): rows and columns in fours, matrix behind matrix. */
import { spreadMatrix, stored, type StoredPrecision } from '../webgpu/matrices.js';
import { beside, chained } from './fused-kernels.js';
import { layout, type ShaderShape } from './wavenet-shader.js';
import { beginningOf, headsOf, samplesOf, type DecoderWeights } from './wavenet.js';

/** @returns the matrices of layers and heads, and in float32 what meets levels, and the biases */
export function laidOutWeights(weights: DecoderWeights, shape: ShaderShape, precision: StoredPrecision) {
  const { taps, skipStart, layers, out, earlier } = weights;
  const start = beginningOf(weights);
  const width = start.bias.length;
  const skip = skipStart.bias.length;
  const heads = headsOf(weights);
  const levels = heads[0].bias.length;
  const { weights: inWeights, exact: inExact } = layout(shape);

  const matrices = new Float32Array(4 * inWeights.end);
  layers.forEach(({ dilated, residual, skip: skipped }, i) => {
    const at = 4 * i * inWeights.layer;
    const both = beside(residual, skipped).kernel;
    const dilatedBlocks = { rows: Array<number>(taps).fill(width), columns: [width, width] };
    spreadMatrix(dilated.kernel, dilatedBlocks, matrices, at);
    spreadMatrix(both, { rows: [width], columns: [width, skip] }, matrices, at + 4 * inWeights.dilated);
  });
  spreadMatrix(out.kernel, { rows: [skip], columns: [skip] }, matrices, 4 * inWeights.out);
  heads.forEach(({ kernel }, i) =>
    spreadMatrix(
      kernel,
      { rows: [skip], columns: [levels] },
      matrices,
      4 * (inWeights.heads + i * inWeights.head),
    ),
  );

  const exact = new Float32Array(4 * inExact.end);
  const row = (data: Float32Array, columns: readonly number[], at: number) =>
    spreadMatrix({ rows: 1, columns: data.length, data }, { rows: [1], columns }, exact, 4 * at);
  const first = beside(start, chained(start, skipStart));
  spreadMatrix(first.kernel, { rows: [start.kernel.rows], columns: [width, skip] }, exact);
  row(first.bias, [width, skip], inExact.startBias);
  const perLayer = shape.width + shape.skip;
  layers.forEach(({ residual, skip: skipped }, i) =>
    row(beside(residual, skipped).bias, [width, skip], inExact.mixedBias + i * perLayer),
  );
  heads.forEach(({ bias }, i) => row(bias, [levels], inExact.headBias + i * shape.head));
  spreadMatrix(earlier, { rows: [earlier.rows], columns: [skip], rowUnit: 1 }, exact, 4 * inExact.earlier);
  row(samplesOf(levels), [levels], inExact.values);
  return { weights: stored(matrices, precision), exact };
}
