/** A spectral NSynth with named timbres, of weights drawn by recipe: what it sounds like is nobody's, and always the same. */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeMagentaJS } from '../src/checkpoints/formats/magenta-js-writer.js';
import { sampleLatent } from '../src/latent/latent.js';
import { EMBEDDING_SIZE, PITCH_COUNT } from '../src/models/nsynth/timbre-bank.js';
import { syntheticTensors, type WeightRecipe } from './golden/synthetic-weights.js';

export const TIMBRE_NAMES = ['reed', 'bell', 'wood', 'glass', 'string'];
/** Frames that its timbres tell. */
export const TIMBRE_FRAMES = [0, 10, 50, 124];

type Tensors = Map<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

export function spectralTensors(): Tensors {
  const vectors = JSON.parse(
    readFileSync(new URL('./golden/nsynth_spectral.json', import.meta.url), 'utf8'),
  ) as { weights: WeightRecipe };
  return new Map(syntheticTensors(vectors.weights));
}

const shape = [TIMBRE_NAMES.length, PITCH_COUNT, TIMBRE_FRAMES.length, EMBEDDING_SIZE];
const drawn = sampleLatent(
  'timbres',
  shape.reduce((a, b) => a * b),
);
export const TIMBRE_EMBEDDINGS = {
  shape,
  // The first number of a frame is its pitch beside that of the key.
  data: drawn.map((value, i) => (i % EMBEDDING_SIZE === 0 ? 0 : value)),
};

export const TIMBRES_CONFIG = {
  names: TIMBRE_NAMES,
  families: TIMBRE_NAMES.map(() => 'drawn'),
  pitches: [24, 84],
  frames: TIMBRE_FRAMES,
};
export const SPECTRAL_CONFIG = { type: 'NSynth', bottleneckWidth: 16, decoder: { type: 'spectral' } };

/** @returns the folder, made in `root` */
export async function putCheckpoint(
  root: string,
  name: string,
  tensors: Tensors = spectralTensors().set('timbres/embeddings', TIMBRE_EMBEDDINGS),
  config: object = { ...SPECTRAL_CONFIG, timbres: TIMBRES_CONFIG },
): Promise<string> {
  const folder = path.join(root, name);
  await mkdir(folder);
  for (const [file, bytes] of encodeMagentaJS(tensors, 'float32'))
    await writeFile(path.join(folder, file), bytes);
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  return `${folder}/`;
}
