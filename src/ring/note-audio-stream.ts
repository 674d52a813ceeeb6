/**
 * The two ends of the way that note audio takes from a model worker to the audio thread. Two transports
 * carry it, shared-ring.ts and port-ring.ts; transport.ts makes them and opens their ends. Single producer,
 * single consumer: one writer and one reader to a transport, and one note after the other.
 */
import type { NoteEnd, NoteStart } from '../messages/note-audio.js';

/**
 * The worker's end. A note is `begin`, any number of `write`, then `end`, or `abandon` where the rest will not come.
 * Each call resolves when what it sends was handed over, and waits while the other end is full, on a timer or on the
 * reader's answer: never by spinning. One call at a time.
 *
 * Thread: the one that opened the writer. Allocates.
 */
export interface NoteAudioWriter {
  /** Begins a note; one that has not ended is abandoned. @throws ABORTED; then no note was begun */
  begin(start: NoteStart, signal?: AbortSignal): Promise<void>;
  /**
   * Sends samples as they are made, however few.
   * @param samples mono, 16 kHz; left untouched
   * @throws ABORTED; the note is then abandoned
   */
  write(samples: Float32Array, signal?: AbortSignal): Promise<void>;
  /** Ends the note with its loop. @throws ABORTED; the note is then abandoned */
  end(end: NoteEnd, signal?: AbortSignal): Promise<void>;
  /** The audio thread forgets what it has of the note. Never waits. Does nothing where no note is under way. */
  abandon(): void;
  /** Ends the writer. */
  close(): void;
}

/** Sends a note that is whole already. @throws ABORTED; the audio thread then forgets what it has of the note */
export async function sendNote(
  writer: NoteAudioWriter,
  start: NoteStart,
  samples: Float32Array,
  end: NoteEnd,
  signal?: AbortSignal,
): Promise<void> {
  await writer.begin(start, signal);
  await writer.write(samples, signal);
  await writer.end(end, signal);
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
 * The receiver of note audio from a reader: the note bank. Every method is called on the audio thread, some of them
 * inside `process()`: it must not allocate, and must not keep its arguments, which are reused.
 */
export interface NoteAudioSink {
  /** @returns a number that names the note in the calls below, or -1 if there is no room: its samples are dropped */
  beginNote(start: NoteStart): number;
  /** Samples `samples[offset]` to `samples[offset + count - 1]` continue the note. */
  appendSamples(note: number, samples: Float32Array, offset: number, count: number): void;
  /** The note is whole. */
  endNote(note: number, end: NoteEnd): void;
  /** The rest of the note will not come. */
  abandonNote(note: number): void;
}
