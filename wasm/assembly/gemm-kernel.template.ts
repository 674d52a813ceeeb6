/** All rows against 8 columns of B, COMMENT. See gemm.ts. */
export function kernelNAME(a: usize, b: usize, c: usize, rows: i32, ldc: usize PARAMETER): void {
  do {
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    let c30 = c00;
    let c31 = c00;
    let p = b;
    const end = a + <usize>BYTES;
    // Not unrolled here: V8 does so itself, and spills where the source already did.
    do {
      const b0 = v128.load(p);
      const b1 = v128.load(p, 16);
      const x0 = v128.load32_splat(a);
      c00 = fma(x0, b0, c00);
      c01 = fma(x0, b1, c01);
      const x1 = ROW1;
      c10 = fma(x1, b0, c10);
      c11 = fma(x1, b1, c11);
      const x2 = ROW2;
      c20 = fma(x2, b0, c20);
      c21 = fma(x2, b1, c21);
      const x3 = ROW3;
      c30 = fma(x3, b0, c30);
      c31 = fma(x3, b1, c31);
      a += 4;
      p += 32;
    } while (a < end);
    a += <usize>ADVANCE;
    v128.store(c, c00);
    v128.store(c, c01, 16);
    c += ldc;
    v128.store(c, c10);
    v128.store(c, c11, 16);
    c += ldc;
    v128.store(c, c20);
    v128.store(c, c21, 16);
    c += ldc;
    v128.store(c, c30);
    v128.store(c, c31, 16);
    c += ldc;
    rows -= 4;
  } while (rows > 0);
}
