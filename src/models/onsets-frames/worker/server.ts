/** The methods of a worker that holds an Onsets and Frames network. */
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import type { Server } from '../../../workers/server.js';
import { yieldToMessages } from '../../yield.js';
import type { OnsetsAndFramesMethods } from '../protocol.js';
import { OnsetsFramesModel } from './onsets-frames-model.js';
import type { Recording } from './recording.js';

export function createServer(): Server<OnsetsAndFramesMethods> {
  let loaded: OnsetsFramesModel | undefined;
  const model = () => {
    if (loaded) return loaded;
    throw new TimbrelError('INTERNAL', 'The worker has no OnsetsAndFrames yet');
  };
  const recordings = new Map<number, Recording>();
  let next = 1;
  const find = (number: number): Recording => {
    const recording = recordings.get(number);
    if (recording) return recording;
    throw new TimbrelError('INTERNAL', `The worker has no recording ${number}`);
  };
  return {
    async load({ source, ...options }, { signal, onProgress }) {
      loaded = await OnsetsFramesModel.load(source, { ...options, signal, onProgress });
      return loaded.describe();
    },
    begin(options) {
      recordings.set(next, model().begin(options));
      return next++;
    },
    async write({ recording, channels }, { signal }) {
      const found = find(recording);
      try {
        return await found.write(channels, async () => {
          await yieldToMessages();
          throwIfAborted(signal, 'Transcription');
        });
      } catch (error) {
        // Given up in the middle: what was taken in does not fit together any more.
        if (error instanceof TimbrelError && error.code === 'ABORTED') recordings.delete(recording);
        throw error;
      }
    },
    async close({ recording }, { signal, onPart, transfer }) {
      const found = find(recording);
      if (!found.isRedrawable) recordings.delete(recording);
      const heard = await found
        .close(async (done) => {
          onPart(done);
          await yieldToMessages();
          throwIfAborted(signal, 'Transcription');
        })
        .catch((error) => {
          recordings.delete(recording);
          throw error;
        });
      const { activations, spectrogram } = heard;
      const buffers = [
        spectrogram,
        activations?.onsets,
        activations?.frames,
        activations?.velocities,
        activations?.offsets,
      ];
      for (const array of buffers) if (array) transfer(array.buffer as ArrayBuffer);
      return heard;
    },
    redraw({ recording, thresholds }) {
      return find(recording).redraw(thresholds);
    },
    borrow({ port }) {
      model().borrow(port);
    },
    lend({ port }) {
      model().lend(port);
    },
    abandon({ recording }) {
      recordings.delete(recording);
    },
  };
}
