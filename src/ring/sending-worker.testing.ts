/** A thread that sends notes of seeded random lengths; started by transport.test.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { NoteAudioTransport } from '../messages/transport.js';
import { createRandom } from '../random/random.js';
import { sendNote } from './note-audio-stream.js';
import { openWriter } from './transport.js';

export interface SendingOrder {
  readonly transport: NoteAudioTransport;
  readonly seed: number;
  readonly notes: number;
}

export interface SentNote {
  readonly number: number;
  readonly length: number;
  readonly aborted: boolean;
}

/** Sample `i` of note `number`: a pattern in which a lost, doubled or misplaced sample shows. Exact in float32. */
export const patternAt = (number: number, i: number) => ((number * 7919 + i) % 65521) / 65536;

export function patternNote(number: number, length: number) {
  const start = { timbre: number, pitch: number % 128, gain: 0.5 };
  const samples = Float32Array.from({ length }, (_, i) => patternAt(number, i));
  return { start, samples, end: { loopStart: 0, loopEnd: length, decay: 0, release: 0 } };
}

if (parentPort && workerData) {
  const { transport, seed, notes } = workerData as SendingOrder;
  const random = createRandom(seed);
  const writer = openWriter(transport);
  const sent: SentNote[] = [];
  for (let number = 1; number <= notes; number++) {
    const length = 1 + Math.floor(random() ** 3 * 64000);
    const { start, samples, end } = patternNote(number, length);
    const controller = new AbortController();
    if (random() < 0.25) setImmediate(() => controller.abort());
    const aborted = await sendNote(writer, start, samples, end, controller.signal).then(
      () => false,
      () => true,
    );
    sent.push({ number, length, aborted });
  }
  parentPort.postMessage(sent);
  // The other end closes the port, when it has read all.
}
