import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { NoteSequence } from '../../music/note-sequence.js';

// What elements have and take: their music, with what it was made of.
export type { Sketch, Take } from './sketch.js';

const UPWARDS: EventInit = { bubbles: true, composed: true };

/** The model is loaded. */
export class SequenceLoadEvent extends Event {
  constructor() {
    super('sequence-load', UPWARDS);
  }
}

/** The music changed: a primer came, the model wrote, the player went back. */
export class SequenceChangeEvent extends Event {
  constructor(
    /** Primer and what was written, seconds. */
    readonly sequence: NoteSequence,
    /** It is false while the model still writes. */
    readonly complete: boolean,
  ) {
    super('sequence-change', UPWARDS);
  }
}

/** Playback began, stopped or came to its end. */
export class SequencePlayEvent extends Event {
  constructor(readonly playing: boolean) {
    super('sequence-play', UPWARDS);
  }
}

/** Something failed; what the player made is kept. */
export class SequenceFailureEvent extends Event {
  constructor(readonly error: TimbrelError) {
    super('sequence-failure', UPWARDS);
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'sequence-load': SequenceLoadEvent;
    'sequence-change': SequenceChangeEvent;
    'sequence-play': SequencePlayEvent;
    'sequence-failure': SequenceFailureEvent;
  }
}
