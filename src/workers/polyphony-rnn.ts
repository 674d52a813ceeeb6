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

/** As polyphony_rnn_generate.py has them. */
export interface PolyphonyOptions extends ContinueOptions {
  /**
   * Default true: what is written follows the primer, which the model has heard. False: it has not, and what is written begins where
   * the primer begins.
   */
  readonly conditionOnPrimer?: boolean;
  /** Default false. True: the notes of the primer are part of what is written, step by step, and the model plays along. */
  readonly injectPrimer?: boolean;
}

/** Several voices: polyphony. */
export class PolyphonyRNN extends EventModel<PolyphonyEvent, PolyphonyOptions> {
  /** @param source as for {@link MelodyRNN.load} */
  static async load(source?: Source, options?: EventRNNLoadOptions): Promise<PolyphonyRNN> {
    return new PolyphonyRNN(await EventRNN.load('PolyphonyRNN', source, options));
  }

  protected readPrimer(
    sequence: NoteSequence,
    { conditionOnPrimer = true, injectPrimer = false }: PolyphonyOptions,
  ): Primer<PolyphonyEvent> {
    const { quantized, qpm, secondsPerStep } = inBeats(sequence, STEPS_PER_QUARTER);
    const played = extractPolyphony(quantized).events.filter(({ type }) => type !== 'end');
    const events = conditionOnPrimer ? played : [];
    const end = polyphonySteps(events);
    return {
      events,
      end,
      secondsPerStep,
      stepsOf: polyphonySteps,
      inject: injectPrimer ? { melody: played, startStep: end } : undefined,
      // Notes that sound into the continuation began in the primer.
      toSequence: (written) => {
        const all = { events: [...events, ...written], startStep: 0, stepsPerQuarter: STEPS_PER_QUARTER };
        return from(polyphonyToSequence(all, { qpm }), end * secondsPerStep);
      },
    };
  }
}
