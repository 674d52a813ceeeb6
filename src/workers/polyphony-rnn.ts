/** PolyphonyRNN. */
import type { Injection, PolyphonyEvent } from '../messages/event-rnn.js';
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

export interface PolyphonyOptions extends ContinueOptions {
  /** Whether what is written follows on the sequence; without it, it begins where the sequence begins. Default true. */
  readonly conditionOnPrimer?: boolean;
  /** Whether the notes of the sequence are played along with, step by step: accompanied. Default false. */
  readonly injectPrimer?: boolean;
}

/** Several voices: polyphony. */
export class PolyphonyRNN extends EventModel<PolyphonyEvent, PolyphonyOptions> {
  /** @param source as for {@link MelodyRNN.load} */
  static async load(source: Source, options?: EventRNNLoadOptions): Promise<PolyphonyRNN> {
    return new PolyphonyRNN(await EventRNN.load('PolyphonyRNN', source, options));
  }

  protected readPrimer(
    sequence: NoteSequence,
    { conditionOnPrimer = true }: Partial<PolyphonyOptions>,
  ): Primer<PolyphonyEvent> {
    const { events: given, qpm, secondsPerStep } = readEvents(sequence);
    const events = conditionOnPrimer ? given : [];
    const end = polyphonySteps(events);
    return {
      events,
      end,
      secondsPerStep,
      stepsOf: polyphonySteps,
      // Notes that sound into the continuation began in the primer.
      toSequence: (written) => {
        const all = { events: [...events, ...written], startStep: 0, stepsPerQuarter: STEPS_PER_QUARTER };
        return from(polyphonyToSequence(all, { qpm }), end * secondsPerStep);
      },
    };
  }

  protected override injection(
    sequence: NoteSequence,
    primer: Primer<PolyphonyEvent>,
    { injectPrimer = false }: Partial<PolyphonyOptions>,
  ): Injection | undefined {
    return injectPrimer ? { melody: readEvents(sequence).events, startStep: primer.end } : undefined;
  }
}

function readEvents(sequence: NoteSequence) {
  const { quantized, qpm, secondsPerStep } = inBeats(sequence, STEPS_PER_QUARTER);
  const events = extractPolyphony(quantized).events.filter(({ type }) => type !== 'end');
  return { events, qpm, secondsPerStep };
}
