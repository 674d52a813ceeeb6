import type { TimbrelError } from '../../errors/timbrel-error.js';

const UPWARDS: EventInit = { bubbles: true, composed: true };

/** The bend wheel moved. */
export class PitchBendEvent extends Event {
  constructor(
    /** From the pitch of the keys; the device's bend range is accounted for. */
    readonly semitones: number,
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

/** A device asks for silence. */
export class AllNotesOffEvent extends Event {
  constructor() {
    super('all-notes-off', UPWARDS);
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
    'all-notes-off': AllNotesOffEvent;
    'control-change': ControlChangeEvent;
    'midi-error': MidiErrorEvent;
  }
}
