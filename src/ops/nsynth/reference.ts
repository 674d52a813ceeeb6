/** NSynth's networks in plain TypeScript and float64, written as the formulas stand: what the kernels are compared with. */
import { createRandom, type Random } from '../../random/random.js';
import type { Linear } from '../matrix.js';
import { Carriers } from './carrier.js';
import {
  SHARING,
  beginningOf,
  carrierSize,
  coresPiece,
  decoderMacs,
  dilation,
  headsOf,
  levelsOf,
  samplesOf,
  tapsBefore,
  type DecoderWeights,
  type EncoderWeights,
  type ImmediateDecoder,
  type WaveNetEncoder,
} from './wavenet.js';

type Vector = Float64Array<ArrayBuffer>;

/** b + the product of x and a range of rows, added to `y`. */
function addProduct(
  { kernel: { columns, data } }: Linear,
  x: ArrayLike<number>,
  firstRow: number,
  y: Vector,
): void {
  for (let i = 0; i < x.length; i++) {
    if (x[i] === 0) continue;
    for (let o = 0, at = (firstRow + i) * columns; o < columns; o++, at++) y[o] += x[i] * data[at];
  }
}

const rectified = (x: Vector): Vector => x.map((value) => Math.max(0, value));

function apply(linear: Linear, x: ArrayLike<number>): Vector {
  const y = Float64Array.from(linear.bias);
  addProduct(linear, x, 0, y);
  return y;
}

export function createReferenceEncoder(weights: EncoderWeights): WaveNetEncoder {
  const { taps, stages, start, layers, bottleneck } = weights;
  const before = tapsBefore(taps);
  const convolve = (linear: Linear, x: readonly ArrayLike<number>[], step: number): Vector[] =>
    x.map((_, t) => {
      const y = Float64Array.from(linear.bias);
      for (let tap = 0; tap < taps; tap++) {
        const from = x[t + (tap - before) * step] as ArrayLike<number> | undefined;
        if (from) addProduct(linear, from, tap * from.length, y);
      }
      return y;
    });
  return {
    bytes: 0,
    async encode(x, hopLength, pause, onShare = () => {}) {
      let stream = convolve(
        start,
        Array.from(x, (value) => [value]),
        1,
      );
      for (const [i, { dilated, residual }] of layers.entries()) {
        await pause();
        const hidden = convolve(dilated, stream.map(rectified), dilation(i, stages));
        stream = stream.map((row, t) => {
          const change = apply(residual, rectified(hidden[t]));
          return row.map((value, c) => value + change[c]);
        });
        onShare((i + 1) / layers.length);
      }
      const frames = stream.length / hopLength;
      const size = bottleneck.bias.length;
      const embedding = new Float32Array(frames * size);
      for (let frame = 0; frame < frames; frame++) {
        const rows = stream
          .slice(frame * hopLength, (frame + 1) * hopLength)
          .map((row) => apply(bottleneck, row));
        for (let k = 0; k < size; k++)
          embedding[frame * size + k] = rows.reduce((sum, row) => sum + row[k], 0) / hopLength;
      }
      return embedding;
    },
  };
}

interface Voice {
  /** Levels so far, as the network reads them: those of a step beside each other. */
  readonly steps: Vector[];
  /** Classes of the present step so far. */
  drawn: number[];
  /** The sums of the present step that its heads read. */
  sums: Vector;
  /** By layer: all inputs so far. */
  readonly past: Vector[][];
  readonly random: Random;
  embedding: Float32Array;
  logits: Vector;
}

export function createReferenceDecoder(weights: DecoderWeights): ImmediateDecoder {
  const { taps, stages, skipStart, layers, out, outConditioning, samplesPerStep, earlier } = weights;
  const start = beginningOf(weights);
  const levels = levelsOf(weights);
  const heads = headsOf(weights);
  const values = samplesOf(levels);
  const macs = decoderMacs(weights);
  const width = start.bias.length;
  const embeddingSize = outConditioning.kernel.rows;
  let voices: Voice[] = [];
  let carriers = new Carriers(0, 0, samplesPerStep);

  const causal = (linear: Linear, past: readonly ArrayLike<number>[], step: number): Vector => {
    const y = Float64Array.from(linear.bias);
    for (let tap = 0; tap < taps; tap++) {
      const from = past[past.length - 1 - (taps - 1 - tap) * step] as ArrayLike<number> | undefined;
      if (from) addProduct(linear, from, tap * from.length, y);
    }
    return y;
  };
  const conditioned = (sums: Vector, linear: Linear, embedding: Float32Array): Vector => {
    const change = apply(linear, embedding);
    return sums.map((value, i) => value + change[i]);
  };

  const begin = (voice: Voice) => {
    let stream = causal(start, voice.steps, 1);
    const carrier = new Float64Array(carrierSize(weights));
    carriers.write(voices.indexOf(voice), 1, carrier);
    addProduct(start, carrier, taps * samplesPerStep, stream);
    let sum = apply(skipStart, stream);
    layers.forEach(({ dilated, conditioning, residual, skip }, i) => {
      voice.past[i].push(stream);
      const gates = conditioned(
        causal(dilated, voice.past[i], dilation(i, stages)),
        conditioning,
        voice.embedding,
      );
      const gated = Float64Array.from(
        { length: width },
        (_, c) => Math.tanh(gates[width + c]) / (1 + Math.exp(-gates[c])),
      );
      const change = apply(residual, gated);
      const more = apply(skip, gated);
      stream = stream.map((value, c) => value + change[c]);
      sum = sum.map((value, c) => value + more[c]);
    });
    voice.sums = conditioned(apply(out, rectified(sum)), outConditioning, voice.embedding);
  };
  const advance = (voice: Voice) => {
    const place = voice.drawn.length % samplesPerStep;
    if (place === 0) {
      voice.drawn = [];
      begin(voice);
    }
    const hidden = voice.sums.map((value, c) => {
      const rows = voice.drawn.map(
        (level, before) => (samplesPerStep - 1 - (place - before)) * levels + level,
      );
      return rows.reduce((sum, row) => sum + earlier.data[row * earlier.columns + c], value);
    });
    voice.logits = apply(heads[place], rectified(hidden));
  };
  const remember = (voice: Voice, level: number) => {
    voice.drawn.push(level);
    if (voice.drawn.length < samplesPerStep) return;
    voice.steps.push(Float64Array.from(voice.drawn, (each) => (each - levels / 2) / (levels / 2)));
  };

  return {
    bytes: 0,
    levels,
    embeddingSize,
    lockstep: SHARING,
    piece: (count) => coresPiece(macs, count),
    begin(randoms) {
      carriers = new Carriers(randoms.length, carrierSize(weights), samplesPerStep);
      voices = randoms.map((random) => ({
        steps: [new Float64Array(samplesPerStep)],
        drawn: [],
        sums: new Float64Array(0),
        past: layers.map(() => []),
        random: Object.assign(createRandom(0), { state: random }),
        embedding: new Float32Array(embeddingSize),
        logits: new Float64Array(levels),
      }));
    },
    condition(embeddings, count) {
      for (let i = 0; i < count; i++) {
        voices[i].embedding = embeddings.slice(i * embeddingSize, (i + 1) * embeddingSize);
        carriers.tune(i, voices[i].embedding);
      }
    },
    draw(count, samples, temperature, spread = 1) {
      const classes = new Uint8Array(count * samples);
      for (let i = 0; i < count; i++) {
        const voice = voices[i];
        for (let t = 0; t < samples; t++) {
          advance(voice);
          const level =
            temperature === 0 ? likeliest(voice.logits) : drawLevel(voice, temperature, values, spread);
          classes[i * samples + t] = level;
          remember(voice, level);
        }
      }
      return classes;
    },
    score(count, classes) {
      const samples = classes.length / count;
      return Float64Array.from(classes, (level, at) => {
        const voice = voices[Math.floor(at / samples)];
        advance(voice);
        remember(voice, level);
        const largest = Math.max(...voice.logits);
        const total = voice.logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
        return voice.logits[level] - largest - Math.log(total);
      });
    },
    logits: (count) => Float32Array.from(voices.slice(0, count).flatMap((voice) => [...voice.logits])),
  };
}

const likeliest = (logits: Vector) => logits.indexOf(Math.max(...logits));

/** The first level whose cumulative probability reaches a random number, brought nearer to the mean by `spread`. */
function drawLevel(
  { logits, random }: Voice,
  temperature: number,
  values: Float32Array,
  spread: number,
): number {
  const largest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp((logit - largest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const wanted = random() * total;
  let sum = 0;
  const found = weights.findIndex((weight) => (sum += weight) >= wanted);
  const drawn = found < 0 ? weights.length - 1 : found;
  if (spread === 1) return drawn;
  const mean = weights.reduce((sum, weight, level) => sum + weight * values[level], 0) / total;
  return nearestLevel(values, mean + spread * (values[drawn] - mean));
}

function nearestLevel(values: Float32Array, sample: number): number {
  const above = values.findIndex((value, level) => sample <= (value + values[level + 1]) / 2);
  return above < 0 ? values.length - 1 : above;
}
