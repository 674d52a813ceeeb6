/**
 * Matrix product, the one inner loop of the network: C[rows, O] = A[rows, K] B[K, O].
 *
 * A is dense, B is packed [O / 8][K][8], C is dense; rows come in fours, O in eights. The tile is 4 rows x 8 columns: 8
 * accumulators, 2 of B and 1 of A stay within the 16 registers of x86. The kernels themselves are generated, one per common K
 * (build.mjs, gemm-kernel.template.ts): only a literal can be the immediate offset of a load, and without those V8 spills.
 */
import { kernel8, kernel16, kernel32, kernel64, kernel128, kernel256, kernelOther } from './gemm-kernels.generated';

export function gemm(a: usize, b: usize, c: usize, rows: i32, k: i32, o: i32): void {
  const panel = <usize>k * 32;
  // Columns outside: one panel of B stays in the first-level cache while all rows pass.
  for (let i = 0; i < o; i += 8, b += panel, c += 32) {
    if (k == 256) kernel256(a, b, c, rows, o * 4);
    else if (k == 128) kernel128(a, b, c, rows, o * 4);
    else if (k == 64) kernel64(a, b, c, rows, o * 4);
    else if (k == 32) kernel32(a, b, c, rows, o * 4);
    else if (k == 16) kernel16(a, b, c, rows, o * 4);
    else if (k == 8) kernel8(a, b, c, rows, o * 4);
    else kernelOther(a, b, c, rows, o * 4, k);
  }
}
