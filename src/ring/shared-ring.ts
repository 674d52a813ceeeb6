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
 *     note     -1, timbre, pitch, length, loopStart, loopEnd, loopGain, peak
 *     chunk    n > 0, then n samples
 *     abandon  -2
 *
 * The writer publishes whole records by storing the write index after the words (a release); the reader may
 * take a chunk in parts.
 */
import { throwIfAborted } from '../errors/timbrel-error.js';
import type { NoteAudioHeader } from '../messages/note-audio.js';
import type { NoteAudioReader, NoteAudioSink, NoteAudioWriter } from './note-audio-stream.js';

/** A power of two: a whole note and its record marks fit. 256 kB. */
const CAPACITY = 65536;
const MASK = CAPACITY - 1;

const WRITE_INDEX = 0;
const READ_INDEX = 16;
const RING = 32;

const NOTE = -1;
const ABANDON = -2;
const NOTE_WORDS = 8;

/** Small enough that a note can start to sound when its first chunk is there. */
const CHUNK_SAMPLES = 4096;

/**
 * How often a writer looks for room, in ms. It must look: waking it up would take a lock on the audio thread.
 * In this time the audio thread empties some 5 % of the ring.
 */
const ROOM_POLL_MS = 4;

export function createSharedRing(): SharedArrayBuffer {
  return new SharedArrayBuffer((RING + CAPACITY) * 4);
}

export class SharedRingWriter implements NoteAudioWriter {
  private readonly indices: Int32Array;
  private readonly ring: Float32Array;
  private readonly header = new Float32Array(NOTE_WORDS);
  private readonly mark = new Float32Array(1);

  constructor(buffer: SharedArrayBuffer) {
    this.indices = new Int32Array(buffer, 0, RING);
    this.ring = new Float32Array(buffer, RING * 4, CAPACITY);
  }

  async write(header: NoteAudioHeader, samples: Float32Array, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal, 'Sending note audio');
    const { timbre, pitch, length, loopStart, loopEnd, loopGain, peak } = header;
    this.header.set([NOTE, timbre, pitch, length, loopStart, loopEnd, loopGain, peak]);
    await this.room(NOTE_WORDS, signal);
    this.publish(this.put(this.writeIndex, this.header));

    let sent = 0;
    while (sent < samples.length) {
      try {
        await this.room(2, signal);
        throwIfAborted(signal, 'Sending note audio');
      } catch (error) {
        this.publish(this.putMark(this.writeIndex, ABANDON));
        throw error;
      }
      const count = Math.min(samples.length - sent, CHUNK_SAMPLES, this.free - 1);
      const index = this.putMark(this.writeIndex, count);
      this.publish(this.put(index, samples.subarray(sent, sent + count)));
      sent += count;
    }
  }

  close(): void {}

  private get writeIndex(): number {
    return Atomics.load(this.indices, WRITE_INDEX);
  }

  /** Words that may be written; one more is kept for the mark of a note that is abandoned when all is full. */
  private get free(): number {
    return CAPACITY - 1 - ((this.writeIndex - Atomics.load(this.indices, READ_INDEX)) | 0);
  }

  private async room(words: number, signal: AbortSignal | undefined): Promise<void> {
    while (this.free < words) {
      await new Promise((resolve) => setTimeout(resolve, ROOM_POLL_MS));
      throwIfAborted(signal, 'Sending note audio');
    }
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
  /** Reused for every note: see {@link NoteAudioSink}. */
  private readonly header = {
    timbre: 0,
    pitch: 0,
    length: 0,
    loopStart: 0,
    loopEnd: 0,
    loopGain: 1,
    peak: 0,
  };
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
    this.abandon();
    if (mark === ABANDON) return (index + 1) | 0;
    const { header, ring } = this;
    header.timbre = ring[(index + 1) & MASK];
    header.pitch = ring[(index + 2) & MASK];
    header.length = ring[(index + 3) & MASK];
    header.loopStart = ring[(index + 4) & MASK];
    header.loopEnd = ring[(index + 5) & MASK];
    header.loopGain = ring[(index + 6) & MASK];
    header.peak = ring[(index + 7) & MASK];
    this.note = this.sink.beginNote(header);
    return (index + NOTE_WORDS) | 0;
  }

  /** The sink ignores this for a note that is complete. */
  private abandon(): void {
    if (this.note >= 0) this.sink.abandonNote(this.note);
    this.note = -1;
  }
}
