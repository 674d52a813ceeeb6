/** A bar of several instruments, each a list of tokens (music_vae.md 5.4, multitrack MusicVAE). */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { withLeftOut } from './left-out.js';
import type { PerformanceEvent } from './events.js';
import type { NoteSequence, QuantizedNote } from './note-sequence.js';
import { extractPerformance, performanceNotes, setPerformanceLength } from './performance.js';
import { requireStepsPerQuarter } from './steps.js';

export interface MultitrackShape {
  /** Tracks of the bar, default 8; those that are missing are empty. */
  readonly tracks?: number;
  /** Tokens of a track with program and end, default 64. */
  readonly tokens?: number;
  /** Steps of the bar, default 96: 24 a quarter. */
  readonly steps?: number;
  /** Default 8. */
  readonly velocityBins?: number;
  /** Other notes are left out; default 0 and 127, both included. */
  readonly minPitch?: number;
  readonly maxPitch?: number;
  /** The bin that holds before the first velocity event, as for extractPerformance. */
  readonly initialVelocityBin?: number;
}

const MULTITRACK_SHAPE: OptionNames<MultitrackShape> = {
  tracks: true,
  tokens: true,
  steps: true,
  velocityBins: true,
  minPitch: true,
  maxPitch: true,
  initialVelocityBin: true,
};

/** The first of each kind: note on, note off, shifts of 1 to `steps`, velocities, programs 0 to 127, drums, the end. */
function tokenLayout(shape: MultitrackShape) {
  checkedOptions(shape, MULTITRACK_SHAPE);
  const { steps = 96, velocityBins = 8, minPitch = 0, maxPitch = 127 } = shape;
  const noteOff = maxPitch - minPitch + 1;
  const timeShift = 2 * noteOff;
  const velocity = timeShift + steps;
  const program = velocity + velocityBins;
  return {
    noteOn: 0,
    noteOff,
    timeShift,
    velocity,
    program,
    drums: program + 128,
    end: program + 129,
    minPitch,
  };
}

/** 490 by default. */
export const multitrackClasses = (shape: MultitrackShape = {}) => tokenLayout(shape).end + 1;

/**
 * The instruments of a quantised bar by their programs, drums last. Events beyond the tokens of a track are left out.
 * @returns for each track its program, events and end token
 * @throws SEQUENCE_NOT_QUANTIZED, PROGRAMS_MIXED where an instrument changes its program, NOTE_SEQUENCE_INVALID
 */
export function multitrackTokens(sequence: NoteSequence, shape: MultitrackShape = {}): number[][] {
  const layout = tokenLayout(shape);
  const {
    tracks = 8,
    tokens = 64,
    steps = 96,
    velocityBins = 8,
    minPitch = 0,
    maxPitch = 127,
    initialVelocityBin,
  } = shape;
  requireStepsPerQuarter(sequence);
  const inRange = {
    ...sequence,
    notes: withLeftOut(sequence).notes.filter(({ pitch }) => pitch >= minPitch && pitch <= maxPitch),
  };
  const instruments = new Set(inRange.notes.map(({ instrument = 0 }) => instrument));
  const played = [...instruments]
    .map((instrument) =>
      extractPerformance(inRange, { instrument, velocityBins, initialVelocityBin, maxShiftSteps: steps }),
    )
    .sort((a, b) => Number(a.isDrum) - Number(b.isDrum) || a.program - b.program)
    .slice(0, tracks)
    .map(({ events, program, isDrum }) => {
      const written = setPerformanceLength(events, steps, steps).slice(0, tokens - 2);
      const first = { noteOn: minPitch, noteOff: minPitch, timeShift: 1, velocity: 1 };
      const body = written.map(({ type, value }) => layout[type] + value - first[type]);
      return [isDrum ? layout.drums : layout.program + program, ...body, layout.end];
    });
  return [...played, ...Array.from({ length: tracks - played.length }, () => [layout.end])];
}

function eventOfToken(token: number, layout: ReturnType<typeof tokenLayout>): PerformanceEvent | undefined {
  if (token >= layout.program) return undefined;
  if (token >= layout.velocity) return { type: 'velocity', value: token - layout.velocity + 1 };
  if (token >= layout.timeShift) return { type: 'timeShift', value: token - layout.timeShift + 1 };
  if (token >= layout.noteOff) return { type: 'noteOff', value: token - layout.noteOff + layout.minPitch };
  return { type: 'noteOn', value: token + layout.minPitch };
}

/**
 * Each track's notes in the order in which they end, instruments numbered by tracks. A track goes to its first end token; its
 * first program token names its program.
 */
export function multitrackNotes(
  tracks: readonly (readonly number[])[],
  shape: MultitrackShape = {},
): QuantizedNote[] {
  const layout = tokenLayout(shape);
  const { steps = 96, velocityBins = 8 } = shape;
  return tracks.flatMap((tokens, instrument) => {
    const end = tokens.indexOf(layout.end);
    const track = end < 0 ? tokens : tokens.slice(0, end);
    const events = track.flatMap((token) => eventOfToken(token, layout) ?? []);
    const player = track.find((token) => token >= layout.program) ?? layout.program;
    const isDrum = player === layout.drums;
    const program = isDrum ? 0 : player - layout.program;
    const notes = performanceNotes(setPerformanceLength(events, steps, steps), velocityBins);
    return notes.map((note) => ({ ...note, instrument, program, isDrum }));
  });
}
