/**
 * Synthesizes what the spectral decoder writes: partials, noise, and their level. In float64; the reference is training/nsynth/synthesis.py.
 *
 * A frame has a level at four moments, and a colour at its end: how loud the partials of its pitch are, how far each lies from its multiple
 * of the fundamental (bells, strings), and how loud noise is over frequency. Partials run on from frame to frame; their loudness and frequency
 * go in straight lines from a frame's end to the next one's. Noise is a block of random phases a frame, which overlaps its neighbours.
 * Partials and noise are levelled to a loudness of 1 together, and the level is drawn over them: a stroke is as sharp as its moments.
 */
import { frequencyOf } from '../../audio/frequency.js';
import { RealFFT } from '../../audio/fft.js';
import { weightingAt } from '../../audio/loudness.js';
import { createRandom } from '../../random/random.js';
import { HOP, SAMPLE_RATE } from './spectral.js';

/** A frame tells its level so many times. */
export const MOMENTS = 4;
const geometric = (from: number, to: number, count: number) =>
  Array.from({ length: count }, (_, i) => from * (to / from) ** (i / (count - 1)));
/** So many partials are reckoned: more than lie below 8 kHz at any pitch that is played. */
const PARTIALS = 512;
/** Partials whose loudness and place are told; between them both are linear. */
export const PARTIAL_KNOTS = [
  ...Array.from({ length: 24 }, (_, i) => i + 1),
  ...geometric(24, PARTIALS, 15).slice(1),
];
/** Hz, for noise. Wider apart as they rise, as hearing's bands are. */
const NOISE_KNOTS = geometric(1 + 20 / 700, 1 + 8000 / 700, 56).map((ratio) => 700 * (ratio - 1));
/** Numbers of a frame: levels, loudness of partials, how far they are apart from their multiples, loudness of noise. */
export const OUTPUTS = MOMENTS + 2 * PARTIAL_KNOTS.length + NOISE_KNOTS.length;

/** The network's numbers are nepers of amplitude, to this scale. */
const NEPERS = 3;
const amplitudeOf = (value: number) => Math.exp(NEPERS * value - 4);
/** A partial is at most so far from its multiple, in fundamentals. */
const FARTHEST = 0.5;
/** Partials end here. */
const HIGHEST_HZ = 7950;

/** A block of noise has so many samples. */
const BLOCK = 2 * HOP;
/**
 * Noise is told as the amplitude of a sine that is as loud in one bin of the analysis. The analysis hears noise 1.5 bins wide, and a
 * block's bins are twice as far apart as its.
 */
const NOISE_TO_SINE = Math.sqrt(4 / 3);

/** A position between knots is told by the knot below it, and the share of the next one. */
interface Place {
  readonly below: number;
  readonly share: number;
}

function placeOf(knots: readonly number[], at: number): Place {
  const last = knots.length - 2;
  const above = knots.findIndex((knot) => knot > at);
  const below = above < 0 ? last : Math.max(0, above - 1);
  const share = (at - knots[below]) / (knots[below + 1] - knots[below]);
  return { below, share: Math.min(1, Math.max(0, share)) };
}

const valueAt = (values: Float32Array, { below, share }: Place) =>
  values[below] + share * (values[below + 1] - values[below]);

const NOISE_PLACES = Array.from({ length: HOP - 1 }, (_, i) =>
  placeOf(NOISE_KNOTS, ((i + 1) * SAMPLE_RATE) / BLOCK),
);
const PARTIAL_PLACES = Array.from({ length: PARTIALS }, (_, i) => placeOf(PARTIAL_KNOTS, i + 1));

/** A frame's end. */
interface Colour {
  /** Radians a sample, by partial. */
  readonly turns: Float64Array;
  readonly amplitudes: Float64Array;
  /** Amplitudes of a block's bins, from the one above 0 Hz on. */
  readonly noise: Float64Array;
}

function colourOf(frame: Float32Array, pitch: number): Colour {
  const fundamental = frequencyOf(pitch);
  const [turns, amplitudes] = [new Float64Array(PARTIALS), new Float64Array(PARTIALS)];
  const loudness = frame.subarray(MOMENTS, MOMENTS + PARTIAL_KNOTS.length);
  const apart = frame.subarray(MOMENTS + PARTIAL_KNOTS.length, MOMENTS + 2 * PARTIAL_KNOTS.length);
  const noisiness = frame.subarray(MOMENTS + 2 * PARTIAL_KNOTS.length, OUTPUTS);
  let power = 0;
  for (let i = 0; i < PARTIALS; i++) {
    const hz = (i + 1 + FARTHEST * Math.tanh(valueAt(apart, PARTIAL_PLACES[i]))) * fundamental;
    turns[i] = (2 * Math.PI * hz) / SAMPLE_RATE;
    if (hz < HIGHEST_HZ) amplitudes[i] = amplitudeOf(valueAt(loudness, PARTIAL_PLACES[i]));
    power += amplitudes[i] ** 2 / 2;
  }
  const noise = Float64Array.from(
    NOISE_PLACES,
    (place) => NOISE_TO_SINE * amplitudeOf(valueAt(noisiness, place)),
  );
  for (const amplitude of noise) power += amplitude ** 2 / 2;
  const scale = 1 / Math.sqrt(power);
  return {
    turns,
    amplitudes: amplitudes.map((amplitude) => scale * amplitude),
    noise: noise.map((amplitude) => scale * amplitude),
  };
}

/** The level that a frame ends with. */
export interface FrameLevel {
  /** Root mean square. */
  readonly level: number;
  /** Mean square over the frame, weighted as loudness is. */
  readonly power: number;
}

/** Hears how loud a frame will be, without making its sound. @param frame [OUTPUTS] @param pitch MIDI */
export function levelOf(frame: Float32Array, pitch: number): FrameLevel {
  const { turns, amplitudes, noise } = colourOf(frame, pitch);
  let weighted = 0;
  for (let i = 0; i < PARTIALS && turns[i] < Math.PI; i++)
    weighted += (amplitudes[i] ** 2 / 2) * WEIGHTS[Math.round((turns[i] * BLOCK) / (2 * Math.PI))];
  noise.forEach((amplitude, i) => (weighted += (amplitude ** 2 / 2) * WEIGHTS[i + 1]));
  let square = 0;
  for (let moment = 0; moment < MOMENTS; moment++) square += amplitudeOf(frame[moment]) ** 2 / MOMENTS;
  return { level: amplitudeOf(frame[MOMENTS - 1]), power: weighted * square };
}

/** By bins of a block. */
const WEIGHTS = Float64Array.from({ length: HOP + 1 }, (_, i) => weightingAt((i * SAMPLE_RATE) / BLOCK));

/** Raises the levels that frames tell, in place: so a sound is louder, and no step is heard. @param frames [count, OUTPUTS] */
export function raise(frames: Float32Array, nepers: number): void {
  for (let at = 0; at < frames.length; at += OUTPUTS)
    for (let moment = 0; moment < MOMENTS; moment++) frames[at + moment] += nepers / NEPERS;
}

/** Spread, so that partials do not begin with a common peak. */
const firstPhase = (partial: number) => 2 * Math.PI * ((0.6180339887498949 * partial * partial) % 1);

/** One sound, as its frames come. */
export class PartialsAndNoise {
  private readonly fft = new RealFFT(BLOCK);
  private readonly window = Float64Array.from({ length: BLOCK }, (_, i) =>
    Math.sin((Math.PI * (i + 0.5)) / BLOCK),
  );
  private readonly phases = Float64Array.from({ length: PARTIALS }, (_, i) => firstPhase(i + 1));
  private readonly re = new Float64Array(HOP + 1);
  private readonly im = new Float64Array(HOP + 1);
  private readonly block = new Float64Array(BLOCK);
  private readonly sound = new Float64Array(HOP);
  private random: (() => number) | undefined;
  private before: Colour | undefined;
  /** The level where the last frame ended. A sound begins in silence. */
  private level = 0;

  /**
   * @param frames [count, OUTPUTS]
   * @param pitches [count] MIDI
   * @returns [count * 512]
   */
  write(frames: Float32Array, pitches: ArrayLike<number>): Float32Array<ArrayBuffer> {
    const count = frames.length / OUTPUTS;
    const result = new Float32Array(count * HOP);
    for (let k = 0; k < count; k++) {
      const frame = frames.subarray(k * OUTPUTS, (k + 1) * OUTPUTS);
      const colour = colourOf(frame, pitches[k]);
      // Notes of different pitches that begin together have different noises.
      this.random ??= createRandom(`noise ${Math.round(pitches[k])}`);
      if (!this.before) {
        this.before = colour;
        this.drawNoise(colour);
      }
      this.sound.set(this.block.subarray(HOP));
      this.drawNoise(colour);
      for (let i = 0; i < HOP; i++) this.sound[i] += this.block[i];
      this.addPartials(this.before, colour);
      this.before = colour;
      this.drawLevel(frame, result.subarray(k * HOP, (k + 1) * HOP));
    }
    return result;
  }

  private drawNoise({ noise }: Colour): void {
    const { re, im, block } = this;
    noise.forEach((amplitude, i) => {
      const phase = 2 * Math.PI * this.random!();
      re[i + 1] = amplitude * HOP * Math.cos(phase);
      im[i + 1] = amplitude * HOP * Math.sin(phase);
    });
    this.fft.inverse(re, im, block);
    for (let i = 0; i < BLOCK; i++) block[i] *= this.window[i];
  }

  private addPartials(before: Colour, colour: Colour): void {
    for (let i = 0; i < PARTIALS; i++) {
      const [from, to] = [before.turns[i], colour.turns[i]];
      const [loudness, louder] = [before.amplitudes[i], colour.amplitudes[i]];
      const phase = this.phases[i];
      // Of a frequency that goes in a straight line: after n samples it has turned n from + n^2 half.
      const half = (to - from) / (2 * HOP);
      this.phases[i] = (phase + HOP * from + HOP * HOP * half) % (2 * Math.PI);
      if (loudness > 0 || louder > 0) this.addPartial(phase, from, half, loudness, (louder - loudness) / HOP);
    }
  }

  /** Adds a cosine by turning a point, and its turn by turning that: no cosine a sample. */
  private addPartial(phase: number, from: number, half: number, loudness: number, change: number): void {
    const { sound } = this;
    let [x, y] = [Math.cos(phase), Math.sin(phase)];
    let [turnX, turnY] = [Math.cos(from + half), Math.sin(from + half)];
    const [moreX, moreY] = [Math.cos(2 * half), Math.sin(2 * half)];
    let amplitude = loudness;
    for (let i = 0; i < HOP; i++) {
      const turnedX = x * turnX - y * turnY;
      y = x * turnY + y * turnX;
      x = turnedX;
      const fasterX = turnX * moreX - turnY * moreY;
      turnY = turnX * moreY + turnY * moreX;
      turnX = fasterX;
      amplitude += change;
      sound[i] += amplitude * x;
    }
  }

  private drawLevel(frame: Float32Array, to: Float32Array): void {
    const step = HOP / MOMENTS;
    for (let moment = 0; moment < MOMENTS; moment++) {
      const next = amplitudeOf(frame[moment]);
      const change = (next - this.level) / step;
      for (let i = 0; i < step; i++)
        to[moment * step + i] = this.sound[moment * step + i] * (this.level + change * (i + 1));
      this.level = next;
    }
  }
}
