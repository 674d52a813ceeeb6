/** The methods of a worker that holds a Music Transformer: the model, and pieces under way. */
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { collectParts } from '../../continuation/collect-parts.js';
import type { Server } from '../../../workers/server.js';
import type { MusicTransformerMethods } from '../protocol.js';
import {
  MusicTransformerModel,
  type MusicTransformerModelOptions,
  type TokenPiece,
} from './music-transformer-model.js';

/** @param create makes the network, in tests */
export function createServer(
  _emit?: (event: unknown) => void,
  create?: MusicTransformerModelOptions['create'],
): Server<MusicTransformerMethods> {
  let loaded: MusicTransformerModel | undefined;
  const pieces = new Map<number, TokenPiece>();
  let nextPiece = 1;
  const model = () => {
    if (loaded) return loaded;
    throw new TimbrelError('INTERNAL', 'The worker has no Music Transformer yet');
  };
  return {
    async load({ source, ...options }, { signal, onProgress }) {
      loaded = await MusicTransformerModel.load(source, { ...options, signal, onProgress, create });
      return loaded.describe();
    },
    openPiece({ primer, seed, melody }) {
      const opened = model().open(primer, seed, melody);
      const piece = nextPiece++;
      pieces.set(piece, opened);
      return { piece, heard: opened.heard };
    },
    async writeTokens({ piece: number, amount, ...options }, { signal, onPart }) {
      const piece = pieces.get(number);
      if (!piece) throw new TimbrelError('DISPOSED', 'The piece was closed; begin another');
      const parts = collectParts<number>((tokens, logProbabilities) => onPart({ tokens, logProbabilities }));
      const written = await piece.write(amount, {
        ...options,
        signal,
        onToken: (token, logProbability) => {
          parts.addLogProbability(logProbability);
          parts.add(token);
        },
        onRead: (done, total) => onPart({ tokens: [], logProbabilities: [], read: { done, total } }),
      });
      parts.flush();
      return written;
    },
    closePiece({ piece }) {
      pieces.get(piece)?.close();
      pieces.delete(piece);
    },
    async scoreTokens({ tokens, melody, from }, { signal, transfer }) {
      const scores = await model().score(tokens, { melody, from, signal });
      transfer(scores.logProbabilities.buffer);
      transfer(scores.hits.buffer);
      return scores;
    },
  };
}
