/** MIDI outputs that are told notes ahead of time, on a clock of seconds. */
import { TimbrelError } from '../errors/timbrel-error.js';
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

/** A port, as much of it as is needed; webmidi's Output is one. */
export interface MidiSender {
  /** @param options.time ms of the port's clock; left out: now */
  send(message: number[], options?: { time?: number }): unknown;
}

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
/** So long after silence was asked for, what a page that is seen sent ahead has begun, s. */
export const SENT_AHEAD = 0.15;

/** Sends a message at a time of the port's clock, seconds; 0 is now. A port that was unplugged is not told, and the other players go on. */
export function sendAt(port: MidiSender, message: number[], time: number): void {
  try {
    port.send(message, time > 0 ? { time: 1000 * time } : undefined);
  } catch {
    // There is nobody to tell.
  }
}

/** Notes on one channel of a port. Times in seconds of the port's clock; 0 is now. */
export class MidiOutputTarget {
  /** Notes that were begun and not ended, with their times: the port knows them by their pitch alone. */
  private readonly sounding = new Map<string, { readonly pitch: number; readonly time: number }>();

  /** @param channel counted from 0 @param clock on which the port counts the times of messages */
  constructor(
    private readonly port: MidiSender,
    private readonly channel = 0,
    private readonly clock: { readonly currentTime: number } = midiClock,
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
    if (begun && begun.time > Math.max(time, this.clock.currentTime)) this.endOnceBegun(begun);
  }

  allNotesOff(): void {
    const latest = new Map<number, number>();
    for (const { pitch, time } of this.sounding.values())
      latest.set(pitch, Math.max(time, latest.get(pitch) ?? 0));
    this.sounding.clear();
    for (const [pitch, time] of latest) {
      this.send(NOTE_OFF, pitch, 0, 0);
      this.endOnceBegun({ pitch, time });
    }
  }

  /** A note that was sent ahead cannot be called back: it is ended once more when it has begun, which a hidden page may have put far ahead. */
  private endOnceBegun({ pitch, time }: { readonly pitch: number; readonly time: number }): void {
    this.send(NOTE_OFF, pitch, 0, Math.max(time, this.clock.currentTime + SENT_AHEAD));
  }

  private holds(pitch: number): boolean {
    return [...this.sounding.values()].some((note) => note.pitch === pitch);
  }

  private send(status: number, pitch: number, velocity: number, time: number): void {
    sendAt(this.port, [status | this.channel, pitch, velocity], time);
  }
}

/**
 * @param id of {@link listMidiOutputs}; left out: the first
 * @throws OPTION_INVALID where there is none, INSECURE_CONTEXT, MIDI_UNSUPPORTED, MIDI_DENIED
 */
export async function openMidiOutput(id?: string): Promise<MidiSender> {
  const { outputs } = await openMidi();
  const port = id === undefined ? outputs[0] : outputs.find((output) => output.id === id);
  if (port) return port;
  throw new TimbrelError(
    'OPTION_INVALID',
    id === undefined
      ? 'There is no MIDI output: connect an instrument, or start a program that takes MIDI'
      : `There is no MIDI output ${JSON.stringify(id)}; was it unplugged?`,
  );
}
