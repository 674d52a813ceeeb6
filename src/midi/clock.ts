/** MIDI clock (MIDI 1.0, System Real Time): 24 ticks a quarter, and what a sequencer says to those who follow it. */

export const TICKS_PER_QUARTER = 24;
/** Ticks whose times give the tempo, so many at most: two quarters. */
const WINDOW = 48;
/** A tempo is told from so many ticks on. */
const LEAST = 12;
/** Ticks further apart than this are of different runs, ms: 12 quarters a minute. */
const LONGEST = 208;

/** Song positions are counted in sixteenths. */
const TICKS_PER_POSITION = 6;

export type ClockMessage =
  | { readonly type: 'tempo'; /** Quarters a minute. */ readonly tempo: number }
  /** A sequencer that plays reaches a quarter; it starts, continues or stops there. */
  | { readonly type: 'beat' | 'start' | 'continue' | 'stop'; readonly place: SongPlace };

export interface SongPlace {
  /** Quarters from the beginning of the song. */
  readonly quarter: number;
  /** The time at which it is there, ms. */
  readonly time: number;
}

const TICK = 0xf8;
const SONG_POSITION = 0xf2;
const TRANSPORT: Readonly<Record<number, 'start' | 'continue' | 'stop'>> = {
  0xfa: 'start',
  0xfb: 'continue',
  0xfc: 'stop',
};

/** Reads the clock of one port. */
export class ClockReader {
  private readonly times: number[] = [];
  private told = 0;
  private playing = false;
  /** Ticks from the beginning of the song to the next one. */
  private next = 0;

  /**
   * @param data of a MIDI message
   * @param time of it, ms
   * @returns a tempo when it changed by more than a tenth, each quarter while the sequencer plays, and what it does
   */
  read([status, low = 0, high = 0]: Iterable<number> & ArrayLike<number>, time: number): ClockMessage[] {
    if (status === TICK) return this.tick(time);
    if (status === SONG_POSITION) this.next = TICKS_PER_POSITION * (low + (high << 7));
    const type = TRANSPORT[status];
    if (!type) return [];
    if (type === 'start') this.next = 0;
    this.playing = type !== 'stop';
    return [{ type, place: this.placeAt(type === 'stop' ? time : this.nextTick(time)) }];
  }

  private tick(time: number): ClockMessage[] {
    const { times } = this;
    if (!this.goesOnAt(time)) times.length = 0;
    times.push(time);
    if (times.length > WINDOW) times.shift();
    return [...this.tempo(), ...this.beat(time)];
  }

  private tempo(): ClockMessage[] {
    const { times } = this;
    if (times.length < LEAST || times.length % 6 !== 0) return [];
    const tempo = Math.round((10 * 60_000) / (TICKS_PER_QUARTER * lineThrough(times).slope)) / 10;
    if (Math.abs(tempo - this.told) <= 0.1) return [];
    this.told = tempo;
    return [{ type: 'tempo', tempo }];
  }

  private beat(time: number): ClockMessage[] {
    if (!this.playing) return [];
    const isQuarter = this.next % TICKS_PER_QUARTER === 0;
    const place = this.placeAt(this.times.length < LEAST ? time : lineThrough(this.times).last);
    this.next++;
    return isQuarter ? [{ type: 'beat', place }] : [];
  }

  private placeAt(time: number): SongPlace {
    return { quarter: this.next / TICKS_PER_QUARTER, time };
  }

  /** The song goes on with the next tick. */
  private nextTick(time: number): number {
    if (this.times.length < LEAST || !this.goesOnAt(time)) return time;
    const { last, slope } = lineThrough(this.times);
    return Math.max(time, last + slope);
  }

  private goesOnAt(time: number): boolean {
    return time - (this.times.at(-1) ?? -Infinity) <= LONGEST;
  }
}

/**
 * Least squares: what each of equally spaced ticks adds, and where the last of them is. The jitter of single ticks, some ms on USB, goes
 * out of it.
 */
function lineThrough(times: readonly number[]): { readonly slope: number; readonly last: number } {
  const middle = (times.length - 1) / 2;
  let [up, down, mean] = [0, 0, 0];
  for (const [i, time] of times.entries()) {
    up += (i - middle) * (time - times[0]);
    down += (i - middle) ** 2;
    mean += (time - times[0]) / times.length;
  }
  const slope = up / down;
  return { slope, last: times[0] + mean + slope * middle };
}

/** The tempo of what is tapped: quarters a minute, from the times of the last taps. A longer rest begins anew. */
export class TapTempo {
  private taps: number[] = [];

  /** @param time ms @returns quarters a minute, from 30 to 300; undefined until there are two taps */
  tap(time: number): number | undefined {
    const last = this.taps.at(-1);
    if (last !== undefined && time - last > 2000) this.taps = [];
    this.taps = [...this.taps, time].slice(-8);
    if (this.taps.length < 2) return undefined;
    return Math.min(300, Math.max(30, 60_000 / lineThrough(this.taps).slope));
  }
}
