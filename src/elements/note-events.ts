/** The events of keys, be they on the screen or on a MIDI device. */
import type { NoteOrigin } from '../midi/note-origin.js';

export type { NoteOrigin };

/** A key went down. */
export class NoteOnEvent extends Event implements NoteOrigin {
  /** Number of the note, which its note-off has too; undefined where whoever sent it counts none. */
  readonly note: number | undefined;
  /** Number of the MIDI port's channel that plays it; undefined for keys on the screen. */
  readonly channel: number | undefined;
  /** The bend at its beginning, semitones. */
  readonly bend: number;

  constructor(
    /** MIDI pitch, 0-127; middle C is 60. */
    readonly pitch: number,
    /** The force of the stroke, 1-127. */
    readonly velocity: number,
    { note, channel, bend = 0 }: NoteOrigin = {},
  ) {
    super('note-on', { bubbles: true, composed: true });
    this.note = note;
    this.channel = channel;
    this.bend = bend;
  }
}

/** A key was let go. */
export class NoteOffEvent extends Event implements NoteOrigin {
  constructor(
    /** MIDI pitch, 0-127. */
    readonly pitch: number,
    /** Number that the note-on had. */
    readonly note?: number,
  ) {
    super('note-off', { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'note-on': NoteOnEvent;
    'note-off': NoteOffEvent;
  }
}
