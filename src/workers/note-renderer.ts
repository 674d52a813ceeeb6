/** Sends rendered notes from a model worker to the audio threads it was joined to. */
import { noteGain } from '../audio/level.js';
import { findLoop } from '../audio/loop.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { NoteAudioTransport } from '../messages/transport.js';
import { sendNote, type NoteAudioWriter } from '../ring/note-audio-stream.js';
import { openWriter } from '../ring/transport.js';

export class NoteRenderer {
  private readonly writers = new Map<number, NoteAudioWriter>();

  add(destination: number, transport: NoteAudioTransport): void {
    this.writers.get(destination)?.close();
    this.writers.set(destination, openWriter(transport));
  }

  remove(destination: number): void {
    this.writers.get(destination)?.close();
    this.writers.delete(destination);
  }

  /** Finds the loop of a note and sends both; resolves when the last sample is on its way. @throws ABORTED */
  async send(
    destination: number,
    timbre: number,
    pitch: number,
    audio: Float32Array,
    signal: AbortSignal,
  ): Promise<void> {
    const writer = this.writers.get(destination);
    if (!writer) throw new TimbrelError('INTERNAL', `The worker has no destination ${destination}`);
    const { samples, ...end } = findLoop(audio);
    await sendNote(writer, { timbre, pitch, gain: noteGain(samples) }, samples, end, signal);
  }
}
