/** The sample loop in pieces: so many samples at a time that work can be given up soon, voices in lockstep, the longest first. */
import { createRandom } from '../../../random/random.js';
import { samplesOf, type WaveNetDecoder } from '../../../ops/nsynth/wavenet.js';
import type { DecodedPart } from '../protocol.js';
import type { NoteMemory, WantedNote } from './note-memory.js';

/** Milliseconds after which samples are handed over in the middle of a frame. */
const HAND_OVER = 100;

export interface DecodeSettings {
  readonly hopLength: number;
  readonly temperature: number;
  /** Default 1. */
  readonly spread?: number;
  /** One a voice. */
  readonly seeds: readonly (number | string)[];
  /** Notes that were decoded before. */
  readonly notes?: NoteMemory;
  /** It is awaited now and then; it may throw to give up. */
  readonly pause: () => Promise<void>;
  readonly onPart: (part: DecodedPart) => void;
}

interface Voice {
  readonly index: number;
  readonly embedding: Float32Array;
  readonly samples: Float32Array<ArrayBuffer>;
}

/** @param embeddings [frames, decoder.embeddingSize] each @returns frames * hopLength samples each */
export async function decodeVoices(
  decoder: WaveNetDecoder,
  embeddings: readonly Float32Array[],
  settings: DecodeSettings,
): Promise<Float32Array<ArrayBuffer>[]> {
  const { hopLength } = settings;
  const voices = embeddings.map((embedding, index): Voice => {
    const frames = embedding.length / decoder.embeddingSize;
    return { index, embedding, samples: new Float32Array(frames * hopLength) };
  });
  const longestFirst = await notDecodedBefore(voices, settings);
  longestFirst.sort((a, b) => b.samples.length - a.samples.length);
  for (let first = 0; first < longestFirst.length; first += decoder.lockstep) {
    const together = longestFirst.slice(first, first + decoder.lockstep);
    await decodeTogether(decoder, together, settings);
    for (const voice of together) await settings.notes?.keep(wantedNote(voice, settings), voice.samples);
  }
  return voices.map(({ samples }) => samples);
}

const wantedNote = (
  { index, embedding }: Voice,
  { seeds, temperature, spread = 1 }: DecodeSettings,
): WantedNote => ({
  embedding,
  seed: createRandom(seeds[index]).state,
  temperature,
  spread,
});

/** Fills in the voices that are known, and hands them over. @returns the others */
async function notDecodedBefore(voices: readonly Voice[], settings: DecodeSettings): Promise<Voice[]> {
  const { notes, pause, onPart } = settings;
  if (!notes) return [...voices];
  const others: Voice[] = [];
  for (const voice of voices) {
    await pause();
    const found = await notes.find(wantedNote(voice, settings));
    if (found?.length !== voice.samples.length) others.push(voice);
    else {
      voice.samples.set(found);
      onPart({ voice: voice.index, samples: found, at: 0 });
    }
  }
  return others;
}

async function decodeTogether(
  decoder: WaveNetDecoder,
  voices: readonly Voice[],
  { hopLength, temperature, spread, seeds, pause, onPart }: DecodeSettings,
): Promise<void> {
  const { levels } = decoder;
  const sampleOf = samplesOf(levels);
  decoder.begin(voices.map(({ index }) => createRandom(seeds[index]).state));
  const end = Math.max(...voices.map(({ samples }) => samples.length));
  let handedOver = 0;
  let before = performance.now();
  for (let at = 0; at < end;) {
    const running = voices.filter(({ samples }) => samples.length > at);
    const count = running.length;
    const frame = Math.floor(at / hopLength);
    if (at % hopLength === 0) decoder.condition(framesOf(running, frame, decoder.embeddingSize), count);
    const samples = Math.min(decoder.piece(count), (frame + 1) * hopLength - at);
    await pause();
    const classes = await decoder.draw(count, samples, temperature, spread);
    running.forEach((voice, i) => {
      for (let t = 0; t < samples; t++) voice.samples[at + t] = sampleOf[classes[i * samples + t]];
    });
    at += samples;
    if (at % hopLength !== 0 && performance.now() - before < HAND_OVER) continue;
    for (const voice of running)
      onPart({ voice: voice.index, samples: voice.samples.slice(handedOver, at), at: handedOver });
    handedOver = at;
    before = performance.now();
  }
}

/** [voices, size] */
function framesOf(voices: readonly Voice[], frame: number, size: number): Float32Array {
  const result = new Float32Array(voices.length * size);
  voices.forEach(({ embedding }, i) => {
    result.set(embedding.subarray(frame * size, (frame + 1) * size), i * size);
  });
  return result;
}

/**
 * Nats of each sample's class after those before it.
 * @param classes frames * hopLength
 */
export async function scoreClasses(
  decoder: WaveNetDecoder,
  embedding: Float32Array,
  classes: Uint8Array,
  { hopLength, pause }: Pick<DecodeSettings, 'hopLength' | 'pause'>,
): Promise<Float64Array<ArrayBuffer>> {
  const size = decoder.embeddingSize;
  const result = new Float64Array(classes.length);
  decoder.begin([0]);
  for (let at = 0; at < classes.length;) {
    const frame = Math.floor(at / hopLength);
    if (at % hopLength === 0) decoder.condition(embedding.subarray(frame * size, (frame + 1) * size), 1);
    const samples = Math.min(decoder.piece(1), (frame + 1) * hopLength - at);
    await pause();
    result.set(await decoder.score(1, classes.subarray(at, at + samples)), at);
    at += samples;
  }
  return result;
}
