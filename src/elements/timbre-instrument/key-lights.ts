/** Keys light when their notes are heard, whoever plays them: a hand at once, a player's notes at the times they are scheduled for. */
import type { InstrumentEventMap, KeyEvent } from '../../instruments/events.js';

/** Keys that can be shown as pressed: `<piano-keyboard>`. */
interface Keys {
  press(pitch: number, note: number): void;
  release(pitch: number, note: number): void;
}

/** An instrument that tells of its keys. */
interface Played {
  readonly context: BaseAudioContext | undefined;
  addEventListener<K extends 'key' | 'keys-up'>(
    type: K,
    listener: (event: InstrumentEventMap[K]) => void,
  ): void;
}

/** A note whose key is down, or will go down. */
interface Light {
  readonly pitch: number;
  /** Seconds on the context's clock. */
  readonly from: number;
  /** Puts the next change off. */
  readonly timers: Set<ReturnType<typeof setTimeout>>;
}

/** Milliseconds: nobody sees a key that is later by less, and an audio clock that stands still is not asked more often. */
const SHORTEST_WAIT = 8;

export class KeyLights {
  private readonly lights = new Map<number, Light>();

  /** @param keys the keys that are there now */
  constructor(
    private readonly played: Played,
    private readonly keys: () => Keys | null,
  ) {
    played.addEventListener('key', (event) => (event.down ? this.down(event) : this.up(event)));
    played.addEventListener('keys-up', () => this.clear());
  }

  /** Lets every key come up, and forgets what was to come. */
  clear(): void {
    for (const note of [...this.lights.keys()]) this.end(note);
  }

  private down({ pitch, time, note }: KeyEvent): void {
    const light = { pitch, from: time, timers: new Set<ReturnType<typeof setTimeout>>() };
    this.lights.set(note, light);
    this.at(time, light, () => this.keys()?.press(pitch, note));
  }

  private up({ time, note }: KeyEvent): void {
    const light = this.lights.get(note);
    if (!light) return;
    // A note that was to begin later than it ends does not begin.
    if (time <= light.from) this.end(note);
    else this.at(time, light, () => this.end(note));
  }

  private end(note: number): void {
    const light = this.lights.get(note);
    if (!light) return;
    this.lights.delete(note);
    for (const timer of light.timers) clearTimeout(timer);
    this.keys()?.release(light.pitch, note);
  }

  /**
   * Does it when what the audio thread plays at `time` is heard. A busy machine's audio falls behind the clock of the timers, and
   * stands still while it is suspended: when a timer fires, the audio's own clock says whether it is time.
   */
  private at(time: number, light: Light, change: () => void): void {
    // A hand's key does not wait for the speakers.
    if (this.secondsUntil(time) <= 0) return change();
    const wait = () => {
      const { outputLatency = 0 } = this.played.context as Partial<AudioContext>;
      const seconds = this.secondsUntil(time + outputLatency);
      if (seconds <= 0) return change();
      const timer = setTimeout(
        () => {
          light.timers.delete(timer);
          wait();
        },
        Math.max(SHORTEST_WAIT, 1000 * seconds),
      );
      light.timers.add(timer);
    };
    wait();
  }

  /** Without a context nothing is waited for. */
  private secondsUntil(time: number): number {
    const { context } = this.played;
    return context ? time - context.currentTime : 0;
  }
}
