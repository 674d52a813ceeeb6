import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { Metronome, type MetronomeOptions } from './metronome.js';
import { SequencePlayer } from './sequence-player.js';

/** A clock that moves with the mocked timers, 10 ms at a time, and a target that writes down its strokes: `!` for the first of a bar. */
function stage(options?: MetronomeOptions) {
  const clock = { currentTime: 0 };
  const struck: string[] = [];
  const target = {
    noteOn: (pitch: number, _: number, time: number) =>
      void struck.push(`${Math.round(time * 1000) / 1000}${pitch === 76 ? '!' : ''}`),
    noteOff: () => {},
    allNotesOff: () => {},
  };
  const metronome = new Metronome(clock, target, options);
  const run = (seconds: number) => {
    for (let i = 0; i < Math.round(seconds * 100); i++) {
      clock.currentTime += 0.01;
      mock.timers.tick(10);
    }
    return struck.splice(0);
  };
  return { metronome, run, struck, clock };
}

describe('a metronome', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
  afterEach(() => mock.timers.reset());

  test('clicks the beats, and the first of each bar otherwise', () => {
    const { metronome, run } = stage({ qpm: 60, timeSignature: { numerator: 3, denominator: 4 } });
    metronome.play(0);
    assert.deepEqual(run(4.5), ['0!', '1', '2', '3!', '4']);
    metronome.stop();
    assert.deepEqual(run(2), []);
  });

  test('has two beats in 6/8, of three eighths each', () => {
    const { metronome, run } = stage({ qpm: 120, timeSignature: { numerator: 6, denominator: 8 } });
    metronome.play(0);
    assert.deepEqual(run(2), ['0!', '0.75', '1.5!']);
    assert.equal(metronome.bar, 1.5);
  });

  test('counts some bars in, and says when the first beat after them is', () => {
    const { metronome, struck } = stage({ qpm: 120 });
    const at = metronome.countIn(2);
    assert.deepEqual(
      struck,
      [0, 1, 2, 3, 4, 5, 6, 7].map((beat) => `${(beat * 500 + 50) / 1000}${beat % 4 === 0 ? '!' : ''}`),
    );
    assert.equal(at, 4.05);
  });

  test('goes along with a player, through its tempos, metres and loop', () => {
    const { metronome, run, clock } = stage();
    const player = new SequencePlayer(clock, () => undefined);
    player.sequence = {
      notes: [],
      totalTime: 4,
      tempos: [
        { time: 0, qpm: 60 },
        { time: 2, qpm: 120 },
      ],
      timeSignatures: [
        { time: 0, numerator: 2, denominator: 4 },
        { time: 2, numerator: 3, denominator: 4 },
      ],
    };
    const end = metronome.follow(player);
    player.loop = [0, 3];
    player.play({ from: 0, at: 0 });
    assert.deepEqual(run(3.85), ['0!', '1', '2!', '2.5', '3!']);
    end();
    assert.deepEqual(run(2), []);
  });

  test('takes another tempo while it clicks', () => {
    const { metronome, run } = stage({ qpm: 60 });
    metronome.play(0);
    run(0.5);
    metronome.set({ qpm: 240 });
    assert.deepEqual(run(0.5), ['0.52!', '0.77', '1.02']);
  });

  test('refuses what is no tempo, no metre, no number of bars, and a name that is no option', () => {
    const { metronome } = stage();
    for (const qpm of [0, -1, NaN, Infinity])
      assert.throws(() => metronome.set({ qpm }), { code: 'OPTION_INVALID' }, String(qpm));
    assert.throws(() => metronome.set({ timeSignature: { numerator: 4, denominator: 3 } }), {
      code: 'METER_INVALID',
    });
    assert.throws(() => metronome.countIn(0), { code: 'OPTION_INVALID' });
    assert.throws(
      () =>
        new Metronome({ currentTime: 0 }, { noteOn() {}, noteOff() {}, allNotesOff() {} }, {
          bpm: 90,
        } as object),
      /no option "bpm"/,
    );
  });
});
