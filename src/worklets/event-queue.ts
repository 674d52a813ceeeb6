/**
 * Events that happen at a frame of the context's clock, in order. Plain columns of a fixed length: nothing is
 * allocated when an event is added or taken.
 */
const CAPACITY = 1024;

export const NOTE_ON = 1;
export const NOTE_OFF = 2;
export const SUSTAIN = 3;
export const ALL_NOTES_OFF = 4;
export const PITCH_BEND = 5;

export class EventQueue {
  length = 0;
  readonly frame = new Float64Array(CAPACITY);
  readonly kind = new Uint8Array(CAPACITY);
  /** Number of the note-on. */
  readonly note = new Float64Array(CAPACITY);
  /** Pitch of a note-on, position of the pedal, semitones of a bend. */
  readonly value = new Float64Array(CAPACITY);
  readonly gain = new Float64Array(CAPACITY);

  get full(): boolean {
    return this.length === CAPACITY;
  }

  /** Adds an event after those of the same frame. There must be room. */
  add(frame: number, kind: number, note: number, value: number, gain: number): void {
    let i = this.length++;
    for (; i > 0 && this.frame[i - 1] > frame; i--) this.move(i - 1, i);
    this.frame[i] = frame;
    this.kind[i] = kind;
    this.note[i] = note;
    this.value[i] = value;
    this.gain[i] = gain;
  }

  /** Drops the first `count` events. */
  drop(count: number): void {
    for (let i = count; i < this.length; i++) this.move(i, i - count);
    this.length -= count;
  }

  /** Drops the note-ons after `frame`. */
  dropNotesAfter(frame: number): void {
    let kept = 0;
    for (let i = 0; i < this.length; i++) {
      if (this.kind[i] === NOTE_ON && this.frame[i] > frame) continue;
      if (kept < i) this.move(i, kept);
      kept++;
    }
    this.length = kept;
  }

  clear(): void {
    this.length = 0;
  }

  private move(from: number, to: number): void {
    this.frame[to] = this.frame[from];
    this.kind[to] = this.kind[from];
    this.note[to] = this.note[from];
    this.value[to] = this.value[from];
    this.gain[to] = this.gain[from];
  }
}
