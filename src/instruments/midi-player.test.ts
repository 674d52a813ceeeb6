import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { midiClock } from '../midi/outputs.js';
import type { Note, NoteSequence } from '../music/note-sequence.js';
import { MIDIPlayer } from './midi-player.js';

const note = (pitch: number, startTime: number, endTime: number, more: Partial<Note> = {}): Note => ({
  pitch,
  velocity: 100,
  startTime,
  endTime,
  ...more,
});

/** A port that writes down what it is sent in order of time, and a clock that moves with the timers, 10 ms at a time. */
function stage(sequence: NoteSequence, options?: { readonly clock?: boolean }) {
  let now = 100;
  mock.getter(midiClock, 'currentTime', () => now);
  const sent: { readonly at: number; readonly text: string }[] = [];
  const send = (message: number[], { time = 1000 * now }: { readonly time?: number } = {}) => {
    const at = Math.round(time - 100_000) / 1000;
    sent.push({ at, text: message.map((byte) => byte.toString(16)).join(' ') });
  };
  const player = new MIDIPlayer({ send }, options);
  player.sequence = sequence;
  const run = (seconds: number) => {
    for (let i = 0; i < Math.round(seconds * 100); i++) {
      now += 0.01;
      mock.timers.tick(10);
    }
    return sent
      .splice(0)
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, text }) => `${at} ${text}`);
  };
  const only = (status: RegExp, seconds: number) => run(seconds).filter((line) => status.test(line));
  /** Lets seconds pass as on a page that is not seen, whose timers run once a second. */
  const runUnseen = (seconds: number) => {
    for (let i = 0; i < seconds; i++) {
      now += 1;
      mock.timers.tick(25);
    }
    return run(0);
  };
  return { player, run, runUnseen, only };
}

describe('a piece on a MIDI output', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
  });

  test('has a channel with its program for each part, and drums on the tenth', () => {
    const { player, run } = stage({
      notes: [
        note(60, 0, 1, { program: 40, instrument: 0 }),
        note(64, 0.5, 1, { program: 32, instrument: 1 }),
        note(36, 0.75, 1, { isDrum: true, instrument: 2 }),
      ],
    });
    player.play({ at: 100 });
    assert.deepEqual(run(2), [
      '0 c0 28',
      '0 90 3c 64',
      '0.5 c1 20',
      '0.5 91 40 64',
      '0.75 c9 0',
      '0.75 99 24 64',
      '1 80 3c 0',
      '1 81 40 0',
      '1 89 24 0',
    ]);
  });

  test('gives parts beyond the fifteenth their program before each note, where they take turns on a channel', () => {
    const notes = Array.from({ length: 16 }, (_, i) =>
      note(60, i / 4, i / 4 + 0.1, { instrument: i, program: i }),
    );
    const { player, only } = stage({ notes: [...notes, note(62, 4, 4.1)] });
    player.play({ at: 100 });
    assert.deepEqual(only(/ c0/, 5), ['0 c0 0', '3.75 c0 f', '4 c0 0']);
  });

  test('is played by its steps where it is quantised, and softly where nobody said how loud', () => {
    const { player, only } = stage({
      notes: [{ pitch: 60, quantizedStartStep: 4, quantizedEndStep: 8 }],
      quantizationInfo: { stepsPerQuarter: 4 },
    });
    player.play({ at: 100 });
    assert.deepEqual(only(/ [89]0/, 2), ['0.5 90 3c 50', '1 80 3c 0']);
  });

  test('begins where the pedal, the volume and the bend stand at that place', () => {
    const { player, run } = stage({
      notes: [note(60, 2, 3)],
      controlChanges: [
        { time: 0.5, controlNumber: 64, controlValue: 127 },
        { time: 1.5, controlNumber: 64, controlValue: 0 },
        { time: 1, controlNumber: 7, controlValue: 50 },
      ],
      pitchBends: [{ time: 2.5, bend: 8191 }],
    });
    player.play({ at: 100, from: 1.25 });
    assert.deepEqual(run(1), [
      '0 b0 40 7f',
      '0 b0 7 32',
      '0 e0 0 40',
      '0.25 b0 40 0',
      '0.75 c0 0',
      '0.75 90 3c 64',
    ]);
  });

  test('lifts the pedal when it stops, and once more where it was sent ahead', () => {
    const { player, run, only } = stage({
      notes: [note(60, 0, 3)],
      controlChanges: [{ time: 0.6, controlNumber: 64, controlValue: 127 }],
    });
    player.play({ at: 100 });
    run(0.5);
    player.stop();
    assert.deepEqual(only(/ b0/, 0.1), ['0.5 b0 40 0', '0.65 b0 40 0']);
  });

  describe('on a page that is not seen', () => {
    beforeEach(() => Object.assign(globalThis, { document: { hidden: true } as Document }));
    afterEach(() => Reflect.deleteProperty(globalThis, 'document'));

    test('has every note at its time, and every end', () => {
      const { player, runUnseen } = stage({ notes: [note(60, 0.9, 1.1), note(62, 1.2, 3.4)] });
      player.play({ at: 100 });
      assert.deepEqual(runUnseen(4), [
        '0.9 c0 0',
        '0.9 90 3c 64',
        '1.1 80 3c 0',
        '1.2 90 3e 64',
        '3.4 80 3e 0',
      ]);
    });

    test('ends what was sent far ahead, and lifts the pedal, once they have come', () => {
      const { player, run } = stage({
        notes: [note(60, 1, 3)],
        controlChanges: [{ time: 1.1, controlNumber: 64, controlValue: 127 }],
      });
      player.play({ at: 100 });
      run(0);
      player.stop();
      assert.deepEqual(run(0), ['0 80 3c 0', '0 b0 40 0', '1 80 3c 0', '1.1 b0 40 0']);
    });
  });

  test('refuses what is no sequence', () => {
    const { player } = stage({ notes: [] });
    assert.throws(() => (player.sequence = { notes: [note(60, 1, 0)] }), { code: 'NOTE_SEQUENCE_INVALID' });
  });

  describe('with its clock', () => {
    const clocked = (sequence: Partial<NoteSequence> = {}) =>
      stage({ notes: [note(60, 0, 2)], ...sequence }, { clock: true });
    const CLOCK = / f[28abc]/;

    test('starts with the first of 24 ticks a quarter, and stops', () => {
      const { player, only } = clocked();
      player.play({ at: 100 });
      const told = only(CLOCK, 2.1);
      assert.deepEqual(told.slice(0, 3), ['-0.001 fa', '0 f8', '0.021 f8']);
      // 2 s at 120 quarters a minute.
      assert.equal(told.filter((line) => line.endsWith('f8')).length, 4 * 24);
      assert.match(told.at(-1) ?? '', / fc$/);
    });

    test('follows the tempos of the piece, and the speed of the player', () => {
      const { player, only } = clocked({
        tempos: [
          { time: 0, qpm: 60 },
          { time: 1, qpm: 120 },
        ],
      });
      player.tempo = 2;
      player.play({ at: 100 });
      const ticks = only(/ f8/, 1.1).map((line) => Number(line.split(' ')[0]));
      assert.equal(ticks.length, 24 + 48);
      assert.ok(Math.abs(ticks[24] - 0.5) < 0.002, `the second quarter begins at ${ticks[24]}`);
      assert.ok(Math.abs(ticks[48] - 0.75) < 0.002, `the third at ${ticks[48]}`);
    });

    test('goes on from the next sixteenth: song position, and continue with its first tick', () => {
      const { player, only } = clocked();
      // The ninth sixteenth begins at 1.125 s.
      player.play({ at: 100, from: 1.1 });
      assert.deepEqual(only(CLOCK, 0.05).slice(0, 4), ['-0.002 f2 9 0', '0.004 f8', '0.024 fb', '0.025 f8']);
    });

    test('jumps back with every round of a loop', () => {
      const { player, only } = clocked();
      player.loop = [0.5, 1];
      player.play({ at: 100, from: 0.5 });
      assert.deepEqual(only(/ f[2abc]/, 0.85), [
        '-0.002 f2 4 0',
        '-0.001 fb',
        '0.498 fc',
        '0.498 f2 4 0',
        '0.499 fb',
      ]);
    });

    test('stops a receiver that was told ahead to start', () => {
      const { player, only } = clocked();
      player.play({ at: 100.1 });
      player.stop();
      assert.deepEqual(only(/ f[ac]/, 0.3), ['0.099 fa', '0.1 fc']);
    });
  });
});
