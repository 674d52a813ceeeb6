/** What a model worker does for event RNNs: models, pieces under way, events as they come. */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { EventRNNAnswer, EventRNNRequest } from '../models/event-rnn/protocol.js';
import type { MusicEvent } from '../music/events.js';
import type { ModelAnswer } from './messages.js';
import type { EventRNNModel, EventSession } from '../models/event-rnn/event-rnn.js';

type Answer = (answer: EventRNNAnswer | ModelAnswer, transfer?: Transferable[]) => void;

/** Events are told of at once when none were for so long, else together. */
const MILLISECONDS_BETWEEN_PARTS = 4;

export class EventServer {
  private readonly models = new Map<number, EventRNNModel>();
  private readonly sessions = new Map<number, { readonly model: number; readonly session: EventSession }>();
  private nextHandle = 1;

  constructor(private readonly answer: Answer) {}

  async serve(request: EventRNNRequest, signal: AbortSignal): Promise<void> {
    const { id } = request;
    switch (request.type) {
      case 'loadEventRNN': {
        // A chunk of its own: pages that only play notes do not load it.
        const { EventRNNModel } = await import('../models/event-rnn/event-rnn.js');
        const { source, model, configuration, backend, precision } = request;
        const onProgress = (progress: Extract<ModelAnswer, { type: 'progress' }>['progress']) =>
          this.answer({ type: 'progress', id, progress });
        const options = { model, configuration, backend, precision, signal, onProgress };
        const loaded = await EventRNNModel.load(source, options);
        const handle = this.nextHandle++;
        this.models.set(handle, loaded);
        return this.answer({ type: 'eventRNNLoaded', id, model: handle, description: loaded.describe() });
      }
      case 'openSession': {
        const { primer, seed, squash } = request;
        const session = await this.model(request.model).open(primer, seed, { squash });
        const handle = this.nextHandle++;
        this.sessions.set(handle, { model: request.model, session });
        return this.answer({ type: 'sessionOpened', id, session: handle });
      }
      case 'writeEvents':
        return this.write(request, signal);
      case 'closeSession':
        this.sessions.delete(request.session);
        return this.answer({ type: 'done', id });
      case 'scoreEvents': {
        const { model, events, controls } = request;
        const scores = await this.model(model).score(events, { controls, signal });
        const { logProbabilities, hits } = scores;
        return this.answer({ type: 'scores', id, ...scores }, [logProbabilities.buffer, hits.buffer]);
      }
      case 'disposeEventRNN':
        this.model(request.model).dispose();
        this.models.delete(request.model);
        for (const [handle, { model }] of this.sessions) {
          if (model === request.model) this.sessions.delete(handle);
        }
        return this.answer({ type: 'done', id });
    }
  }

  private async write(
    {
      id,
      session: handle,
      known,
      amount,
      sampling,
      controls,
      inject,
    }: Extract<EventRNNRequest, { type: 'writeEvents' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const entry = this.sessions.get(handle);
    if (!entry)
      throw new TimbrelError('DISPOSED', 'The piece was closed, or its model disposed; begin another');
    const events: MusicEvent[] = [];
    const logProbabilities: number[] = [];
    let last = -Infinity;
    const { session } = entry;
    const written = await session.write(amount, {
      ...sampling,
      known,
      signal,
      controls,
      inject,
      onEvent: ({ event, logProbability }) => {
        events.push(event);
        logProbabilities.push(logProbability);
        const now = performance.now();
        if (now - last < MILLISECONDS_BETWEEN_PARTS) return;
        last = now;
        this.answer({
          type: 'eventsSoFar',
          id,
          events: [...events],
          logProbabilities: [...logProbabilities],
        });
        events.length = logProbabilities.length = 0;
      },
    });
    if (events.length > 0) this.answer({ type: 'eventsSoFar', id, events, logProbabilities });
    this.answer({ type: 'eventsWritten', id, ...written });
  }

  private model(handle: number): EventRNNModel {
    const model = this.models.get(handle);
    if (!model) throw new TimbrelError('DISPOSED', 'The model was disposed; load it again');
    return model;
  }
}
