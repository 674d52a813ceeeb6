/** What keys say, whether on the screen or on a MIDI device. */

/** A key went down. */
export class NoteOnEvent extends Event {
  constructor(
    /** MIDI pitch, 0-127; middle C is 60. */
    readonly pitch: number,
    /** How hard, 1-127. */
    readonly velocity: number,
  ) {
    super('note-on', { bubbles: true, composed: true });
  }
}

/** A key was let go. */
export class NoteOffEvent extends Event {
  constructor(
    /** MIDI pitch, 0-127. */
    readonly pitch: number,
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
