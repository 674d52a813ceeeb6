/** The events that sequence models read and write: plain values, one list a piece, in the shapes the models take them. */

/** One step: -2 nothing happens, -1 the note ends, 0-127 a note of that pitch begins. */
export type MelodyEvent = number;

/** One step: the drum pitches struck, none for silence. */
export type DrumEvent = readonly number[];

/** Values: pitches 0-127; steps of 10 ms from 1; velocity bins from 1. */
export interface PerformanceEvent {
  readonly type: 'noteOn' | 'noteOff' | 'timeShift' | 'velocity';
  readonly value: number;
}

/** `value` is a pitch; start, end and stepEnd have none. A pitch that is not continued in the next step ends. */
export interface PolyphonyEvent {
  readonly type: 'start' | 'end' | 'stepEnd' | 'newNote' | 'continuedNote';
  readonly value?: number;
}

/** A note and the time since the one before, steps of 10 ms. */
export interface NoteEvent {
  /** 0 to 1000 */
  readonly shift: number;
  readonly pitch: number;
  readonly velocityBin: number;
  /** 1 to 1000 */
  readonly duration: number;
}

/** Events of a list are of one kind, that of the configuration. */
export type MusicEvent = MelodyEvent | DrumEvent | PerformanceEvent | PolyphonyEvent | NoteEvent;

/** Two events of a melody: nothing happens, the note ends. */
export const NO_EVENT = -2;
export const NOTE_OFF = -1;

/** One step: the chord symbol that holds, 'N.C.' for none. */
export type ChordEvent = string;

/** The place of a list of steps in its sequence, and the length of a step. */
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
