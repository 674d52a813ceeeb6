/**
 * Arithmetic on embeddings, [frames, size], as the tools around NSynth do it (magenta-demos, jupyter-notebooks/NSynth.ipynb;
 * open-nsynth-super, audio/workdir). It runs where the embeddings are: nothing here takes time.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Corners } from '../../latent/latent.js';

/**
 * The weighted sum.
 * @param embeddings of one length
 * @throws OPTION_INVALID, EMBEDDING_INVALID
 */
export function mixEmbeddings(
  embeddings: readonly Float32Array[],
  weights: readonly number[],
): Float32Array<ArrayBuffer> {
  const count = embeddings.length;
  if (count === 0 || weights.length !== count || !weights.every(Number.isFinite)) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `${count} embeddings are mixed by the weights ${JSON.stringify(weights)}; expected a number for each`,
    );
  }
  sameLength(embeddings);
  const sum = new Float64Array(embeddings[0].length);
  embeddings.forEach((embedding, k) => {
    for (let i = 0; i < sum.length; i++) sum[i] += weights[k] * embedding[i];
  });
  return Float32Array.from(sum);
}

/** From `a` to `b` in the course of the frames, along half a cosine; as in the notebook it ends just before `b`. @throws EMBEDDING_INVALID */
export function crossfadeEmbeddings(
  a: Float32Array,
  b: Float32Array,
  size: number,
): Float32Array<ArrayBuffer> {
  sameLength([a, b]);
  const frames = a.length / size;
  return Float32Array.from(a, (value, i) => {
    // The notebook's own figure of pi.
    const weight = 0.5 * (1 - Math.cos((3.1415 * Math.floor(i / size)) / frames));
    return (1 - weight) * value + weight * b[i];
  });
}

/**
 * Longer or shorter, at the same pitch: frames are read between their centres, linearly, and mirrored beyond the ends
 * (skimage.transform.resize of order 1, without smoothing).
 * @param frames of the result
 */
export function stretchEmbedding(
  embedding: Float32Array,
  frames: number,
  size: number,
): Float32Array<ArrayBuffer> {
  const last = embedding.length / size - 1;
  const result = new Float32Array(frames * size);
  for (let frame = 0; frame < frames; frame++) {
    const position = ((frame + 0.5) * (last + 1)) / frames - 0.5;
    const mirrored = position < 0 ? -position : position > last ? 2 * last - position : position;
    const inside = Math.max(0, Math.min(last, mirrored));
    const from = Math.floor(inside);
    const to = Math.min(last, from + 1);
    const share = inside - from;
    for (let k = 0; k < size; k++) {
      const value = embedding[from * size + k];
      result[frame * size + k] = value + share * (embedding[to * size + k] - value);
    }
  }
  return result;
}

/** Corners in the order of {@link gridWeights}. */
const CORNERS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/**
 * Shares of four corners at (x, y) of the unit square, as Open NSynth Super mixes: each falls with the distance to its corner, to none
 * at 1. This is not bilinear: corners count for more.
 * @returns of (0, 0), (1, 0), (0, 1), (1, 1); together 1
 */
export function gridWeights(x: number, y: number): Corners<number> {
  const weights = CORNERS.map(([cx, cy]) => Math.max(0, 1 - Math.hypot(x - cx, y - cy)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const [a, b, c, d] = weights.map((weight) => weight / total);
  return [a, b, c, d];
}

/** @throws EMBEDDING_INVALID */
function sameLength(embeddings: readonly Float32Array[]): void {
  if (embeddings.every(({ length }) => length === embeddings[0].length)) return;
  const lengths = embeddings.map(({ length }) => length).join(', ');
  throw new TimbrelError(
    'EMBEDDING_INVALID',
    `The embeddings have ${lengths} numbers; only equal lengths are mixed. Stretch them to one length first`,
  );
}
