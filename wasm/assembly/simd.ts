/** What both builds share: a fused multiply-add where relaxed SIMD has one. */

/** a * b + c, rounded once or twice as the machine likes: results differ between builds by some 1e-6. */
// @ts-ignore: decorator
@inline
export function fma(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

// @ts-ignore: decorator
@inline
export function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
export function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

/** factor * a + c */
// @ts-ignore: decorator
@inline
export function scaleAdd(factor: f32, a: v128, c: v128): v128 {
  return fma(f32x4.splat(factor), a, c);
}

/** max(x, 0.2 x): pmax is one instruction on x86, max is five. */
// @ts-ignore: decorator
@inline
export function leakyReLU(x: v128): v128 {
  return f32x4.pmax(x, f32x4.mul(x, f32x4.splat(0.2)));
}

/** The sums of the lanes of four vectors, as one vector. */
// @ts-ignore: decorator
@inline
export function sums4(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}
