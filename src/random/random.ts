/**
 * Seeded randomness: the same seed gives the same numbers on every engine, so the same latent
 * everywhere. mulberry32 over a FNV-1a hash of the seed's text.
 */
import { TimbrelError } from '../errors/timbrel-error.js';

/** FNV-1a, 32 bits, of the UTF-8 bytes of `text`. */
export function hashSeed(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

/** @throws OPTION_INVALID */
export function checkSeed(seed: number | string): void {
  if (typeof seed === 'string' || Number.isFinite(seed)) return;
  const shown = typeof seed === 'object' ? JSON.stringify(seed) : String(seed);
  throw new TimbrelError('OPTION_INVALID', `seed is ${shown}; expected a finite number or a text`);
}

/** Uniform numbers in [0, 1). */
export interface Random {
  (): number;
  /** The state may be kept and set again: the numbers after it are those that came after it then. */
  state: number;
}

/**
 * @param seed any finite number or text
 * @throws OPTION_INVALID
 */
export function createRandom(seed: number | string): Random {
  checkSeed(seed);
  const next = () => {
    const state = (random.state = (random.state + 0x6d2b79f5) >>> 0);
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const random: Random = Object.assign(next, { state: hashSeed(String(seed)) });
  return random;
}

/** `length` values of the standard normal distribution (Box-Muller, cosine branch), as float32. */
export function gaussianVector(seed: number | string, length: number): Float32Array {
  const random = createRandom(seed);
  const vector = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const u1 = 1 - random();
    const u2 = random();
    vector[i] = Math.sqrt(-2 * Math.log(u1)) * Math.cos(2 * Math.PI * u2);
  }
  return vector;
}
