/** Listens to what is played and says when a phrase is over: the call of call and response. */
import { keyOf, type NoteOrigin } from '../midi/note-origin.js';
import type { PlayedNote } from './sequence-player.js';

/** A phrase ended. */
export class PhraseEvent extends Event {
  constructor(
    /** Times in seconds from the first note. */
    readonly notes: readonly PlayedNote[],
    /** Clock time of the next bar line that is still ahead, counted from the first note: when an answer is in tempo. */
    readonly nextBar: number,
  ) {
    super('phrase');
  }
}

const TIMER_MS = 20;
/** An answer needs this long to be made, s: a bar line nearer than that is missed. */
const LEAD = 0.15;

/** Fires {@link PhraseEvent} when nothing was held for a rest. */
export class PhraseRecorder extends EventTarget {
  /** Length of a bar, s. */
  bar = 2;
  /** A phrase is over when nothing was held for this long, s. */
  rest = 1;

  private finished: PlayedNote[] = [];
  /** By the number of its note, or by its pitch where it has none. */
  private readonly held = new Map<string, { pitch: number; velocity: number; time: number }>();
  private first = 0;
  private last = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  /** @param clock seconds, the audio context's */
  constructor(private readonly clock: { readonly currentTime: number }) {
    super();
  }

  /** The notes that were played since the phrase began; held notes reach to now. Times in seconds from the first note. */
  get notes(): readonly PlayedNote[] {
    const now = this.clock.currentTime;
    const held = [...this.held.values()].map(({ pitch, velocity, time }) =>
      this.note(pitch, velocity, time, now),
    );
    return [...this.finished, ...held].sort((a, b) => a.startTime - b.startTime || a.pitch - b.pitch);
  }

  noteOn(pitch: number, velocity: number, origin?: NoteOrigin): void {
    const now = this.clock.currentTime;
    this.noteOff(pitch, origin);
    if (this.finished.length === 0 && this.held.size === 0) this.first = now;
    this.held.set(keyOf(pitch, origin), { pitch, velocity, time: now });
    this.timer ??= setInterval(() => this.listen(), TIMER_MS);
  }

  noteOff(pitch: number, origin?: NoteOrigin): void {
    const key = keyOf(pitch, origin);
    const held = this.held.get(key);
    if (!held) return;
    this.held.delete(key);
    this.last = this.clock.currentTime;
    this.finished.push(this.note(pitch, held.velocity, held.time, this.last));
  }

  /** Forgets the phrase. */
  clear(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.finished = [];
    this.held.clear();
  }

  private note(pitch: number, velocity: number, start: number, end: number): PlayedNote {
    return {
      pitch,
      velocity,
      startTime: start - this.first,
      endTime: Math.max(end, start + 0.01) - this.first,
    };
  }

  private listen(): void {
    const now = this.clock.currentTime;
    if (!this.timer || this.held.size > 0 || now - this.last < this.rest) return;
    const { notes, first, bar } = this;
    this.clear();
    this.dispatchEvent(new PhraseEvent(notes, first + Math.ceil((now + LEAD - first) / bar) * bar));
  }
}
