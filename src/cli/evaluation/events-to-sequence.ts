/** Events of any model as notes. */
import type {
  DrumEvent,
  MelodyEvent,
  MusicEvent,
  PerformanceEvent,
  PolyphonyEvent,
} from '../../music/events.js';
import type { Configuration } from '../../models/event-rnn/encodings/configurations.js';
import { VELOCITY_BINS } from '../../models/event-rnn/encodings/performance-encodings.js';
import { drumsToSequence } from '../../music/drums.js';
import { melodyToSequence } from '../../music/melody.js';
import { DEFAULT_QPM, type NoteSequence } from '../../music/note-sequence.js';
import { AS_WRITTEN, performanceToSequence } from '../../music/performance.js';
import { polyphonyToSequence } from '../../music/polyphony.js';

/** At 120 quarters a minute, where steps are of beats; of performances as PerformanceRNN makes notes of them. */
export function eventsToSequence(
  { model, time }: Configuration<MusicEvent>,
  events: readonly MusicEvent[],
): { readonly sequence: NoteSequence; readonly secondsPerStep: number } {
  if ('stepsPerSecond' in time) {
    const { stepsPerSecond } = time;
    const quantizationInfo = { stepsPerSecond };
    const performance = { startStep: 0, quantizationInfo, velocityBins: VELOCITY_BINS };
    const sequence = performanceToSequence(
      { ...performance, events: events as readonly PerformanceEvent[] },
      AS_WRITTEN,
    );
    return { sequence, secondsPerStep: 1 / stepsPerSecond };
  }
  const { stepsPerQuarter } = time;
  const grid = { startStep: 0, stepsPerQuarter, stepsPerBar: 4 * stepsPerQuarter };
  const toSequence = {
    MelodyRNN: () => melodyToSequence({ ...grid, events: events as readonly MelodyEvent[] }),
    ImprovRNN: () => melodyToSequence({ ...grid, events: events as readonly MelodyEvent[] }),
    DrumsRNN: () => drumsToSequence({ ...grid, events: events as readonly DrumEvent[] }),
    PolyphonyRNN: () => polyphonyToSequence({ ...grid, events: events as readonly PolyphonyEvent[] }),
    PerformanceRNN: (): NoteSequence => ({ notes: [] }),
  };
  return { sequence: toSequence[model](), secondsPerStep: 60 / DEFAULT_QPM / stepsPerQuarter };
}
