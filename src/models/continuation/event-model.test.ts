/** The length of a piece that is written in parts, whatever its events are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTINUE_OPTIONS, EventModel, type ContinueOptions, type Primer } from './event-model.js';
import type { MusicEvent } from '../../music/events.js';
import type { EventWriter } from './piece.js';

const SHIFT: MusicEvent = { type: 'timeShift', value: 3 };

/** A model whose events take three steps each, and which writes no more than two of them at once. */
class Shifting extends EventModel<MusicEvent, ContinueOptions, object> {
  protected override readonly optionNames = CONTINUE_OPTIONS;
  /** Events that were counted, and how many were before. */
  readonly counted: [count: number, before: number][] = [];

  constructor() {
    const write = (amount: object) => {
      const length = Math.min(2, Math.ceil(Object.values(amount)[0] / 3));
      return Promise.resolve({ events: Array.from({ length }, () => SHIFT), logProbabilities: [] });
    };
    const writer = {
      begin: () => Promise.resolve({ write, close: () => Promise.resolve() }),
    } as unknown as EventWriter<object>;
    super(writer);
  }

  protected readPrimer(): Primer<MusicEvent> {
    const growing = { ended: [], step: 0, read: () => void (growing.step += 3), open: () => [] };
    return {
      events: [],
      end: 0,
      secondsPerStep: 0.01,
      head: {},
      stepsOf: (events, before) => {
        this.counted.push([events.length, before]);
        return 3 * events.length;
      },
      reading: () => ({ growing, inSeconds: () => [], secondsOf: (step) => step / 100 }),
    };
  }
}

test('each event of a piece is counted once, and it becomes as long as asked', async () => {
  const model = new Shifting();
  const piece = await model.begin({ notes: [] });
  for (let part = 1; part <= 50; part++) await piece.write({ steps: 12 * part });
  const { totalTime } = await piece.write({ steps: 600 });
  assert.equal(totalTime, 6);
  assert.equal(
    model.counted.reduce((sum, [count]) => sum + count, 0),
    model.counted.reduce((most, [count, before]) => Math.max(most, before + count), 0),
  );
});
