import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../random/random.js';
import { ClockReader, TapTempo, TICKS_PER_QUARTER } from './clock.js';

/** Sends some quarters of a clock, and gives the tempi that were told. */
function tempi(reader: ClockReader, tempo: number, quarters: number, from = 0, jitter = () => 0): number[] {
  const between = 60_000 / tempo / TICKS_PER_QUARTER;
  return Array.from({ length: quarters * TICKS_PER_QUARTER }, (_, i) =>
    reader.read(0xf8, from + i * between + jitter()),
  ).flatMap((message) => (message?.type === 'tempo' ? [message.tempo] : []));
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
    const types = [0xfa, 0xfb, 0xfc, 0xfe, 0x90].map((status) => reader.read(status, 0)?.type);
    assert.deepEqual(types, ['start', 'continue', 'stop', undefined, undefined]);
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
