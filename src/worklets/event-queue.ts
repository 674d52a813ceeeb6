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
export const SOSTENUTO = 6;

/** No note, where an event is for a channel or for all. */
export const NO_NOTE = -1;
/** No channel. */
export const NO_CHANNEL = 0;
/** A cut-off above all that is heard. */
export const NO_CUTOFF = 1e9;

export class EventQueue {
  length = 0;
  readonly frame = new Float64Array(CAPACITY);
  readonly kind = new Uint8Array(CAPACITY);
  /** Number of the note-on, or {@link NO_NOTE}. */
  readonly note = new Float64Array(CAPACITY);
  /** Number of the channel, or {@link NO_CHANNEL}. */
  readonly channel = new Float64Array(CAPACITY);
  /** Pitch of a note-on, position of a pedal, semitones of a bend. */
  readonly value = new Float64Array(CAPACITY);
  /** The gain of a note-on, as `bend` is its own bend in semitones and `cutoff` that of its low-pass, Hz, or {@link NO_CUTOFF}. */
  readonly gain = new Float64Array(CAPACITY);
  readonly cutoff = new Float64Array(CAPACITY);
  readonly bend = new Float64Array(CAPACITY);

  get full(): boolean {
    return this.length === CAPACITY;
  }

  /** Adds an event after those of the same frame. There must be room. */
  add(
    frame: number,
    kind: number,
    value: number,
    note = NO_NOTE,
    channel = NO_CHANNEL,
    gain = 1,
    bend = 0,
    cutoff = NO_CUTOFF,
  ): void {
    let i = this.length++;
    for (; i > 0 && this.frame[i - 1] > frame; i--) this.move(i - 1, i);
    this.frame[i] = frame;
    this.kind[i] = kind;
    this.note[i] = note;
    this.channel[i] = channel;
    this.value[i] = value;
    this.gain[i] = gain;
    this.bend[i] = bend;
    this.cutoff[i] = cutoff;
  }

  /** Tells whether the note with this number is still to begin. */
  hasNoteOn(note: number): boolean {
    return this.frameOfNoteOn(note) >= 0;
  }

  /** @returns the frame in which the note with this number is to begin; -1 where it is not */
  frameOfNoteOn(note: number): number {
    for (let i = 0; i < this.length; i++)
      if (this.kind[i] === NOTE_ON && this.note[i] === note) return this.frame[i];
    return -1;
  }

  /** Drops the first `count` events. */
  drop(count: number): void {
    for (let i = count; i < this.length; i++) this.move(i, i - count);
    this.length -= count;
  }

  /** Drops the note-ons after `frame`: of one note, of one channel, or all. */
  dropNotesAfter(frame: number, note = NO_NOTE, channel = NO_CHANNEL): void {
    let kept = 0;
    for (let i = 0; i < this.length; i++) {
      const meant =
        (note === NO_NOTE || this.note[i] === note) &&
        (channel === NO_CHANNEL || this.channel[i] === channel);
      if (meant && this.kind[i] === NOTE_ON && this.frame[i] > frame) continue;
      if (kept < i) this.move(i, kept);
      kept++;
    }
    this.length = kept;
  }

  private move(from: number, to: number): void {
    this.frame[to] = this.frame[from];
    this.kind[to] = this.kind[from];
    this.note[to] = this.note[from];
    this.channel[to] = this.channel[from];
    this.value[to] = this.value[from];
    this.gain[to] = this.gain[from];
    this.bend[to] = this.bend[from];
    this.cutoff[to] = this.cutoff[from];
  }
}
