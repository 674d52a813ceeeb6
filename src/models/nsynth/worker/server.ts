/** The methods of a worker that holds an NSynth. */
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { audioToSpectrogram } from '../../../ops/gansynth/spectrogram.js';
import { NoteRenderer, receiveModel } from '../../../workers/note-renderer.js';
import type { Server } from '../../../workers/server.js';
import type { NSynthMethods } from '../protocol.js';
import { readNSynthKernels } from './kernels.js';
import { LiveDepth } from './live-depth.js';
import { LiveVoices } from './live-voices.js';
import { NSynthModel, type NSynthContent } from './nsynth-model.js';

export const createServer = (): Server<NSynthMethods> => createNSynthServer(readNSynthKernels);

/** @param readKernels reads a file that lies beside the worker's script; in tests, from where it was built */
export function createNSynthServer(
  readKernels: (name: string) => Promise<BufferSource>,
): Server<NSynthMethods> {
  let loaded: NSynthModel | undefined;
  const notes = new NoteRenderer();
  const depth = new LiveDepth();
  const model = () => {
    if (loaded) return loaded;
    throw new TimbrelError('INTERNAL', 'The worker has no NSynth yet');
  };
  return {
    async load({ source, ...options }, { signal, onProgress }) {
      loaded = await NSynthModel.load(source, { ...options, signal, onProgress }, readKernels);
      return loaded.describe();
    },
    copy({ port }) {
      port.postMessage(model().content);
    },
    async receive({ port, backend, precision }, { signal }) {
      const content = await receiveModel<NSynthContent>(port, signal);
      loaded = await NSynthModel.create(content, { backend, precision, signal }, readKernels);
      return loaded.describe();
    },
    addDestination: ({ destination, transport }) => notes.add(destination, transport),
    removeDestination: ({ destination }) => notes.remove(destination),
    async renderNote({ destination, timbre, pitch, row, stretch }, { signal }) {
      const samples = await model().note(row, pitch, stretch, signal);
      await notes.send(destination, timbre, pitch, samples, signal);
    },
    async spectrogram({ row, pitch, stretch }, { signal, transfer }) {
      const image = audioToSpectrogram(await model().note(row, pitch, stretch, signal));
      transfer(image.buffer);
      return image;
    },
    live({ page, audio }) {
      new LiveVoices(model().stream, page, audio, depth);
    },
    async embed({ audio, pitch }, { signal, onPart, giveWay, transfer }) {
      const sound = await model().embed(audio, { pitch, signal, onPart, giveWay });
      transfer(sound.bank.buffer);
      return sound;
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
