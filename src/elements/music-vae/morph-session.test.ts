import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { MorphSession, type MorphModel } from './morph-session.js';

const piece = (pitch: number): NoteSequence => ({
  notes: [{ pitch, velocity: 80, startTime: 0, endTime: 1 }],
  totalTime: 1,
});

/** A piece is its pitch, and knows the chord 'C' only. */
function plantedModel(): MorphModel {
  const check = (chords?: readonly string[]) => {
    if (chords?.join() !== 'C') throw new TimbrelError('CHORD_UNENCODABLE', `chords are ${String(chords)}`);
  };
  return {
    description: { kind: 'melody', steps: 32, stepsPerQuarter: 4, controls: ['chords'] },
    async encode(sequences, { chords } = {}) {
      check(chords);
      return sequences.map(({ notes }) => Float32Array.of(notes[0].pitch / 100));
    },
    async decode(latents, { chords } = {}) {
      check(chords);
      return latents.map(([code]) => piece(Math.round(100 * code)));
    },
    sampleLatent: (seed) => Float32Array.of(Number(seed) / 100),
    ended: false,
    dispose() {},
  };
}

let chords: string;
let told: string[];
let loads: number;
let session: MorphSession;

beforeEach(() => {
  chords = 'C';
  told = [];
  loads = 0;
  session = new MorphSession({
    get settings() {
      return { source: undefined, tempo: 120, temperature: 0, chords, seeds: ['40', '', '60', ''] };
    },
    async load() {
      loads++;
      return { value: plantedModel(), dispose() {} };
    },
    open: async () => assert.fail('nothing sounds here'),
    tell: (event) => told.push(event.type),
    update() {},
    progress() {},
    fail: (error) => told.push(String(error)),
  });
});

const filled = () => session.morph.corners.map((corner) => corner?.sequence.notes[0].pitch);
const loadsTold = () => told.filter((type) => type === 'sequence-load').length;

describe('a session that loads', () => {
  test('gives the corners their pieces once, however many wait for it', async () => {
    await Promise.all([session.load(), session.load(), session.load()]);
    assert.deepEqual([loads, loadsTold()], [1, 1]);
    assert.deepEqual(filled(), [40, undefined, 60, undefined]);
    await session.load();
    assert.equal(loadsTold(), 1);
  });

  test('with chords that are none keeps its model, and draws the corners when the chords are mended', async () => {
    chords = 'Am';
    await assert.rejects(session.load(), { code: 'CHORD_UNENCODABLE' });
    assert.equal(loadsTold(), 1);
    await assert.rejects(session.refresh(), { code: 'CHORD_UNENCODABLE' });
    chords = 'C';
    await session.refresh();
    assert.deepEqual(filled(), [40, undefined, 60, undefined]);
    await session.load();
    assert.equal(loads, 1);
  });
});

describe('what cannot be done is said with a code', () => {
  const cases: [string, () => Promise<unknown>, string][] = [
    ['a fifth corner', () => session.setCorner(4, piece(60), ''), 'OPTION_INVALID'],
    ['half a corner', () => session.drawCorner(0.5), 'OPTION_INVALID'],
    ['a corner that is no number', () => session.interpolate('length' as never, 1, 5), 'OPTION_INVALID'],
    ['no sequence', () => session.setCorner(1, null as never, ''), 'NOTE_SEQUENCE_INVALID'],
    ['a way of one step', () => session.interpolate(0, 2, 1), 'OPTION_INVALID'],
    ['a way of too many', () => session.interpolate(0, 2, 5000), 'OPTION_INVALID'],
    ['a way to an empty corner', () => session.interpolate(0, 3, 5), 'PRIMER_EMPTY'],
  ];
  for (const [what, work, code] of cases) test(what, () => assert.rejects(work(), { code }));

  test('another like nothing', async () => {
    chords = 'Am';
    await assert.rejects(session.load());
    chords = 'C';
    await assert.rejects(session.another(), { code: 'PRIMER_EMPTY' });
  });
});

test('a piece is rewritten with the chords that are set', async () => {
  const { notes } = await session.rewrite(piece(70), 'again');
  assert.deepEqual(
    notes.map(({ pitch }) => pitch),
    [70],
  );
});
