import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NoteSequence } from '../../music/note-sequence.js';
import type { ContinueOptions } from '../../models/continuation/event-model.js';
import { compose, type Composition, type CompositionPlan } from './compose.js';
import type { WritingModel } from './kind.js';

const PRIMER: NoteSequence = { notes: [], totalTime: 4 };
const written: NoteSequence = { notes: [{ pitch: 60, startTime: 4, endTime: 5 }] };

/** A model that writes down what it is asked. */
function scripted({ fails = false } = {}) {
  const asked: ContinueOptions[] = [];
  let closed = 0;
  const model = {
    begin: () =>
      Promise.resolve({
        start: 4,
        secondsPerStep: 0.125,
        write: (options: ContinueOptions) => {
          asked.push(options);
          return fails ? Promise.reject(new Error('no')) : Promise.resolve(written);
        },
        close: () => Promise.resolve(void closed++),
      }),
    dispose: () => {},
  } as unknown as WritingModel<ContinueOptions>;
  return { model, asked, closed: () => closed };
}

const plan = (extra: Partial<CompositionPlan<ContinueOptions>>): CompositionPlan<ContinueOptions> => ({
  length: { steps: 16 },
  whole: { seed: 'a' },
  now: () => ({ temperature: 1 }),
  signal: new AbortController().signal,
  onNotes: () => {},
  ...extra,
});

describe('composing', () => {
  test('asks for steps as steps, in one go, and says where they lie', async () => {
    const { model, asked, closed } = scripted();
    const { start, end } = await compose(model, PRIMER, plan({}));
    assert.deepEqual([start, end], [4, 6]);
    assert.deepEqual(
      asked.map(({ steps, seconds, seed }) => ({ steps, seconds, seed })),
      [{ steps: 16, seconds: undefined, seed: 'a' }],
    );
    assert.equal(closed(), 1);
  });

  test('in parts, asks again before each what holds now, and waits until more is wanted', async () => {
    const { model, asked } = scripted();
    let temperature = 0;
    const waited: number[] = [];
    await compose(
      model,
      PRIMER,
      plan({
        length: { seconds: 5 },
        part: 2,
        now: () => ({ temperature: ++temperature }),
        wanted: (time) => Promise.resolve(void waited.push(time)),
      }),
    );
    assert.deepEqual(
      asked.map(({ seconds, temperature }) => [seconds, temperature]),
      [
        [2, 1],
        [4, 2],
        [5, 3],
      ],
    );
    assert.deepEqual(waited, [6, 8]);
  });

  test('in parts, says how far each goes, in steps from the beginning of the primer', async () => {
    const spans: unknown[] = [];
    const now = (span: unknown) => (spans.push(span), {});
    await compose(scripted().model, PRIMER, plan({ length: { seconds: 5 }, part: 2, now }));
    // A step has an eighth of a second, and the primer four seconds.
    assert.deepEqual(spans, [
      { steps: 48, total: 72 },
      { steps: 64, total: 72 },
      { steps: 72, total: 72 },
    ]);
  });

  test('leaves out the rest before the first note, tells nothing before there is one, and is as long as it was to be', async () => {
    for (const part of [2, undefined]) {
      const asked: (number | undefined)[] = [];
      const note = { pitch: 60, startTime: 3, endTime: 4 };
      const late = {
        begin: () =>
          Promise.resolve({
            start: 0,
            secondsPerStep: 0.1,
            write: ({ seconds = 0 }: ContinueOptions) => {
              asked.push(seconds);
              return Promise.resolve({ notes: seconds > 3 ? [note] : [], totalTime: seconds });
            },
            close: () => Promise.resolve(),
          }),
        dispose: () => {},
      } as unknown as WritingModel<ContinueOptions>;
      const told: Composition[] = [];
      const waited: number[] = [];
      const composition = await compose(
        late,
        { notes: [] },
        plan({
          ...{ length: { seconds: 6 }, withoutRest: true, part },
          onNotes: (given) => told.push(given),
          wanted: (time) => Promise.resolve(void waited.push(time)),
        }),
      );
      assert.deepEqual(composition, {
        ...{ start: 0, end: 6, until: 6 },
        written: { notes: [{ pitch: 60, startTime: 0, endTime: 1 }], totalTime: 6 },
      });
      assert.deepEqual(asked, part ? [2, 4, 6, 8, 9] : [6, 9]);
      assert.ok(told.every(({ written }) => written.notes[0].startTime === 0));
      assert.deepEqual(waited, part ? [2, 1, 3, 5] : []);
    }
  });

  test('of a piece without an end only the last seconds are given, at its beginning all', async () => {
    const model = {
      begin: () =>
        Promise.resolve({
          start: 4,
          secondsPerStep: 0.125,
          // A note every second, the first after a rest of one.
          write: ({ seconds = 0 }: ContinueOptions) =>
            Promise.resolve({
              notes: Array.from({ length: seconds - 1 }, (_, i) => ({
                pitch: 60,
                startTime: 5 + i,
                endTime: 6 + i,
              })),
            }),
          close: () => Promise.resolve(),
        }),
    } as unknown as WritingModel<ContinueOptions>;
    const told: Composition[] = [];
    await compose(
      model,
      PRIMER,
      plan({
        length: { seconds: 40 },
        part: 4,
        kept: 10,
        withoutRest: true,
        onNotes: (part) => told.push(part),
      }),
    );
    const starts = told.map(({ written }) => written.notes.map(({ startTime }) => startTime));
    assert.deepEqual(starts[1], [4, 5, 6, 7, 8, 9, 10]);
    assert.equal(Math.max(...starts.map((of) => of.length)), 10);
    assert.deepEqual(
      [starts.at(-1)?.[0], starts.at(-1)?.at(-1), told.at(-1)?.until],
      [33, 42, 43],
      'those of the last ten seconds, a second earlier',
    );
  });

  test('ends when it is told to, between parts too', async () => {
    const { model, asked, closed } = scripted();
    const abort = new AbortController();
    const given = compose(
      model,
      PRIMER,
      plan({ length: { seconds: 9 }, part: 1, signal: abort.signal, onNotes: () => abort.abort() }),
    );
    await assert.rejects(given, { code: 'ABORTED' });
    assert.deepEqual([asked.length, closed()], [1, 1]);
  });

  test('closes the piece when the model fails', async () => {
    const { model, closed } = scripted({ fails: true });
    await assert.rejects(compose(model, PRIMER, plan({})), /no/);
    assert.equal(closed(), 1);
  });
});
