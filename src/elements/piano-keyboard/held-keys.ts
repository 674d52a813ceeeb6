/** The keys that are down, and their holders. */

import { nextNumber } from '../../midi/note-origin.js';

/** `note` is a number of the page, the same when the key comes up. */
export interface HeldKeysListener {
  keyDown(pitch: number, velocity: number, note: number): void;
  keyUp(pitch: number, note: number): void;
}

interface HeldKey {
  readonly note: number;
  readonly holders: Set<string>;
}

/** Fingers, computer keys and the focused key may hold the same pitch: it sounds until the last of them lets go. */
export class HeldKeys {
  private readonly keys = new Map<number, HeldKey>();

  constructor(private readonly listener: HeldKeysListener) {}

  get pitches(): number[] {
    return [...this.keys.keys()];
  }

  has(pitch: number): boolean {
    return this.keys.has(pitch);
  }

  /** @param holder a name for the finger or key @param velocity brought into 1-127 */
  hold(holder: string, pitch: number, velocity: number): void {
    const key = this.keys.get(pitch);
    if (key) {
      key.holders.add(holder);
      return;
    }
    const note = nextNumber();
    this.keys.set(pitch, { note, holders: new Set([holder]) });
    this.listener.keyDown(pitch, Math.min(127, Math.max(1, Math.round(velocity))), note);
  }

  /** Whatever the holder holds. */
  letGoOf(holder: string): void {
    for (const [pitch, { note, holders }] of this.keys) {
      if (!holders.delete(holder) || holders.size > 0) continue;
      this.keys.delete(pitch);
      this.listener.keyUp(pitch, note);
    }
  }

  letGoOfAll(): void {
    for (const [pitch, { note }] of this.keys) {
      this.keys.delete(pitch);
      this.listener.keyUp(pitch, note);
    }
  }
}
