/** A session with a model that writes what the test says, on a clock and a target of the test. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { ContinueOptions } from '../../models/continuation/event-model.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { musicBefore } from './edit-sketch.js';
import type { SequenceModelKind, WritingModel } from './kind.js';
import { SequenceSession, type SessionSettings } from './sequence-session.js';
import { wholeOf } from './sketch.js';

const PRIMER: NoteSequence = {
  tempos: [{ time: 0, qpm: 120 }],
  notes: [{ pitch: 60, velocity: 90, startTime: 0, endTime: 1 }],
  totalTime: 2,
};
const WRITTEN: NoteSequence = { notes: [{ pitch: 67, velocity: 90, startTime: 2, endTime: 3 }] };

const sessions: { close(): void }[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.close();
});

/** @param write answers a part of a piece; default: at once, with {@link WRITTEN} */
function opened(
  changes: Partial<SessionSettings<ContinueOptions>> = {},
  write: (options: ContinueOptions) => Promise<NoteSequence> = () => Promise.resolve(WRITTEN),
) {
  const loaded: (string | undefined)[] = [];
  const asked: ContinueOptions[] = [];
  const told: string[] = [];
  const failures: unknown[] = [];
  const sounded: [pitch: number, velocity: number][] = [];
  const models: { ended: boolean }[] = [];
  let disposed = 0;
  let fails: TimbrelError | undefined;
  const begin = () =>
    Promise.resolve({
      start: 2,
      secondsPerStep: 0.125,
      write: (options: ContinueOptions) => (asked.push(options), write(options)),
      close: () => Promise.resolve(),
    });
  const kind = {
    model: 'MelodyRNN',
    what: 'melody',
    drums: false,
    configurations: [],
    load: (source: string | undefined) => {
      loaded.push(source);
      if (fails) return Promise.reject(fails);
      const value = { begin, ended: false } as unknown as WritingModel<ContinueOptions> & { ended: boolean };
      models.push(value);
      return Promise.resolve({ value, dispose: () => void disposed++ });
    },
  } as unknown as SequenceModelKind<ContinueOptions>;
  const settings: SessionSettings<ContinueOptions> = {
    source: undefined,
    configuration: '',
    seed: 'a',
    temperature: 1,
    tempo: 120,
    loop: false,
    live: false,
    callResponse: false,
    length: { steps: 16 },
    inParts: false,
    options: () => ({}),
    finish: (composition) => composition,
    before: (sketch, { from }) => ({ music: musicBefore(wholeOf(sketch), from) }),
    ...changes,
  };
  const target = {
    noteOn: (pitch: number, velocity: number) => void sounded.push([pitch, velocity]),
    noteOff: (pitch: number) => void sounded.push([pitch, 0]),
    allNotesOff: () => {},
  };
  const clock = { currentTime: 0 };
  const session = new SequenceSession(kind, {
    settings,
    open: () =>
      Promise.resolve({ clock, target: () => target, resume: () => Promise.resolve(), dispose: () => {} }),
    tell: (event) => told.push(event.type),
    update: () => {},
    progress: () => {},
    fail: (error) => failures.push(error),
  });
  sessions.push(session);
  const refuse = (error: TimbrelError | undefined) => (fails = error);
  return {
    session,
    settings,
    models,
    loaded,
    asked,
    told,
    failures,
    sounded,
    clock,
    refuse,
    disposed: () => disposed,
  };
}

const pitches = ({ notes }: NoteSequence) => notes.map(({ pitch }) => pitch);
const broken = new TimbrelError('CHECKPOINT_MISSING', 'Nothing is there');

describe('a session whose bars are written anew', () => {
  const note = (pitch: number, startTime: number) => ({
    pitch,
    velocity: 90,
    startTime,
    endTime: startTime + 1,
  });
  /** Writes 70 a second after the beginning of what it goes on from, whose length it is told. */
  function rewriting() {
    const primers: NoteSequence[] = [];
    const opening = opened({ length: { seconds: 6 } });
    const { session, asked } = opening;
    const begin = (primer: NoteSequence) => {
      primers.push(primer);
      const start = primer.totalTime ?? 0;
      return Promise.resolve({
        start,
        secondsPerStep: 0.125,
        write: (options: ContinueOptions) => (
          asked.push(options),
          Promise.resolve({ notes: [note(70, start + 1)] })
        ),
        close: () => Promise.resolve(),
      });
    };
    session.open({
      primer: PRIMER,
      written: { notes: [note(62, 2), note(64, 4), note(65, 6)] },
      ...{ start: 2, length: 8, seed: 'a' },
    });
    const at = () => session.notes.map(({ pitch, startTime }) => [pitch, startTime]);
    return { ...opening, primers, at, ready: async () => Object.assign(await session.load(), { begin }) };
  }

  test('writes one from what stands before it, tells its place in the piece, and takes it back', async () => {
    const spans: unknown[] = [];
    const { session, primers, at, settings, ready } = rewriting();
    await ready();
    settings.options = (span) => (span && spans.push(span), {});
    const before = at();
    await session.rewrite(2);
    assert.deepEqual(at(), [
      [60, 0],
      [62, 2],
      [65, 6],
      [70, 5],
    ]);
    assert.deepEqual([pitches(primers[0]), primers[0].totalTime], [[60, 62], 4]);
    // Up to the end of the bar, of eight seconds in all.
    assert.deepEqual(spans, [{ steps: 48, total: 64 }]);
    session.undo();
    assert.deepEqual(at(), before);
  });

  test('writes all that was written but the bars that are kept, with another seed for each stretch', async () => {
    const { session, at, asked, ready } = rewriting();
    await ready();
    session.kept = [2];
    await session.rewrite();
    assert.deepEqual(at(), [
      [60, 0],
      [64, 4],
      [70, 3],
      [70, 7],
    ]);
    assert.equal(new Set(asked.map(({ seed }) => seed)).size, 2);
  });

  test('takes notes that were changed by hand, and takes that back', () => {
    const { session, at } = rewriting();
    session.edit(session.notes.filter(({ pitch }) => pitch !== 64));
    assert.deepEqual(
      at().map(([pitch]) => pitch),
      [60, 62, 65],
    );
    session.undo();
    assert.equal(at().length, 4);
  });
});

describe('a session', () => {
  test('loads another model where the worker of the present one died', async () => {
    const { session, models, disposed } = opened();
    session.primer = PRIMER;
    await session.generate();
    models[0].ended = true;
    await session.generate();
    assert.equal(models.length, 2);
    assert.equal(disposed(), 1);
  });

  test('loads its model when it first writes, and once', async () => {
    const { session, loaded, told } = opened();
    session.primer = PRIMER;
    assert.deepEqual(loaded, []);
    await session.generate();
    await session.generate();
    assert.deepEqual(loaded, [undefined]);
    assert.equal(told.filter((type) => type === 'sequence-load').length, 1);
  });

  test('writes on from the primer, anew each time; what was there before can be had again', async () => {
    const { session } = opened();
    session.primer = PRIMER;
    assert.deepEqual(pitches(await session.generate()), [60, 67]);
    assert.deepEqual(pitches(await session.generate()), [60, 67]);
    session.undo();
    session.undo();
    assert.deepEqual(pitches(session.sequence), [60]);
  });

  test('goes on from all that is there', async () => {
    const { session } = opened();
    session.primer = PRIMER;
    await session.generate();
    await session.goOn();
    assert.deepEqual(pitches(session.sketches.present.primer), [60, 67]);
  });

  test('begins in the tempo that is set, where nothing is given', async () => {
    const { session } = opened({ tempo: 90 });
    await session.generate();
    assert.equal(session.sketches.present.primer.tempos?.[0].qpm, 90);
  });

  test('has a seed of its own for each piece, unless one is set', async () => {
    const { session } = opened({ seed: undefined });
    const seedOf = async () => (await session.generate(), session.sketches.present.seed);
    assert.notEqual(await seedOf(), await seedOf());
    const { session: seeded, asked } = opened({ seed: '7' });
    await seeded.generate();
    assert.deepEqual([seeded.sketches.present.seed, asked[0].seed], ['7', '7']);
  });

  test("keeps what came when it is told to stop, and what comes later is nobody's", async () => {
    let answer: (written: NoteSequence) => void = () => {};
    const { session, asked } = opened({}, () => new Promise((resolve) => (answer = resolve)));
    session.primer = PRIMER;
    const writing = session.generate();
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve));
    asked[0].onNotes?.({ notes: WRITTEN.notes, sounding: [], totalTime: 2 });
    assert.ok(session.isWriting);
    session.cancel();
    assert.ok(!session.isWriting);
    answer({ notes: [] });
    await assert.rejects(writing, { code: 'ABORTED' });
    assert.deepEqual(pitches(session.sequence), [60, 67]);
  });

  test('keeps its music when the model fails, and writes no more', async () => {
    const { session } = opened({}, () => Promise.reject(broken));
    session.primer = PRIMER;
    await assert.rejects(session.generate(), broken);
    assert.deepEqual([pitches(session.sequence), session.isWriting], [[60], false]);
  });

  test('keeps its model when another cannot be loaded', async () => {
    const { session, refuse, disposed } = opened();
    await session.load();
    const { model } = session;
    refuse(broken);
    await assert.rejects(session.exchange(), broken);
    assert.equal(session.model, model);
    refuse(undefined);
    await session.exchange();
    assert.notEqual(session.model, model);
    assert.equal(disposed(), 1);
  });

  test('takes no primer that is none, and keeps the one there is', () => {
    const { session } = opened();
    session.primer = PRIMER;
    assert.throws(() => (session.primer = { notes: 3 } as unknown as NoteSequence), {
      code: 'NOTE_SEQUENCE_INVALID',
    });
    assert.deepEqual(pitches(session.sequence), [60]);
  });

  test('says what was left out of a file until the music changes', () => {
    const { session } = opened();
    session.adopt(PRIMER, 'the rest is left out');
    assert.equal(session.notice, 'the rest is left out');
    session.undo();
    assert.equal(session.notice, '');
  });

  test('has a loop of whole bars, in the tempo that is set', () => {
    const { session, settings } = opened({ loop: true, tempo: 60 });
    session.primer = { ...PRIMER, totalTime: 2.5 };
    const set: { loop: number; tempo: number }[] = [];
    session.playback.set = (given) => void set.push(given);
    session.setPlayback();
    // Two bars at 120, played at half the tempo.
    assert.deepEqual(
      set.map(({ loop, tempo }) => [loop, tempo]),
      [[4, 0.5]],
    );
    assert.ok(settings.loop);
  });

  test('lets a key sound, and hears it as part of a phrase', async () => {
    const { session, sounded } = opened();
    session.hear(64, 100, false);
    session.hear(64, 0, false);
    session.hear(65, 100, true);
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(sounded, [
      [64, 100],
      [64, 0],
    ]);
    assert.deepEqual(
      session.recorder.notes.map(({ pitch }) => pitch),
      [64, 65],
    );
  });

  test('takes a phrase for its primer when the player rests, and answers it where it is to', async () => {
    for (const callResponse of [false, true]) {
      const { session, told, failures } = opened({ callResponse, tempo: 900 });
      session.hear(64, 100, true);
      session.hear(64, 0, true);
      const wanted = callResponse ? 'sequence-play' : 'sequence-change';
      while (!told.includes(wanted)) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.deepEqual(pitches(session.sketches.present.primer), [64]);
      assert.equal(session.sketches.present.written !== undefined, callResponse);
      assert.deepEqual(failures, []);
    }
  });

  for (const [what, act] of [
    ['writes', (session) => session.generate()],
    ['goes on', (session) => session.goOn()],
    ['plays', (session) => session.play({})],
  ] as readonly [string, (session: SequenceSession<ContinueOptions>) => Promise<unknown>][])
    test(`ends a phrase at once when it ${what}, and takes it once`, async () => {
      const { session, told } = opened();
      session.primer = PRIMER;
      await session.generate();
      session.hear(64, 100, true);
      session.hear(64, 0, true);
      await new Promise((resolve) => setTimeout(resolve, 150));
      session.hear(65, 100, true);
      await act(session);
      assert.deepEqual(pitches(session.sketches.present.primer), [64, 65]);
      assert.deepEqual(session.recorder.notes, []);
      // As late as it would have come otherwise.
      const soFar = told.length;
      session.hear(65, 0, true);
      await new Promise((resolve) => setTimeout(resolve, 1100));
      assert.deepEqual(
        told.slice(soFar).filter((type) => type === 'sequence-change'),
        [],
      );
    });

  test('forgets a phrase when another piece is put in its place, or a bar is written anew', async () => {
    const { session } = opened();
    const replaced: readonly (() => unknown)[] = [
      () => (session.primer = PRIMER),
      () => session.open(session.sketches.present),
      () => session.rewrite(0),
      () => session.undo(),
    ];
    session.primer = PRIMER;
    for (const replace of replaced) {
      session.hear(64, 100, true);
      await replace();
      assert.deepEqual(session.recorder.notes, [], String(replace));
      assert.ok(!pitches(session.sequence).includes(64), String(replace));
    }
  });

  test('ends with all that it had when it is closed; the music stays', async () => {
    const { session, disposed } = opened();
    session.primer = PRIMER;
    await session.load();
    session.close();
    assert.deepEqual([disposed(), session.model, pitches(session.sequence)], [1, undefined, [60]]);
  });
});

test('playback waits where it comes to what is not written yet, and no note is lost', async () => {
  const parts: ((written: NoteSequence) => void)[] = [];
  const write = () => new Promise<NoteSequence>((resolve) => parts.push(resolve));
  const { session, sounded, clock, told } = opened(
    { live: true, inParts: true, length: { seconds: 60 } },
    write,
  );
  session.primer = { ...PRIMER, notes: [] };
  const ticks = () => new Promise((resolve) => setTimeout(resolve, 80));
  /** A note each half second from 2 s on, the beginning of what is written. */
  const until = (end: number): NoteSequence => ({
    notes: Array.from({ length: Math.ceil(2 * (end - 2)) }, (_, i) => ({
      pitch: 60 + i,
      velocity: 80,
      startTime: 2 + i / 2,
      endTime: 2.2 + i / 2,
    })),
  });
  const writing = session.generate();
  writing.catch(() => {});
  const written = async (end: number) => {
    await ticks();
    parts.shift()?.(until(end));
    await ticks();
  };
  await written(2.75);
  assert.ok(session.playback.playing);
  clock.currentTime = 2;
  await ticks();
  await written(3.5);
  assert.ok(!session.playback.playing);
  assert.equal(session.playback.position, 2.75);
  for (const end of [4.25, 5, 5.75]) await written(end);
  assert.ok(session.playback.playing);
  for (let i = 0; i < 12; i++) {
    clock.currentTime += 0.25;
    await ticks();
  }
  session.cancel();
  const struck = sounded.filter(([, velocity]) => velocity > 0).map(([pitch]) => pitch);
  assert.deepEqual(struck.slice(0, 6), [60, 61, 62, 63, 64, 65]);
  assert.deepEqual(told.filter((type) => type === 'sequence-play').length, 3);
});
