/** PerformanceRNN. */
import type { PerformanceEvent } from '../messages/event-rnn.js';
import { DEFAULT_STEPS_PER_SECOND, type NoteSequence } from '../music/note-sequence.js';
import { extractPerformance, performanceSteps, performanceToSequence } from '../music/performance.js';
import { quantizeNoteSequenceAbsolute } from '../music/quantize.js';
import { EventModel, from, type ContinueOptions, type Primer } from './event-model.js';
import { EventRNN, type EventRNNLoadOptions } from './event-rnn.js';
import type { Source } from './gansynth.js';

export interface PerformanceOptions extends ContinueOptions {
  /** Notes a second, one value or several spread over what is written; of density-conditioned configurations. */
  readonly noteDensity?: readonly number[];
  /** [12] weights of pitch classes, one or several spread over what is written; of pitch-conditioned configurations. */
  readonly pitchHistogram?: readonly (readonly number[])[];
}

/** Expressive performances: performance, performance_with_dynamics, and the conditioned ones. */
export class PerformanceRNN extends EventModel<PerformanceEvent, PerformanceOptions> {
  /** @param source as for {@link MelodyRNN.load} */
  static async load(source?: Source, options?: EventRNNLoadOptions): Promise<PerformanceRNN> {
    return new PerformanceRNN(await EventRNN.load('PerformanceRNN', source, options));
  }

  protected readPrimer(sequence: NoteSequence): Primer<PerformanceEvent> {
    const velocityBins = this.description.configuration === 'performance' ? 0 : 32;
    const quantized = quantizeNoteSequenceAbsolute(sequence, DEFAULT_STEPS_PER_SECOND);
    const performance = extractPerformance(quantized, { velocityBins });
    const { events } = performance;
    const end = performanceSteps(events);
    return {
      events,
      end,
      secondsPerStep: 1 / DEFAULT_STEPS_PER_SECOND,
      stepsOf: performanceSteps,
      toSequence: (written) =>
        from(
          performanceToSequence({ ...performance, startStep: 0, events: [...events, ...written] }),
          end / DEFAULT_STEPS_PER_SECOND,
        ),
    };
  }

  protected override controls(
    _sequence: NoteSequence,
    primer: Primer<PerformanceEvent>,
    steps: number,
    { noteDensity = [], pitchHistogram = [] }: PerformanceOptions,
  ) {
    const count = Math.max(noteDensity.length, pitchHistogram.length);
    if (count === 0) return undefined;
    const at = <T>(values: readonly T[], i: number) => values[Math.floor((i * values.length) / count)];
    const values = Array.from({ length: count }, (_, i) => ({
      noteDensity: at(noteDensity, i),
      pitchHistogram: at(pitchHistogram, i),
    }));
    // Events to come are not known; Magenta expects four for each of 15 notes a second.
    return { values, total: primer.events.length + Math.ceil(0.6 * steps) };
  }
}
