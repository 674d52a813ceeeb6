/**
 * The two ends of the way that note audio takes from a model worker to the audio thread. Two transports
 * carry it, shared-ring.ts and port-ring.ts; transport.ts makes them and opens their ends. Single producer,
 * single consumer: one writer and one reader to a transport.
 */
import type { NoteAudioHeader } from '../messages/note-audio.js';

/** The worker's end. */
export interface NoteAudioWriter {
  /**
   * Sends one note and resolves when the last sample was handed over. Waits while the other end is full, on a
   * timer or on the reader's answer: never by spinning. One call at a time.
   *
   * Thread: the one that opened the writer. Allocates.
   * @param samples mono, 16 kHz, `header.length` of them; left untouched
   * @throws ABORTED; the audio thread then forgets what it has of the note
   */
  write(header: NoteAudioHeader, samples: Float32Array, signal?: AbortSignal): Promise<void>;
  /** Ends the writer. Thread: the one that opened it. */
  close(): void;
}

/** The audio thread's end. */
export interface NoteAudioReader {
  /**
   * Hands what has arrived to the sink, at most `maxSamples` samples. Never waits, locks or posts.
   *
   * Thread: the audio thread, from `process()` or a message handler. Does not allocate.
   * @returns samples taken
   */
  poll(maxSamples: number): number;
  /** Ends the reader. Thread: the audio thread, from a message handler. */
  close(): void;
}

/**
 * What a reader hands note audio to: the note bank. Every method is called on the audio thread, some of them
 * inside `process()`: it must not allocate, and must not keep its arguments, which are reused.
 */
export interface NoteAudioSink {
  /** @returns a number that names the note in the calls below, or -1 if there is no room: its samples are dropped */
  beginNote(header: NoteAudioHeader): number;
  /** Samples `samples[offset]` to `samples[offset + count - 1]` continue the note. */
  appendSamples(note: number, samples: Float32Array, offset: number, count: number): void;
  /** The rest of the note will not come. */
  abandonNote(note: number): void;
}
