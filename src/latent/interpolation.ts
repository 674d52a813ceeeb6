/** Ways through latent space: between two points, over the field of four, towards an attribute. Pure functions, any thread. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { checkLatent, mixCorners, slerp } from './latent.js';

/** `spherical` keeps the length of what is between (Magenta's Python); `linear` is what magenta.js does. */
export type Interpolation = 'spherical' | 'linear';

const lerp = (a: Float32Array, b: Float32Array, t: number) => a.map((value, i) => value * (1 - t) + b[i] * t);

/** `count` shares from 0 to 1, both included; the middle where it is one. */
const shares = (count: number) =>
  Array.from({ length: count }, (_, i) => (count === 1 ? 0.5 : i / (count - 1)));

/** One number or the numbers of columns and rows. @throws OPTION_INVALID */
function sides(count: number | readonly number[]): readonly [columns: number, rows: number] {
  const [columns, rows] = typeof count === 'number' ? [count, count] : count;
  const isWhole = (value: number) => Number.isInteger(value) && value >= 1 && value <= 1000;
  if (isWhole(columns) && isWhole(rows)) return [columns, rows];
  throw new TimbrelError(
    'OPTION_INVALID',
    `count is ${JSON.stringify(count)}; expected a whole number from 1 to 1000, or [columns, rows] for four points`,
  );
}

/**
 * @param latents two, or four: A top left, B bottom left, C top right, D bottom right
 * @param count of the points from A to B, both included; of four [columns, rows], or one number for both
 * @returns the points in order; of four row by row
 * @throws OPTION_INVALID, LATENT_INVALID
 */
export function interpolateLatents(
  latents: readonly Float32Array[],
  count: number | readonly number[],
  interpolation: Interpolation = 'spherical',
): Float32Array[] {
  if (latents.length !== 2 && latents.length !== 4) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `There are ${latents.length} points to interpolate between; expected 2, or 4 for a field`,
    );
  }
  if (interpolation !== 'spherical' && interpolation !== 'linear') {
    throw new TimbrelError(
      'OPTION_INVALID',
      `interpolation is ${JSON.stringify(interpolation)}; expected 'spherical' or 'linear'`,
    );
  }
  const [a, b, c, d] = latents;
  latents.forEach((latent, i) => checkLatent(latent, a.length, `latents[${i}]`));
  const between = interpolation === 'linear' ? lerp : slerp;
  if (latents.length === 2) {
    if (typeof count !== 'number' || sides(count)[0] < 1) {
      throw new TimbrelError(
        'OPTION_INVALID',
        `count is ${JSON.stringify(count)}; expected a number of points between two`,
      );
    }
    return shares(count).map((t) => between(a, b, t));
  }
  const [columns, rows] = sides(count);
  return shares(rows).flatMap((y) =>
    shares(columns).map((x) =>
      interpolation === 'linear' ? lerp(lerp(a, c, x), lerp(b, d, x), y) : mixCorners([a, c, b, d], x, y),
    ),
  );
}

/**
 * A point near another: `similarity` of it and the rest of `noise` (magenta.js music_vae/model.ts: similar).
 * @param noise a point of the prior
 * @param similarity 0 (the noise) to 1 (the point itself)
 * @throws OPTION_INVALID, LATENT_INVALID
 */
export function similarLatent(latent: Float32Array, noise: Float32Array, similarity: number): Float32Array {
  if (!(similarity >= 0 && similarity <= 1))
    throw new TimbrelError('OPTION_INVALID', `similarity is ${similarity}; expected a number from 0 to 1`);
  checkLatent(noise, latent.length, 'noise');
  return latent.map((value, i) => value * similarity + noise[i] * (1 - similarity));
}

/** The mean of points. @throws OPTION_INVALID where there are none, LATENT_INVALID */
export function meanLatent(latents: readonly Float32Array[]): Float32Array {
  if (latents.length === 0)
    throw new TimbrelError('OPTION_INVALID', 'There are no points to take the mean of');
  const sum = new Float64Array(latents[0].length);
  latents.forEach((latent, i) => {
    checkLatent(latent, sum.length, `latents[${i}]`);
    for (let k = 0; k < sum.length; k++) sum[k] += latent[k];
  });
  return Float32Array.from(sum, (value) => value / latents.length);
}

/**
 * The direction in which an attribute grows: the mean of what has it less the mean of what has not (Roberts et al. 2018, 5.3).
 * @throws OPTION_INVALID where a list is empty, LATENT_INVALID
 */
export function attributeVector(
  having: readonly Float32Array[],
  lacking: readonly Float32Array[],
): Float32Array {
  const without = meanLatent(lacking);
  const mean = meanLatent(having);
  checkLatent(without, mean.length, 'lacking');
  return mean.map((value, i) => value - without[i]);
}

/** The point, moved `amount` times along an attribute: 1 makes of what lacks it what has it, -1 takes it away. @throws LATENT_INVALID */
export function addAttribute(latent: Float32Array, attribute: Float32Array, amount: number): Float32Array {
  checkLatent(attribute, latent.length, 'attribute');
  if (!Number.isFinite(amount))
    throw new TimbrelError('OPTION_INVALID', `amount is ${amount}; expected a finite number`);
  return latent.map((value, i) => value + amount * attribute[i]);
}

/**
 * A walk through latent space that never stands still and never runs off: each step mixes in a little of a new point of the prior,
 * at constant length on average (an Ornstein-Uhlenbeck process).
 * @param points of the prior, one for each step after the first
 * @param stride 0 (stands still) to 1 (each point is a new one)
 * @returns the beginning, and a point for each of `points`
 * @throws OPTION_INVALID, LATENT_INVALID
 */
export function walkLatent(
  from: Float32Array,
  points: readonly Float32Array[],
  stride: number,
): Float32Array[] {
  if (!(stride >= 0 && stride <= 1))
    throw new TimbrelError('OPTION_INVALID', `stride is ${stride}; expected a number from 0 to 1`);
  const kept = Math.sqrt(1 - stride * stride);
  const walk = [from];
  points.forEach((point, i) => {
    checkLatent(point, from.length, `points[${i}]`);
    walk.push(walk[i].map((value, k) => kept * value + stride * point[k]));
  });
  return walk;
}
