import type { TimbrelError } from '../../errors/timbrel-error.js';

const UPWARDS: EventInit = { bubbles: true, composed: true };

/** The bend wheel moved. */
export class PitchBendEvent extends Event {
  constructor(
    /** From the pitch of the keys; the device's bend range is accounted for. */
    readonly semitones: number,
    /** Number of the port's channel whose notes it bends, as their `note-on` has it; undefined for all. */
    readonly channel?: number,
  ) {
    super('pitch-bend', UPWARDS);
  }
}

/** The sustain pedal moved. */
export class SustainEvent extends Event {
  constructor(readonly down: boolean) {
    super('sustain', UPWARDS);
  }
}

/** The sostenuto pedal moved: it holds the notes that are down when it goes down. */
export class SostenutoEvent extends Event {
  constructor(
    readonly down: boolean,
    /** Number of the port's channel whose notes it holds. */
    readonly channel?: number,
  ) {
    super('sostenuto', UPWARDS);
  }
}

/** A device asks for silence at once, pedals notwithstanding. Its notes were told as let go before. */
export class AllSoundOffEvent extends Event {
  constructor(
    /** Number of the port's channel whose notes are meant; undefined for all. */
    readonly channel?: number,
  ) {
    super('all-sound-off', UPWARDS);
  }
}

/** A knob, fader or pedal moved. */
export class ControlChangeEvent extends Event {
  constructor(
    /** 0-119 */
    readonly controller: number,
    /** 0-127 */
    readonly value: number,
  ) {
    super('control-change', UPWARDS);
  }
}

/** A device's clock has another tempo. */
export class MidiClockEvent extends Event {
  constructor(
    /** Quarters a minute. */
    readonly tempo: number,
  ) {
    super('midi-clock', UPWARDS);
  }
}

/** A sequencer starts those who follow its clock, lets them go on, or stops them. */
export class MidiTransportEvent extends Event {
  constructor(
    readonly action: 'start' | 'continue' | 'stop',
    /** Quarters from the beginning of its song to where it starts, goes on or stops. */
    readonly quarter: number,
    /** The time at which it is there, ms of `performance.now()`: the next tick of its clock. */
    readonly time: number,
  ) {
    super('midi-transport', UPWARDS);
  }
}

/** A sequencer that plays reaches a quarter of its song. */
export class MidiBeatEvent extends Event {
  constructor(
    /** Quarters from the beginning of the song. */
    readonly quarter: number,
    /** The time at which it is there, ms of `performance.now()`; the jitter of single ticks is out of it. */
    readonly time: number,
  ) {
    super('midi-beat', UPWARDS);
  }
}

/** MIDI could not be had: `error.code` is MIDI_DENIED, MIDI_UNSUPPORTED or INSECURE_CONTEXT. */
export class MidiErrorEvent extends Event {
  constructor(readonly error: TimbrelError) {
    super('midi-error', UPWARDS);
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'pitch-bend': PitchBendEvent;
    sustain: SustainEvent;
    sostenuto: SostenutoEvent;
    'all-sound-off': AllSoundOffEvent;
    'control-change': ControlChangeEvent;
    'midi-clock': MidiClockEvent;
    'midi-transport': MidiTransportEvent;
    'midi-beat': MidiBeatEvent;
    'midi-error': MidiErrorEvent;
  }
}
