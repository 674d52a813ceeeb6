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

/** Behind the end of a track. */
const NOTHING = -1;

export function multitrackConverter(args: MultitrackConverterArgs): Converter {
  const { numSteps: rows, numSegments: tracks, stepsPerQuarter = 24, totalSteps: steps = 96 } = args;
  const { numVelocityBins: velocityBins = 8, minPitch, maxPitch, initialVelocityBin } = args;
  const tokens = rows / tracks;
  const shape = { tracks, tokens, steps, velocityBins, minPitch, maxPitch, initialVelocityBin };
  const classes = multitrackClasses(shape);
  const tracksOf = (labels: readonly number[]) =>
    Array.from({ length: tracks }, (_, i) => labels.slice(tokens * i, tokens * (i + 1)));
  return {
    kind: 'multitrack',
    rows,
    steps,
    stepsPerQuarter,
    segments: tracks,
    segmentsAreTracks: true,
    inputDepth: classes,
    heads: [{ type: 'categorical', size: classes }],
    eventsOf(sequence) {
      const last = quantizedNotes(sequence).reduce(
        (most, { quantizedStartStep }) => Math.max(most, quantizedStartStep + 1),
        0,
      );
      checkSteps(last, steps, stepsPerQuarter);
      return Float32Array.from(
        multitrackTokens(sequence, shape).flatMap((track) => [
          ...track,
          ...new Array<number>(tokens - track.length).fill(NOTHING),
        ]),
      );
    },
    encoderInput(events) {
      const labels = column(events, 1, 0);
      const lengths = tracksOf(labels).map((track) => track.indexOf(classes - 1) + 1 || tokens);
      return { input: oneHot(labels, classes), lengths };
    },
    write(events, qpm) {
      const written = tracksOf(column(events, 1, 0));
      return stepsToSequence(multitrackNotes(written, shape), steps, stepsPerQuarter, {
        qpm,
        velocity: OUTPUT_VELOCITY,
      });
    },
  };
}
