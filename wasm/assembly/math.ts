/** Functions of four floats at once, as polynomials. */
import { fma, scaleAdd } from './simd';

/** tanh within 3e-7: the rational function of degree 13 / 6 that Eigen uses, clamped where it reaches 1. */
export function tanh4(value: v128): v128 {
  const limit = f32x4.splat(7.90531110763549805);
  const x = f32x4.pmin(limit, f32x4.pmax(f32x4.neg(limit), value));
  const s = f32x4.mul(x, x);
  let p = f32x4.splat(-2.76076847742355e-16);
  p = fma(p, s, f32x4.splat(2.00018790482477e-13));
  p = fma(p, s, f32x4.splat(-8.60467152213735e-11));
  p = fma(p, s, f32x4.splat(5.12229709037114e-8));
  p = fma(p, s, f32x4.splat(1.48572235717979e-5));
  p = fma(p, s, f32x4.splat(6.37261928875436e-4));
  p = fma(p, s, f32x4.splat(4.89352455891786e-3));
  let q = f32x4.splat(1.19825839466702e-6);
  q = fma(q, s, f32x4.splat(1.18534705686654e-4));
  q = fma(q, s, f32x4.splat(2.268434632439e-3));
  q = fma(q, s, f32x4.splat(4.89352518554385e-3));
  return f32x4.div(f32x4.mul(x, p), q);
}

/** e^x within 2e-7 relative, for |x| < 87: 2^n times a polynomial on half an octave (Cephes expf). */
export function exp4(x: v128): v128 {
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.4426950408889634)));
  const r = scaleAdd(2.12194440e-4, n, scaleAdd(-0.693359375, n, x));
  let p = f32x4.splat(1.9875691500e-4);
  p = fma(p, r, f32x4.splat(1.3981999507e-3));
  p = fma(p, r, f32x4.splat(8.3334519073e-3));
  p = fma(p, r, f32x4.splat(4.1665795894e-2));
  p = fma(p, r, f32x4.splat(1.6666665459e-1));
  p = fma(p, r, f32x4.splat(5.0000001201e-1));
  const y = f32x4.add(fma(f32x4.mul(r, r), p, r), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(y, power);
}

/** Stores size cos(pi x) at `to` and size sin(pi x) behind it, within 2e-7, for |x| <= 4. */
// @ts-ignore: decorator
@inline
export function cosineAndSine(x: v128, size: v128, to: usize): void {
  // x = n / 2 + r, |r| <= 1/4: Taylor polynomials of pi r do.
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(2)));
  const r = f32x4.mul(scaleAdd(-0.5, n, x), f32x4.splat(3.14159265358979));
  const s = f32x4.mul(r, r);
  let sine = f32x4.splat(2.7557319e-6);
  sine = fma(sine, s, f32x4.splat(-1.98412698e-4));
  sine = fma(sine, s, f32x4.splat(8.33333333e-3));
  sine = fma(sine, s, f32x4.splat(-1.66666667e-1));
  sine = fma(f32x4.mul(sine, s), r, r);
  let cosine = f32x4.splat(2.48015873e-5);
  cosine = fma(cosine, s, f32x4.splat(-1.38888889e-3));
  cosine = fma(cosine, s, f32x4.splat(4.16666667e-2));
  cosine = fma(cosine, s, f32x4.splat(-0.5));
  cosine = fma(cosine, s, f32x4.splat(1));
  const quadrant = i32x4.trunc_sat_f32x4_s(n);
  const odd = i32x4.eq(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(1));
  const sineSign = i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30);
  const cosineSign = i32x4.shl(v128.and(i32x4.add(quadrant, i32x4.splat(1)), i32x4.splat(2)), 30);
  v128.store(to, f32x4.mul(size, v128.xor(v128.bitselect(sine, cosine, odd), cosineSign)));
  v128.store(to, f32x4.mul(size, v128.xor(v128.bitselect(cosine, sine, odd), sineSign)), 16);
}
