/** The events by which an instrument tells the page. */
import type { TimbrelError } from '../errors/timbrel-error.js';
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import type { ChosenBackend } from './timbre-model.js';

/** A note was rendered and sent to the audio thread. */
export class RenderEvent extends Event {
  constructor(
    readonly pitch: number,
    /** The note is of the timbre that is played now; false for one that was left behind meanwhile. */
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
    /** The voices among these whose notes are decoded while they sound. */
    readonly liveVoices = 0,
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
    readonly backend: ChosenBackend,
    readonly error?: TimbrelError,
  ) {
    super('backend');
  }
}

/** A key goes down or comes up, whoever plays it: at once, or at the time that it was scheduled for. */
export class KeyEvent extends Event {
  constructor(
    readonly pitch: number,
    readonly down: boolean,
    /** Seconds on the context's clock; 0 is now. */
    readonly time: number,
    /** A number of the instrument's own, the same when the key comes up. */
    readonly note: number,
  ) {
    super('key');
  }
}

/** All keys come up at once, and those that were to go down do not. */
export class KeysUpEvent extends Event {
  constructor() {
    super('keys-up');
  }
}

/** A network loads. */
export class LoadingEvent extends Event {
  /** @param progress undefined when loading has ended, well or badly */
  constructor(readonly progress: LoadProgress | undefined) {
    super('loading');
  }
}

/** A network was loaded, the first or one that took the place of another: its timbres play from now on. */
export class NetworkEvent extends Event {
  constructor() {
    super('network');
  }
}

/** The machine no longer keeps up with decoding notes while they sound, or tries again: see `keepsUp` of the instrument. */
export class LiveEvent extends Event {
  constructor(readonly keepsUp: boolean) {
    super('live');
  }
}

/** The settings of an instrument, as {@link InstrumentSettingEvent} names them: `place` is that on the pad. */
export type InstrumentSetting = 'corners' | 'envelope' | 'place' | 'room' | 'stretch' | 'velocity' | 'volume';

/** A setting changed, whoever changed it. */
export class InstrumentSettingEvent extends Event {
  constructor(readonly setting: InstrumentSetting) {
    super('setting');
  }
}

/** A listener of an instrument gets one of these. */
export interface InstrumentEventMap {
  readonly render: RenderEvent;
  readonly meter: MeterEvent;
  readonly key: KeyEvent;
  readonly 'keys-up': KeysUpEvent;
  readonly 'instrument-error': InstrumentErrorEvent;
  readonly backend: BackendEvent;
  readonly 'audio-state': AudioStateEvent;
  readonly loading: LoadingEvent;
  readonly network: NetworkEvent;
  readonly live: LiveEvent;
  readonly setting: InstrumentSettingEvent;
}
