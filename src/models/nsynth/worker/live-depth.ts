/**
 * The number of frames that are decoded ahead of what is heard: as few as the machine lets, since what lies there is of the timbre before. A
 * machine that was late once is likely to be so again: what it needed is kept, and the longer the more often that happened.
 */

/** Frames ahead where nothing was late yet. */
const LEAST = 4;
const MOST = 12;
/** So many times as far ahead after each time that samples came too late. */
const FARTHER = 1.5;
/** After so long without being late a frame less will do, ms; each time that it was late doubles that. */
const CALM_MS = 10_000;
const LONGEST_CALM_MS = 600_000;
/** So often late within {@link LATE_MS}, with the most frames ahead, and the machine does not keep up. */
const LATE = 2;
const LATE_MS = 10_000;

export class LiveDepth {
  private needed = LEAST;
  private calmMs = CALM_MS;
  /** The time of the last change, ms. */
  private changedAt = 0;
  private lateAt: number[] = [];

  get frames(): number {
    return this.needed;
  }

  /** Samples came too late. @param now ms @returns whether the machine does not keep up */
  late(now: number): boolean {
    this.calmMs = Math.min(LONGEST_CALM_MS, 2 * this.calmMs);
    this.changedAt = now;
    if (this.needed < MOST) {
      this.needed = Math.min(MOST, Math.ceil(FARTHER * this.needed));
      return false;
    }
    this.lateAt = [...this.lateAt.filter((time) => now - time < LATE_MS), now];
    if (this.lateAt.length < LATE) return false;
    this.lateAt = [];
    return true;
  }

  /** Samples came in time. @param now ms */
  inTime(now: number): void {
    if (now - this.changedAt <= this.calmMs) return;
    this.changedAt = now;
    if (this.needed > LEAST) this.needed--;
    else this.calmMs = Math.max(CALM_MS, this.calmMs / 2);
  }
}
