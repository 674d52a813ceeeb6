/** The notes of a performance that grows: each event is read once, and what it says so far can be asked for at any time. */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { PerformanceEvent } from './events.js';
import type { GrowingNotes } from './growing-notes.js';
import type { QuantizedNote } from './note-sequence.js';
import { binToVelocity } from './velocity.js';

const EVENT_RANGES = {
  noteOn: [0, 127],
  noteOff: [0, 127],
  timeShift: [1, Number.MAX_SAFE_INTEGER],
  velocity: [1, 127],
} as const;

function checkEvent({ type, value }: PerformanceEvent, index: number): void {
  const [min, max] = EVENT_RANGES[type] ?? [0, -1];
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new TimbrelError(
    'EVENT_INVALID',
    `Performance event ${index} is ${type} ${value}; expected noteOn or noteOff 0 to 127, timeShift from 1, velocity from 1`,
  );
}

export interface GrowingOptions {
  /** Degrees of the velocity events; notes before the first one have no velocity. */
  readonly velocityBins: number;
  readonly startStep?: number;
  /** Longer notes are shortened to this many steps. */
  readonly maxNoteSteps?: number;
  /** A key has one string: struck again, it ends the note before. Default: both sound, as in note-seq. */
  readonly oneNoteAKey?: boolean;
  /** The notes that sound are listed from the lowest up; default: in the order in which their pitches first appeared. */
  readonly lowestFirst?: boolean;
}

export class GrowingPerformance implements GrowingNotes<PerformanceEvent> {
  /** Notes that have ended, in the order in which they did. A note-off ends the oldest note of its pitch; notes without length are none. */
  readonly ended: QuantizedNote[] = [];
  /** The present. */
  step: number;
  private velocity: number | undefined;
  private count = 0;
  /** The oldest first; pitches in the order in which they first appeared. */
  private readonly sounding = new Map<number, QuantizedNote[]>();

  constructor(private readonly options: GrowingOptions) {
    this.step = options.startStep ?? 0;
  }

  /** @throws EVENT_INVALID */
  read(event: PerformanceEvent): void {
    checkEvent(event, this.count++);
    const { type, value } = event;
    if (type === 'timeShift') this.step += value;
    else if (type === 'velocity') this.setVelocity(value);
    else if (type === 'noteOff') this.ended.push(...this.endOf(this.soundingAt(value).shift()));
    else this.begin(value);
  }

  open(): QuantizedNote[] {
    const notes = [...this.sounding.values()].flat().flatMap((note) => this.endOf(note));
    return this.options.lowestFirst ? notes.sort((a, b) => a.pitch - b.pitch) : notes;
  }

  private begin(pitch: number): void {
    const notes = this.soundingAt(pitch);
    if (this.options.oneNoteAKey) this.ended.push(...notes.splice(0).flatMap((note) => this.endOf(note)));
    notes.push(this.noteOf(pitch));
  }

  private setVelocity(bin: number): void {
    const { velocityBins } = this.options;
    if (velocityBins > 0) this.velocity = Math.min(127, binToVelocity(bin, velocityBins));
  }

  private noteOf(pitch: number): QuantizedNote {
    const loudness = this.velocity === undefined ? {} : { velocity: this.velocity };
    return { pitch, ...loudness, quantizedStartStep: this.step, quantizedEndStep: this.step };
  }

  private soundingAt(pitch: number): QuantizedNote[] {
    const notes = this.sounding.get(pitch) ?? [];
    this.sounding.set(pitch, notes);
    return notes;
  }

  private endOf(note: QuantizedNote | undefined): QuantizedNote[] {
    if (!note || this.step === note.quantizedStartStep) return [];
    const { maxNoteSteps = Infinity } = this.options;
    return [{ ...note, quantizedEndStep: Math.min(this.step, note.quantizedStartStep + maxNoteSteps) }];
  }
}
