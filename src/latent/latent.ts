/**
 * Points in a model's latent space: sampling, spherical interpolation, and the mix of four corners
 * that a morph pad plays. Pure functions, any thread.
 */
import { TimbrelError } from '../errors/timbrel-error.js';
import { gaussianVector } from '../random/random.js';

/** A point of the standard normal prior; the same seed gives the same point everywhere. */
export function sampleLatent(seed: number | string, size: number): Float32Array {
  return gaussianVector(seed, size);
}

/**
 * Spherical interpolation as in magenta/models/gansynth/lib/generate_util.py: the angle is taken
 * between the directions, the end points are mixed as they are.
 * @param t 0 gives `a`, 1 gives `b`
 * @throws LATENT_INVALID when the lengths differ
 */
export function slerp(a: Float32Array, b: Float32Array, t: number): Float32Array {
  if (a.length !== b.length) {
    throw new TimbrelError(
      'LATENT_INVALID',
      `Cannot interpolate latents of ${a.length} and ${b.length} values`,
    );
  }
  let dot = 0;
  let normA = 0;
  let normB = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    normA += a[i] * a[i];
    normB += b[i] * b[i];
  }
  const cosine = dot / Math.sqrt(normA * normB);
  const omega = Math.acos(Math.min(1, Math.max(-1, Number.isFinite(cosine) ? cosine : 1)));
  const sine = Math.sin(omega);
  // Nearly parallel (or opposite) directions have no stable arc between them: mix linearly.
  const weightA = sine > 1e-6 ? Math.sin((1 - t) * omega) / sine : 1 - t;
  const weightB = sine > 1e-6 ? Math.sin(t * omega) / sine : t;
  return a.map((value, i) => weightA * value + weightB * b[i]);
}

/** Four corners of a pad: top left, top right, bottom left, bottom right. */
export type Corners<T> = readonly [T, T, T, T];

/**
 * The point at (x, y) of a pad: spherical along both horizontal edges, then between them.
 * @param x 0 left, 1 right
 * @param y 0 top, 1 bottom
 */
export function mixCorners(corners: Corners<Float32Array>, x: number, y: number): Float32Array {
  const [topLeft, topRight, bottomLeft, bottomRight] = corners;
  return slerp(slerp(topLeft, topRight, x), slerp(bottomLeft, bottomRight, x), y);
}

/** Networks are trained on numbers of a few units; squares of those far beyond this are no numbers any more. */
export const LARGEST_LATENT = 1000;

/** Tells whether a number may stand in a latent. */
export const isLatentNumber = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= LARGEST_LATENT;

/** @throws LATENT_INVALID unless `latent` has `size` values within +-{@link LARGEST_LATENT} */
export function checkLatent(latent: Float32Array, size: number, name = 'z'): void {
  if (!ArrayBuffer.isView(latent) && !Array.isArray(latent)) {
    throw new TimbrelError(
      'LATENT_INVALID',
      `${name} is ${String(latent)}; expected a Float32Array of ${size}`,
    );
  }
  if (latent.length !== size) {
    throw new TimbrelError('LATENT_INVALID', `${name} has ${latent.length} values; this model takes ${size}`);
  }
  const bad = latent.findIndex((value) => !isLatentNumber(value));
  if (bad >= 0) {
    throw new TimbrelError(
      'LATENT_INVALID',
      `${name}[${bad}] is ${latent[bad]}; expected numbers from -${LARGEST_LATENT} to ${LARGEST_LATENT}`,
    );
  }
}
