/** The events that sequence models read and write: plain values, one list a piece, in the shapes the models take them. */

import type { DrumEvent, MelodyEvent } from '../messages/event-rnn.js';

export type {
  DrumEvent,
  MelodyEvent,
  MusicEvent,
  NoteEvent,
  PerformanceEvent,
  PolyphonyEvent,
} from '../messages/event-rnn.js';

/** Of a melody: nothing happens, the note ends. */
export const NO_EVENT = -2;
export const NOTE_OFF = -1;

/** One step: the chord symbol that holds, 'N.C.' for none. */
export type ChordEvent = string;

/** Where a list of steps lies in its sequence, and how long a step is. */
export interface StepGrid {
  /** Step of the sequence at which the list begins. */
  readonly startStep: number;
  readonly stepsPerBar: number;
  readonly stepsPerQuarter: number;
}

export interface Melody extends StepGrid {
  readonly events: readonly MelodyEvent[];
}

export interface DrumTrack extends StepGrid {
  readonly events: readonly DrumEvent[];
}

export interface ChordProgression extends StepGrid {
  readonly events: readonly ChordEvent[];
}

/** A melody and the chords over the same steps. */
export interface LeadSheet {
  readonly melody: Melody;
  readonly chords: ChordProgression;
}
