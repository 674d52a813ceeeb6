/** A bar of up to eight tracks, each a list of tokens (music_vae.md 5.4). */
import { multitrackClasses, multitrackNotes, multitrackTokens } from '../../../music/multitrack.js';
import { quantizedNotes } from '../../../music/steps.js';
import { stepsToSequence } from '../../../music/to-sequence.js';
import { OUTPUT_VELOCITY, checkSteps, column, oneHot, type Converter } from './converter.js';

export interface MultitrackConverterArgs {
  /** Tokens of all tracks. */
  readonly numSteps: number;
  readonly numSegments: number;
  readonly stepsPerQuarter?: number;
  /** Steps of the bar. */
  readonly totalSteps?: number;
  readonly numVelocityBins?: number;
  readonly minPitch?: number;
  readonly maxPitch?: number;
  /** The bin that holds before the first velocity event: 0 in Python, so that each track names its first; 8 in magenta.js. */
  readonly initialVelocityBin?: number;
}

export function multitrackConverter(args: MultitrackConverterArgs): Converter {
  const { numSteps: rows, numSegments: tracks, stepsPerQuarter = 24, totalSteps: steps = 96 } = args;
  const { numVelocityBins: velocityBins = 8, minPitch, maxPitch, initialVelocityBin } = args;
  const tokens = rows / tracks;
  const shape = { tracks, tokens, steps, velocityBins, minPitch, maxPitch, initialVelocityBin };
  const classes = multitrackClasses(shape);
  return {
    kind: 'multitrack',
    rows,
    steps,
    stepsPerQuarter,
    segments: tracks,
    segmentsAreTracks: true,
    inputDepth: classes,
    heads: [{ type: 'categorical', size: classes }],
    read(sequence) {
      const last = quantizedNotes(sequence).reduce(
        (most, { quantizedStartStep }) => Math.max(most, quantizedStartStep + 1),
        0,
      );
      checkSteps(last, steps, stepsPerQuarter);
      const written = multitrackTokens(sequence, shape);
      const labels = written.flatMap((track) => [
        ...track,
        ...new Array<number>(tokens - track.length).fill(-1),
      ]);
      return {
        input: oneHot(labels, classes),
        lengths: written.map(({ length }) => length),
        events: Float32Array.from(labels),
      };
    },
    write(events, qpm) {
      const labels = column(events, 1, 0);
      const written = Array.from({ length: tracks }, (_, i) => labels.slice(tokens * i, tokens * (i + 1)));
      return stepsToSequence(multitrackNotes(written, shape), steps, stepsPerQuarter, {
        qpm,
        velocity: OUTPUT_VELOCITY,
      });
    },
  };
}
