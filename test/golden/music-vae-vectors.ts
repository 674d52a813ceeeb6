/** The vectors of MusicVAE: what is encoded, what is decoded, and what differs from the files. Used in Node and in browsers. */
import { interpolateLatents } from '../../src/latent/interpolation.js';
import { parseConfig, createConverter, type MusicVAEConfig } from '../../src/models/music-vae/config.js';
import { controlDepth, encodeControls } from '../../src/models/music-vae/controls.js';
import type { Converter } from '../../src/models/music-vae/converters/converter.js';
import { sampleEvent } from '../../src/models/music-vae/worker/heads.js';
import type { Layers } from '../../src/ops/layers/layers.js';
import { VAENetwork } from '../../src/models/music-vae/worker/network.js';
import { readVAEWeights, type VAEWeights } from '../../src/models/music-vae/worker/weights.js';
import type { Note, NoteSequence } from '../../src/music/note-sequence.js';
import { quantizeNoteSequence } from '../../src/music/quantize.js';
import { gaussianVector } from '../../src/random/random.js';
import { syntheticTensors, type WeightRecipe } from './synthetic-weights.js';

export const VECTOR_NAMES = [
  'mel_2bar_small',
  'drums_2bar_lokl_small',
  'drums_2bar_nade',
  'mel_chords',
  'mel_16bar_small',
  'trio_4bar',
  'multitrack_chords',
  'groovae_2bar_humanize',
  'tap2drum_2bar',
] as const;

export type VectorName = (typeof VECTOR_NAMES)[number];

interface CoreVector {
  readonly labels?: readonly number[];
  readonly minMargin?: number;
  readonly logitSteps: readonly number[];
  readonly logits: readonly (readonly number[])[];
}

interface Case {
  readonly kind: 'encode' | 'decode' | 'interpolate';
  readonly controlArgs?: { readonly chordProgression: readonly string[] };
  readonly inputs: readonly NoteSequence[];
  readonly mu: readonly (readonly number[])[];
  readonly zSeed: string;
  readonly cores: readonly CoreVector[];
  readonly sensitivity: { readonly maxAbsLogitChange: number };
  readonly output?: readonly number[];
  readonly noteSequence: NoteSequence;
  readonly numInterps: number | readonly number[];
  /** Every 16th column. */
  readonly z: readonly (readonly number[])[];
  readonly noteSequences: readonly NoteSequence[];
}

export interface VAEVectors {
  readonly config: unknown;
  readonly weights: WeightRecipe;
  readonly cases: readonly Case[];
}

/** magenta.js lacks 22 and 26, and has 43 among the high toms and 52 among the rides. The models learnt note-seq's table. */
const JS_KIT = [
  [36, 35],
  [38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85],
  [42, 44, 54, 68, 69, 70, 71, 73, 78, 80],
  [46, 67, 72, 74, 79, 81],
  [45, 29, 41, 61, 64, 84],
  [48, 47, 60, 63, 77, 86, 87],
  [50, 30, 43, 62, 76, 83],
  [49, 55, 57, 58],
  [51, 52, 53, 59, 82],
];

/** What the peer does otherwise, and ours does where it is told to. */
const AS_THE_PEER: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  DrumsConverter: { pitchClasses: JS_KIT },
  DrumRollConverter: { pitchClasses: JS_KIT },
  GrooveConverter: { pitchClasses: JS_KIT },
  TrioConverter: { drumsArgs: { pitchClasses: JS_KIT } },
  MultitrackConverter: { initialVelocityBin: 8 },
};

export interface VectorModel {
  readonly config: MusicVAEConfig;
  readonly converter: Converter;
  readonly weights: VAEWeights;
}

export function vectorModel({ config: json, weights: recipe }: VAEVectors): VectorModel {
  const config = parseConfig(json);
  const converter = createConverter(config.dataConverter, AS_THE_PEER[config.dataConverter.type]);
  const { inputDepth, heads, segments } = converter;
  const shape = { inputDepth, heads, segments, controlDepth: controlDepth(config) };
  return { config, converter, weights: readVAEWeights(syntheticTensors(recipe), shape) };
}

export const networkOf = ({ weights, converter }: VectorModel, layers: Layers) =>
  new VAENetwork(layers, weights, converter.rows, converter.segments);

/** What differs beyond the tolerance, as text; empty when all is well. `scale` widens the tolerances, for narrow weights. */
class Differences {
  readonly list: string[] = [];

  constructor(private readonly scale: number) {}

  numbers(what: string, actual: ArrayLike<number>, expected: readonly number[], absolute: number, relative: number) {
    if (actual.length !== expected.length) {
      this.list.push(`${what}: ${actual.length} values, not ${expected.length}`);
      return;
    }
    const worst = expected.reduce((most, value, i) => {
      const error = Math.abs(actual[i] - value) / (this.scale * (absolute + relative * Math.abs(value)));
      // Not `error > most`: NaN is a failure.
      return error <= most ? most : error;
    }, 0);
    if (!(worst <= 1)) this.list.push(`${what}: ${worst} times the tolerance`);
  }

  same(what: string, actual: unknown, expected: unknown) {
    const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (found !== wanted) this.list.push(`${what}: ${found.slice(0, 2000)}, not ${wanted.slice(0, 2000)}`);
  }
}

const MU = 1e-4;

export async function compareCase(
  model: VectorModel,
  network: VAENetwork,
  vector: Case,
  { scale = 1 } = {},
): Promise<string[]> {
  const { converter, config } = model;
  const differences = new Differences(scale);
  const controls = encodeControls(config, converter, { chords: vector.controlArgs?.chordProgression });
  const encode = async () => {
    const pieces = vector.inputs.map((sequence) =>
      converter.encoderInput(converter.eventsOf(withSteps(sequence, converter))),
    );
    return (await network.encode(pieces, { controls })).map(({ mean }) => mean);
  };
  const decode = (latents: readonly Float32Array[], onOutput: (core: number, step: number, output: Float32Array) => void = () => {}) =>
    network.decode(
      latents,
      ({ core, row, step }, output, event) => {
        if (row === 0) onOutput(core, step, output);
        sampleEvent(model.weights.cores[core], output, event, { temperature: 0 }, () => 0);
      },
      { controls },
    );

  if (vector.kind === 'encode') {
    (await encode()).forEach((mu, i) => differences.numbers(`mu ${i}`, mu, vector.mu[i], MU, MU));
  } else if (vector.kind === 'decode') {
    const z = gaussianVector(vector.zSeed, network.latentSize);
    const tolerance = Math.max(1e-3, 20 * vector.sensitivity.maxAbsLogitChange);
    const [events] = await decode([z], (core, step, output) => {
      const expected = vector.cores[core].logits[vector.cores[core].logitSteps.indexOf(step)];
      if (expected) differences.numbers(`core ${core}, step ${step}`, output, expected, tolerance, 1e-3);
    });
    const width = events.length / converter.rows;
    vector.cores.forEach(({ labels }, core) => {
      const chosen = Array.from({ length: converter.rows }, (_, step) => events[step * width + core]);
      if (labels) differences.same(`labels of core ${core}`, chosen, labels);
    });
    if (vector.output) differences.numbers('events', events, vector.output, tolerance, 1e-3);
    compareNotes('notes', converter, events, vector.noteSequence, differences);
  } else {
    const latents = interpolateLatents(await encode(), vector.numInterps, 'linear');
    latents.forEach((z, i) =>
      differences.numbers(
        `z ${i}`,
        z.filter((_, k) => k % 16 === 0),
        vector.z[i],
        MU,
        MU,
      ),
    );
    (await decode(latents)).forEach((events, i) =>
      compareNotes(`notes of ${i}`, converter, events, vector.noteSequences[i], differences),
    );
  }
  return differences.list;
}

/** Sequences of the vectors have either kind of time. */
function withSteps(sequence: NoteSequence, { stepsPerQuarter }: Converter): NoteSequence {
  const isTimed = sequence.notes.some(({ endTime }) => endTime !== undefined);
  return isTimed ? quantizeNoteSequence(sequence, stepsPerQuarter) : sequence;
}

function compareNotes(
  what: string,
  converter: Converter,
  events: Float32Array,
  expected: NoteSequence,
  differences: Differences,
): void {
  const { notes } = converter.write(events, 120);
  if (converter.kind !== 'groove') {
    const { notes: quantized } = quantizeNoteSequence({ notes }, converter.stepsPerQuarter);
    differences.same(what, quantized.map(facts), expected.notes.map(facts));
    return;
  }
  differences.same(what, notes.map(drumFacts), expected.notes.map(drumFacts));
  const times = (list: readonly Note[]) => list.map(({ startTime = 0 }) => Math.max(0, startTime));
  differences.numbers(`${what}: times`, times(notes), times(expected.notes), 1e-4, 0);
}

const facts = ({ pitch, quantizedStartStep, quantizedEndStep, program = 0, isDrum = false }: Note) => [
  pitch,
  quantizedStartStep ?? 0,
  quantizedEndStep ?? 0,
  isDrum ? 0 : program,
  isDrum,
];

/** A velocity may turn at a half. */
const drumFacts = ({ pitch, velocity = 0 }: Note) => [pitch, Math.round(velocity / 4)];
