/** MIDI clock (MIDI 1.0, System Real Time): 24 ticks a quarter, and what a sequencer says to those who follow it. */

export const TICKS_PER_QUARTER = 24;
/** Ticks whose times give the tempo, so many at most: two quarters. */
const WINDOW = 48;
/** A tempo is told from so many ticks on. */
const LEAST = 12;
/** Ticks further apart than this are of different runs, ms: 12 quarters a minute. */
const LONGEST = 208;

export type ClockMessage =
  | { readonly type: 'tempo'; /** Quarters a minute. */ readonly tempo: number }
  | { readonly type: 'start' | 'continue' | 'stop' };

const TICK = 0xf8;
const TRANSPORT: Readonly<Record<number, 'start' | 'continue' | 'stop'>> = {
  0xfa: 'start',
  0xfb: 'continue',
  0xfc: 'stop',
};

/** Reads the clock of one port. */
export class ClockReader {
  private readonly times: number[] = [];
  private told = 0;

  /**
   * @param status of a MIDI message
   * @param time of it, ms
   * @returns a tempo when it changed by more than a tenth, or what the sequencer does
   */
  read(status: number, time: number): ClockMessage | undefined {
    if (status === TICK) return this.tick(time);
    const type = TRANSPORT[status];
    return type && { type };
  }

  private tick(time: number): ClockMessage | undefined {
    const { times } = this;
    if (times.length > 0 && time - times[times.length - 1] > LONGEST) times.length = 0;
    times.push(time);
    if (times.length > WINDOW) times.shift();
    if (times.length < LEAST || times.length % 6 !== 0) return undefined;
    const tempo = Math.round((10 * 60_000) / (TICKS_PER_QUARTER * slope(times))) / 10;
    if (Math.abs(tempo - this.told) <= 0.1) return undefined;
    this.told = tempo;
    return { type: 'tempo', tempo };
  }
}

/** Least squares: what each of equally spaced ticks adds. The jitter of single ticks, some ms on USB, goes out of it. */
function slope(times: readonly number[]): number {
  const middle = (times.length - 1) / 2;
  let [up, down] = [0, 0];
  for (const [i, time] of times.entries()) {
    up += (i - middle) * (time - times[0]);
    down += (i - middle) ** 2;
  }
  return up / down;
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
    return Math.min(300, Math.max(30, 60_000 / slope(this.taps)));
  }
}
