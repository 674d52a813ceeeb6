/** Latents of many numbers as text, for patches: a byte for each, value = min + scale * byte, in base64. */
import { isLatentNumber } from '../latent/latent.js';

export interface PackedLatent {
  readonly min: number;
  readonly scale: number;
  /** Base64. */
  readonly bytes: string;
}

/** Pieces in which bytes become text: all at once they would be too many arguments. */
const PIECE = 4096;

export function packLatent(latent: Float32Array): PackedLatent {
  // Zero stays zero: the pitch of a key is told by it.
  const largest = latent.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = largest > 0 ? largest / 127 : 1;
  const min = -127 * scale;
  const bytes = Uint8Array.from(latent, (value) => Math.round((value - min) / scale));
  let text = '';
  for (let at = 0; at < bytes.length; at += PIECE)
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return { min, scale, bytes: btoa(text) };
}

/** @returns the latent, [size]; undefined where `packed` is none of that size, or could hold numbers that no latent has */
export function unpackLatent(
  { min, scale, bytes }: Partial<Record<keyof PackedLatent, unknown>>,
  size: number,
): Float32Array | undefined {
  if (!isLatentNumber(min) || typeof scale !== 'number' || typeof bytes !== 'string') return undefined;
  if (!isLatentNumber(min + 255 * scale)) return undefined;
  let text: string;
  try {
    text = atob(bytes);
  } catch {
    return undefined;
  }
  return text.length === size
    ? Float32Array.from({ length: size }, (_, i) => min + scale * text.charCodeAt(i))
    : undefined;
}
