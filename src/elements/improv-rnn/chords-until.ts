import type { Span } from '../sequence-model/compose.js';

/** Chords spread evenly over a whole piece, a symbol for each step of it up to the end of a part. */
export const chordsUntil = (symbols: readonly string[], { steps, total }: Span): string[] =>
  Array.from({ length: steps }, (_, step) => symbols[Math.floor((step * symbols.length) / total)]);
