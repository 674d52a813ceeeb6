/** Keeps count of which notes of which timbre the audio thread has, and decides what is rendered next. */
import type { RenderJob } from '../workers/note-methods.js';
import { renderOrder, renderedPitch, type PitchRange } from './render-order.js';

/** A timbre is worth rendering over the whole keyboard once the pad has rested this long, ms. */
const SETTLE_MS = 250;
/** Positions of the pad that are remembered: a full grid and some. */
const MAX_TIMBRES = 5000;
/** A note that was sent this long ago, ms, and is missing, was evicted. One sent later may have crossed the report. */
const SENT_MS = 1000;

/** Numbers the timbres that are played, and keeps count of their notes. */
export class RenderPlan {
  private readonly numbers = new Map<string, number>();
  private nextNumber = 1;
  private timbre = 0;
  /** Notes that were sent to the audio thread, by {@link noteKey}, with the time of it. */
  private readonly sent = new Map<number, number>();
  private rests = true;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onSettled the timbre has stayed for a while: the whole keyboard is wanted now */
  constructor(
    private readonly range: PitchRange,
    private readonly onSettled: () => void,
  ) {}

  /** The number of the timbre that plays. */
  get current(): number {
    return this.timbre;
  }

  /** The timbre has stayed for a while. */
  get settled(): boolean {
    return this.rests;
  }

  /** The number of pitches that the model renders of a timbre. */
  get pitchCount(): number {
    const [lowest, highest] = this.range;
    return highest - lowest + 1;
  }

  /** The number of pitches of the present timbre that were sent, of {@link pitchCount}. */
  get rendered(): number {
    const [lowest] = this.range;
    let count = 0;
    for (let i = 0; i < this.pitchCount; i++)
      count += Number(this.sent.has(noteKey({ timbre: this.timbre, pitch: lowest + i })));
    return count;
  }

  /** Goes on with the timbre of `key`. @returns false where it is the present one */
  take(key: string): boolean {
    let timbre = this.numbers.get(key);
    if (timbre === undefined) {
      if (this.numbers.size >= MAX_TIMBRES) this.forget();
      timbre = this.nextNumber++;
      this.numbers.set(key, timbre);
    }
    if (timbre === this.timbre) return false;
    this.timbre = timbre;
    this.rests = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.rests = true;
      this.onSettled();
    }, SETTLE_MS);
    return true;
  }

  /** Forgets every timbre: another network renders from now on. */
  forget(): void {
    this.numbers.clear();
    this.sent.clear();
  }

  /** The notes that are still to be rendered, most urgent first. @param around the pitch that was played last */
  wanted(held: readonly number[], around: number): RenderJob[] {
    const { timbre, range } = this;
    const urgent = new Set(held.map((pitch) => renderedPitch(pitch, range)));
    return renderOrder({ held, around, wholeKeyboard: this.rests, range })
      .map((pitch) => ({ timbre, pitch, urgent: urgent.has(pitch) }))
      .filter((job) => !this.sent.has(noteKey(job)));
  }

  /** Notes that a job was rendered and sent. */
  markSent(job: RenderJob): void {
    this.sent.set(noteKey(job), performance.now());
  }

  /** The audio thread misses a note. @returns whether it is to be rendered again */
  markMissing(timbre: number, pitch: number): boolean {
    const key = noteKey({ timbre, pitch: renderedPitch(pitch, this.range) });
    const sent = this.sent.get(key);
    if (sent === undefined || performance.now() - sent <= SENT_MS) return false;
    return this.sent.delete(key);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}

const noteKey = ({ timbre, pitch }: RenderJob) => timbre * 128 + pitch;
