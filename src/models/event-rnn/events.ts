/** The events that the sequence models write: plain values, one list a piece. */

/** One step: -2 nothing happens, -1 the note ends, 0-127 a note of that pitch begins. */
export type MelodyEvent = number;
export const NO_EVENT = -2;
export const NOTE_OFF = -1;

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
