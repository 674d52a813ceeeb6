/** Inverse complex FFT of 1024 points, unnormalised, of four signals at once: element k is {real[4], imaginary[4]}. */

/**
 * Stockham's radix 4 (no bit reversal): five passes between two buffers. `turns` is [1024] {cos, sin} of 2 pi k / 1024.
 * @returns the buffer that holds the result
 */
export function fft1024(x: usize, y: usize, turns: usize): usize {
  let m: usize = 1;
  for (let l: usize = 256; l >= 1; l >>= 2, m <<= 2) {
    const quarter = (l * m) << 5;
    for (let j: usize = 0; j < l; j++) {
      const w1 = turns + ((j * m) << 3);
      const w2 = turns + ((2 * j * m) << 3);
      const w3 = turns + ((3 * j * m) << 3);
      const c1 = v128.load32_splat(w1);
      const s1 = v128.load32_splat(w1, 4);
      const c2 = v128.load32_splat(w2);
      const s2 = v128.load32_splat(w2, 4);
      const c3 = v128.load32_splat(w3);
      const s3 = v128.load32_splat(w3, 4);
      let from = x + ((j * m) << 5);
      let to = y + ((4 * j * m) << 5);
      const next = m << 5;
      for (let k: usize = 0; k < m; k++, from += 32, to += 32) {
        const ar = v128.load(from);
        const ai = v128.load(from, 16);
        const br = v128.load(from + quarter);
        const bi = v128.load(from + quarter, 16);
        const cr = v128.load(from + 2 * quarter);
        const ci = v128.load(from + 2 * quarter, 16);
        const dr = v128.load(from + 3 * quarter);
        const di = v128.load(from + 3 * quarter, 16);
        const sr = f32x4.add(ar, cr);
        const si = f32x4.add(ai, ci);
        const tr = f32x4.sub(ar, cr);
        const ti = f32x4.sub(ai, ci);
        const ur = f32x4.add(br, dr);
        const ui = f32x4.add(bi, di);
        // i (b - d)
        const vr = f32x4.sub(di, bi);
        const vi = f32x4.sub(br, dr);
        v128.store(to, f32x4.add(sr, ur));
        v128.store(to, f32x4.add(si, ui), 16);
        turned(f32x4.add(tr, vr), f32x4.add(ti, vi), c1, s1, to + next);
        turned(f32x4.sub(sr, ur), f32x4.sub(si, ui), c2, s2, to + 2 * next);
        turned(f32x4.sub(tr, vr), f32x4.sub(ti, vi), c3, s3, to + 3 * next);
      }
    }
    const swap = x;
    x = y;
    y = swap;
  }
  return x;
}

// @ts-ignore: decorator
@inline
function turned(re: v128, im: v128, cosine: v128, sine: v128, to: usize): void {
  v128.store(to, f32x4.sub(f32x4.mul(re, cosine), f32x4.mul(im, sine)));
  v128.store(to, f32x4.add(f32x4.mul(re, sine), f32x4.mul(im, cosine)), 16);
}
