/** The methods of a worker that holds an event RNN: the model, and pieces under way. */
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { MusicEvent } from '../../../music/events.js';
import type { Server } from '../../../workers/server.js';
import type { EventRNNMethods, WrittenEvents } from '../protocol.js';
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
      const parts = collectParts(onPart);
      const written = await session.write(amount, {
        ...sampling,
        ...options,
        signal,
        onEvent: ({ event, logProbability }) => parts.add(event, logProbability),
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

/** An event is sent at once when none was for so long, else together with those that follow. */
const MILLISECONDS_BETWEEN_PARTS = 4;

function collectParts(send: (part: WrittenEvents) => void) {
  let events: MusicEvent[] = [];
  let logProbabilities: number[] = [];
  let last = -Infinity;
  const flush = () => {
    if (events.length > 0) send({ events, logProbabilities });
    [events, logProbabilities] = [[], []];
  };
  return {
    add(event: MusicEvent, logProbability: number): void {
      events.push(event);
      logProbabilities.push(logProbability);
      const now = performance.now();
      if (now - last < MILLISECONDS_BETWEEN_PARTS) return;
      last = now;
      flush();
    },
    flush,
  };
}
