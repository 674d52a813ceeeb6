/** What an instrument tells the page. */
import type { TimbrelError } from '../errors/timbrel-error.js';
import type { GANSynthDescription } from '../models/gansynth/protocol.js';

/** A note was rendered and sent to the audio thread. */
export class RenderEvent extends Event {
  constructor(
    readonly pitch: number,
    /** Of the timbre that is played now; false for one that was left behind meanwhile. */
    readonly current: boolean,
  ) {
    super('render');
  }
}

/** Level and load of the audio thread, some ten times a second while something sounds. */
export class MeterEvent extends Event {
  constructor(
    /** Output peak since the last event, linear. */
    readonly peak: number,
    readonly activeVoices: number,
    /** Quanta in which a voice waited for samples, since the start. */
    readonly starvedQuanta: number,
  ) {
    super('meter');
  }
}

/** A note could not be rendered; the instrument plays on with what it has. */
export class InstrumentErrorEvent extends Event {
  constructor(
    readonly error: TimbrelError,
    readonly pitch?: number,
  ) {
    super('instrument-error');
  }
}

/** The sound began to run, or stopped: a call, a locked screen, another program that took the output. */
export class AudioStateEvent extends Event {
  constructor(readonly running: boolean) {
    super('audio-state');
  }
}

/** The model moved to another backend: a faster one, or away from one that failed (then with `error`). */
export class BackendEvent extends Event {
  constructor(
    readonly backend: GANSynthDescription['backend'],
    readonly error?: TimbrelError,
  ) {
    super('backend');
  }
}

/** What a listener of a `GANSynthInstrument` gets. */
export interface InstrumentEventMap {
  readonly render: RenderEvent;
  readonly meter: MeterEvent;
  readonly 'instrument-error': InstrumentErrorEvent;
  readonly backend: BackendEvent;
  readonly 'audio-state': AudioStateEvent;
}
