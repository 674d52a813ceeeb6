/** The methods of a worker that holds a Transposer, a model of one weight. */
import { loadCheckpoint } from '../../src/checkpoints/checkpoint.js';
import { TimbrelError } from '../../src/errors/timbrel-error.js';
import { transposeSequence } from '../../src/music/transform.js';
import type { Server } from '../../src/workers/server.js';
import type { TransposerMethods } from './protocol.js';

export function createServer(): Server<TransposerMethods> {
  let semitones = 0;
  return {
    async load({ source }, { signal, onProgress }) {
      const { tensors } = await loadCheckpoint(source, { signal, onProgress });
      const weight = tensors.get('semitones');
      if (!weight) throw new TimbrelError('CHECKPOINT_TENSOR_MISSING', 'The checkpoint has no semitones');
      [semitones] = weight.data;
      return { semitones };
    },
    transpose: ({ sequence }) => transposeSequence(sequence, semitones).sequence,
  };
}
