import type { PlayedNote } from '../../instruments/sequence-player.js';

const UPWARDS: EventInit = { bubbles: true, composed: true };

/** The player pointed at a time on the roll. */
export class SeekEvent extends Event {
  constructor(
    /** Seconds of the sequence. */
    readonly position: number,
  ) {
    super('roll-seek', UPWARDS);
  }
}

/** The player changed notes: moved, lengthened, added or removed some. */
export class RollEditEvent extends Event {
  constructor(
    /** All notes as they are now; those that were not touched are the objects that were given. */
    readonly notes: readonly PlayedNote[],
  ) {
    super('roll-edit', UPWARDS);
  }
}

/** The player chose a bar, or none. */
export class RollBarEvent extends Event {
  constructor(
    /** The number of the bar, from 0. */
    readonly bar: number | undefined,
  ) {
    super('roll-bar', UPWARDS);
  }
}

/** Another part of the roll is seen: the player scrolled or zoomed, or it followed the playhead. */
export class RollViewEvent extends Event {
  constructor(
    /** Seconds at the left edge. */
    readonly start: number,
    /** Seconds seen at once. */
    readonly span: number,
  ) {
    super('roll-view', UPWARDS);
  }
}

/** The player asked for the last change to be undone. */
export class RollUndoEvent extends Event {
  constructor() {
    super('roll-undo', UPWARDS);
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'roll-seek': SeekEvent;
    'roll-edit': RollEditEvent;
    'roll-bar': RollBarEvent;
    'roll-view': RollViewEvent;
    'roll-undo': RollUndoEvent;
  }
}
