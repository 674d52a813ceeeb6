/** The vectors of NSynth: inputs by their recipes, and what differs from the files. Used in Node and in browsers. */
import { muLawClass, muLawLevel } from '../../src/audio/mu-law.js';
import { parseConfig, type NSynthConfig } from '../../src/models/nsynth/config.js';
import { readNSynthWeights } from '../../src/models/nsynth/worker/weights.js';
import type { ImmediateDecoder, WaveNetEncoder } from '../../src/ops/nsynth/wavenet.js';
import { createRandom } from '../../src/random/random.js';
import { syntheticTensors, type WeightRecipe } from './synthetic-weights.js';

interface Input {
  readonly kind: 'partials' | 'sweep' | 'noise' | 'silence';
  readonly length: number;
  readonly amplitude: number;
  readonly frequency: number;
  readonly decay: number;
  readonly partials: number;
  readonly from: number;
  readonly to: number;
  readonly seed: string;
}

interface Mix {
  readonly mix: readonly (readonly [seed: string, weight: number])[];
  readonly scale: number;
  readonly frames: number;
}

interface Logits {
  readonly logitSteps: readonly number[];
  readonly logits: readonly (readonly number[])[];
}

interface Sound {
  readonly input: Input;
  readonly samples: number;
  readonly quantizedHash: string;
}

export type NSynthCase =
  | (Sound & { readonly kind: 'encode'; readonly embedding: readonly (readonly number[])[] })
  | (Sound & Logits & { readonly kind: 'decode'; readonly embedding: Mix; readonly labels: readonly number[]; readonly meanNll: number })
  | (Sound & Logits & { readonly kind: 'autoencode'; readonly embedding: readonly (readonly number[])[]; readonly meanNll: number })
  | (Logits & {
      readonly kind: 'generate';
      readonly embedding: Mix;
      readonly steps: number;
      readonly sampling: 'greedy' | 'categorical';
      readonly sampleSeed: string;
      readonly temperature: number;
      readonly labels: readonly number[];
      readonly closeSteps: readonly (readonly [step: number, margin: number])[];
    });

export interface NSynthVectors {
  readonly config: unknown;
  readonly weights: WeightRecipe;
  readonly cases: readonly NSynthCase[];
}

export interface VectorModel {
  readonly config: NSynthConfig;
  readonly weights: ReturnType<typeof readNSynthWeights>;
}

export function vectorModel({ config: json, weights: recipe }: NSynthVectors): VectorModel {
  const config = parseConfig(json);
  return { config, weights: readNSynthWeights(syntheticTensors(recipe), config) };
}

function waveform(input: Input): Float32Array {
  const random = createRandom(input.seed ?? '');
  const { kind, length, amplitude, frequency, decay, partials, from, to } = input;
  return Float32Array.from({ length }, (_, n) => {
    const t = n / 16000;
    if (kind === 'silence') return 0;
    if (kind === 'noise') return amplitude * (2 * random() - 1);
    if (kind === 'sweep')
      return amplitude * Math.sin(0.3 + 2 * Math.PI * (from * t + ((to - from) * t * t) / (2 * (length / 16000))));
    let sum = 0;
    for (let h = 1; h <= partials; h++) sum += Math.sin(2 * Math.PI * h * frequency * t + h) / h;
    return amplitude * Math.exp(-decay * t) * sum;
  });
}

/** [frames, size], not rounded to float32 between. */
export function mixedEmbedding({ mix, scale, frames }: Mix, size: number): Float32Array {
  const sum = new Float64Array(frames * size);
  for (const [seed, weight] of mix) {
    const random = createRandom(seed);
    for (let i = 0; i < sum.length; i++) sum[i] += weight * Math.fround(scale * (2 * random() - 1));
  }
  return Float32Array.from(sum);
}

export class Differences {
  readonly list: string[] = [];

  numbers(what: string, actual: ArrayLike<number>, expected: readonly number[], absolute: number, relative: number) {
    if (actual.length !== expected.length) {
      this.list.push(`${what}: ${actual.length} values, not ${expected.length}`);
      return;
    }
    const worst = expected.reduce((most, value, i) => {
      const error = Math.abs(actual[i] - value) / (absolute + relative * Math.abs(value));
      // Not `error > most`: NaN is a failure.
      return error <= most ? most : error;
    }, 0);
    if (!(worst <= 1)) this.list.push(`${what}: ${worst} times the tolerance`);
  }
}

const EMBEDDING = 1e-4;
const LOGITS = [5e-4, 1e-4] as const;

function soundOf({ input, samples, quantizedHash }: Sound, differences: Differences): Float32Array {
  const audio = waveform(input).subarray(0, samples);
  let hash = 0x811c9dc5;
  for (const x of audio) hash = Math.imul(hash ^ (muLawLevel(x) + 128), 0x01000193);
  const found = (hash >>> 0).toString(16).padStart(8, '0');
  if (found !== quantizedHash) differences.list.push(`levels: ${found}, not ${quantizedHash}`);
  return audio;
}

export interface CompareOptions {
  /** Teacher-forced steps at most: the network is causal, so a part of them tells as much of each. */
  readonly steps?: number;
}

export async function compareCase(
  { config }: VectorModel,
  networks: { readonly encoder: WaveNetEncoder; readonly decoder: ImmediateDecoder },
  vector: NSynthCase,
  { steps = Infinity }: CompareOptions = {},
): Promise<string[]> {
  const differences = new Differences();
  const { encoder, decoder } = networks;
  const size = decoder.embeddingSize;
  const encode = (audio: Float32Array) =>
    encoder.encode(Float32Array.from(audio, (x) => muLawLevel(x) / 128), config.hopLength, () => {});
  const logits = (expected: Logits, step: number, row = 0) => {
    const found = expected.logits[expected.logitSteps.indexOf(step)];
    if (!found) return;
    const rows = decoder.logits(row + 1).subarray(row * decoder.levels);
    differences.numbers(`logits of step ${step}`, rows, found, ...LOGITS);
  };
  const condition = (embedding: Float32Array, step: number) => {
    if (step % config.hopLength !== 0) return;
    const from = (step / config.hopLength) * size;
    decoder.condition(embedding.subarray(from, from + size), 1);
  };
  /** @returns the largest logit of each step */
  const force = (expected: Logits & { readonly meanNll?: number }, embedding: Float32Array, classes: Uint8Array) => {
    decoder.begin([0]);
    const labels: number[] = [];
    let total = 0;
    for (let step = 0; step < Math.min(steps, classes.length); step++) {
      condition(embedding, step);
      total -= decoder.score(1, classes.subarray(step, step + 1))[0];
      logits(expected, step);
      const row = decoder.logits(1);
      labels.push(row.reduce((best, value, k) => (value > row[best] ? k : best), 0));
    }
    if (expected.meanNll !== undefined && labels.length === classes.length)
      differences.numbers('meanNll', [total / classes.length], [expected.meanNll], 1e-4, 0);
    return labels;
  };

  if (vector.kind === 'encode') {
    differences.numbers('embedding', await encode(soundOf(vector, differences)), vector.embedding.flat(), EMBEDDING, EMBEDDING);
  } else if (vector.kind === 'decode') {
    const classes = Uint8Array.from(soundOf(vector, differences), (x) => muLawClass(x));
    const labels = force(vector, mixedEmbedding(vector.embedding, size), classes);
    const wrong = labels.findIndex((label, i) => label !== vector.labels[i]);
    if (wrong >= 0) differences.list.push(`label of step ${wrong}: ${labels[wrong]}, not ${vector.labels[wrong]}`);
  } else if (vector.kind === 'autoencode') {
    const audio = soundOf(vector, differences);
    const embedding = await encode(audio);
    differences.numbers('embedding', embedding, vector.embedding.flat(), EMBEDDING, EMBEDDING);
    force(vector, embedding, Uint8Array.from(audio, (x) => muLawClass(x)));
  } else {
    const embedding = mixedEmbedding(vector.embedding, size);
    const temperature = vector.sampling === 'greedy' ? 0 : vector.temperature;
    decoder.begin([createRandom(vector.sampleSeed ?? '').state]);
    for (let step = 0; step < vector.steps; step++) {
      condition(embedding, step);
      const [label] = decoder.draw(1, 1, temperature);
      logits(vector, step);
      if (label === vector.labels[step]) continue;
      differences.list.push(`label of step ${step}: ${label}, not ${vector.labels[step]}`);
      break;
    }
  }
  return differences.list;
}
