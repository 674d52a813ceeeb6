/** Several ports and channels that play one instrument. */
import type { ChannelMessage } from './channel-messages.js';

/** The gestures that an instrument receives. */
export type InstrumentMessage =
  | { readonly type: 'noteOn'; /** 0-127 */ readonly pitch: number; /** 1-127 */ readonly velocity: number }
  | { readonly type: 'noteOff'; readonly pitch: number }
  | { readonly type: 'pitchBend'; readonly semitones: number }
  | { readonly type: 'sustain'; readonly down: boolean }
  | { readonly type: 'allNotesOff' }
  | { readonly type: 'controlChange'; readonly controller: number; readonly value: number };

/**
 * Remembers who holds what, so that a note ends when its last holder lets go, the pedal is up when the last foot is
 * off, and a port that is unplugged leaves nothing behind.
 */
export class MergedInput {
  /** pitch -> `port channel` of those who hold it */
  private readonly held = new Map<number, Set<string>>();
  private readonly pedals = new Set<string>();
  /** The input that bent last, unless it is back in the middle. */
  private bentBy: string | undefined;

  constructor(private readonly send: (message: InstrumentMessage) => void) {}

  /** @param port name of the sender */
  receive(port: string, message: ChannelMessage): void {
    const holder = `${port} ${message.channel}`;
    switch (message.type) {
      case 'noteOn': {
        const holders = this.held.get(message.pitch) ?? new Set();
        this.held.set(message.pitch, holders.add(holder));
        this.send({ type: 'noteOn', pitch: message.pitch, velocity: message.velocity });
        break;
      }
      case 'noteOff':
        this.letGo(message.pitch, holder);
        break;
      case 'sustain':
        this.setPedal(holder, message.down);
        break;
      case 'pitchBend':
        this.bentBy = message.semitones === 0 ? undefined : port;
        this.send({ type: 'pitchBend', semitones: message.semitones });
        break;
      case 'allNotesOff':
        // Each note ends by itself too: whoever follows the notes need not know of this message.
        for (const pitch of this.held.keys()) this.send({ type: 'noteOff', pitch });
        this.held.clear();
        this.send({ type: 'allNotesOff' });
        break;
      case 'controlChange':
        this.send({ type: 'controlChange', controller: message.controller, value: message.value });
    }
  }

  /** Ends all that the port holds: notes, pedal, bend. */
  release(port: string): void {
    const isOfPort = (holder: string) => holder.slice(0, holder.lastIndexOf(' ')) === port;
    for (const [pitch, holders] of [...this.held]) {
      for (const holder of [...holders].filter(isOfPort)) this.letGo(pitch, holder);
    }
    for (const holder of [...this.pedals].filter(isOfPort)) this.setPedal(holder, false);
    if (this.bentBy === port) {
      this.bentBy = undefined;
      this.send({ type: 'pitchBend', semitones: 0 });
    }
  }

  private letGo(pitch: number, holder: string): void {
    const holders = this.held.get(pitch);
    if (!holders?.delete(holder) || holders.size > 0) return;
    this.held.delete(pitch);
    this.send({ type: 'noteOff', pitch });
  }

  private setPedal(holder: string, down: boolean): void {
    const before = this.pedals.size > 0;
    if (down) this.pedals.add(holder);
    else this.pedals.delete(holder);
    const after = this.pedals.size > 0;
    if (after !== before) this.send({ type: 'sustain', down: after });
  }
}
