/** MIDI outputs that are told notes ahead of time, on a clock of seconds. */
import { openMidi } from './connect.js';
import { keyOf, type NoteOrigin } from './note-origin.js';

export interface MidiOutputPort {
  readonly id: string;
  readonly name: string;
}

/** Asks the reader for MIDI. @throws INSECURE_CONTEXT, MIDI_UNSUPPORTED, MIDI_DENIED */
export async function listMidiOutputs(): Promise<MidiOutputPort[]> {
  const { outputs } = await openMidi();
  return outputs.map(({ id, name }) => ({ id, name: name || 'MIDI output' }));
}

/** The page's own clock, seconds: what MIDI time stamps are counted on. */
export const midiClock = {
  get currentTime(): number {
    return performance.now() / 1000;
  },
};

/** The port, as much of it as is needed; webmidi's Output is one. */
export interface MidiSender {
  send(message: number[], options?: { time?: number }): unknown;
}

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
/** Channel of drums in General MIDI, counted from 0. */
export const DRUM_CHANNEL = 9;
/** Notes are ended once more so long after silence was asked for: what was sent ahead cannot be called back. s */
const SENT_AHEAD = 0.15;

/** Notes on one channel of a port. Times in seconds of {@link midiClock}; 0 is now. */
export class MidiOutputTarget {
  /** Notes that were begun and not ended, with their times: the port knows them by their pitch alone. */
  private readonly sounding = new Map<string, { readonly pitch: number; readonly time: number }>();

  constructor(
    private readonly port: MidiSender,
    private readonly channel = 0,
  ) {}

  /** @param velocity 1-127 */
  noteOn(pitch: number, velocity: number, time = 0, origin?: NoteOrigin): void {
    // A port does not tell two notes of one pitch apart: the one that sounds ends, and the other is struck.
    if (this.holds(pitch)) this.send(NOTE_OFF, pitch, 0, time);
    this.sounding.set(keyOf(pitch, origin), { pitch, time });
    this.send(NOTE_ON, pitch, velocity, time);
  }

  /** The pitch ends with the last of its notes. */
  noteOff(pitch: number, time = 0, origin?: NoteOrigin): void {
    const key = keyOf(pitch, origin);
    const begun = this.sounding.get(key);
    this.sounding.delete(key);
    if (this.holds(pitch)) return;
    this.send(NOTE_OFF, pitch, 0, time);
    const now = midiClock.currentTime;
    if (begun && begun.time > Math.max(time, now)) this.send(NOTE_OFF, pitch, 0, now + SENT_AHEAD);
  }

  allNotesOff(): void {
    const pitches = new Set([...this.sounding.values()].map(({ pitch }) => pitch));
    this.sounding.clear();
    for (const pitch of pitches) {
      this.send(NOTE_OFF, pitch, 0, 0);
      this.send(NOTE_OFF, pitch, 0, midiClock.currentTime + SENT_AHEAD);
    }
  }

  private holds(pitch: number): boolean {
    return [...this.sounding.values()].some((note) => note.pitch === pitch);
  }

  private send(status: number, pitch: number, velocity: number, time: number): void {
    const message = [status | this.channel, pitch, velocity];
    try {
      this.port.send(message, time > 0 ? { time: 1000 * time } : undefined);
    } catch {
      // Unplugged: there is nobody to tell, and the other players go on.
    }
  }
}

/** @param id of {@link listMidiOutputs} @returns undefined where it was unplugged */
export async function openMidiOutput(id: string): Promise<MidiSender | undefined> {
  return (await openMidi()).outputs.find((output) => output.id === id);
}
