/** Filters that keep a long piece moving; Magenta's generators have none. */
import type { DrumEvent, MelodyEvent, PolyphonyEvent } from '../../../music/events.js';
import type { ClassFilter, EventEncoding } from './encoding.js';
import { polyphonyClasses } from './polyphony-encodings.js';

/**
 * Steps without a new note after which one has to come: a bar and a half of 4/4 in sixteenths. Notes of the melodies that the shipped models learnt from are
 * hardly ever (0.3 %) further apart. So a model that has stood still for longer knows of nothing that goes on, and stays where it is for minutes.
 */
const LONGEST_STILLNESS = 24;

/** An event a step: no rest, and no held note, is longer than {@link LONGEST_STILLNESS}. */
class Onward<E> implements ClassFilter<E> {
  private still = 0;

  constructor(
    private readonly encoding: EventEncoding<E>,
    private readonly isStill: (event: E) => boolean,
  ) {}

  hear(event: E): void {
    this.still = this.isStill(event) ? this.still + 1 : 0;
  }

  reset(): void {
    this.still = 0;
  }

  /** A class may mean what stood a bar ago. */
  forbids(index: number, events: readonly E[]): boolean {
    return this.still >= LONGEST_STILLNESS && this.isStill(this.encoding.decode([index], events));
  }
}

/** Note-off counts as still, too: it begins a rest. */
export const melodyOnward = (encoding: EventEncoding<MelodyEvent>) => (): ClassFilter<MelodyEvent> =>
  new Onward(encoding, (event) => event < 0);

export const drumsOnward = (encoding: EventEncoding<DrumEvent>) => (): ClassFilter<DrumEvent> =>
  new Onward(encoding, (drums) => drums.length === 0);

/** The types of the classes, by index: every class is asked for at every event. */
const POLYPHONY_TYPES = Array.from(
  { length: polyphonyClasses.count },
  (_, index) => polyphonyClasses.decode(index).type,
);

/** Many events a step: a piece neither begins nor ends within itself, and goes on after {@link LONGEST_STILLNESS} at the latest. */
export class PolyphonyOnward implements ClassFilter<PolyphonyEvent> {
  private still = 0;

  hear({ type }: PolyphonyEvent): void {
    if (type === 'newNote') this.still = 0;
    if (type === 'stepEnd') this.still++;
  }

  reset(): void {
    this.still = 0;
  }

  forbids(index: number): boolean {
    const type = POLYPHONY_TYPES[index];
    if (type === 'start' || type === 'end') return true;
    return this.still >= LONGEST_STILLNESS && type !== 'newNote';
  }
}
