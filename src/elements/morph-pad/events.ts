abstract class MorphEvent extends Event {
  constructor(
    type: string,
    /** 0 left to 1 right. */
    readonly x: number,
    /** 0 top to 1 bottom. */
    readonly y: number,
  ) {
    super(type, { bubbles: true, composed: true });
  }
}

/** The position moves: at most once in a frame. */
export class MorphInputEvent extends MorphEvent {
  constructor(x: number, y: number) {
    super('morph-input', x, y);
  }
}

/** The position was set: the finger lifted, or a key was pressed. */
export class MorphChangeEvent extends MorphEvent {
  constructor(x: number, y: number) {
    super('morph-change', x, y);
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'morph-input': MorphInputEvent;
    'morph-change': MorphChangeEvent;
  }
}
