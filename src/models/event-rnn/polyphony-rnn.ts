/** PolyphonyRNN. */
import { POLYPHONY_RNN_FILES } from '../../checkpoints/shipped/polyphony-rnn.js';
import type { PolyphonyEvent } from '../../music/events.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { takeVoices } from '../../music/primer.js';
import { accentVoices } from '../../music/accents.js';
import {
  extractPolyphony,
  GrowingPolyphony,
  polyphonySteps,
  setPolyphonyLength,
} from '../../music/polyphony.js';
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
  /**
   * In the place of both: the model has heard the sequence up to here, seconds, and plays along with the rest of it. What is written
   * begins here.
   */
  readonly accompanyFrom?: number;
}

/** Several voices: polyphony. */
export class PolyphonyRNN extends RecurrentModel<PolyphonyEvent, PolyphonyRNNOptions> {
  protected override readonly optionNames = {
    ...EVENT_RNN_OPTIONS,
    conditionOnPrimer: true,
    injectPrimer: true,
    accompanyFrom: true,
  } as const;
  protected override readonly defaults: WritingDefaults<PolyphonyEvent> = WRITING_DEFAULTS.PolyphonyRNN;

  /** @param source as for `MelodyRNN.load` */
  static async load(source?: Source, options?: EventModelLoadOptions, spawn?: Spawn): Promise<PolyphonyRNN> {
    return new PolyphonyRNN(await EventRNN.load('PolyphonyRNN', POLYPHONY_RNN_FILES, source, options, spawn));
  }

  protected readPrimer(
    sequence: NoteSequence,
    { conditionOnPrimer = true, injectPrimer = false, accompanyFrom }: Partial<PolyphonyRNNOptions>,
  ): Primer<PolyphonyEvent> {
    const { quantized, qpm, grid, secondsPerStep } = inBeats(takeVoices(sequence), STEPS_PER_QUARTER);
    const given = extractPolyphony(quantized).events.filter(({ type }) => type !== 'end');
    const { events, melody, end } =
      accompanyFrom === undefined
        ? {
            events: conditionOnPrimer ? given : [],
            melody: injectPrimer ? given : undefined,
            end: polyphonySteps(given),
          }
        : dividedAt(given, accompanyFrom, secondsPerStep);
    return {
      events,
      end,
      secondsPerStep,
      stepsOf: polyphonySteps,
      // polyphony_sequence_generator.py: the melody sounds again where the model begins to write.
      writing: melody && {
        inject: { melody, startStep: polyphonySteps(events) } satisfies Injection,
      },
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

/** Divides it into music that is heard and music that is played along with. @throws OPTION_INVALID */
function dividedAt(given: readonly PolyphonyEvent[], seconds: number, secondsPerStep: number) {
  const steps = polyphonySteps(given);
  const end = Math.round(seconds / secondsPerStep);
  if (!(end >= 0 && end <= steps)) {
    const message = `accompanyFrom is ${String(seconds)}; expected seconds of the sequence, 0 to ${steps * secondsPerStep}`;
    throw new TimbrelError('OPTION_INVALID', message);
  }
  const heard = setPolyphonyLength(given, end);
  return { events: end > 0 ? heard : [], melody: given.slice(heard.length), end };
}
