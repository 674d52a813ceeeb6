import type { TimbrelError } from '../../errors/timbrel-error.js';

/** The model is loaded: notes can be rendered. */
export class InstrumentLoadEvent extends Event {
  constructor() {
    super('instrument-load', { bubbles: true, composed: true });
  }
}

/** Something failed; what the player made is kept. */
export class InstrumentFailureEvent extends Event {
  constructor(readonly error: TimbrelError) {
    super('instrument-failure', { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'instrument-load': InstrumentLoadEvent;
    'instrument-failure': InstrumentFailureEvent;
  }
}
