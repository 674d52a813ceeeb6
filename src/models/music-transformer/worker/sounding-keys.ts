/** The keys that sound in a piece, and since when: what a sampler may know that a model forgets. */
import { eventOfToken, HIGHEST_KEY, LOWEST_KEY, tokenOfEvent } from '../../../music/performance-tokens.js';
import { DEFAULT_STEPS_PER_SECOND } from '../../../music/note-sequence.js';

/** Nats by which the end of a note becomes likelier with each second that it sounds too long. */
export const NATS_A_SECOND = 2;

export class SoundingKeys {
  private step = 0;
  /** Steps at which the notes of each key began that sound, the oldest first. */
  private readonly begun = Array.from({ length: HIGHEST_KEY - LOWEST_KEY + 1 }, (): number[] => []);

  constructor(tokens: readonly number[]) {
    for (const token of tokens) this.hear(token);
  }

  hear(token: number): void {
    const event = eventOfToken(token);
    if (event?.type === 'timeShift') this.step += event.value;
    else if (event?.type === 'noteOn') this.begun[event.value - LOWEST_KEY].push(this.step);
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
}

const FIRST_OFF = tokenOfEvent({ type: 'noteOff', value: LOWEST_KEY });
