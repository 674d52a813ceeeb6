/** The methods of a worker that holds an event RNN: the model, and pieces under way. */
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { MusicEvent } from '../../../music/events.js';
import { collectParts } from '../../continuation/collect-parts.js';
import type { Server } from '../../../workers/server.js';
import type { EventRNNMethods } from '../protocol.js';
import { EventRNNModel, type EventSession } from './event-rnn-model.js';

export function createServer(): Server<EventRNNMethods> {
  let loaded: EventRNNModel | undefined;
  const sessions = new Map<number, EventSession>();
  let nextSession = 1;

  const model = () => {
    if (loaded) return loaded;
    throw new TimbrelError('INTERNAL', 'The worker has no event RNN yet');
  };

  return {
    async load({ source, ...options }, { signal, onProgress }) {
      loaded = await EventRNNModel.load(source, { ...options, signal, onProgress });
      return loaded.describe();
    },
    async openSession({ primer, seed, squash }) {
      const session = await model().open(primer, seed, { squash });
      const number = nextSession++;
      sessions.set(number, session);
      return number;
    },
    async writeEvents({ session: number, amount, sampling, ...options }, { signal, onPart }) {
      const session = sessions.get(number);
      if (!session) throw new TimbrelError('DISPOSED', 'The piece was closed; begin another');
      const parts = collectParts<MusicEvent>((events, logProbabilities) =>
        onPart({ events, logProbabilities }),
      );
      const written = await session.write(amount, {
        ...sampling,
        ...options,
        signal,
        onLogProbability: parts.addLogProbability,
        onEvent: parts.add,
      });
      parts.flush();
      return written;
    },
    closeSession({ session }) {
      sessions.delete(session);
    },
    async scoreEvents({ events, controls }, { signal, transfer }) {
      const scores = await model().score(events, { controls, signal });
      transfer(scores.logProbabilities.buffer);
      transfer(scores.hits.buffer);
      return scores;
    },
  };
}
