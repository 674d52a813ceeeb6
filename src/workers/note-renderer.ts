/** Sends notes from a model worker to the audio threads it was joined to, whole or while they are made. */
import { noteGain } from '../audio/level.js';
import { findLoop } from '../audio/loop.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { NoteEnd, NoteStart } from '../messages/note-audio.js';
import type { NoteAudioTransport } from '../messages/transport.js';
import type { NoteAudioWriter } from '../ring/note-audio-stream.js';
import { openWriter } from '../ring/transport.js';

/** Sends samples on, mono at 16 kHz, however few. @throws ABORTED */
export type WriteSamples = (samples: Float32Array) => Promise<void>;

export class NoteRenderer {
  private readonly writers = new Map<number, NoteAudioWriter>();

  add(destination: number, transport: NoteAudioTransport): void {
    this.remove(destination);
    this.writers.set(destination, openWriter(transport));
  }

  remove(destination: number): void {
    this.writers.get(destination)?.close();
    this.writers.delete(destination);
  }

  /**
   * Sends a note while it is made: a voice plays it from the first samples on. It resolves when the last one is on its way.
   * @param speak writes the samples and returns the loop; where it throws, the audio thread forgets what it has of the note
   * @throws ABORTED, and what `speak` throws
   */
  async stream(
    destination: number,
    start: NoteStart,
    signal: AbortSignal,
    speak: (write: WriteSamples) => Promise<NoteEnd>,
  ): Promise<void> {
    const writer = this.writers.get(destination);
    if (!writer) throw new TimbrelError('INTERNAL', `The worker has no destination ${destination}`);
    await writer.begin(start, signal);
    try {
      await writer.end(await speak((samples) => writer.write(samples, signal)), signal);
    } catch (error) {
      writer.abandon();
      throw error;
    }
  }

  /** Finds the loop of a note and sends both; resolves when the last sample is on its way. @throws ABORTED */
  send(
    destination: number,
    timbre: number,
    pitch: number,
    audio: Float32Array,
    signal: AbortSignal,
  ): Promise<void> {
    const { samples, ...end } = findLoop(audio);
    return this.stream(destination, { timbre, pitch, gain: noteGain(samples) }, signal, async (write) => {
      await write(samples);
      return end;
    });
  }
}

/** Resolves with the one message that comes over `port`: the model of another worker. @throws ABORTED */
export function receiveModel<T>(port: MessagePort, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    port.onmessage = (event: MessageEvent<T>) => resolve(event.data);
    signal.addEventListener('abort', () => reject(new TimbrelError('ABORTED', 'Loading was aborted')));
  }).finally(() => port.close());
}
