/** The methods of a worker that holds a MusicVAE. */
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { Server } from '../../../workers/server.js';
import type { MusicVAEMethods } from '../protocol.js';
import { decodeWithMidiMe, encodeWithMidiMe, trainMidiMe } from './midi-me/training.js';
import { MusicVAEModel } from './music-vae-model.js';

export function createServer(): Server<MusicVAEMethods> {
  let loaded: MusicVAEModel | undefined;
  const model = () => {
    if (loaded) return loaded;
    throw new TimbrelError('INTERNAL', 'The worker has no MusicVAE yet');
  };
  return {
    async load({ source, ...options }, { signal, onProgress }) {
      loaded = await MusicVAEModel.load(source, { ...options, signal, onProgress });
      return loaded.describe();
    },
    async encode({ sequences, ...options }, { signal, transfer }) {
      const latents = await model().encode(sequences, { ...options, signal });
      for (const { buffer } of latents) transfer(buffer);
      return latents;
    },
    decode: ({ latents, ...options }, { signal, onPart }) =>
      model().decode(latents, {
        ...options,
        signal,
        onSequence: (sequence, index) => onPart({ sequence, index }),
      }),
    async score({ sequence, ...options }, { signal, transfer }) {
      const score = await model().score(sequence, { ...options, signal });
      transfer(score.logProbabilities.buffer);
      transfer(score.hits.buffer);
      return score;
    },
    evaluate: ({ pieces, controls }, { signal }) => model().evaluate(pieces, { controls, signal }),
    trainMidiMe: ({ latents, options }, { signal, onPart }) =>
      trainMidiMe(latents, { ...options, signal, onStep: onPart }),
    expandMidiMe: ({ network, points }) => decodeWithMidiMe(network, points),
    reduceMidiMe: ({ network, latents }) => encodeWithMidiMe(network, latents),
  };
}
