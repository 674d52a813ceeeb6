/** MIDI clock: 24 ticks a quarter, start, stop, continue and song position, so that a sequencer or drum machine plays in step. */
import { sendAt, type MidiSender } from '../midi/outputs.js';
import { beatMap, quartersAt, secondsAt } from '../music/beat-map.js';
import type { NoteSequence } from '../music/note-sequence.js';
import type { Follower } from './sequence-player.js';

const SONG_POSITION = 0xf2;
const TICK = 0xf8;
const START = 0xfa;
const CONTINUE = 0xfb;
const STOP = 0xfc;

const TICKS_PER_QUARTER = 24;
/** Song positions are counted in sixteenths. */
const TICKS_PER_POSITION = 6;
const LAST_POSITION = 0x3fff;
/** A receiver is given so much time between start and its first tick, s (MIDI 1.0 Detailed Specification). */
const BEFORE_TICK = 0.001;
/** Rounding takes at most this from a place, quarters. */
const NEARLY = 1e-6;

export class MidiClock implements Follower {
  /** The song position from which the receiver is to go on; undefined when it plays. */
  private awaited: number | undefined;
  /** The time from which the receiver plays; undefined while it does not. */
  private startedAt: number | undefined;

  /** @param music the piece whose tempos the ticks follow: 120 quarters a minute where it has none */
  constructor(
    private readonly port: MidiSender,
    private readonly music: () => Pick<NoteSequence, 'tempos'> | undefined,
  ) {}

  /** Receivers can go on from sixteenths only: the first one from here on. */
  begin(position: number, time: number): void {
    // Before it is told to go on, which is before the tick.
    const before = time - 2 * BEFORE_TICK;
    this.stop(before);
    const sixteenths = (quartersAt(this.map, position) * TICKS_PER_QUARTER) / TICKS_PER_POSITION;
    this.awaited = Math.min(LAST_POSITION, Math.ceil(sixteenths - NEARLY));
    if (this.awaited > 0) sendAt(this.port, [SONG_POSITION, this.awaited & 0x7f, this.awaited >> 7], before);
  }

  handOver(from: number, to: number, timeOf: (position: number) => number): void {
    const { map } = this;
    for (let tick = Math.max(0, Math.floor(quartersAt(map, from) * TICKS_PER_QUARTER)); ; tick++) {
      const place = secondsAt(map, tick / TICKS_PER_QUARTER);
      if (place >= to) return;
      if (place < from) continue;
      this.send(tick, timeOf(place));
    }
  }

  stop(time: number): void {
    this.awaited = undefined;
    if (this.startedAt === undefined) return;
    // It may have been told ahead to start.
    sendAt(this.port, [STOP], Math.max(time, this.startedAt));
    this.startedAt = undefined;
  }

  private get map() {
    return beatMap(this.music() ?? {});
  }

  private send(tick: number, time: number): void {
    if (this.awaited !== undefined && tick >= this.awaited * TICKS_PER_POSITION) {
      sendAt(this.port, [this.awaited > 0 ? CONTINUE : START], time - BEFORE_TICK);
      this.awaited = undefined;
      this.startedAt = time;
    }
    sendAt(this.port, [TICK], time);
  }
}
