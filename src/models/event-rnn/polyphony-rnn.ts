/** PolyphonyRNN. */
import { POLYPHONY_RNN_FILES } from '../../checkpoints/shipped/polyphony-rnn.js';
import type { PolyphonyEvent } from '../../music/events.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { takeVoices } from '../../music/primer.js';
import { accentVoices } from '../../music/accents.js';
import { extractPolyphony, GrowingPolyphony, polyphonySteps } from '../../music/polyphony.js';
import { notesInSeconds } from '../../music/to-sequence.js';
import type { Primer } from '../continuation/event-model.js';
import {
  EVENT_RNN_OPTIONS,
  RecurrentModel,
  STEPS_PER_QUARTER,
  inBeats,
  inQuarters,
  type EventRNNOptions,
} from './recurrent-model.js';
import type { WritingDefaults } from '../continuation/piece.js';
import type { Injection } from './protocol.js';
import { WRITING_DEFAULTS } from './defaults.js';
import { EventRNN, type EventModelLoadOptions } from './event-rnn.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { Spawn } from '../../workers/spawn.js';

export interface PolyphonyRNNOptions extends EventRNNOptions {
  /** The model has heard the sequence before it writes, default true. */
  readonly conditionOnPrimer?: boolean;
  /** The notes of the sequence go, step for step, into what is written: the model plays along with them. Default false. */
  readonly injectPrimer?: boolean;
}

/** Several voices: polyphony. */
export class PolyphonyRNN extends RecurrentModel<PolyphonyEvent, PolyphonyRNNOptions> {
  protected override readonly optionNames = {
    ...EVENT_RNN_OPTIONS,
    conditionOnPrimer: true,
    injectPrimer: true,
  } as const;
  protected override readonly defaults: WritingDefaults<PolyphonyEvent> = WRITING_DEFAULTS.PolyphonyRNN;

  /** @param source as for `MelodyRNN.load` */
  static async load(source?: Source, options?: EventModelLoadOptions, spawn?: Spawn): Promise<PolyphonyRNN> {
    return new PolyphonyRNN(await EventRNN.load('PolyphonyRNN', POLYPHONY_RNN_FILES, source, options, spawn));
  }

  protected readPrimer(
    sequence: NoteSequence,
    { conditionOnPrimer = true, injectPrimer = false }: Partial<PolyphonyRNNOptions>,
  ): Primer<PolyphonyEvent> {
    const { quantized, qpm, grid, secondsPerStep } = inBeats(takeVoices(sequence), STEPS_PER_QUARTER);
    const given = extractPolyphony(quantized).events.filter(({ type }) => type !== 'end');
    const end = polyphonySteps(given);
    const events = conditionOnPrimer ? given : [];
    return {
      events,
      end,
      secondsPerStep,
      stepsOf: polyphonySteps,
      // polyphony_sequence_generator.py: the melody sounds again where the model begins to write.
      writing: injectPrimer
        ? { inject: { melody: given, startStep: polyphonySteps(events) } satisfies Injection }
        : undefined,
      head: inQuarters(qpm),
      // Notes that sound into the continuation began in the primer.
      reading: () => {
        const growing = new GrowingPolyphony(end - polyphonySteps(events));
        for (const event of events) growing.read(event);
        const spans = new Map<number, readonly [number, number]>();
        return {
          growing,
          inSeconds: (notes) => notesInSeconds(accentVoices(notes, grid, spans), secondsPerStep, {}),
          secondsOf: (step) => step * secondsPerStep,
        };
      },
    };
  }
}
