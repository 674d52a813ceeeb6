/** The methods of a worker that holds a GANSynth. */
import { estimateFundamental } from '../../../audio/pitch.js';
import { TimbrelError, serializeError } from '../../../errors/timbrel-error.js';
import { NOTE_SAMPLE_RATE } from '../../../messages/note-audio.js';
import { NoteRenderer, receiveModel } from '../../../workers/note-renderer.js';
import type { Server } from '../../../workers/server.js';
import type { BackendChange, GANSynthMethods } from '../protocol.js';
import { GANSynthModel, type GANSynthContent, type GANSynthLoadOptions } from './gansynth-model.js';

/** The samples of a note that are neither its attack nor its end. */
const HELD = [0.2 * NOTE_SAMPLE_RATE, 1.7 * NOTE_SAMPLE_RATE] as const;

export function createServer(emit: (event: BackendChange) => void): Server<GANSynthMethods> {
  let loaded: GANSynthModel | undefined;
  const notes = new NoteRenderer();
  const onBackendChange: GANSynthLoadOptions['onBackendChange'] = (backend, error) =>
    emit({ backend, error: error && serializeError(error) });

  const model = () => {
    if (loaded) return loaded;
    throw new TimbrelError('INTERNAL', 'The worker has no GANSynth yet');
  };

  return {
    async load({ source, backend, refinement }, { signal, onProgress }) {
      loaded = await GANSynthModel.load(source, { backend, refinement, signal, onProgress, onBackendChange });
      return loaded.describe();
    },
    copy({ port }) {
      port.postMessage(model().content);
    },
    async receive({ port, backend }, { signal }) {
      const content = await receiveModel<GANSynthContent>(port, signal);
      loaded = await GANSynthModel.create(content, { backend, signal, onBackendChange });
      return loaded.describe();
    },
    async generate({ latent, pitch }, { signal, transfer }) {
      const samples = await model().generate(latent, pitch, signal);
      transfer(samples.buffer);
      return samples;
    },
    async fundamental({ latent, pitch }, { signal }) {
      const samples = await model().generate(latent, pitch, signal);
      return estimateFundamental(samples.subarray(...HELD), NOTE_SAMPLE_RATE);
    },
    async spectrogram({ latent, pitch }, { signal, transfer }) {
      const image = await model().spectrogram(latent, pitch, signal);
      transfer(image.buffer);
      return image;
    },
    addDestination: ({ destination, transport }) => notes.add(destination, transport),
    removeDestination: ({ destination }) => notes.remove(destination),
    async renderNote({ destination, timbre, pitch, latent }, { signal }) {
      const samples = await model().generate(latent, pitch, signal);
      await notes.send(destination, timbre, pitch, samples, signal);
    },
  };
}
