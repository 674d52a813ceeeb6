/**
 * IMA ADPCM (IMA Digital Audio Focus and Technical Working Groups, 1992): 4 bits a sample, a quarter of 16-bit PCM. Each code moves a
 * prediction by a multiple of a step size, which grows and shrinks with the codes; two codes to a byte, the earlier in the low half.
 */

const STEPS = Array.from({ length: 89 }, (_, i) => Math.round(7 * 1.1 ** i));
/** The index of the step size moves by so much, by the size of the code. */
const MOVES = [-1, -1, -1, -1, 2, 4, 6, 8];
const FULL_SCALE = 32768;

/** The state that writer and reader share. */
class Predictor {
  value = 0;
  private index = 0;

  get step(): number {
    return STEPS[this.index];
  }

  /** @param code 0-15: a sign, and a size in eighths of the step */
  move(code: number): number {
    const size = ((2 * (code & 7) + 1) * this.step) / 8;
    const next = this.value + (code & 8 ? -size : size);
    this.value = Math.min(FULL_SCALE - 1, Math.max(-FULL_SCALE, next));
    this.index = Math.min(STEPS.length - 1, Math.max(0, this.index + MOVES[code & 7]));
    return this.value;
  }
}

/** @param samples in [-1, 1] @returns half as many bytes */
export function encodeADPCM(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array((samples.length + 1) >> 1);
  const predictor = new Predictor();
  samples.forEach((sample, i) => {
    const off = sample * FULL_SCALE - predictor.value;
    const code = Math.min(7, Math.floor((4 * Math.abs(off)) / predictor.step)) | (off < 0 ? 8 : 0);
    predictor.move(code);
    bytes[i >> 1] |= code << (4 * (i & 1));
  });
  return bytes;
}

/** @param count samples that were encoded @returns them, in [-1, 1] */
export function decodeADPCM(bytes: Uint8Array, count: number): Float32Array {
  const predictor = new Predictor();
  const samples = new Float32Array(count);
  for (let i = 0; i < count; i++)
    samples[i] = predictor.move((bytes[i >> 1] >> (4 * (i & 1))) & 15) / FULL_SCALE;
  return samples;
}
