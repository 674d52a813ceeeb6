/**
 * Note audio over a MessagePort, for pages without isolation: a fixed number of buffers goes round, full
 * ones to the audio thread, empty ones back. That number is the back-pressure.
 *
 * The reader does its work in the port's message handler, which runs between quanta: it copies the chunk and
 * posts the buffer back from there, so that `process()` never posts. A handler copies one chunk, and no more
 * than BUFFERS of them can be on their way.
 */
import { throwIfAborted } from '../errors/timbrel-error.js';
import type { NoteAudioHeader } from '../messages/note-audio.js';
import type { NoteAudioPortMessage, NoteAudioPortReply } from '../messages/transport.js';
import type { NoteAudioReader, NoteAudioSink, NoteAudioWriter } from './note-audio-stream.js';

const BUFFERS = 8;
const CHUNK_SAMPLES = 4096;

export class PortRingWriter implements NoteAudioWriter {
  private readonly empty: Float32Array<ArrayBuffer>[] = [];
  private onEmpty: (() => void) | undefined;

  constructor(private readonly port: MessagePort) {
    for (let i = 0; i < BUFFERS; i++) this.empty.push(new Float32Array(CHUNK_SAMPLES));
    port.onmessage = (event: MessageEvent<NoteAudioPortReply>) => {
      this.empty.push(event.data.samples);
      this.onEmpty?.();
    };
  }

  async write(header: NoteAudioHeader, samples: Float32Array, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal, 'Sending note audio');
    this.post({ type: 'note', header });
    let sent = 0;
    try {
      while (sent < samples.length) {
        const buffer = this.empty.pop();
        if (!buffer) {
          await this.emptyBuffer(signal);
          continue;
        }
        const count = Math.min(samples.length - sent, CHUNK_SAMPLES);
        // The last chunk of a note is shorter: the view says so, the buffer behind it stays whole.
        const chunk = new Float32Array(buffer.buffer, 0, count);
        chunk.set(samples.subarray(sent, sent + count));
        this.post({ type: 'chunk', samples: chunk }, [chunk.buffer]);
        sent += count;
      }
    } catch (error) {
      this.post({ type: 'abandon' });
      throw error;
    }
  }

  close(): void {
    this.port.close();
  }

  private post(message: NoteAudioPortMessage, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }

  /** Resolves when a buffer may have come back. @throws ABORTED */
  private async emptyBuffer(signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      this.onEmpty = resolve;
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    this.onEmpty = undefined;
    throwIfAborted(signal, 'Sending note audio');
  }
}

export class PortRingReader implements NoteAudioReader {
  private note = -1;

  constructor(
    private readonly port: MessagePort,
    private readonly sink: NoteAudioSink,
  ) {
    port.onmessage = (event: MessageEvent<NoteAudioPortMessage>) => this.receive(event.data);
  }

  /** Nothing is left to do here: the message handler copies. */
  poll(): number {
    return 0;
  }

  close(): void {
    this.abandon();
    this.port.close();
  }

  private receive(message: NoteAudioPortMessage): void {
    switch (message.type) {
      case 'note':
        this.abandon();
        this.note = this.sink.beginNote(message.header);
        return;
      case 'abandon':
        this.abandon();
        return;
      case 'chunk': {
        const { samples } = message;
        if (this.note >= 0) this.sink.appendSamples(this.note, samples, 0, samples.length);
        const reply: NoteAudioPortReply = { type: 'empty', samples };
        this.port.postMessage(reply, [samples.buffer]);
      }
    }
  }

  /** The sink ignores this for a note that is complete. */
  private abandon(): void {
    if (this.note >= 0) this.sink.abandonNote(this.note);
    this.note = -1;
  }
}
