/**
 * The controls of conditioned performances, read from a performance: how dense it is and which pitch classes sound,
 * within the seconds to come (note_seq/performance_controls.py).
 */
import { DEFAULT_STEPS_PER_SECOND } from './note-sequence.js';
import type { PerformanceEvent } from './events.js';

/** Windows, seconds. */
const DENSITY_SECONDS = 3;
const HISTOGRAM_SECONDS = 5;
/** The seconds that each pitch class has before anything is counted. */
const PRIOR = 0.01;

/**
 * For each event a value of its own where time has moved on, else that of the event before.
 * @param valueAt of the events from a position on
 */
function whereTimeMoves<T>(events: readonly PerformanceEvent[], valueAt: (position: number) => T): T[] {
  const values: T[] = [];
  events.forEach((_, i) => {
    const isNew = i === 0 || events[i - 1].type === 'timeShift';
    values.push(isNew ? valueAt(i) : values[i - 1]);
  });
  return values;
}

/**
 * Notes a second that begin in the three seconds from each event on; what lies beyond the end does not count as empty.
 * @param events in steps of 10 ms
 * @returns [events]
 */
export function noteDensities(events: readonly PerformanceEvent[]): number[] {
  const window = DENSITY_SECONDS * DEFAULT_STEPS_PER_SECOND;
  return whereTimeMoves(events, (position) => {
    let [steps, notes] = [0, 0];
    for (let i = position; i < events.length && steps < window; i++) {
      const { type, value } = events[i];
      if (type === 'noteOn') notes++;
      else if (type === 'timeShift') steps += value;
    }
    const seen = Math.min(steps, window);
    return seen > 0 ? (notes * DEFAULT_STEPS_PER_SECOND) / seen : 0;
  });
}

/**
 * Seconds that each pitch class sounds in the five seconds from each event on, and a little for those that do not.
 * @param events in steps of 10 ms
 * @returns [events][12]; events of one moment share a histogram
 */
export function pitchHistograms(events: readonly PerformanceEvent[]): (readonly number[])[] {
  const window = HISTOGRAM_SECONDS * DEFAULT_STEPS_PER_SECOND;
  const sounding = new Set<number>();
  let heard = 0;
  return whereTimeMoves(events, (position) => {
    // As in the original: of the moment that begins here, the first event is taken for done already.
    for (; heard <= position; heard++) hear(events[heard], sounding);
    const now = new Set(sounding);
    const histogram = new Array<number>(12).fill(PRIOR);
    let steps = 0;
    for (let i = position; i < events.length && steps < window; i++) {
      const { type, value } = events[i];
      hear(events[i], now);
      if (type !== 'timeShift') continue;
      for (const pitch of now) histogram[pitch % 12] += value / DEFAULT_STEPS_PER_SECOND;
      steps += value;
    }
    return histogram;
  });
}

function hear({ type, value }: PerformanceEvent, sounding: Set<number>): void {
  if (type === 'noteOn') sounding.add(value);
  else if (type === 'noteOff') sounding.delete(value);
}
