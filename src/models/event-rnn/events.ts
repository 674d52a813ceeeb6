/** The events that the sequence models write: plain values, one list a piece. */
export type {
  DrumEvent,
  MelodyEvent,
  MusicEvent,
  NoteEvent,
  PerformanceEvent,
  PolyphonyEvent,
} from '../../messages/event-rnn.js';

/** Of a melody: nothing happens, the note ends. */
export const NO_EVENT = -2;
export const NOTE_OFF = -1;
