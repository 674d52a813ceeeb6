import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { SHORTEST_LOOP, SequencePlayer, type PlayedNote } from './sequence-player.js';

const note = (pitch: number, startTime: number, endTime: number): PlayedNote => ({
  pitch,
  velocity: 100,
  startTime,
  endTime,
});

/** A clock that moves with the mocked timers, 10 ms at a time, and a target that writes down what it is told. */
function stage(notes: readonly PlayedNote[]) {
  const clock = { currentTime: 0 };
  const told: string[] = [];
  /** The time by which each note was handed over early. */
  const lead: number[] = [];
  const at = (time: number) => time.toFixed(2);
  const player = new SequencePlayer(clock, () => ({
    noteOn: (pitch, _, time) => {
      told.push(`${pitch} on ${at(time)}`);
      lead.push(time - clock.currentTime);
    },
    noteOff: (pitch, time) => told.push(`${pitch} off ${at(time)}`),
    allNotesOff: () => told.push('silence'),
  }));
  player.notes = notes;
  const run = (seconds: number) => {
    for (let i = 0; i < Math.round(seconds * 100); i++) {
      clock.currentTime += 0.01;
      mock.timers.tick(10);
    }
    return told.splice(0);
  };
  return { player, run, told, lead, clock };
}

describe('a sequence player', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
  afterEach(() => mock.timers.reset());

  test('plays every note at its time', () => {
    const { player, run } = stage([note(60, 0, 0.5), note(64, 0.5, 1), note(60, 0.5, 0.75)]);
    player.play({ at: 1 });
    assert.deepEqual(run(3), [
      '60 on 1.00',
      '60 off 1.50',
      '64 on 1.50',
      '60 on 1.50',
      '60 off 1.75',
      '64 off 2.00',
    ]);
    assert.equal(player.playing, false);
  });

  test('refuses what is no sequence, such as a promise of one, and keeps what it has', () => {
    const { player } = stage([note(60, 0, 0.5)]);
    for (const wrong of [Promise.resolve({ notes: [] }), {}, { sequences: [] }, undefined])
      assert.throws(() => Object.assign(player, { sequence: wrong }), {
        code: 'NOTE_SEQUENCE_INVALID',
        message: /no list of notes/,
      });
    player.play();
    assert.equal(player.playing, true);
    player.stop();
  });

  test('tells nothing early: half a second of notes is not handed over at once', () => {
    const { player, run } = stage([note(60, 0, 0.1), note(62, 0.4, 0.5)]);
    player.play({ at: 0 });
    assert.deepEqual(run(0.2), ['60 on 0.00', '60 off 0.10']);
    assert.deepEqual(run(0.3), ['62 on 0.40', '62 off 0.50']);
  });

  test('changes tempo from what is handed over on', () => {
    const { player, run } = stage([note(60, 0, 1), note(62, 1, 2)]);
    player.play({ at: 0 });
    run(0.5);
    player.tempo = 2;
    const [off, on] = run(0.5);
    // 0.5 s and at most the look-ahead at the old tempo, the rest of the second in half the time.
    assert.match(off, /^60 off 0\.8/);
    assert.match(on, /^62 on 0\.8/);
  });

  describe('that comes into step with another clock', () => {
    const beats = Array.from({ length: 20 }, (_, i) => note(60 + i, i, i + 0.5));
    const now = () => performance.now() / 1000;
    const begins = (told: readonly string[]) => told.filter((each) => each.includes(' on '));

    test('plays what is handed over next a little sooner or later, and strikes nothing twice', () => {
      const { player, run } = stage(beats);
      player.play({ from: 0, at: 0 });
      run(0.5);
      player.align(0.55, now());
      assert.deepEqual(begins(run(1)), ['61 on 0.95']);
      player.align(1.45, now());
      assert.deepEqual(begins(run(1.5)), ['62 on 2.05', '63 on 3.05']);
      // The place is where the other clock says it is, without a jump.
      assert.ok(Math.abs(player.position - 2.95) < 0.011, String(player.position));
    });

    test('goes to a place far away at once', () => {
      const { player, run, clock } = stage(beats);
      player.play({ from: 0, at: 0 });
      run(0.5);
      player.align(7.8, now());
      assert.deepEqual(begins(run(1)), ['68 on 0.70']);
      assert.ok(Math.abs(player.position - (7.8 + clock.currentTime - 0.5)) < 0.011);
    });

    test('takes the nearest round of a loop', () => {
      const { player, run } = stage(beats);
      player.loop = [0, 4];
      player.play({ from: 0, at: 0 });
      run(3.8);
      // The other clock is in the third round, a twentieth ahead.
      player.align(11.85, now());
      assert.deepEqual(begins(run(1.5)), ['60 on 3.95', '61 on 4.95']);
      player.align(100.2, now());
      // With what sounds there.
      assert.deepEqual(begins(run(1)), ['60 on 5.32', '61 on 6.10']);
    });

    test('does nothing where it does not play, and refuses what is no place and no time', () => {
      const { player, run } = stage(beats);
      player.align(3, now());
      assert.deepEqual([player.position, run(0.5)], [0, []]);
      for (const [position, heard] of [
        [-1, 0],
        [NaN, 0],
        [0, NaN],
      ])
        assert.throws(() => player.align(position, heard), { code: 'OPTION_INVALID' });
    });
  });

  test('begins at once as soon as the clock can: by its buffer later where it renders ahead', () => {
    const { player, clock, told } = stage([note(60, 0, 1)]);
    player.play();
    Object.assign(clock, { baseLatency: 0.04 });
    player.play({ from: 0 });
    assert.deepEqual(
      told.filter((each) => each.includes(' on ')),
      ['60 on 0.02', '60 on 0.06'],
    );
    player.stop();
  });

  test('loops without a gap, and ends what would hang over', () => {
    const { player, run } = stage([note(60, 0, 0.2), note(62, 0.4, 9)]);
    player.loop = [0, 0.5];
    player.play({ at: 0, from: 0 });
    assert.deepEqual(run(1.05).slice(0, 9), [
      '60 on 0.00',
      '60 off 0.20',
      '62 on 0.40',
      '62 off 0.50',
      '60 on 0.50',
      '60 off 0.70',
      '62 on 0.90',
      '62 off 1.00',
      '60 on 1.00',
    ]);
    assert.ok(player.position < 0.1, String(player.position));
  });

  test('stops its own notes and no others (P4), those that were handed over ahead too', () => {
    const clock = { currentTime: 0 };
    const told: string[] = [];
    const numbers = new Map<number | undefined, string>();
    const player = new SequencePlayer(clock, () => ({
      noteOn: (pitch, _, time, origin) => numbers.set(origin?.note, `${pitch} at ${time}`),
      noteOff: (_, time, origin) => told.push(`${numbers.get(origin?.note)} off ${time}`),
      allNotesOff: () => told.push('all'),
    }));
    player.notes = [note(60, 0, 5), note(62, 0.06, 0.1)];
    player.play({ at: 0 });
    clock.currentTime = 0.02;
    told.length = 0;
    player.stop();
    assert.deepEqual(told, ['60 at 0 off 0.02', '62 at 0.06 off 0.02']);
  });

  test('stops with silence and goes on from there', () => {
    const { player, run, told } = stage([note(60, 0, 1), note(62, 1, 2)]);
    player.play({ at: 0 });
    run(0.5);
    player.stop();
    assert.deepEqual(told.splice(0), ['60 off 0.50']);
    assert.ok(Math.abs(player.position - 0.5) < 0.02);
    assert.deepEqual(run(1), []);
    player.play({ at: 2 });
    assert.deepEqual(run(1.5).slice(0, 3), ['60 on 2.00', '60 off 2.50', '62 on 2.50']);
  });

  test('seeks while it plays', () => {
    const { player, run } = stage([note(60, 0, 1), note(62, 5, 6)]);
    player.play({ at: 0 });
    run(0.3);
    player.seek(4.9);
    const told = run(0.5);
    assert.equal(told[0], '60 off 0.30');
    assert.match(told[1], /^62 on 0\.4/);
  });

  test('takes more notes while it plays', () => {
    const { player, run } = stage([note(60, 0, 0.5), note(61, 0.5, 3)]);
    player.play({ at: 0 });
    run(0.3);
    player.notes = [note(60, 0, 0.5), note(72, 0.5, 1)];
    assert.deepEqual(run(0.5), ['60 off 0.50', '72 on 0.50']);
  });

  test('ends a note that was taken away, and strikes one anew that overlaps itself', () => {
    const { player, run, told } = stage([note(60, 0, 2), note(60, 1, 3)]);
    player.play({ at: 0 });
    assert.deepEqual(run(2.5), ['60 on 0.00', '60 off 1.00', '60 on 1.00']);
    player.notes = [];
    assert.deepEqual(told.splice(0), ['60 off 2.50']);
  });

  test('waits behind the last note while more are to come', () => {
    const { player, run } = stage([]);
    player.open = true;
    player.play({ at: 0 });
    run(0.5);
    assert.equal(player.playing, true);
    player.notes = [note(60, 1, 1.2)];
    assert.deepEqual(run(1), ['60 on 1.00', '60 off 1.20']);
    player.open = false;
    run(0.1);
    assert.equal(player.playing, false);
  });

  test('says when it is over', () => {
    const { player, run } = stage([note(60, 0, 0.3)]);
    let ended = 0;
    player.addEventListener('end', () => ended++);
    player.play({ at: 0 });
    run(0.25);
    assert.equal(ended, 0);
    run(0.5);
    assert.equal(ended, 1);
    assert.equal(player.position, 0);
  });

  test('strikes a repeated pitch anew: at one time, ends come before beginnings, in whatever order the notes are', () => {
    const { player, run } = stage([note(60, 0.5, 1), note(60, 0, 0.5)]);
    player.play({ at: 0 });
    assert.deepEqual(run(1.2), ['60 on 0.00', '60 off 0.50', '60 on 0.50', '60 off 1.00']);
  });

  test('hands over in time on a page that is not seen, whose timers run once a second', () => {
    const { player, lead, clock } = stage(Array.from({ length: 20 }, (_, i) => note(60, i / 4, i / 4 + 0.1)));
    const page = Object.assign(globalThis, { document: { hidden: true } as Document });
    try {
      player.play({ at: 0.02 });
      for (let second = 1; second < 5; second++) {
        clock.currentTime = second;
        mock.timers.tick(25);
      }
    } finally {
      Reflect.deleteProperty(page, 'document');
    }
    assert.equal(lead.length, 20);
    assert.ok(Math.min(...lead) >= 0, `${Math.min(...lead)} s ahead`);
  });

  describe('whose notes are replaced', () => {
    const replaced = (before: PlayedNote, after: PlayedNote) => {
      const { player, run, told } = stage([before]);
      player.play({ at: 0 });
      run(0.5);
      player.notes = [after];
      return { at: told.splice(0), later: run(5) };
    };

    test('ends a note at once whose key comes again only later', () => {
      const { at, later } = replaced(note(60, 0, 1), note(60, 4, 5));
      assert.deepEqual(at, ['60 off 0.50']);
      assert.deepEqual(later, ['60 on 4.00', '60 off 5.00']);
    });

    test('played legato, lets a note that is there no more sound on until the next begins, or it ends', () => {
      for (const [after, ends] of [
        [note(62, 0.75, 1), '60 off 0.75'],
        [note(62, 4, 5), '60 off 2.00'],
      ] as const) {
        const { player, run, told } = stage([note(60, 0, 2)]);
        player.legato = true;
        player.play({ at: 0 });
        run(0.5);
        // A finger that moves: others come and go before that time.
        player.notes = [note(65, 0.1, 0.2)];
        player.notes = [after];
        assert.deepEqual(told.splice(0), []);
        assert.equal(run(5)[0], ends);
      }
    });

    test('played legato, ends all where nothing comes in its place', () => {
      const { player, run, told } = stage([note(60, 0, 2)]);
      player.legato = true;
      player.play({ at: 0 });
      run(0.5);
      player.notes = [];
      assert.deepEqual(told, ['60 off 0.50']);
    });

    test('lets a note that stays end where it ends now, sooner or later', () => {
      assert.deepEqual(replaced(note(60, 0, 4), note(60, 0, 1)), { at: [], later: ['60 off 1.00'] });
      assert.deepEqual(replaced(note(60, 0, 1), note(60, 0, 4)), { at: [], later: ['60 off 4.00'] });
    });

    test('ends what was handed over ahead at the time that it begins, not before', () => {
      const { player, run, told } = stage([note(60, 0.55, 1)]);
      player.play({ at: 0 });
      assert.deepEqual(run(0.5), ['60 on 0.55']);
      player.notes = [];
      assert.deepEqual(told, ['60 off 0.55']);
    });
  });

  describe('that begins within a note', () => {
    test('strikes it there, and ends it where it ends', () => {
      const { player, run } = stage([note(60, 0, 4), note(64, 2, 4)]);
      player.play({ from: 1, at: 0 });
      assert.deepEqual(run(4), ['60 on 0.00', '64 on 1.00', '60 off 3.00', '64 off 3.00']);
    });

    test('does so in every round of a loop', () => {
      const { player, run } = stage([note(60, 0, 4)]);
      player.loop = [1, 2];
      player.play({ from: 1, at: 0 });
      assert.deepEqual(run(1.95), ['60 on 0.00', '60 off 1.00', '60 on 1.00', '60 off 2.00', '60 on 2.00']);
    });

    test('strikes no drum, and nothing that is as good as over', () => {
      const { player, run } = stage([{ ...note(49, 0, 4), isDrum: true }, note(60, 0, 1.01), note(62, 0, 1)]);
      player.play({ from: 1, at: 0 });
      assert.deepEqual(run(4), []);
    });
  });

  test('comes back into the loop when it is sent behind it', () => {
    const { player, run } = stage([note(60, 0, 0.5), note(62, 3, 4)]);
    player.loop = [0, 1];
    player.play({ at: 0 });
    run(0.25);
    player.seek(1e9);
    assert.ok(player.position >= 0 && player.position < 1, `${player.position}`);
    assert.ok(run(1).some((line) => line.startsWith('60 on')));
  });

  test('refuses what is no place, no speed and no loop, and plays on', () => {
    const { player, run } = stage([note(60, 0, 1), note(62, 1, 2)]);
    player.play({ at: 0 });
    run(0.5);
    const refused: (() => unknown)[] = [
      () => player.play({ from: NaN }),
      () => player.play({ at: Infinity }),
      () => player.seek(NaN),
      () => player.seek(-1),
      () => player.play({ from: -1 }),
      () => (player.tempo = NaN),
      () => (player.tempo = 101),
      () => (player.loop = [0, 1e-9]),
      () => (player.loop = [0, Infinity]),
      () => (player.loop = [2, 1]),
    ];
    for (const attempt of refused) assert.throws(attempt, { code: 'OPTION_INVALID' }, String(attempt));
    assert.deepEqual(run(0.55), ['60 off 1.00', '62 on 1.00']);
  });

  test('goes round in the shortest loop', () => {
    const { player, run } = stage([note(60, 0, 0.005)]);
    player.loop = [0, SHORTEST_LOOP];
    player.play({ at: 0, from: 0 });
    assert.equal(run(0.5).filter((line) => line.includes('on')).length, 62);
  });
});
