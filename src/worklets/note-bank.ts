/**
 * The note audio that the audio thread holds: a fixed number of slots in one array, made once. A slot that
 * is being read or written keeps its content; of the others the least recently used goes first.
 *
 * Methods say whether they may run inside `process()`: those do not allocate.
 */
import { MAX_REACH } from '../audio/resampler.js';
import { NOTE_LENGTH, type NoteEnd, type NoteStart } from '../messages/note-audio.js';
import type { NoteAudioSink } from '../ring/note-audio-stream.js';

/** Zeros before and after each note, so that a kernel at its edge reads silence. */
const GUARD = MAX_REACH;
const STRIDE = GUARD + NOTE_LENGTH + GUARD;

/** 268 MB. */
const MAX_SLOTS = 1024;

/** A note can be played when this much of it is there, 8 ms: what speaks sample by sample is heard from its first part on. */
const PLAYABLE_SAMPLES = 128;

/** Smaller samples are stored as 0: filters must not meet denormal numbers. -300 dB. */
const SMALLEST = 1e-15;
/** No sample is this large; NaN and infinity are stored as 0. */
const LARGEST = 1e6;

/** Semitones to either side in which notes of a timbre hold and decay alike. */
const NEIGHBOURHOOD = 12;
/** dB per second. */
const FASTEST_DECAY = 1000;

const FREE = -1;

/** States of a slot; 0 before its first note. */
const RECEIVING = 1;
const COMPLETE = 2;
const ABANDONED = 3;

/** The loop of a note that has not ended: out of reach. */
const NO_LOOP_START = 2 ** 29;
const NO_LOOP_END = 2 ** 30;

export class NoteBank implements NoteAudioSink {
  readonly slots: number;
  /** All slots; sample s of slot n lies at `start(n) + s`. */
  readonly data: Float32Array;
  readonly timbre: Int32Array;
  /** MIDI pitch, or -1 in a slot that cannot be found. */
  readonly pitch: Int16Array;
  /** Samples that have arrived, at most {@link NOTE_LENGTH}. */
  readonly available: Int32Array;
  /** Loop; before the note has ended it lies behind everything that can be read. */
  readonly loopStart: Int32Array;
  readonly loopEnd: Int32Array;
  /** The facts of each note itself; {@link findDecay} and {@link findRelease} find those of a timbre. */
  readonly decay: Float64Array;
  readonly release: Float64Array;
  /** Gain that brings the note to the level that all notes have. */
  readonly gain: Float64Array;
  /** Rises when a note became playable, complete or was given up: voices look again for what they should play. */
  version = 1;

  private readonly readers: Int16Array;
  private readonly state: Uint8Array;
  private readonly lastUse: Float64Array;
  private clock = 0;

  /** @param slots notes to hold, 1 to 1024; each takes 256 kB */
  constructor(slots: number) {
    this.slots = Math.min(MAX_SLOTS, Math.max(1, Math.floor(slots)));
    this.data = new Float32Array(this.slots * STRIDE);
    this.timbre = new Int32Array(this.slots);
    this.pitch = new Int16Array(this.slots).fill(FREE);
    this.available = new Int32Array(this.slots);
    this.loopStart = new Int32Array(this.slots);
    this.loopEnd = new Int32Array(this.slots);
    this.decay = new Float64Array(this.slots);
    this.release = new Float64Array(this.slots);
    this.gain = new Float64Array(this.slots);
    this.readers = new Int16Array(this.slots);
    this.state = new Uint8Array(this.slots);
    this.lastUse = new Float64Array(this.slots);
  }

  start(slot: number): number {
    return slot * STRIDE + GUARD;
  }

  isComplete(slot: number): boolean {
    return this.state[slot] === COMPLETE;
  }

  /** Tells whether the rest of the note will not come. */
  isAbandoned(slot: number): boolean {
    return this.state[slot] === ABANDONED;
  }

  /** Tells whether this very note is here or on its way. */
  expects(timbre: number, pitch: number): boolean {
    for (let slot = 0; slot < this.slots; slot++) {
      if (this.pitch[slot] === pitch && this.timbre[slot] === timbre) return true;
    }
    return false;
  }

  /** In `process()` too. The slot keeps its content until {@link unpin}. */
  pin(slot: number): void {
    this.readers[slot]++;
    this.lastUse[slot] = ++this.clock;
  }

  /** In `process()` too. */
  unpin(slot: number): void {
    this.readers[slot]--;
  }

  /**
   * In `process()` too.
   * @returns the slot of this very note if it can be played, or -1
   */
  find(timbre: number, pitch: number): number {
    let found = -1;
    for (let slot = 0; slot < this.slots; slot++) {
      if (this.pitch[slot] !== pitch || this.timbre[slot] !== timbre || !this.isPlayable(slot)) continue;
      found = slot;
      if (this.isComplete(slot)) break;
    }
    return found;
  }

  /**
   * In `process()` too.
   * @returns the slot of the note of `timbre` nearest to `pitch` that can be played, or -1
   */
  findNearest(timbre: number, pitch: number): number {
    let found = -1;
    let smallest = 1000;
    for (let slot = 0; slot < this.slots; slot++) {
      if (this.pitch[slot] < 0 || this.timbre[slot] !== timbre) continue;
      const distance = Math.abs(this.pitch[slot] - pitch);
      if (distance >= smallest || !this.isPlayable(slot)) continue;
      found = slot;
      smallest = distance;
    }
    return found;
  }

  /**
   * In `process()` too. Finds the decay of the timbre of `slot` about a pitch: of the notes of that timbre which are here, the
   * nearest count most. A rendered note misses the decay of its timbre by some dB a second, its neighbour by others; together they
   * hold and decay alike.
   * @param out [1] dB per second
   */
  findDecay(slot: number, pitch: number, out: Float64Array): void {
    this.meanNear(this.decay, slot, pitch, true, out);
  }

  /** Computes as {@link findDecay} does. @param out [1] seconds to -60 dB; 0 where no note tells */
  findRelease(slot: number, pitch: number, out: Float64Array): void {
    this.meanNear(this.release, slot, pitch, false, out);
  }

  /** In `process()` too. A note whose gain is no gain gets no slot. */
  beginNote(start: NoteStart): number {
    const slot = start.gain > 0 && start.gain < LARGEST ? this.leastRecentlyUsed() : -1;
    if (slot < 0) return -1;
    this.timbre[slot] = start.timbre;
    this.pitch[slot] = start.pitch;
    this.gain[slot] = start.gain;
    this.available[slot] = 0;
    this.loopStart[slot] = NO_LOOP_START;
    this.loopEnd[slot] = NO_LOOP_END;
    this.decay[slot] = 0;
    this.release[slot] = 0;
    this.state[slot] = RECEIVING;
    this.lastUse[slot] = ++this.clock;
    return slot;
  }

  /** In `process()` too. */
  appendSamples(slot: number, samples: Float32Array, offset: number, count: number): void {
    if (this.state[slot] !== RECEIVING) return;
    const { data } = this;
    const room = Math.min(count, NOTE_LENGTH - this.available[slot]);
    const to = this.start(slot) + this.available[slot];
    for (let i = 0; i < room; i++) {
      const sample = samples[offset + i];
      const size = Math.abs(sample);
      data[to + i] = size > SMALLEST && size < LARGEST ? sample : 0;
    }
    const before = this.available[slot];
    this.available[slot] += room;
    if (before < PLAYABLE_SAMPLES && this.available[slot] >= PLAYABLE_SAMPLES) this.version++;
  }

  /** In `process()` too. A note whose loop makes no sense, or lies beyond its samples, is abandoned. */
  endNote(slot: number, end: NoteEnd): void {
    if (this.state[slot] !== RECEIVING) return;
    const { loopStart, loopEnd, decay, release } = end;
    const inside = loopStart >= 0 && loopStart < loopEnd && loopEnd <= this.available[slot];
    if (!inside || !(decay >= 0 && release >= 0)) return this.abandonNote(slot);
    this.loopStart[slot] = loopStart;
    this.loopEnd[slot] = loopEnd;
    this.decay[slot] = Math.min(FASTEST_DECAY, decay);
    this.release[slot] = release;
    this.complete(slot);
  }

  /** In `process()` too. */
  abandonNote(slot: number): void {
    if (this.state[slot] !== RECEIVING) return;
    this.state[slot] = ABANDONED;
    this.pitch[slot] = FREE;
    this.version++;
  }

  /** Allocates. @returns (timbre, pitch) of every complete note, flattened */
  stored(): number[] {
    const stored: number[] = [];
    for (let slot = 0; slot < this.slots; slot++) {
      if (this.pitch[slot] >= 0 && this.isComplete(slot)) stored.push(this.timbre[slot], this.pitch[slot]);
    }
    return stored;
  }

  /** The mean over complete notes of a timbre, by triangular weights. */
  private meanNear(
    column: Float64Array,
    slot: number,
    pitch: number,
    zeros: boolean,
    out: Float64Array,
  ): void {
    let sum = 0;
    let weights = 0;
    for (let other = 0; other < this.slots; other++) {
      if (this.timbre[other] !== this.timbre[slot] || this.pitch[other] < 0 || !this.isComplete(other))
        continue;
      const weight = Math.max(1e-3, 1 - Math.abs(this.pitch[other] - pitch) / NEIGHBOURHOOD);
      if (!zeros && column[other] === 0) continue;
      sum += weight * column[other];
      weights += weight;
    }
    out[0] = weights > 0 ? sum / weights : 0;
  }

  private isPlayable(slot: number): boolean {
    return this.available[slot] >= PLAYABLE_SAMPLES || this.isComplete(slot);
  }

  private complete(slot: number): void {
    this.state[slot] = COMPLETE;
    // What an earlier, longer note left behind.
    const end = this.start(slot) + this.available[slot];
    for (let i = end; i < end + GUARD; i++) this.data[i] = 0;
    // The same note, rendered again: the old one goes when nobody reads it any more.
    for (let other = 0; other < this.slots; other++) {
      const same = this.pitch[other] === this.pitch[slot] && this.timbre[other] === this.timbre[slot];
      if (same && other !== slot && this.state[other] !== RECEIVING) this.pitch[other] = FREE;
    }
    this.version++;
  }

  private leastRecentlyUsed(): number {
    let found = -1;
    let oldest = Infinity;
    for (let slot = 0; slot < this.slots; slot++) {
      if (this.readers[slot] > 0 || this.state[slot] === RECEIVING) continue;
      if (this.pitch[slot] === FREE) return slot;
      if (this.lastUse[slot] < oldest) {
        oldest = this.lastUse[slot];
        found = slot;
      }
    }
    return found;
  }
}
