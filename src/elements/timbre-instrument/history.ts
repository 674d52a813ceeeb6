/** Remembers the states before the changes that a person made, so that these can be taken back. */
import type { Patch } from '../../instruments/patch.js';

/** Changes of one kind that follow one another within so long are one: a slider that is dragged. ms */
const PAUSE = 1000;
/** So many changes can be taken back. */
const DEPTH = 100;

export class History {
  private readonly states: Patch[] = [];
  private group: string | undefined;
  private changedAt = -Infinity;

  get empty(): boolean {
    return this.states.length === 0;
  }

  /**
   * Call it before a change.
   * @param state is asked for the state as it is, where the change begins
   * @param group of what is changed: changes of one that follow one another are taken back together; without, each by itself
   * @returns whether it begins
   */
  before(state: () => Patch, group?: string, now = performance.now()): boolean {
    const goesOn = group !== undefined && group === this.group && now - this.changedAt < PAUSE;
    this.group = group;
    this.changedAt = now;
    if (goesOn) return false;
    this.states.push(state());
    if (this.states.length > DEPTH) this.states.shift();
    return true;
  }

  /** @returns the state before the last change */
  takeBack(): Patch | undefined {
    this.group = undefined;
    return this.states.pop();
  }
}
