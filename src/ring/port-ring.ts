/**
 * Note audio over a MessagePort, for pages without isolation: a fixed number of buffers goes round, full
 * ones to the audio thread, empty ones back. That number is the back-pressure.
 *
 * The reader does its work in the port's message handler, which runs between quanta: it copies the chunk and
 * posts the buffer back from there, so that `process()` never posts. A handler copies one chunk, and no more
 * than BUFFERS of them can be on their way.
 */
import { throwIfAborted } from '../errors/timbrel-error.js';
import type { NoteEnd, NoteStart } from '../messages/note-audio.js';
import type { NoteAudioPortMessage, NoteAudioPortReply } from '../messages/transport.js';
import type { NoteAudioReader, NoteAudioSink, NoteAudioWriter } from './note-audio-stream.js';

/** The aborted work, in the words of the error. */
const SENDING = 'Sending note audio';
const BUFFERS = 8;
const CHUNK_SAMPLES = 4096;

export class PortRingWriter implements NoteAudioWriter {
  private readonly empty: Float32Array<ArrayBuffer>[] = [];
  private onEmpty: (() => void) | undefined;
  /** A note was begun and has not ended. */
  private sending = false;

  constructor(private readonly port: MessagePort) {
    for (let i = 0; i < BUFFERS; i++) this.empty.push(new Float32Array(CHUNK_SAMPLES));
    port.onmessage = (event: MessageEvent<NoteAudioPortReply>) => {
      this.empty.push(event.data.samples);
      this.onEmpty?.();
    };
  }

  async begin(start: NoteStart, signal?: AbortSignal): Promise<void> {
    this.abandon();
    throwIfAborted(signal, SENDING);
    this.post({ type: 'begin', start });
    this.sending = true;
  }

  async write(samples: Float32Array, signal?: AbortSignal): Promise<void> {
    let sent = 0;
    while (sent < samples.length) {
      this.checkAborted(signal);
      const buffer = this.empty.pop();
      if (!buffer) {
        await this.emptyBuffer(signal);
        continue;
      }
      const count = Math.min(samples.length - sent, CHUNK_SAMPLES);
      // A shorter chunk does not fill its buffer: the view says so, the buffer behind it stays whole.
      const chunk = new Float32Array(buffer.buffer, 0, count);
      chunk.set(samples.subarray(sent, sent + count));
      this.post({ type: 'chunk', samples: chunk }, [chunk.buffer]);
      sent += count;
    }
  }

  async end(end: NoteEnd, signal?: AbortSignal): Promise<void> {
    this.checkAborted(signal);
    this.post({ type: 'end', end });
    this.sending = false;
  }

  abandon(): void {
    if (this.sending) this.post({ type: 'abandon' });
    this.sending = false;
  }

  close(): void {
    this.port.close();
  }

  private post(message: NoteAudioPortMessage, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }

  private checkAborted(signal: AbortSignal | undefined): void {
    if (signal?.aborted) this.abandon();
    throwIfAborted(signal, SENDING);
  }

  /** Resolves when a buffer may have come back, or `signal` is aborted. */
  private async emptyBuffer(signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      this.onEmpty = resolve;
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
    this.onEmpty = undefined;
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
      case 'begin':
        this.abandon();
        this.note = this.sink.beginNote(message.start);
        return;
      case 'end':
        if (this.note >= 0) this.sink.endNote(this.note, message.end);
        this.note = -1;
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

  private abandon(): void {
    if (this.note >= 0) this.sink.abandonNote(this.note);
    this.note = -1;
  }
}
