// The music itself is told by the events of all elements that have music.
export type * from '../sequence-model/events.js';
export type * from '../note-events.js';

/** The element began to listen to the microphone, or ended it. */
export class ListenEvent extends Event {
  constructor(readonly listening: boolean) {
    super('listen', { bubbles: true, composed: true });
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    listen: ListenEvent;
  }
}
