/** Several ports and channels that play one instrument. */
import type { ChannelMessage } from './channel-messages.js';
import { nextNumber } from './note-origin.js';

/** The gestures that an instrument receives. `note` and `channel` are numbers of the page: see note-origin.ts. */
export type InstrumentMessage =
  | {
      readonly type: 'noteOn';
      /** 0-127 */
      readonly pitch: number;
      /** 1-127 */
      readonly velocity: number;
      readonly note: number;
      readonly channel: number;
      /** Of its channel, semitones. */
      readonly bend: number;
    }
  | { readonly type: 'noteOff'; readonly pitch: number; readonly note: number }
  | { readonly type: 'pitchBend'; readonly semitones: number; readonly channel: number }
  | { readonly type: 'sustain'; readonly down: boolean }
  | { readonly type: 'sostenuto'; readonly down: boolean; readonly channel: number }
  | { readonly type: 'allSoundOff'; readonly channel: number }
  | { readonly type: 'controlChange'; readonly controller: number; readonly value: number };

/** One channel of one port: who holds, bends and silences its own notes, and nobody else's. */
class Holder {
  readonly channel = nextNumber();
  /** pitch -> number of the note */
  readonly held = new Map<number, number>();
  sustain = false;
  sostenuto = false;
  bend = 0;

  constructor(readonly port: string) {}
}

/**
 * Remembers who holds what, so that each note ends when its own holder lets go, the sustain pedal is up when the last foot is
 * off, and a port that is unplugged leaves nothing behind.
 */
export class MergedInput {
  /** `port channel` -> what it holds */
  private readonly holders = new Map<string, Holder>();

  constructor(private readonly send: (message: InstrumentMessage) => void) {}

  /** @param port name of the sender */
  receive(port: string, message: ChannelMessage): void {
    const key = `${port} ${message.channel}`;
    const holder = this.holders.get(key) ?? new Holder(port);
    this.holders.set(key, holder);
    switch (message.type) {
      case 'noteOn':
        return this.press(holder, message.pitch, message.velocity);
      case 'noteOff':
        return this.letGo(holder, message.pitch);
      case 'sustain':
        return this.setSustain(holder, message.down);
      case 'sostenuto':
        return this.setSostenuto(holder, message.down);
      case 'pitchBend':
        return this.setBend(holder, message.semitones);
      case 'allNotesOff':
        // As a note-off for each: a pedal holds them on.
        return this.letGoOfAll(holder);
      case 'allSoundOff':
        this.letGoOfAll(holder);
        return this.send({ type: 'allSoundOff', channel: holder.channel });
      case 'controlChange':
        this.send({ type: 'controlChange', controller: message.controller, value: message.value });
    }
  }

  /** Ends all that the port holds: notes, pedals, bend. */
  release(port: string): void {
    for (const holder of this.holders.values()) {
      if (holder.port !== port) continue;
      this.letGoOfAll(holder);
      this.setSustain(holder, false);
      if (holder.sostenuto) this.setSostenuto(holder, false);
      if (holder.bend !== 0) this.setBend(holder, 0);
    }
  }

  private press(holder: Holder, pitch: number, velocity: number): void {
    // Struck again without a note-off: it is the same string.
    this.letGo(holder, pitch);
    const note = nextNumber();
    holder.held.set(pitch, note);
    const { channel, bend } = holder;
    this.send({ type: 'noteOn', pitch, velocity, note, channel, bend });
  }

  private letGo(holder: Holder, pitch: number): void {
    const note = holder.held.get(pitch);
    if (note === undefined) return;
    holder.held.delete(pitch);
    this.send({ type: 'noteOff', pitch, note });
  }

  private letGoOfAll(holder: Holder): void {
    for (const pitch of [...holder.held.keys()]) this.letGo(holder, pitch);
  }

  private setSustain(holder: Holder, down: boolean): void {
    const anyDown = () => [...this.holders.values()].some(({ sustain }) => sustain);
    const before = anyDown();
    holder.sustain = down;
    if (anyDown() !== before) this.send({ type: 'sustain', down });
  }

  private setSostenuto(holder: Holder, down: boolean): void {
    holder.sostenuto = down;
    this.send({ type: 'sostenuto', down, channel: holder.channel });
  }

  private setBend(holder: Holder, semitones: number): void {
    holder.bend = semitones;
    this.send({ type: 'pitchBend', semitones, channel: holder.channel });
  }
}
