/**
 * Music Transformer's reference vectors: an independent float64 implementation of the specification on weights drawn by recipe.
 * No Node or DOM here: browser tests use it too.
 */
import { parseConfig } from '../../src/models/music-transformer/config.js';
import { readTransformerWeights } from '../../src/models/music-transformer/worker/weights.js';
import type { NoteSequence } from '../../src/music/note-sequence.js';
import { melodyTokens, performanceTokens, tokensToSequence } from '../../src/music/performance-tokens.js';
import { draw, logProbabilityOf } from '../../src/models/sampling.js';
import type { ImmediateTransformer, TransformerWeights } from '../../src/ops/transformer/network.js';
import { createRandom } from '../../src/random/random.js';
import { syntheticTensors, type WeightRecipe } from './synthetic-weights.js';

export const VECTORS = ['small', 'relative', 'melody', '16x512'] as const;

interface LogitsCase {
  readonly kind: 'logits';
  readonly tokens: readonly number[];
  readonly inputs?: readonly number[];
  readonly positions: readonly number[];
  readonly logits: readonly (readonly number[])[];
  readonly meanNll?: number;
}

interface WrittenCase {
  readonly kind: 'greedy' | 'sample';
  readonly primer: readonly number[];
  readonly inputs?: readonly number[];
  readonly steps: number;
  readonly forbid?: readonly number[];
  readonly labels: readonly number[];
  readonly minMargin?: number;
  readonly seed?: number | string;
  readonly temperature?: number;
  readonly topK?: number;
  readonly topP?: number;
}

export interface TransformerVectors {
  readonly config: Readonly<Record<string, unknown>>;
  readonly weights: WeightRecipe;
  readonly cases: readonly (LogitsCase | WrittenCase)[];
}

export const weightsOf = ({ config, weights }: TransformerVectors): TransformerWeights =>
  readTransformerWeights(syntheticTensors(weights), parseConfig(config));

/** Reads tokens in as many parts as the network takes them. */
function read(network: ImmediateTransformer, tokens: readonly number[], at: number): void {
  for (let from = 0; from < tokens.length; from += at) network.read(tokens.slice(from, from + at));
}

/** Float32 arithmetic, or weights of 12 bits, which are judged by what they are good for. */
export type Judged = 'float32' | 'int16';

/** What differs from the vectors beyond their tolerances, as text; empty when all is well. */
export function compareCase(
  network: ImmediateTransformer,
  vector: LogitsCase | WrittenCase,
  precision: Judged,
): string[] {
  network.begin(vector.inputs);
  return vector.kind === 'logits'
    ? compareLogits(network, vector, precision)
    : compareWritten(network, vector, precision);
}

function compareLogits(network: ImmediateTransformer, vector: LogitsCase, precision: Judged): string[] {
  const { tokens, positions, logits, meanNll } = vector;
  const differences: string[] = [];
  let [sum, count] = [0, 0];
  // Read in parts of all sizes: one token at a time must give what many at once give.
  const inputs = [0, ...tokens];
  for (let position = 0, size = 1; position < inputs.length; size = (size % network.tokensAtATime) + 1) {
    const part = inputs.slice(position, position + size);
    network.read(part);
    for (let row = 0; row < part.length; row++, position++) {
      const found = network.logits(row);
      const expected = logits[positions.indexOf(position)];
      if (expected && precision === 'float32') {
        const off = expected.findIndex((value, n) => !(Math.abs(found[n] - value) <= 2e-4 + 2e-4 * Math.abs(value)));
        if (off >= 0) differences.push(`position ${position}: logit ${off} is ${found[off]}, not ${expected[off]}`);
      }
      const token = tokens[position];
      if (token === undefined || token === 0) continue;
      sum -= logProbabilityOf(found, token);
      count++;
    }
  }
  const tolerance = precision === 'float32' ? 2e-4 : 0.01;
  if (meanNll !== undefined && !(Math.abs(sum / count - meanNll) <= tolerance))
    differences.push(`mean loss ${sum / count}, not ${meanNll}`);
  return differences;
}

function compareWritten(network: ImmediateTransformer, vector: WrittenCase, precision: Judged): string[] {
  const { kind, primer, steps, labels, minMargin = 0, forbid = [], seed = 0, temperature, topK, topP } = vector;
  // Narrow weights may well choose another where two are as good.
  if (precision === 'int16' && (kind === 'sample' || minMargin <= 0.1)) return [];
  const random = createRandom(seed);
  const sampling = kind === 'greedy' ? { temperature: 0 } : { temperature, topK, topP };
  const written: number[] = [];
  read(network, [0, ...primer], network.tokensAtATime);
  let row = primer.length % network.tokensAtATime;
  while (written.length < steps) {
    const logits = network.logits(row);
    for (const token of forbid) logits[token] = -Infinity;
    const { index } = draw(logits, sampling, random);
    written.push(index);
    if (index === 1) break;
    network.read([index]);
    row = 0;
  }
  return `${written}` === `${labels}` ? [] : [`${kind}: ${written}, not ${labels}`];
}

/** Tokens of a performance or a melody, checked with the original's own functions. */
export interface EventsCase {
  readonly kind: 'encode' | 'decode' | 'melody';
  readonly name: string;
  readonly input: NoteSequence;
  readonly eos: boolean;
  readonly extended: boolean;
  readonly ids: readonly number[];
  readonly decoded: NoteSequence;
}

/** @returns the differences from a vector, as text; none when all is well */
export function compareEvents({ kind, name, input, eos, extended, ids, decoded }: EventsCase): string[] {
  const differences: string[] = [];
  const compare = (found: unknown, expected: unknown) => {
    const texts = [found, expected].map((value) => JSON.stringify(value));
    if (texts[0] !== texts[1]) differences.push(`${kind}, ${name}: ${texts[0]}, not ${texts[1]}`);
  };
  if (kind === 'melody') compare(melodyTokens(input, { extend: extended }), ids);
  if (kind === 'encode') compare(performanceTokens(input, { end: eos }), ids);
  if (kind !== 'melody') compare(roundedNotes(tokensToSequence(ids)), roundedNotes(decoded));
  return differences;
}

const rounded = (seconds = 0) => Math.round(seconds * 1e9) / 1e9;

const roundedNotes = ({ notes, totalTime }: NoteSequence) => [
  rounded(totalTime),
  ...notes.map(({ pitch, velocity, startTime, endTime }) => [
    pitch,
    velocity,
    rounded(startTime),
    rounded(endTime),
  ]),
];
