/** A melody that PolyphonyRNN is to accompany, put into what it writes (polyphony_sequence_generator.py, _inject_melody). */
import type { MusicEvent, PolyphonyEvent } from '../../../music/events.js';

/**
 * At the beginning of each step, the notes of that step of `melody` are appended, new and continued ones.
 * @param startStep steps of the piece before the melody begins: 0 to play along with it, its own length to repeat it behind
 *   itself
 * @returns for GenerateOptions.inject
 */
export function injectSteps(
  melody: readonly PolyphonyEvent[],
  startStep: number,
): (events: readonly MusicEvent[]) => readonly PolyphonyEvent[] {
  const notes: PolyphonyEvent[][] = [[]];
  for (const event of melody) {
    if (event.type === 'stepEnd') notes.push([]);
    else if (event.type === 'newNote' || event.type === 'continuedNote') notes[notes.length - 1].push(event);
  }
  return (events) => {
    const isFirst = events.length === 0 || (events.length === 1 && typeOf(events[0]) === 'start');
    if (!isFirst && typeOf(events[events.length - 1]) !== 'stepEnd') return [];
    const step = events.reduce<number>((count, event) => count + Number(typeOf(event) === 'stepEnd'), 0);
    return notes[step - startStep] ?? [];
  };
}

const typeOf = (event: MusicEvent) => (typeof event === 'object' && 'type' in event ? event.type : undefined);
