/** The methods of a worker that holds an NSynth. */
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { Server } from '../../../workers/server.js';
import type { NSynthMethods } from '../protocol.js';
import { readNSynthKernels } from './kernels.js';
import { NSynthModel } from './nsynth-model.js';

export const createServer = (): Server<NSynthMethods> => createNSynthServer(readNSynthKernels);

/** @param readKernels reads a file that lies beside the worker's script; in tests, from where it was built */
export function createNSynthServer(
  readKernels: (name: string) => Promise<BufferSource>,
): Server<NSynthMethods> {
  let loaded: NSynthModel | undefined;
  const model = () => {
    if (loaded) return loaded;
    throw new TimbrelError('INTERNAL', 'The worker has no NSynth yet');
  };
  return {
    async load({ source, ...options }, { signal, onProgress }) {
      loaded = await NSynthModel.load(source, { ...options, signal, onProgress }, readKernels);
      return loaded.describe();
    },
    async encode({ audio }, { signal, onPart, transfer }) {
      const embedding = await model().encode(audio, { signal, onShare: onPart });
      transfer(embedding.buffer);
      return embedding;
    },
    async decode({ embeddings, ...options }, { signal, onPart, transfer }) {
      const sounds = await model().decode(embeddings, { ...options, signal, onPart });
      for (const { buffer } of sounds) transfer(buffer);
      return sounds;
    },
    async score({ audio, embedding }, { signal, transfer }) {
      const nats = await model().score(audio, { embedding, signal });
      transfer(nats.buffer);
      return nats;
    },
  };
}
