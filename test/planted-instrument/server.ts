/** The methods of a worker that holds a Beeper, a model of one weight: it speaks its notes part by part. */
import { loadCheckpoint } from '../../src/checkpoints/checkpoint.js';
import { NoteRenderer, receiveModel } from '../../src/workers/note-renderer.js';
import type { Server } from '../../src/workers/server.js';
import type { BeeperMethods } from './protocol.js';

/** One second of A4, whose period fits into 400 samples 11 times. */
const LENGTH = 16000;
const PART = 800;
const LOOP = { loopStart: 4000, loopEnd: 12000, decay: 0, release: 0.1 };

/** @param spoken is awaited behind each part, with the samples so far */
export const createServer = (spoken: (samples: number) => Promise<void>) => (): Server<BeeperMethods> => {
  let amplitude = 0;
  const notes = new NoteRenderer();
  const describe = () => ({ backend: 'cpu', timbres: [], bytes: 4 }) as const;

  const speak = (latent: Float32Array, from: number) =>
    Float32Array.from({ length: PART }, (_, i) => {
      const phase = (2 * Math.PI * 11 * (from + i)) / 400;
      return amplitude * ((1 - latent[0]) * Math.sin(phase) + latent[0] * Math.sin(2 * phase));
    });

  return {
    async load({ source }, { signal, onProgress }) {
      const { tensors } = await loadCheckpoint(source, { signal, onProgress });
      amplitude = tensors.get('amplitude')?.data[0] ?? 0;
      return describe();
    },
    copy: ({ port }) => port.postMessage(amplitude),
    async receive({ port }, { signal }) {
      amplitude = await receiveModel<number>(port, signal);
      return describe();
    },
    addDestination: ({ destination, transport }) => notes.add(destination, transport),
    removeDestination: ({ destination }) => notes.remove(destination),
    renderNote: ({ destination, timbre, pitch, latent }, { signal }) =>
      notes.stream(destination, { timbre, pitch, gain: 1 }, signal, async (write) => {
        for (let from = 0; from < LENGTH; from += PART) {
          await write(speak(latent, from));
          await spoken(from + PART);
        }
        return LOOP;
      }),
  };
};
