/** Before a GPU is trusted it has computed the same as WebAssembly, up to rounding. */

export const hasWebGPU = (): boolean => typeof navigator === 'object' && 'gpu' in navigator;

/** Weights of 16 bits and of 8 may lie so far apart, beside a share of what is compared; what is computed wrongly is far beyond. */
const APART = { absolute: 0.25, share: 0.05 };

/** Tells whether logits, probabilities in nats or embeddings are the same but for the precision of the weights. */
export const isNear = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length &&
  Array.from(a).every((value, i) => Math.abs(value - b[i]) <= APART.absolute + APART.share * Math.abs(b[i]));
