/** Long pieces go on: what may be written after a while without a new note. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { configurationOf, CONFIGURATIONS, type ConfigurationId } from './configurations.js';
import type { MusicEvent, PolyphonyEvent } from '../../../music/events.js';

/** A bar and a half of sixteenths. */
const LONGEST = 24;
const NOTHING = -2;
const NOTE_OFF = -1;

const isStill = (event: MusicEvent) => (Array.isArray(event) ? event.length === 0 : Number(event) < 0);

/** Lists what each allowed class would write after these events. */
function allowedAfter(id: ConfigurationId, events: readonly MusicEvent[]): MusicEvent[] {
  const { encoding, filter } = configurationOf(id);
  const made = filter?.();
  assert.ok(made, id);
  for (const event of events) made.hear(event);
  return Array.from({ length: encoding.classes[0] }, (_, index) => index)
    .filter((index) => !made.forbids(index, events))
    .map((index) => encoding.decode([index], events));
}

const rest = (length: number): MusicEvent[] => new Array<MusicEvent>(length).fill(NOTHING);
const MELODIES = (Object.keys(CONFIGURATIONS) as ConfigurationId[]).filter((id) =>
  ['MelodyRNN', 'ImprovRNN'].includes(CONFIGURATIONS[id].model),
);

describe('a melody', () => {
  for (const id of MELODIES) {
    test(`${id}: has a new note a bar and a half after the last one, whether that was held or let go`, () => {
      for (const after of [[60], [60, NOTE_OFF]]) {
        const events = [...after, ...rest(LONGEST - after.length)];
        assert.ok(allowedAfter(id, events).some(isStill), 'a step earlier it may wait');
        const allowed = allowedAfter(id, [...events, NOTHING]);
        assert.ok(allowed.length >= 36 && !allowed.some(isStill));
      }
    });

    test(`${id}: may wait again after that note, and after what is taken back`, () => {
      assert.ok(allowedAfter(id, [60, ...rest(LONGEST), 62]).includes(NOTHING));
      const made = configurationOf(id).filter?.();
      for (const event of [60, ...rest(LONGEST)]) made?.hear(event);
      made?.reset();
      assert.ok(!made?.forbids(0, []) && !made?.forbids(1, []));
    });
  }

  test('may repeat the bar before by its note, and not by its rest', () => {
    const { encoding } = CONFIGURATIONS.lookback_rnn;
    const [barAgo, twoBarsAgo] = [encoding.classes[0] - 2, encoding.classes[0] - 1];
    const filter = CONFIGURATIONS.lookback_rnn.filter();
    const events = [60, ...rest(31)] as number[];
    for (const event of events) filter.hear(event);
    assert.deepEqual([filter.forbids(barAgo, events), filter.forbids(twoBarsAgo, events)], [true, false]);
  });
});

describe('drums', () => {
  for (const id of ['one_drum', 'drum_kit'] as const) {
    test(`${id}: have a stroke a bar and a half after the last one`, () => {
      const silence = new Array<MusicEvent>(LONGEST).fill([]);
      assert.ok(allowedAfter(id, [[36], ...silence.slice(1)]).some(isStill));
      assert.ok(!allowedAfter(id, [[36], ...silence]).some(isStill));
    });
  }
});

describe('polyphony', () => {
  const types = (events: readonly MusicEvent[]) =>
    new Set(allowedAfter('polyphony', events).map((event) => (event as PolyphonyEvent).type));
  const step: PolyphonyEvent = { type: 'stepEnd' };
  const chord: PolyphonyEvent[] = [{ type: 'start' }, { type: 'newNote', value: 60 }, step];
  const held = Array.from({ length: LONGEST - 1 }, (): PolyphonyEvent[] => [
    { type: 'continuedNote', value: 60 },
    step,
  ]).flat();

  test('neither begins nor ends within itself', () => {
    for (const type of ['start', 'end'] as const) assert.ok(!types(chord).has(type));
    assert.deepEqual([...types(chord)].sort(), ['continuedNote', 'newNote', 'stepEnd']);
  });

  test('has a new note a bar and a half after the last one, whether others are held or not', () => {
    assert.deepEqual([...types([...chord, ...held])], ['newNote']);
    assert.deepEqual([...types([...chord, ...held.filter(({ type }) => type === 'stepEnd')])], ['newNote']);
    assert.ok(types([...chord, ...held.slice(2)]).has('stepEnd'));
  });
});
