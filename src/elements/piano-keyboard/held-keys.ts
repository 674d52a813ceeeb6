/** Which keys are down, and who holds them. */

export interface HeldKeysListener {
  keyDown(pitch: number, velocity: number): void;
  keyUp(pitch: number): void;
}

/** Fingers, computer keys and the focused key may hold the same pitch: it sounds until the last of them lets go. */
export class HeldKeys {
  private readonly holders = new Map<number, Set<string>>();

  constructor(private readonly listener: HeldKeysListener) {}

  get pitches(): number[] {
    return [...this.holders.keys()];
  }

  has(pitch: number): boolean {
    return this.holders.has(pitch);
  }

  /** @param holder a name for the finger or key @param velocity brought into 1-127 */
  hold(holder: string, pitch: number, velocity: number): void {
    const holders = this.holders.get(pitch);
    if (holders) {
      holders.add(holder);
      return;
    }
    this.holders.set(pitch, new Set([holder]));
    this.listener.keyDown(pitch, Math.min(127, Math.max(1, Math.round(velocity))));
  }

  /** Whatever the holder holds. */
  letGoOf(holder: string): void {
    for (const [pitch, holders] of this.holders) {
      if (!holders.delete(holder) || holders.size > 0) continue;
      this.holders.delete(pitch);
      this.listener.keyUp(pitch);
    }
  }

  letGoOfAll(): void {
    for (const pitch of this.pitches) {
      this.holders.delete(pitch);
      this.listener.keyUp(pitch);
    }
  }
}
