/**
 * N-grams of one length as rows of numbers, found by a hash: tens of millions fit in memory, where a Map of strings holds some
 * hundred thousand well. An n-gram is the row of what it begins with, in the table of the length below, and its last event.
 */

const FIRST_ROWS = 1024;
/** Slots for each row at least: fuller tables are searched long. */
const SLOTS_PER_ROW = 2;

const hash = (prefix: number, event: number) => {
  let h = Math.imul(prefix, 0x9e3779b1) ^ Math.imul(event + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
};

const grown = <A extends Int32Array | Uint32Array | Uint16Array>(array: A, length: number): A => {
  const larger = new (array.constructor as new (length: number) => A)(length);
  larger.set(array);
  return larger;
};

export class NGramTable {
  /** Rows in use. */
  size = 0;

  /** [rows] Occurrences, and different contexts it occurred in (beginnings of pieces count each). */
  occurred = new Uint32Array(FIRST_ROWS);
  contexts = new Uint32Array(FIRST_ROWS);

  /** [rows] Of what follows on the n-gram: occurrences, contexts, and different events. */
  followed = new Uint32Array(FIRST_ROWS);
  followedContexts = new Uint32Array(FIRST_ROWS);
  followers = new Uint16Array(FIRST_ROWS);

  private prefixes = new Uint32Array(FIRST_ROWS);
  private events = new Uint16Array(FIRST_ROWS);
  /** Row + 1; 0 where there is none. */
  private slots = new Int32Array(SLOTS_PER_ROW * FIRST_ROWS);

  /** @returns the row, or -1 */
  find(prefix: number, event: number): number {
    return this.slots[this.slotOf(prefix, event)] - 1;
  }

  /** @returns the row: a new one, `size` before the call, where there was none */
  rowOf(prefix: number, event: number): number {
    const slot = this.slotOf(prefix, event);
    if (this.slots[slot] > 0) return this.slots[slot] - 1;
    const row = this.size++;
    this.prefixes[row] = prefix;
    this.events[row] = event;
    this.slots[slot] = row + 1;
    if (this.size === this.prefixes.length) this.grow();
    return row;
  }

  /** Memory, bytes. */
  get bytes(): number {
    const { occurred, contexts, followed, followedContexts, followers, prefixes, events, slots } = this;
    return [occurred, contexts, followed, followedContexts, followers, prefixes, events, slots].reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    );
  }

  private slotOf(prefix: number, event: number): number {
    const { slots, prefixes, events } = this;
    const mask = slots.length - 1;
    let slot = hash(prefix, event) & mask;
    for (;;) {
      const row = slots[slot] - 1;
      if (row < 0 || (prefixes[row] === prefix && events[row] === event)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const rows = 2 * this.size;
    this.occurred = grown(this.occurred, rows);
    this.contexts = grown(this.contexts, rows);
    this.followed = grown(this.followed, rows);
    this.followedContexts = grown(this.followedContexts, rows);
    this.followers = grown(this.followers, rows);
    this.prefixes = grown(this.prefixes, rows);
    this.events = grown(this.events, rows);
    this.slots = new Int32Array(SLOTS_PER_ROW * rows);
    for (let row = 0; row < this.size; row++)
      this.slots[this.slotOf(this.prefixes[row], this.events[row])] = row + 1;
  }
}
