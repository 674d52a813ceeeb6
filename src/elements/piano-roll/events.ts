/** The player pointed at a time on the roll. */
export class SeekEvent extends Event {
  constructor(
    /** Seconds of the sequence. */
    readonly position: number,
  ) {
    super('roll-seek', { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'roll-seek': SeekEvent;
  }
}
