/** Activations as they are kept for other thresholds: those cells alone that a threshold can tell from silence, some 4 kB a second of piano. */
import { KEYS } from '../../../music/activations.js';
import { LEAST_REDRAWN } from '../protocol.js';
import type { SettledFrames } from './network-run.js';

/** Onset, frame, velocity and offset of a cell. */
const VALUES = 4;
/** Frames of a block that is read again. */
const BLOCK_FRAMES = 64;

export class KeptActivations {
  /** Numbers of the cells, frame * 88 + key, ascending. */
  private cells = new Uint32Array(1024);
  private values = new Float32Array(VALUES * 1024);
  private count = 0;
  private frameCount = 0;
  private hasFrames = true;
  private hasOffsets = false;

  add({ frameCount, onsets, frames, velocities, offsets }: SettledFrames): void {
    this.hasFrames = frames !== undefined;
    this.hasOffsets = offsets !== undefined;
    const first = this.frameCount * KEYS;
    for (let i = 0; i < frameCount * KEYS; i++) {
      if (!(onsets[i] > LEAST_REDRAWN || (frames !== undefined && frames[i] > LEAST_REDRAWN))) continue;
      if (this.count === this.cells.length) this.grow();
      const at = VALUES * this.count;
      this.cells[this.count++] = first + i;
      this.values[at] = onsets[i];
      this.values[at + 1] = frames?.[i] ?? 0;
      this.values[at + 2] = velocities[i];
      this.values[at + 3] = offsets?.[i] ?? 0;
    }
    this.frameCount += frameCount;
  }

  /** The frames again, in blocks that hold until the next one; cells that were not kept are 0. */
  *blocks(): Generator<SettledFrames> {
    const [onsets, frames, velocities, offsets] = Array.from(
      { length: VALUES },
      () => new Float32Array(BLOCK_FRAMES * KEYS),
    );
    let at = 0;
    for (let from = 0; from < this.frameCount; from += BLOCK_FRAMES) {
      const frameCount = Math.min(BLOCK_FRAMES, this.frameCount - from);
      for (const array of [onsets, frames, velocities, offsets]) array.fill(0);
      for (const end = (from + frameCount) * KEYS; at < this.count && this.cells[at] < end; at++) {
        const cell = this.cells[at] - from * KEYS;
        onsets[cell] = this.values[VALUES * at];
        frames[cell] = this.values[VALUES * at + 1];
        velocities[cell] = this.values[VALUES * at + 2];
        offsets[cell] = this.values[VALUES * at + 3];
      }
      yield {
        frameCount,
        onsets,
        velocities,
        frames: this.hasFrames ? frames : undefined,
        offsets: this.hasOffsets ? offsets : undefined,
      };
    }
  }

  private grow(): void {
    const { cells, values } = this;
    this.cells = new Uint32Array(2 * cells.length);
    this.cells.set(cells);
    this.values = new Float32Array(2 * values.length);
    this.values.set(values);
  }
}
