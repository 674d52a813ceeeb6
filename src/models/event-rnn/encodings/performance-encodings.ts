/** Performances as classes, on circles, and as whole notes (note_seq/performance_encoder_decoder.py). */
import type { SparseVector } from '../../../ops/lstm/network.js';
import {
  classOf,
  invalidEvent,
  isWithin,
  oneHot,
  type ClassFilter,
  type EventClasses,
  type EventEncoding,
} from './encoding.js';
import type { NoteEvent, PerformanceEvent } from '../../../music/events.js';

export const MAX_SHIFT = 100;
export const VELOCITY_BINS = 32;
/** Classes of notes on, and of notes off behind them. */
const PITCHES = 128;

interface EventRange {
  readonly type: PerformanceEvent['type'];
  readonly min: number;
  readonly max: number;
}

const ranges = (velocityBins: number): EventRange[] => [
  { type: 'noteOn', min: 0, max: 127 },
  { type: 'noteOff', min: 0, max: 127 },
  { type: 'timeShift', min: 1, max: MAX_SHIFT },
  ...(velocityBins > 0 ? [{ type: 'velocity', min: 1, max: velocityBins } as const] : []),
];

/** Ranges one after the other: on, off, shifts of 1 to 100 steps, velocity bins where there are any. */
export function performanceClasses(velocityBins: number): EventClasses<PerformanceEvent> {
  const parts = ranges(velocityBins);
  /** The class that a value of 0 would have, by kind; and the bounds of the values. */
  const byType = new Map<string, { readonly zero: number; readonly min: number; readonly max: number }>();
  let next = 0;
  for (const { type, min, max } of parts) {
    byType.set(type, { zero: next - min, min, max });
    next += max - min + 1;
  }
  return {
    count: next,
    defaultEvent: { type: 'timeShift', value: MAX_SHIFT },
    encode({ type, value }) {
      const part = byType.get(type);
      return part && isWithin(value, part.min, part.max) ? part.zero + value : undefined;
    },
    decode(index) {
      let first = 0;
      for (const { type, min, max } of parts) {
        if (index < first + max - min + 1) return { type, value: index - first + min };
        first += max - min + 1;
      }
      return { type: 'timeShift', value: MAX_SHIFT };
    },
    range: parts.map(({ type, min, max }) => `${type} ${min} to ${max}`).join(', '),
  };
}

/** A key that is up cannot be let go: a model that means another one would leave that one sounding. */
export class KeysDown implements ClassFilter<PerformanceEvent> {
  private readonly down = new Set<number>();

  hear({ type, value }: PerformanceEvent): void {
    if (type === 'noteOn') this.down.add(value);
    if (type === 'noteOff') this.down.delete(value);
  }

  reset(): void {
    this.down.clear();
  }

  forbids(index: number): boolean {
    const pitch = index - PITCHES;
    return pitch >= 0 && pitch < PITCHES && !this.down.has(pitch);
  }
}

/** A point on the circle, and a 1 that says it is one. */
function writeCircle(input: SparseVector, offset: number, turns: readonly number[]): void {
  input.set(offset);
  turns.forEach((turn, i) => {
    input.set(offset + 1 + 2 * i, Math.cos(2 * Math.PI * turn));
    input.set(offset + 2 + 2 * i, Math.sin(2 * Math.PI * turn));
  });
}

/** 16 inputs: pitches on circles of 144 and of 12, shifts of 100, velocities of 32; labels as one-hot. */
export function moduloPerformance(velocityBins: number): EventEncoding<PerformanceEvent> {
  const classes = performanceClasses(velocityBins);
  return {
    ...oneHot(classes),
    inputSize: 16,
    writeInput(events, position, input, offset) {
      classOf(classes, events, position);
      const { type, value } = events[position];
      switch (type) {
        case 'noteOn':
          return writeCircle(input, offset, [value / 144, (value % 12) / 12]);
        case 'noteOff':
          return writeCircle(input, offset + 5, [value / 144, (value % 12) / 12]);
        case 'timeShift':
          return writeCircle(input, offset + 10, [(value - 1) / MAX_SHIFT]);
        case 'velocity':
          return writeCircle(input, offset + 13, [(value - 1) / velocityBins]);
      }
    },
  };
}

/** Longest shift and longest duration, steps. */
const MAX_STEPS = 1000;
/** Softmaxes: shift = 77 major + minor; pitch; velocity bin; duration = 1 + 40 major + minor. */
const SHIFT_MINOR = 77;
const DURATION_MINOR = 40;

/** One event a note, six softmaxes that are sampled each for itself; the input is their classes, one-hot. */
export function noteEvents(velocityBins: number): EventEncoding<NoteEvent> {
  const classes = [
    Math.floor(MAX_STEPS / SHIFT_MINOR) + 1,
    SHIFT_MINOR,
    128,
    velocityBins,
    Math.ceil(MAX_STEPS / DURATION_MINOR),
    DURATION_MINOR,
  ];
  const range = `shifts of 0 to ${MAX_STEPS}, pitches 0 to 127, velocity bins 1 to ${velocityBins}, durations of 1 to ${MAX_STEPS}`;
  const labels = (events: readonly NoteEvent[], position: number): number[] => {
    const { shift, pitch, velocityBin, duration } = events[position];
    if (
      !isWithin(shift, 0, MAX_STEPS) ||
      !isWithin(pitch, 0, 127) ||
      !isWithin(velocityBin, 1, velocityBins) ||
      !isWithin(duration, 1, MAX_STEPS)
    ) {
      throw invalidEvent(events[position], position, range);
    }
    return [
      Math.floor(shift / SHIFT_MINOR),
      shift % SHIFT_MINOR,
      pitch,
      velocityBin - 1,
      Math.floor((duration - 1) / DURATION_MINOR),
      (duration - 1) % DURATION_MINOR,
    ];
  };
  return {
    inputSize: classes.reduce((a, b) => a + b),
    classes,
    defaultEvent: { shift: 0, pitch: 60, velocityBin: 1, duration: 1 },
    labels,
    writeInput(events, position, input, offset) {
      let first = offset;
      labels(events, position).forEach((label, part) => {
        input.set(first + label);
        first += classes[part];
      });
    },
    // Both parts of a shift may be drawn so high that their sum is beyond the longest.
    decode: ([shiftMajor, shiftMinor, pitch, velocity, durationMajor, durationMinor]) => ({
      shift: Math.min(MAX_STEPS, SHIFT_MINOR * shiftMajor + shiftMinor),
      pitch,
      velocityBin: velocity + 1,
      duration: Math.min(MAX_STEPS, 1 + DURATION_MINOR * durationMajor + durationMinor),
    }),
  };
}
