/** Windows around every hop of a signal that comes in parts, mirrored at its ends (librosa's `center` with `pad_mode='reflect'`). */

/** Receives a window: it begins at `from` of `samples`, which hold until it returns. */
export type TakeWindow = (samples: Float32Array, from: number) => void;

/** A signal of n samples has 1 + floor(n / hop) windows, centred at samples 0, hop, 2 hop ... */
export class CentredWindows {
  /** Samples from `start` on, those before the signal (negative) included. */
  private kept = new Float32Array(0);
  private start: number;
  private length = 0;
  private next = 0;
  private readonly half: number;

  /** @param windowLength samples, even */
  constructor(
    private readonly windowLength: number,
    private readonly hopLength: number,
  ) {
    this.half = windowLength / 2;
    this.start = 0;
  }

  /** Takes more of the signal, and hands on the windows that are then whole. */
  write(samples: Float32Array, take: TakeWindow): void {
    const kept = new Float32Array(this.kept.length + samples.length);
    kept.set(this.kept);
    kept.set(samples, this.kept.length);
    this.kept = kept;
    this.length += samples.length;
    // What the first window mirrors has to be there.
    if (this.start === 0 && this.next === 0) {
      if (this.length <= this.half) return;
      this.mirrorStart();
    }
    this.handOn(this.length, take);
  }

  /** Hands on the windows at the end. Of no samples there are none. */
  close(take: TakeWindow): void {
    if (this.length === 0) return;
    if (this.start === 0 && this.next === 0) this.mirrorStart();
    const signalEnd = this.kept.length;
    const kept = new Float32Array(signalEnd + this.half);
    kept.set(this.kept);
    for (let i = 0; i < this.half; i++)
      kept[signalEnd + i] = this.kept[this.mirrored(this.length + i) - this.start];
    this.kept = kept;
    this.handOn(this.length + this.half, take);
  }

  private mirrorStart(): void {
    const kept = new Float32Array(this.half + this.kept.length);
    kept.set(this.kept, this.half);
    for (let i = 0; i < this.half; i++) kept[i] = this.kept[this.mirrored(i - this.half)];
    this.kept = kept;
    this.start = -this.half;
  }

  /** The sample that stands for one outside of the signal; of short ones it is mirrored again and again. */
  private mirrored(position: number): number {
    const period = Math.max(1, 2 * (this.length - 1));
    const within = ((position % period) + period) % period;
    return Math.min(within, period - within);
  }

  private handOn(end: number, take: TakeWindow): void {
    const { half, hopLength, windowLength } = this;
    let from = this.next * hopLength - half;
    while (from + windowLength <= end && from + half <= this.length) {
      take(this.kept, from - this.start);
      from = ++this.next * hopLength - half;
    }
    // The last window mirrors half a window, and one sample that is not mirrored.
    const needed = Math.min(from, this.length - half - 1) - this.start;
    if (needed <= 0) return;
    this.kept = this.kept.slice(needed);
    this.start += needed;
  }
}
