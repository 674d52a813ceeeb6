/** A thread that sends notes of seeded random lengths; started by transport.test.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import type { NoteAudioTransport } from '../messages/transport.js';
import { createRandom } from '../random/random.js';
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
  const header = {
    timbre: number,
    pitch: number % 128,
    length,
    loopStart: 0,
    loopEnd: length,
    loopGain: 1,
    peak: 1,
  };
  return { header, samples: Float32Array.from({ length }, (_, i) => patternAt(number, i)) };
}

if (parentPort && workerData) {
  const { transport, seed, notes } = workerData as SendingOrder;
  const random = createRandom(seed);
  const writer = openWriter(transport);
  const sent: SentNote[] = [];
  for (let number = 1; number <= notes; number++) {
    const length = 1 + Math.floor(random() ** 3 * 64000);
    const { header, samples } = patternNote(number, length);
    const controller = new AbortController();
    if (random() < 0.25) setImmediate(() => controller.abort());
    const aborted = await writer.write(header, samples, controller.signal).then(
      () => false,
      () => true,
    );
    sent.push({ number, length, aborted });
  }
  parentPort.postMessage(sent);
  // The other end closes the port, when it has read all.
}
