/** The convolutions of a recording, by this worker alone, or shared with another one. */
import type { StackRows, Stretch } from '../protocol.js';
import type { TranscriberNetwork } from './network.js';
import type { Pause } from './recording.js';

/** Frames that go through the network between two pauses. */
const FRAMES_AT_ONCE = 64;
/** Frames that two workers share at once: the few that both compute at the seam are then a fiftieth. */
const SHARED_AT_ONCE = 512;

export interface Convolutions {
  /**
   * @param frames [count, bins]
   * @param pause is awaited now and then, with the share that is done
   * @returns rows of frames that no later one can change, in their order
   */
  write(frames: Float32Array, pause: Pause): AsyncIterable<StackRows>;
  /** @returns the rest */
  close(pause: Pause): AsyncIterable<StackRows>;
}

export class OwnConvolutions implements Convolutions {
  private readonly streams;

  constructor(
    network: TranscriberNetwork,
    private readonly bins: number,
  ) {
    this.streams = network.stacks.map((stack) => stack.begin());
  }

  async *write(frames: Float32Array, pause: Pause): AsyncGenerator<StackRows> {
    const step = FRAMES_AT_ONCE * this.bins;
    for (let from = 0; from < frames.length; from += step) {
      if (from > 0) await pause(from / frames.length);
      const block = frames.subarray(from, from + step);
      yield this.streams.map((stream) => stream.write(block));
    }
  }

  async *close(): AsyncGenerator<StackRows> {
    yield this.streams.map((stream) => stream.close());
  }
}

/** @returns the rows of a stretch, in blocks, as if they had been computed on the way through the recording */
export async function* rowsOfStretch(
  network: TranscriberNetwork,
  bins: number,
  { frames, before, after }: Stretch,
  pause: Pause,
): AsyncGenerator<StackRows> {
  const convolutions = new OwnConvolutions(network, bins);
  const sizes = network.stacks.map(({ outputSize }) => outputSize);
  let early = before;
  let left = frames.length / bins - before - after;
  const inside = (rows: StackRows): StackRows => {
    const count = rows[0].length / sizes[0];
    const from = Math.min(early, count);
    const to = Math.min(count, from + left);
    early -= from;
    left -= to - from;
    return rows.map((each, i) => each.slice(from * sizes[i], to * sizes[i]));
  };
  for await (const rows of convolutions.write(frames, pause)) yield inside(rows);
  for await (const rows of convolutions.close()) yield inside(rows);
}

/** Another worker with the same network. */
export type Borrowed = (stretch: Stretch) => Promise<StackRows>;

/**
 * The later half of each some seconds is computed by another worker. Every stretch is computed with the frames around it, so its
 * rows are those of one worker, bit for bit.
 */
export class SharedConvolutions implements Convolutions {
  private frames = new Float32Array(0);
  /** Frames at the beginning of `frames` that have their rows. */
  private known = 0;

  constructor(
    private readonly network: TranscriberNetwork,
    private readonly bins: number,
    private readonly borrowed: Borrowed,
  ) {}

  async *write(frames: Float32Array, pause: Pause): AsyncGenerator<StackRows> {
    const joined = new Float32Array(this.frames.length + frames.length);
    joined.set(this.frames);
    joined.set(frames, this.frames.length);
    this.frames = joined;
    const { after } = this.network.reach;
    const written = joined.length;
    while (this.count - this.known - after >= SHARED_AT_ONCE) {
      await pause(1 - this.frames.length / written);
      yield* this.share(this.known + SHARED_AT_ONCE, pause);
    }
  }

  async *close(pause: Pause): AsyncGenerator<StackRows> {
    if (this.count > this.known) yield* this.share(this.count, pause);
  }

  private get count(): number {
    return this.frames.length / this.bins;
  }

  /** Rows of the frames up to `to`. */
  private async *share(to: number, pause: Pause): AsyncGenerator<StackRows> {
    const middle = Math.ceil((this.known + to) / 2);
    const rows = this.borrowed(this.stretch(middle, to));
    // It is awaited after our own half, which may be given up.
    rows.catch(() => {});
    const waiting = () => pause(0);
    yield* rowsOfStretch(this.network, this.bins, this.stretch(this.known, middle), waiting);
    yield await rows;
    const first = Math.max(0, to - this.network.reach.before);
    this.frames = this.frames.slice(first * this.bins);
    this.known = to - first;
  }

  private stretch(from: number, to: number): Stretch {
    const { before, after } = this.network.reach;
    const first = Math.max(0, from - before);
    const end = Math.min(this.count, to + after);
    return {
      frames: this.frames.slice(first * this.bins, end * this.bins),
      before: from - first,
      after: end - to,
    };
  }
}
