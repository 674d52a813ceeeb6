import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../random/random.js';
import { ClockReader, TapTempo, TICKS_PER_QUARTER } from './clock.js';

/** Sends some quarters of a clock, and gives the tempi that were told. */
function tempi(reader: ClockReader, tempo: number, quarters: number, from = 0, jitter = () => 0): number[] {
  const between = 60_000 / tempo / TICKS_PER_QUARTER;
  return Array.from({ length: quarters * TICKS_PER_QUARTER }, (_, i) =>
    reader.read([0xf8], from + i * between + jitter()),
  ).flatMap((messages) => messages.flatMap((each) => (each.type === 'tempo' ? [each.tempo] : [])));
}

describe('MIDI clock', () => {
  test('has its tempo told once, within half a quarter', () => {
    assert.deepEqual(tempi(new ClockReader(), 120, 4), [120]);
    assert.deepEqual(tempi(new ClockReader(), 93.5, 4), [93.5]);
  });

  test('is followed when it changes', () => {
    const reader = new ClockReader();
    tempi(reader, 100, 4);
    const after = tempi(reader, 140, 4, 60_000);
    assert.equal(after.at(-1), 140);
  });

  test('is read through the jitter of a cable', () => {
    const random = createRandom('jitter');
    const told = tempi(new ClockReader(), 120, 8, 0, () => 6 * random() - 3);
    assert.ok(Math.abs((told.at(-1) ?? 0) - 120) < 1, String(told));
  });

  test('tells start, continue and stop, and nothing of other messages', () => {
    const reader = new ClockReader();
    const types = [0xfa, 0xfb, 0xfc, 0xfe, 0x90].map((status) => reader.read([status], 0)[0]?.type);
    assert.deepEqual(types, ['start', 'continue', 'stop', undefined, undefined]);
  });

  /** Ticks 20 ms apart, 125 quarters a minute. */
  const ticks = (reader: ClockReader, count: number, from: number, jitter = () => 0) =>
    Array.from({ length: count }, (_, i) => reader.read([0xf8], from + 20 * i + jitter()))
      .flat()
      .flatMap((each) => (each.type === 'beat' ? [each.place] : []));

  test('tells each quarter from the tick behind the start on, none before it and none behind the stop', () => {
    const reader = new ClockReader();
    assert.deepEqual(ticks(reader, 48, 0), []);
    // The song begins with the next tick.
    assert.deepEqual(reader.read([0xfa], 942), [{ type: 'start', place: { quarter: 0, time: 960 } }]);
    const places = ticks(reader, 49, 960);
    assert.deepEqual(
      places.map(({ quarter, time }) => [quarter, Math.round(time)]),
      [
        [0, 960],
        [1, 1440],
        [2, 1920],
      ],
    );
    const [stop] = reader.read([0xfc], 1930);
    assert.deepEqual(stop, { type: 'stop', place: { quarter: 49 / 24, time: 1930 } });
    assert.deepEqual(ticks(reader, 48, 1940), []);
  });

  test('goes on where it stopped, or from a song position', () => {
    const reader = new ClockReader();
    reader.read([0xfa], 0);
    ticks(reader, 30, 0);
    reader.read([0xfc], 600);
    assert.deepEqual(reader.read([0xfb], 9000), [
      { type: 'continue', place: { quarter: 30 / 24, time: 9000 } },
    ]);
    reader.read([0xfc], 9100);
    reader.read([0xf2, 2, 1], 9200);
    reader.read([0xfb], 9300);
    // 130 sixteenths, and two more to the next quarter.
    assert.deepEqual(
      ticks(reader, 24, 9400).map(({ quarter }) => quarter),
      [33],
    );
  });

  test('has its quarters where they would be without the jitter', () => {
    const random = createRandom('jitter');
    const reader = new ClockReader();
    reader.read([0xfa], 0);
    const places = ticks(reader, 24 * 40, 0, () => 6 * random() - 3);
    const off = places.slice(4).map(({ quarter, time }) => Math.abs(time - 480 * quarter));
    assert.ok(places.length === 40 && Math.max(...off) < 2, String(Math.max(...off)));
  });
});

describe('a tempo that is tapped', () => {
  test('is there from the second tap on, and is that of the last ones', () => {
    const taps = new TapTempo();
    assert.deepEqual([taps.tap(0), taps.tap(500), taps.tap(1000)], [undefined, 120, 120]);
  });

  test('begins anew behind a rest', () => {
    const taps = new TapTempo();
    for (const time of [0, 300, 600]) taps.tap(time);
    assert.deepEqual([taps.tap(9000), taps.tap(9600)], [undefined, 100]);
  });

  test('stays within what can be played', () => {
    const taps = new TapTempo();
    taps.tap(0);
    assert.equal(taps.tap(20), 300);
  });
});
