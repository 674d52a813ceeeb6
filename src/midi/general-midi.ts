/** The parts of a piece on the sixteen channels of one General MIDI receiver: a port, a synthesizer, a SoundFont. */
import {
  BEND_CENTRE,
  BEND_MESSAGE,
  CONTROL_MESSAGE,
  DRUM_CHANNEL,
  MELODIC_CHANNELS,
  PROGRAM_MESSAGE,
} from '../music/midi-meaning.js';
import type { NoteOrigin } from './note-origin.js';
import { MidiOutputTarget, midiClock, sendAt, type MidiSender } from './outputs.js';

/** The notes and controllers of one track and program belong together. */
export interface Part {
  readonly instrument?: number;
  /** General MIDI program, 0 to 127. */
  readonly program?: number;
  readonly isDrum?: boolean;
}

/** A part's way to the receiver. */
class Channel {
  constructor(
    private readonly receiver: GeneralMidi,
    private readonly number: number,
    private readonly program: number,
    private readonly notes: MidiOutputTarget,
  ) {}

  noteOn(pitch: number, velocity: number, time = 0, origin?: NoteOrigin): void {
    this.receiver.selectProgram(this.number, this.program, time);
    this.notes.noteOn(pitch, velocity, time, origin);
  }

  noteOff(pitch: number, time = 0, origin?: NoteOrigin): void {
    this.notes.noteOff(pitch, time, origin);
  }

  allNotesOff(): void {
    this.notes.allNotesOff();
  }

  /** @param controller 0-127 @param value 0-127 */
  controlChange(controller: number, value: number, time = 0): void {
    this.receiver.send([CONTROL_MESSAGE | this.number, controller, value], time);
  }

  /** @param bend -8192 to 8191, in parts of the receiver's bend range */
  pitchBend(bend: number, time = 0): void {
    const value = bend + BEND_CENTRE;
    this.receiver.send([BEND_MESSAGE | this.number, value & 0x7f, value >> 7], time);
  }
}

/** Times in seconds of the receiver's clock; 0 is now. */
export class GeneralMidi {
  private readonly channels = new Map<string, Channel>();
  private readonly notes = new Map<number, MidiOutputTarget>();
  /** The program that each channel was told last. */
  private readonly programs = new Map<number, number>();
  private pitchedParts = 0;

  constructor(
    private readonly port: MidiSender,
    private readonly clock: { readonly currentTime: number } = midiClock,
  ) {}

  /** Drums play on channel 10; the pitched parts take turns on the other fifteen, in the order in which they are asked for. */
  channelOf({ instrument = 0, program = 0, isDrum = false }: Part): Channel {
    const key = `${isDrum} ${instrument} ${program}`;
    let channel = this.channels.get(key);
    if (!channel) {
      const number = isDrum ? DRUM_CHANNEL : MELODIC_CHANNELS[this.pitchedParts++ % MELODIC_CHANNELS.length];
      const notes = this.notes.get(number) ?? new MidiOutputTarget(this.port, number, this.clock);
      this.notes.set(number, notes);
      channel = new Channel(this, number, program, notes);
      this.channels.set(key, channel);
    }
    return channel;
  }

  /** Parts are given their channels anew. */
  forgetParts(): void {
    for (const notes of this.notes.values()) notes.allNotesOff();
    this.channels.clear();
    this.pitchedParts = 0;
  }

  selectProgram(channel: number, program: number, time: number): void {
    if (this.programs.get(channel) === program) return;
    this.programs.set(channel, program);
    this.send([PROGRAM_MESSAGE | channel, program], time);
  }

  send(message: number[], time: number): void {
    sendAt(this.port, message, time);
  }
}
