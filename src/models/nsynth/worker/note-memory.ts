/**
 * A note that a WaveNet decoded once is not computed again: that costs minutes, and reading it a few milliseconds. Notes are kept as the
 * classes of their samples, a byte each, under a hash of all that decides them: weights, kernels, embedding, seed, temperature and
 * spread.
 */
import { muLawClass } from '../../../audio/mu-law.js';
import { sha256OfBytes } from '../../../checkpoints/downloads/digest.js';
import { KeptNotes } from '../../../checkpoints/downloads/kept-notes.js';
import { levelsOf, samplesOf, type DecoderWeights } from '../../../ops/nsynth/wavenet.js';

export interface NoteMemory {
  /** @param seed the state of its random numbers @returns undefined where it is not there */
  find(note: WantedNote): Promise<Float32Array<ArrayBuffer> | undefined>;
  keep(note: WantedNote, samples: Float32Array): Promise<void>;
}

export interface WantedNote {
  readonly embedding: Float32Array;
  /** The state of its random numbers. */
  readonly seed: number;
  readonly temperature: number;
  readonly spread: number;
}

export interface Decoding {
  readonly weights: DecoderWeights;
  readonly hopLength: number;
  /** The kernels that decode, as they were compiled; none of the plain reference. */
  readonly kernels?: BufferSource;
  /** The weights in memory have it. */
  readonly precision: string;
}

/**
 * @param pause is awaited between one matrix and the next; it may throw to give up
 * @returns undefined where nothing can be kept
 */
export async function openNoteMemory(
  decoding: Decoding,
  pause: () => Promise<void>,
): Promise<NoteMemory | undefined> {
  const notes = await KeptNotes.open();
  if (!notes) return undefined;
  const levels = levelsOf(decoding.weights);
  const sampleOf = samplesOf(levels);
  const decoder = await hashOf(decoding, pause);
  const keyOf = ({ embedding, seed, temperature, spread }: WantedNote) =>
    hashOf({ decoder, seed, temperature, spread, embedding });
  return {
    async find(note) {
      const classes = await notes.read(await keyOf(note));
      return classes && Float32Array.from(classes, (index) => sampleOf[index]);
    },
    async keep(note, samples) {
      const classes = Uint8Array.from(samples, (sample) => muLawClass(sample, levels));
      await notes.write(await keyOf(note), classes);
    },
  };
}

/** The hash of a structure of numbers, texts and arrays of numbers: that of its parts, which stand under their names. */
async function hashOf(value: object, pause?: () => Promise<void>): Promise<string> {
  const parts: string[] = [];
  for (const [name, part] of Object.entries(value) as [string, unknown][]) {
    await pause?.();
    parts.push(`${name} ${await textOf(part, pause)}`);
  }
  return sha256OfBytes(new TextEncoder().encode(parts.join('\n')));
}

async function textOf(part: unknown, pause?: () => Promise<void>): Promise<string> {
  if (isBytes(part)) return sha256OfBytes(part);
  return typeof part === 'object' && part !== null ? hashOf(part, pause) : String(part);
}

const isBytes = (part: unknown): part is ArrayBuffer | ArrayBufferView =>
  ArrayBuffer.isView(part) || part instanceof ArrayBuffer;
