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

/**
 * A live slot has a note that is decoded while it sounds: a ring of about a second, whose edges are repeated behind it and before it. To
 * its only reader it is a loop that is new each time round.
 */
const LIVE_LENGTH = 16384;
const LIVE_STRIDE = GUARD + LIVE_LENGTH + GUARD;

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
  /** Live slots, which follow those of whole notes. */
  readonly liveSlots: number;
  /** All slots; sample s of slot n lies at `start(n) + s`. */
  readonly data: Float32Array;
  readonly timbre: Int32Array;
  /** MIDI pitch, or -1 in a slot that cannot be found. */
  readonly pitch: Int16Array;
  /** Samples that have arrived, at most {@link NOTE_LENGTH}; in a live slot, from the beginning of the present time round. */
  readonly available: Int32Array;
  /** Loop; before the note has ended it lies behind everything that can be read. */
  readonly loopStart: Int32Array;
  readonly loopEnd: Int32Array;
  /** The facts of each note itself; {@link findDecay} and {@link findRelease} find those of a timbre. */
  readonly decay: Float64Array;
  readonly release: Float64Array;
  /** Gain that brings the note to the level that all notes have. */
  readonly gain: Float64Array;
  /** The place up to which a live slot was read, by its number among these. */
  readonly played: Float64Array;
  /** Rises when a note became playable, complete or was given up: voices look again for what they should play. */
  version = 1;

  private readonly readers: Int16Array;
  private readonly state: Uint8Array;
  private readonly lastUse: Float64Array;
  private clock = 0;

  /**
   * @param slots notes to hold, 1 to 1024; each takes 256 kB
   * @param liveSlots notes that are decoded while they sound; each takes 66 kB
   */
  constructor(slots: number, liveSlots = 0) {
    this.slots = Math.min(MAX_SLOTS, Math.max(1, Math.floor(slots)));
    this.liveSlots = liveSlots;
    const all = this.slots + liveSlots;
    this.data = new Float32Array(this.slots * STRIDE + liveSlots * LIVE_STRIDE);
    this.timbre = new Int32Array(all);
    this.pitch = new Int16Array(all).fill(FREE);
    this.available = new Int32Array(all);
    this.loopStart = new Int32Array(all);
    this.loopEnd = new Int32Array(all);
    this.decay = new Float64Array(all);
    this.release = new Float64Array(all);
    this.gain = new Float64Array(all);
    this.readers = new Int16Array(all);
    this.state = new Uint8Array(all);
    this.lastUse = new Float64Array(all);
    this.played = new Float64Array(liveSlots);
  }

  start(slot: number): number {
    const live = slot - this.slots;
    return (live < 0 ? slot * STRIDE : this.slots * STRIDE + live * LIVE_STRIDE) + GUARD;
  }

  /** Tells whether a slot has a note that is decoded while it sounds. */
  isLive(slot: number): boolean {
    return slot >= this.slots;
  }

  isComplete(slot: number): boolean {
    return this.state[slot] === COMPLETE;
  }

  /** Tells whether the rest of the note will not come. */
  isAbandoned(slot: number): boolean {
    return this.state[slot] === ABANDONED;
  }

  isRead(slot: number): boolean {
    return this.readers[slot] > 0;
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

  /** Begins a note that is decoded while it sounds, in a live slot. */
  beginLive(slot: number, timbre: number, pitch: number): void {
    this.timbre[slot] = timbre;
    this.pitch[slot] = pitch;
    this.gain[slot] = 1;
    this.available[slot] = 0;
    this.loopStart[slot] = 0;
    this.loopEnd[slot] = LIVE_LENGTH;
    this.state[slot] = RECEIVING;
    this.played[slot - this.slots] = 0;
    const start = this.start(slot);
    this.data.fill(0, start - GUARD, start);
  }

  /** Samples that go on with a live note. One that is so far ahead that what is heard would be overwritten is abandoned. */
  appendLive(slot: number, samples: Float32Array): void {
    if (this.state[slot] !== RECEIVING) return;
    const { data } = this;
    const arrived = this.available[slot];
    if (arrived + samples.length - this.played[slot - this.slots] > LIVE_LENGTH - GUARD)
      return this.abandonNote(slot);
    const start = this.start(slot);
    for (let i = 0; i < samples.length; i++) {
      const size = Math.abs(samples[i]);
      const sample = size > SMALLEST && size < LARGEST ? samples[i] : 0;
      const place = (arrived + i) % LIVE_LENGTH;
      data[start + place] = sample;
      if (place < GUARD) data[start + place + LIVE_LENGTH] = sample;
      else if (place >= LIVE_LENGTH - GUARD) data[start + place - LIVE_LENGTH] = sample;
    }
    this.available[slot] = arrived + samples.length;
    // Whoever waits for it looks again.
    if (this.readers[slot] === 0) this.version++;
  }

  /** In `process()` too. The reader of a live slot goes on at its beginning. */
  goRound(slot: number): void {
    this.available[slot] -= LIVE_LENGTH;
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
    if (!this.isLive(slot)) this.pitch[slot] = FREE;
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
