/**
 * Note audio over a ring in shared memory, for isolated pages.
 *
 * Layout of the buffer, in 32-bit words:
 *
 *     0    write index  int32, words written since the start modulo 2^32; stored by the writer only
 *     16   read index   int32, words read; stored by the reader only, in a cache line of its own
 *     32   the ring     CAPACITY words, float32; index i lies at 32 + i modulo CAPACITY
 *
 * In the ring, records follow each other without gaps:
 *
 *     begin    -1, timbre, pitch, gain, 0
 *     chunk    n > 0, then n samples
 *     end      -2, loopStart, loopEnd, decay, release
 *     abandon  -3
 *
 * The writer publishes whole records by storing the write index after the words (a release); the reader may
 * take a chunk in parts.
 */
import { throwIfAborted } from '../errors/timbrel-error.js';
import type { NoteEnd, NoteStart } from '../messages/note-audio.js';
import type { NoteAudioReader, NoteAudioSink, NoteAudioWriter } from './note-audio-stream.js';

/** A power of two: a whole note and its record marks fit. 256 kB. */
const CAPACITY = 65536;
const MASK = CAPACITY - 1;

const WRITE_INDEX = 0;
const READ_INDEX = 16;
const RING = 32;

const BEGIN = -1;
const END = -2;
const ABANDON = -3;
/** Length of the records of a beginning and of an end. */
const EDGE_WORDS = 5;

/** Small enough that a note can start to sound when its first chunk is there. */
const CHUNK_SAMPLES = 4096;

/**
 * The interval at which a writer looks for room, in ms. It must look: waking it up would take a lock on the audio thread.
 * In this time the audio thread empties some 5 % of the ring.
 */
const ROOM_POLL_MS = 4;

export function createSharedRing(): SharedArrayBuffer {
  return new SharedArrayBuffer((RING + CAPACITY) * 4);
}

export class SharedRingWriter implements NoteAudioWriter {
  private readonly indices: Int32Array;
  private readonly ring: Float32Array;
  private readonly edge = new Float32Array(EDGE_WORDS);
  private readonly mark = new Float32Array(1);
  /** A note was begun and has not ended. */
  private sending = false;

  constructor(buffer: SharedArrayBuffer) {
    this.indices = new Int32Array(buffer, 0, RING);
    this.ring = new Float32Array(buffer, RING * 4, CAPACITY);
  }

  async begin({ timbre, pitch, gain }: NoteStart, signal?: AbortSignal): Promise<void> {
    this.abandon();
    await this.putEdge([BEGIN, timbre, pitch, gain, 0], signal);
    this.sending = true;
  }

  async write(samples: Float32Array, signal?: AbortSignal): Promise<void> {
    let sent = 0;
    while (sent < samples.length) {
      await this.room(2, signal);
      const count = Math.min(samples.length - sent, CHUNK_SAMPLES, this.free - 1);
      const index = this.putMark(this.writeIndex, count);
      this.publish(this.put(index, samples.subarray(sent, sent + count)));
      sent += count;
    }
  }

  async end({ loopStart, loopEnd, decay, release }: NoteEnd, signal?: AbortSignal): Promise<void> {
    await this.putEdge([END, loopStart, loopEnd, decay, release], signal);
    this.sending = false;
  }

  abandon(): void {
    if (this.sending) this.publish(this.putMark(this.writeIndex, ABANDON));
    this.sending = false;
  }

  close(): void {}

  private get writeIndex(): number {
    return Atomics.load(this.indices, WRITE_INDEX);
  }

  /** Words that may be written; one more is kept for the mark of a note that is abandoned when all is full. */
  private get free(): number {
    return CAPACITY - 1 - ((this.writeIndex - Atomics.load(this.indices, READ_INDEX)) | 0);
  }

  /** @param words {@link EDGE_WORDS} */
  private async putEdge(words: readonly number[], signal?: AbortSignal): Promise<void> {
    await this.room(EDGE_WORDS, signal);
    this.edge.set(words);
    this.publish(this.put(this.writeIndex, this.edge));
  }

  /** @throws ABORTED; the note is then abandoned */
  private async room(words: number, signal: AbortSignal | undefined): Promise<void> {
    while (this.free < words && !signal?.aborted) {
      await new Promise((resolve) => setTimeout(resolve, ROOM_POLL_MS));
    }
    if (signal?.aborted) this.abandon();
    throwIfAborted(signal, 'Sending note audio');
  }

  /** @returns the index after the words */
  private put(index: number, words: Float32Array): number {
    const start = index & MASK;
    const untilEnd = Math.min(words.length, CAPACITY - start);
    this.ring.set(words.subarray(0, untilEnd), start);
    this.ring.set(words.subarray(untilEnd), 0);
    return index + words.length;
  }

  private putMark(index: number, mark: number): number {
    this.mark[0] = mark;
    return this.put(index, this.mark);
  }

  private publish(index: number): void {
    Atomics.store(this.indices, WRITE_INDEX, index);
  }
}

export class SharedRingReader implements NoteAudioReader {
  private readonly indices: Int32Array;
  private readonly ring: Float32Array;
  /** Reused for every note: see {@link NoteAudioSink}. They begin as doubles, which V8 then changes in place. */
  private readonly start = { timbre: 0, pitch: 0, gain: 0.5 };
  private readonly end = { loopStart: 0, loopEnd: 0, decay: 0.5, release: 0.5 };
  private note = -1;
  /** Samples of the current chunk that were not taken yet. */
  private chunkLeft = 0;

  constructor(
    buffer: SharedArrayBuffer,
    private readonly sink: NoteAudioSink,
  ) {
    this.indices = new Int32Array(buffer, 0, RING);
    this.ring = new Float32Array(buffer, RING * 4, CAPACITY);
  }

  poll(maxSamples: number): number {
    const end = Atomics.load(this.indices, WRITE_INDEX);
    let index = Atomics.load(this.indices, READ_INDEX);
    let taken = 0;
    while (index !== end && taken < maxSamples) {
      if (this.chunkLeft === 0) {
        index = this.takeMark(index);
        continue;
      }
      const start = index & MASK;
      const count = Math.min(this.chunkLeft, maxSamples - taken, CAPACITY - start);
      if (this.note >= 0) this.sink.appendSamples(this.note, this.ring, start, count);
      this.chunkLeft -= count;
      taken += count;
      index = (index + count) | 0;
    }
    Atomics.store(this.indices, READ_INDEX, index);
    return taken;
  }

  close(): void {
    this.abandon();
  }

  private takeMark(index: number): number {
    const mark = this.ring[index & MASK];
    if (mark > 0) {
      this.chunkLeft = mark;
      return (index + 1) | 0;
    }
    const a = (index + 1) & MASK;
    const b = (index + 2) & MASK;
    const c = (index + 3) & MASK;
    const { start, end, ring } = this;
    if (mark === BEGIN) {
      this.abandon();
      start.timbre = ring[a];
      start.pitch = ring[b];
      start.gain = ring[c];
      this.note = this.sink.beginNote(start);
    } else if (mark === END) {
      end.loopStart = ring[a];
      end.loopEnd = ring[b];
      end.decay = ring[c];
      end.release = ring[(index + 4) & MASK];
      if (this.note >= 0) this.sink.endNote(this.note, end);
      this.note = -1;
    } else {
      this.abandon();
      return (index + 1) | 0;
    }
    return (index + EDGE_WORDS) | 0;
  }

  private abandon(): void {
    if (this.note >= 0) this.sink.abandonNote(this.note);
    this.note = -1;
  }
}
