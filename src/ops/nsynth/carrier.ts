/**
 * The tone that a decoder may hear beside its own samples: where in the period of its pitch each step lies. A small WaveNet that has to keep a
 * pitch by its past alone drifts from it; one that is told the phase does not (neural source-filter models do so: Wang et al. 2019, arXiv 1904.12088).
 *
 * The first number of an embedding is the pitch, in octaves (octaves.ts). A step's carrier is the cosine and sine of the phase at its first sample,
 * then those of twice the phase, of four times, ...: the octaves tell the place in a long period finely. A voice begins at phase 0.
 */
import { frequencyOf } from '../../audio/frequency.js';
import { pitchOfOctaves } from './octaves.js';
import { SAMPLE_RATE } from './spectral.js';

/** The carriers of voices in lockstep, in float64. */
export class Carriers {
  /** Turns since each voice began, without the whole ones, and turns of a step. */
  private readonly phases: Float64Array;
  private readonly turns: Float64Array;

  /** @param size numbers of a step's carrier, two an octave */
  constructor(
    voices: number,
    private readonly size: number,
    private readonly samplesPerStep: number,
  ) {
    this.phases = new Float64Array(voices);
    this.turns = new Float64Array(voices);
  }

  /** @param embedding of the steps to come */
  tune(voice: number, embedding: ArrayLike<number>): void {
    const hertz = frequencyOf(pitchOfOctaves(embedding[0]));
    this.turns[voice] = (hertz * this.samplesPerStep) / SAMPLE_RATE;
  }

  /**
   * Writes the carriers of a voice's next steps, and moves on behind them.
   * @param to [steps, stride]
   */
  write(voice: number, steps: number, to: Float32Array | Float64Array, stride = this.size): void {
    for (let step = 0; step < steps; step++) {
      const phase = 2 * Math.PI * this.phases[voice];
      let [cosine, sine] = [Math.cos(phase), Math.sin(phase)];
      for (let i = 0; i < this.size; i += 2) {
        to[step * stride + i] = cosine;
        to[step * stride + i + 1] = sine;
        [cosine, sine] = [cosine * cosine - sine * sine, 2 * cosine * sine];
      }
      this.phases[voice] = (this.phases[voice] + this.turns[voice]) % 1;
    }
  }
}

/** Steps that begin within so many samples. @param behind samples before them */
export const stepsWithin = (behind: number, samples: number, samplesPerStep: number): number =>
  Math.ceil((behind + samples) / samplesPerStep) - Math.ceil(behind / samplesPerStep);
