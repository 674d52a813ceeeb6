/** PolyphonyRNN. */
import type { PolyphonyEvent } from '../messages/event-rnn.js';
import type { NoteSequence } from '../music/note-sequence.js';
import { extractPolyphony, polyphonySteps, polyphonyToSequence } from '../music/polyphony.js';
import {
  EventModel,
  STEPS_PER_QUARTER,
  from,
  inBeats,
  type ContinueOptions,
  type Primer,
} from './event-model.js';
import { EventRNN, type EventRNNLoadOptions } from './event-rnn.js';
import type { Source } from './gansynth.js';

/** Several voices: polyphony. */
export class PolyphonyRNN extends EventModel<PolyphonyEvent, ContinueOptions> {
  /** @param source as for {@link MelodyRNN.load} */
  static async load(source: Source, options?: EventRNNLoadOptions): Promise<PolyphonyRNN> {
    return new PolyphonyRNN(await EventRNN.load('PolyphonyRNN', source, options));
  }

  protected readPrimer(sequence: NoteSequence): Primer<PolyphonyEvent> {
    const { quantized, qpm, secondsPerStep } = inBeats(sequence, STEPS_PER_QUARTER);
    const events = extractPolyphony(quantized).events.filter(({ type }) => type !== 'end');
    const end = polyphonySteps(events);
    return {
      events,
      end,
      secondsPerStep,
      // Notes that sound into the continuation began in the primer.
      toSequence: (written) => {
        const all = { events: [...events, ...written], startStep: 0, stepsPerQuarter: STEPS_PER_QUARTER };
        return from(polyphonyToSequence(all, { qpm }), end * secondsPerStep);
      },
    };
  }
}
