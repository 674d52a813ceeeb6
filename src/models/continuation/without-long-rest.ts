/** The rest at the end of a performance, as far as a model that goes on hears it. */
import type { PerformanceEvent } from '../../music/events.js';
import { DEFAULT_STEPS_PER_SECOND } from '../../music/note-sequence.js';
import { performanceSteps } from '../../music/performance.js';

/**
 * Steps of silence that are heard at most, half a second. Silence is likeliest behind silence: after two seconds of it models of
 * performances rest on for some seconds, after twenty for up to half a minute. Whoever asks for music behind a file's empty last bars waits for
 * a note; after half a second one comes at once.
 */
const LONGEST_REST = 0.5 * DEFAULT_STEPS_PER_SECOND;

/** The same with a shorter rest at its end, where that is long; rests between notes stay. */
export function withoutLongRest(events: readonly PerformanceEvent[]): readonly PerformanceEvent[] {
  const rest = events.findLastIndex(({ type }) => type !== 'timeShift') + 1;
  if (performanceSteps(events.slice(rest)) <= LONGEST_REST) return events;
  return [...events.slice(0, rest), { type: 'timeShift', value: LONGEST_REST }];
}
