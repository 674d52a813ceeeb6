/**
 * Encoding, decoding and sampling with a MusicVAE: ours against that of @magenta/music, the same checkpoints and inputs, one
 * thread. Points in latent space are the same; what is written is sampled at the same temperature, which is 0 where inputs are given.
 */
import { MusicVAEModel } from '../../src/models/music-vae/worker/music-vae-model.js';
import { interpolateLatents } from '../../src/latent/interpolation.js';
import type { NoteSequence } from '../../src/music/note-sequence.js';
import { gaussianVector } from '../../src/random/random.js';
import { interleave, rows, type Row } from '../statistics.js';

interface Tensor {
  dispose(): void;
}

/** The part of it that we use. */
interface MagentaMusicVAE {
  initialize(): Promise<void>;
  encode(sequences: readonly NoteSequence[]): Promise<Tensor>;
  decode(z: Tensor, temperature?: number): Promise<unknown>;
  sample(count: number, temperature?: number): Promise<unknown>;
  interpolate(sequences: readonly NoteSequence[], count: number, temperature?: number): Promise<unknown>;
}

declare const music_vae: { readonly MusicVAE: new (checkpointURL: string) => MagentaMusicVAE };
declare const tf: {
  setBackend(name: string): Promise<boolean>;
  getBackend(): string;
  tensor2d(values: Float32Array, shape: [number, number]): Tensor;
};

interface Contestant {
  readonly ours: (model: MusicVAEModel) => Promise<unknown>;
  readonly peer: (model: MagentaMusicVAE) => Promise<unknown>;
}

const ROUNDS = 3;
const TEMPERATURE = 0.5;

const points = (count: number) => Array.from({ length: count }, (_, i) => gaussianVector(`point ${i}`, 256));

const sample = (count: number): Contestant => ({
  ours: (model) => model.decode(points(count), { sampling: { temperature: TEMPERATURE } }),
  peer: (model) => model.sample(count, TEMPERATURE),
});

const decode: Contestant = {
  ours: (model) => model.decode(points(1)),
  peer: async (model) => {
    const z = tf.tensor2d(points(1)[0], [1, 256]);
    await model.decode(z);
    z.dispose();
  },
};

const encode = (inputs: readonly NoteSequence[]): Contestant => ({
  ours: (model) => model.encode(inputs.slice(0, 1)),
  peer: async (model) => (await model.encode(inputs.slice(0, 1))).dispose(),
});

const encodeAndDecode = (inputs: readonly NoteSequence[]): Contestant => ({
  ours: async (model) => model.decode(await model.encode(inputs.slice(0, 1))),
  peer: async (model) => {
    const z = await model.encode(inputs.slice(0, 1));
    await model.decode(z);
    z.dispose();
  },
});

const interpolate = (inputs: readonly NoteSequence[], count: number): Contestant => ({
  ours: async (model) => model.decode(interpolateLatents(await model.encode(inputs.slice(0, 2)), count)),
  peer: (model) => model.interpolate(inputs.slice(0, 2), count),
});

type Inputs = readonly NoteSequence[];
const CASES: Readonly<Record<string, (inputs: Inputs) => Record<string, Contestant>>> = {
  mel_2bar_small: (inputs) => ({
    'decode 1': decode,
    'sample 4': sample(4),
    'interpolate 2 to 5': interpolate(inputs, 5),
    'encode 1': encode(inputs),
  }),
  mel_16bar_small: () => ({ 'sample 1': sample(1) }),
  trio_4bar: () => ({ 'sample 1': sample(1) }),
  groovae_2bar_humanize: (inputs) => ({ 'encode and decode': encodeAndDecode(inputs) }),
};

async function run(checkpoint: string): Promise<Row[]> {
  const base = `${location.origin}/scratch/vectors/${checkpoint}`;
  const load = (precision: 'int16' | 'float32') =>
    MusicVAEModel.load({ kind: 'folder', base: `${base}/` }, { precision });
  const [int16, float32] = [await load('int16'), await load('float32')];
  const magenta = new music_vae.MusicVAE(base);
  await magenta.initialize();
  const { cases } = (await (await fetch(`/golden/${checkpoint}.json`)).json()) as {
    readonly cases: readonly { readonly inputs?: Inputs }[];
  };
  const inputs = cases.find((one) => one.inputs)?.inputs ?? [];
  const peer = `@magenta/music, ${tf.getBackend()}`;
  const result: Row[] = [];
  for (const [title, contestant] of Object.entries(CASES[checkpoint](inputs))) {
    const contestants = {
      'ours, int16': () => contestant.ours(int16),
      'ours, float32': () => contestant.ours(float32),
      [peer]: () => contestant.peer(magenta),
    };
    // Until the engine has compiled what it finds worth compiling.
    for (let i = 0; i < 20; i++) await contestant.ours(i % 2 ? int16 : float32);
    result.push(...rows(`MusicVAE ${checkpoint}, ${title}`, await interleave(contestants, ROUNDS), [peer]));
  }
  int16.dispose();
  float32.dispose();
  return result;
}

async function benchmark(): Promise<Row[]> {
  // Its fastest here: without a GPU its own choice would be WebGL in software.
  await tf.setBackend('cpu');
  const result: Row[] = [];
  for (const checkpoint of Object.keys(CASES)) result.push(...(await run(checkpoint)));
  return result;
}

Object.assign(globalThis, { benchmark });
