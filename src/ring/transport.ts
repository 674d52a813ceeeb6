/**
 * Makes the way from a model worker to the audio thread and opens its two ends:
 *
 *     page          const { writer, reader } = createTransport(crossOriginIsolated)
 *     worker        sendNote(openWriter(writer.transport), start, samples, end)
 *     audio thread  openReader(reader.transport, bank).poll(4096)
 */
import type { NoteAudioTransport } from '../messages/transport.js';
import type { NoteAudioReader, NoteAudioSink, NoteAudioWriter } from './note-audio-stream.js';
import { PortRingReader, PortRingWriter } from './port-ring.js';
import { SharedRingReader, SharedRingWriter, createSharedRing } from './shared-ring.js';

/** One end, ready to be posted to its thread together with what must be transferred. */
export interface TransportEnd {
  readonly transport: NoteAudioTransport;
  readonly transfer: Transferable[];
}

/**
 * @param shared whether shared memory may be used: the page's `crossOriginIsolated`, which is the only
 *   reliable sign (`WebAssembly.Memory` hands out shared memory on pages that cannot post it)
 */
export function createTransport(shared: boolean): { writer: TransportEnd; reader: TransportEnd } {
  if (shared) {
    const end: TransportEnd = { transport: { kind: 'shared', buffer: createSharedRing() }, transfer: [] };
    return { writer: end, reader: end };
  }
  const { port1, port2 } = new MessageChannel();
  return {
    writer: { transport: { kind: 'port', port: port1 }, transfer: [port1] },
    reader: { transport: { kind: 'port', port: port2 }, transfer: [port2] },
  };
}

/** Thread: the worker that sends. */
export function openWriter(transport: NoteAudioTransport): NoteAudioWriter {
  return transport.kind === 'shared'
    ? new SharedRingWriter(transport.buffer)
    : new PortRingWriter(transport.port);
}

/** Thread: the audio thread, from a message handler. */
export function openReader(transport: NoteAudioTransport, sink: NoteAudioSink): NoteAudioReader {
  return transport.kind === 'shared'
    ? new SharedRingReader(transport.buffer, sink)
    : new PortRingReader(transport.port, sink);
}
