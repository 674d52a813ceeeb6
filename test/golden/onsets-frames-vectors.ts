/** The vectors of Onsets and Frames: waveforms, spectrograms, probabilities, notes, and what differs. Used in Node and in browsers. */
import type { OpenedCheckpoint } from '../../src/checkpoints/opened-checkpoint.js';
import type { Ops } from '../../src/models/onsets-frames/worker/kernels.js';
import { OnsetsFramesModel } from '../../src/models/onsets-frames/worker/onsets-frames-model.js';
import { KEYS, type Activations } from '../../src/music/activations.js';
import { checkedThresholds, pianoRollToSequence } from '../../src/music/activations-to-sequence.js';
import type { Note } from '../../src/music/note-sequence.js';
import { createRandom } from '../../src/random/random.js';
import { syntheticTensors, type WeightRecipe } from './synthetic-weights.js';

export const ONSETS_FRAMES_NAMES = ['onsets_frames_uni', 'onsets_frames_maestro', 'onsets_frames_drums'] as const;

interface Waveform {
  readonly sampleRate: number;
  readonly seconds: number;
  /** [MIDI pitch, start s, duration s, amplitude] */
  readonly notes?: readonly (readonly [number, number, number, number])[];
  /** [start s, duration s, amplitude, Hz] */
  readonly hits?: readonly (readonly [number, number, number, number])[];
  readonly first: readonly number[];
}

type Rows = readonly (readonly number[])[];

interface Case {
  readonly waveform: Waveform;
  readonly melShape: readonly [number, number];
  /** Frames 0, 4, 8 ...; bins 0, 8, 16 ... */
  readonly melSample: Rows;
  /** Frames 0, 4, 8 ... */
  readonly onsetProbs: Rows;
  readonly offsetProbs?: Rows;
  readonly frameProbs: Rows;
  /** Whole numbers, of the browser's file. */
  readonly velocities?: Rows;
  /** Before scale and bias, of Python's. */
  readonly velocityValues?: Rows;
  readonly thresholds?: { readonly onset: number; readonly frame?: number; readonly offset?: number };
  readonly notes: readonly Note[];
  readonly notesWithOffsets?: readonly Note[];
  readonly totalTime: number;
}

export interface OnsetsFramesVectors {
  readonly id: string;
  readonly config?: {
    readonly velocity_scale: number;
    readonly velocity_bias: number;
    readonly drums_only?: boolean;
  };
  readonly weights: WeightRecipe;
  readonly frameSeconds: number;
  readonly cases: readonly Case[];
}

/** The vectors' weights as a checkpoint, with the configuration or without one. */
export function openVectors({ id, config, weights }: OnsetsFramesVectors, withConfig = true): OpenedCheckpoint {
  const tensors = syntheticTensors(weights);
  return {
    format: 'magenta.js',
    location: id,
    entries: new Map(
      [...tensors].map(([name, { shape, data }]) => [name, { shape, dtype: 'float32', byteLength: data.byteLength }]),
    ),
    readTensors: (names = tensors.keys()) =>
      Promise.resolve(new Map([...names].map((name) => [name, tensors.get(name) ?? { shape: [], data: new Float32Array(0) }]))),
    readJSON: (name) => Promise.resolve(name === 'config.json' && withConfig ? config : undefined),
  };
}

export const vectorTranscriber = (vectors: OnsetsFramesVectors, ops: Ops) =>
  OnsetsFramesModel.of(openVectors(vectors), {}, ops);

export function waveformOf({ sampleRate, seconds, notes = [], hits = [] }: Waveform): Float32Array {
  const sum = new Float64Array(Math.round(seconds * sampleRate));
  const add = (start: number, duration: number, value: (t: number) => number) => {
    const [from, to] = [start, start + duration].map((time) => Math.round(time * sampleRate));
    for (let i = from; i < Math.min(to, sum.length); i++) sum[i] += value((i - from) / sampleRate);
  };
  for (const [pitch, start, duration, amplitude] of notes) {
    const hz = 440 * 2 ** ((pitch - 69) / 12);
    add(start, duration, (t) => {
      let value = 0;
      for (let h = 1; h <= 4 && h * hz < 7600; h++) value += Math.sin(2 * Math.PI * h * hz * t) / h;
      return amplitude * Math.exp(-3 * t) * value;
    });
  }
  hits.forEach(([start, duration, amplitude, hz], i) => {
    const random = createRandom(`hit${i}`);
    add(
      start,
      duration,
      (t) => amplitude * Math.exp(-20 * t) * (0.5 * Math.sin(2 * Math.PI * hz * t) + 0.5 * (2 * random() - 1)),
    );
  });
  return Float32Array.from(sum);
}

const EVERY = 4;
const rowsOf = (values: Float32Array | undefined, columns: number, step: number, frames: number) =>
  Array.from({ length: Math.ceil(frames / EVERY) }, (_, i) =>
    Array.from({ length: Math.ceil(columns / step) }, (__, j) => values?.[i * EVERY * columns + j * step] ?? NaN),
  );

/** The largest difference of rows. */
function furthest(actual: Rows, expected: Rows): number {
  if (actual.length !== expected.length || actual.some((row, i) => row.length !== expected[i].length)) return Infinity;
  const differences = expected.flatMap((row, i) => row.map((value, j) => Math.abs(actual[i][j] - value)));
  // Not Math.max alone: NaN is a failure.
  return differences.some(Number.isNaN) ? Infinity : Math.max(...differences);
}

/** 0.05 dB, of bins within 80 dB of the peak; probabilities as exact as the file's own computation in float32 allows. */
const DECIBELS = 0.05;

/** What differs beyond the tolerance, as text; empty when all is well. `parts`: lengths in which the waveform is written. */
export async function compareTranscription(
  vectors: OnsetsFramesVectors,
  model: OnsetsFramesModel,
  index: number,
  { parts = [] as readonly number[] } = {},
): Promise<string[]> {
  const vector = vectors.cases[index];
  const waveform = waveformOf(vector.waveform);
  const differences: string[] = [];
  const check = (what: string, difference: number, most: number) => {
    if (!(difference <= most)) differences.push(`${what}: off by ${difference}, more than ${most}`);
  };
  // Where the first values of the vector lie in it depends on the file.
  const { first, sampleRate } = vector.waveform;
  const isThere = [...waveform.keys()].some((i) => first.every((value, k) => Math.abs(waveform[i + k] - value) < 1e-6));
  if (!isThere) differences.push('the waveform is another');

  const read = async (keep: 'activations' | 'spectrogram') => {
    const recording = model.begin({ sampleRate, thresholds: checkedThresholds({}), keep });
    const pause = () => Promise.resolve();
    let at = 0;
    for (const length of [...parts, waveform.length]) {
      await recording.write([waveform.slice(at, at + length)], pause);
      at += length;
    }
    return recording.close(pause);
  };
  const { spectrogram } = await read('spectrogram');
  const [frames, bins] = vector.melShape;
  check('frames', Math.abs((spectrogram?.length ?? 0) - frames * bins), 0);
  check('mel', furthest(rowsOf(spectrogram, bins, 8, frames), vector.melSample), DECIBELS);

  const { activations } = await read('activations');
  if (!activations) return [...differences, 'there are no activations'];
  const { onsets, frames: sounding, offsets, velocities } = activations;
  const tolerance = vectors.config ? 1e-4 : 2e-3;
  check('onsets', furthest(rowsOf(onsets, KEYS, 1, frames), vector.onsetProbs), tolerance);
  const drums = vectors.config?.drums_only === true;
  if (!drums) check('frames', furthest(rowsOf(sounding, KEYS, 1, frames), vector.frameProbs), tolerance);
  if (!drums && vector.offsetProbs)
    check('offsets', furthest(rowsOf(offsets, KEYS, 1, frames), vector.offsetProbs), tolerance);
  const { velocity_scale: scale = 80, velocity_bias: bias = 10 } = vectors.config ?? {};
  const expectedVelocities =
    vector.velocities ??
    vector.velocityValues?.map((row) => row.map((value) => Math.trunc(scale * Math.min(1, Math.max(0, value)) + bias)));
  check('velocities', furthest(rowsOf(velocities, KEYS, 1, frames), expectedVelocities ?? []), 1);
  compareNotes(vector, activations, differences);
  return differences;
}

function compareNotes(vector: Case, activations: Activations, differences: string[]): void {
  const { onset: onsetThreshold = 0.5, frame: frameThreshold, offset } = vector.thresholds ?? {};
  const compare = (what: string, offsetThreshold: number | undefined, expected: readonly Note[]) => {
    const { notes } = pianoRollToSequence(activations, { onsetThreshold, frameThreshold, offsetThreshold });
    const facts = ({ pitch, startTime = 0, endTime = 0, isDrum = false }: Note) =>
      `${pitch} ${startTime.toFixed(7)} ${endTime.toFixed(7)} ${isDrum}`;
    const [actual, wanted] = [notes.map(facts).join('\n'), expected.map(facts).join('\n')];
    if (actual !== wanted) differences.push(`${what}:\n${actual}\nand not\n${wanted}`);
    else if (notes.some(({ velocity = NaN }, i) => !(Math.abs(velocity - (expected[i].velocity ?? 0)) <= 1)))
      differences.push(`${what}: velocities`);
  };
  compare('notes', undefined, vector.notes);
  if (vector.notesWithOffsets) compare('notes with offsets', offset, vector.notesWithOffsets);
}
