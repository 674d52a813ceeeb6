/** Matrices as checkpoints hold them. */

/** Row-major [rows, columns]. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** A matrix and what is added to its product: [columns]. */
export interface Linear {
  readonly kernel: Matrix;
  readonly bias: Float32Array;
}
