/** The keys of a piece that sound, and those that were struck of late: what a sampler may know that a model forgets. */
import { eventOfToken, HIGHEST_KEY, LOWEST_KEY, tokenOfEvent } from '../../../music/performance-tokens.js';
import { DEFAULT_STEPS_PER_SECOND } from '../../../music/note-sequence.js';
import { logSumExp } from '../../sampling.js';

/** Nats by which the end of a note becomes likelier with each second that it sounds too long. */
export const NATS_A_SECOND = 2;

const KEYS = HIGHEST_KEY - LOWEST_KEY + 1;
/** Seconds in which a stroke is forgotten, to 1 / e. */
const STRUCK_OF_LATE = 1;

export class SoundingKeys {
  private step = 0;
  /** Strokes of each key, those long past counted for less, at the step at which it was struck last. */
  private readonly strokes = new Float64Array(KEYS);
  private readonly struckAt = new Float64Array(KEYS);
  /** Steps at which the notes of each key began that sound, the oldest first. */
  private readonly begun = Array.from({ length: KEYS }, (): number[] => []);

  constructor(tokens: readonly number[]) {
    for (const token of tokens) this.hear(token);
  }

  hear(token: number): void {
    const event = eventOfToken(token);
    if (event?.type === 'timeShift') this.step += event.value;
    else if (event?.type === 'noteOn') this.strike(event.value - LOWEST_KEY);
    else if (event?.type === 'noteOff') this.begun[event.value - LOWEST_KEY].shift();
  }

  /**
   * Makes the ends of old notes likelier, and ends of notes that do not sound impossible.
   * @param after seconds that a note may sound before it is old
   */
  remind(logits: Float32Array, after: number): void {
    for (const [key, [since]] of this.begun.entries()) {
      if (since === undefined) logits[FIRST_OFF + key] = -Infinity;
      else {
        const age = (this.step - since) / DEFAULT_STEPS_PER_SECOND;
        logits[FIRST_OFF + key] += NATS_A_SECOND * Math.max(0, age - after);
      }
    }
  }

  /**
   * Makes keys that were struck more than once of late less likely to be struck again, and the others as much likelier: whether a
   * note begins at all stays as likely as it was.
   * @param nats for each stroke beyond the first
   */
  spare(logits: Float32Array, nats: number): void {
    const ons = logits.subarray(FIRST_ON, FIRST_ON + KEYS);
    const before = logSumExp(ons);
    for (let key = 0; key < KEYS; key++) ons[key] -= nats * Math.max(0, this.recentStrokes(key) - 1);
    const rise = before - logSumExp(ons);
    if (Number.isFinite(rise)) for (let key = 0; key < KEYS; key++) ons[key] += rise;
  }

  private strike(key: number): void {
    this.begun[key].push(this.step);
    this.strokes[key] = this.recentStrokes(key) + 1;
    this.struckAt[key] = this.step;
  }

  private recentStrokes(key: number): number {
    const seconds = (this.step - this.struckAt[key]) / DEFAULT_STEPS_PER_SECOND;
    return this.strokes[key] * Math.exp(-seconds / STRUCK_OF_LATE);
  }
}

const FIRST_ON = tokenOfEvent({ type: 'noteOn', value: LOWEST_KEY });
const FIRST_OFF = tokenOfEvent({ type: 'noteOff', value: LOWEST_KEY });
