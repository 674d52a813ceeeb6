/** `timbrel music-vae`, its datasets and its evaluation, as built. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { syntheticFolder } from '../../models/music-vae/synthetic.testing.js';
import { readMidi } from '../../music/midi-reader.js';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import { timbrel, tune, writeMidiFile } from '../command.testing.js';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'timbrel-music-vae-'))));
after(() => rm(folder, { recursive: true }));

async function json(...args: string[]) {
  const { code, stdout, stderr } = await timbrel(...args, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** A beat of two bars, all of it late by a hundredth. */
const beat = (bars = 2): NoteSequence => ({
  tempos: [{ time: 0, qpm: 120 }],
  notes: Array.from({ length: 8 * bars }, (_, i): Note => {
    const startTime = i / 4 + 0.01;
    const pitch = i % 4 === 0 ? 36 : i % 4 === 2 ? 38 : 42;
    return { pitch, velocity: 60 + 8 * (i % 8), isDrum: true, startTime, endTime: startTime + 0.1 };
  }),
});

async function grooveCheckpoint(): Promise<string> {
  const config = { dataConverter: { type: 'GrooveConverter', args: { numSteps: 32, humanize: true } } };
  await mkdir(at('groovae'), { recursive: true });
  for (const [name, bytes] of Object.entries(syntheticFolder({ inputs: 27, outputs: [27] }, config)))
    await writeFile(at('groovae', name), bytes);
  return at('groovae');
}

describe('pieces', () => {
  test('the same seed writes the same bytes', async () => {
    const written = async (out: string, seed: string) => {
      const args = ['music-vae', 'sample', '--output-dir', at(out), '--num-outputs', '2', '--seed', seed];
      const { outputs } = await json(...args);
      return Promise.all(outputs.map(({ file }: { file: string }) => readFile(file)));
    };
    const first = await written('s1', '3');
    assert.deepEqual(await written('s2', '3'), first);
    assert.notDeepEqual(await written('s3', '4'), first);
  });

  test('are made by one model as by several, in the same order', async () => {
    const written = async (jobs: string) => {
      const args = ['music-vae', 'sample', '--num-outputs', '5', '--seed', '3', '--jobs', jobs];
      const { outputs } = await json(...args, '--output-dir', at(`jobs${jobs}`));
      const files = outputs.map(({ file }: { file: string }) => file);
      assert.deepEqual(files, files.toSorted());
      return Promise.all(files.map((file: string) => readFile(file)));
    };
    assert.deepEqual(await written('3'), await written('1'));
  });

  test('are made in shares as in one call, and again where one is lost', async () => {
    const args = ['music-vae', 'sample', '--num-outputs', '5', '--seed', '3', '--output-dir'];
    const names = async (...more: string[]) =>
      (await json(...args, ...more)).outputs.map(({ file }: { file: string }) => path.basename(file));
    const all: string[] = await names(at('whole'));
    const contents = (out: string) => Promise.all(all.map((name) => readFile(at(out, name))));
    for (const i of [1, 2, 3]) await names(at('shares'), '--shard', `${i}/3`);
    assert.deepEqual(await contents('shares'), await contents('whole'));
    await rm(at('shares', all[3]));
    assert.deepEqual(await names(at('shares'), '--shard', '1/3'), [all[3]]);
    assert.deepEqual(await contents('shares'), await contents('whole'));
  });

  test('between two files, from the beginning of each; a long file comes back as long as it is', async () => {
    const a = await writeMidiFile(at('a.mid'), tune(1));
    const b = await writeMidiFile(at('b.mid'), tune(2));
    const { outputs } = await json('music-vae', 'interpolate', a, b, '--steps', '3', '--output-dir', at('i'));
    assert.equal(outputs.length, 3);
    const { outputs: whole } = await json('music-vae', 'reconstruct', a, '--output-dir', at('r'));
    const { notes } = readMidi(await readFile(whole[0].file));
    assert.ok(notes.some(({ startTime = 0 }) => startTime > 12));
  });

  test('of a file that begins with rests the first window is taken in which something is played', async () => {
    const a = await writeMidiFile(at('a.mid'), tune(1));
    const later = tune(2, 2).notes.map((note) => ({
      ...note,
      startTime: (note.startTime ?? 0) + 8,
      endTime: (note.endTime ?? 0) + 8,
    }));
    const b = await writeMidiFile(at('later.mid'), { ...tune(2), notes: later });
    const args = ['--steps', '2', '--output-dir', at('rests')];
    const { outputs } = await json('music-vae', 'interpolate', a, b, ...args);
    assert.ok(outputs[1].notes > 0);
  });

  test('of a file for several instruments a melody model hears the melody alone', async () => {
    const bass = Array.from({ length: 16 }, (_, i) => ({
      ...{ pitch: 36, velocity: 90, instrument: 1, program: 33 },
      ...{ startTime: i / 4 + 0.125, endTime: i / 4 + 0.25 },
    }));
    const song = { ...tune(1, 2), notes: [...tune(1, 2).notes, ...bass] };
    const files = [
      await writeMidiFile(at('tune.mid'), tune(1, 2)),
      await writeMidiFile(at('song.mid'), song),
    ];
    const { outputs } = await json('music-vae', 'reconstruct', ...files, '--output-dir', at('heard'));
    const [alone, beside] = await Promise.all(
      outputs.map(async ({ file }: { file: string }) => readMidi(await readFile(file)).notes),
    );
    assert.deepEqual(beside, alone);
  });

  test('taps that drummers do not play are answered', async () => {
    const taps = [0, 0.75, 1.5, 2, 2.75, 3.5].map((startTime) => ({
      ...{ pitch: 60, velocity: 80, startTime, endTime: startTime + 0.1 },
    }));
    const file = await writeMidiFile(at('taps.mid'), { tempos: [{ time: 0, qpm: 120 }], notes: taps });
    const args = ['--checkpoint', 'music_vae/tap2drum_2bar', '--seed', '1', '--output-dir', at('answered')];
    const { outputs } = await json('music-vae', 'groove', file, ...args);
    assert.ok(outputs[0].notes >= 4, `${outputs[0].notes} strokes`);
  });

  test('a file that is no MIDI file is named', async () => {
    await writeFile(at('text.mid'), 'text');
    const { code, stderr } = await timbrel(
      'music-vae',
      'reconstruct',
      at('text.mid'),
      '--output-dir',
      at('x'),
    );
    assert.match(stderr, /^MIDI_FILE_INVALID: .*text\.mid: .*no MIDI file/);
    assert.equal(code, 1);
  });

  test('a beat is played, in its own tempo', async () => {
    const file = await writeMidiFile(at('beat.mid'), beat(4));
    const args = ['--checkpoint', await grooveCheckpoint(), '--output-dir', at('g')];
    const { outputs, kind } = await json('music-vae', 'groove', file, ...args);
    assert.equal(kind, 'groove');
    const { notes } = readMidi(await readFile(outputs[0].file));
    assert.ok(notes.every(({ isDrum }) => isDrum));
  });

  test('what is not understood', async () => {
    const cases: [string[], RegExp][] = [
      [['sample'], /^USAGE: --output(?:-dir)? is missing/],
      [['interpolate', 'a', 'b', 'c', '--output-dir', at('x')], /^USAGE: There are 3 files/],
      [['interpolate', 'a', '--output-dir', at('x')], /^USAGE: Something is missing/],
      [
        ['groove', at('a.mid'), '--checkpoint', 'music_vae/mel_2bar', '--output-dir', at('x')],
        /^USAGE: --checkpoint is of melody/,
      ],
    ];
    for (const [args, message] of cases) {
      const { code, stderr } = await timbrel('music-vae', ...args);
      assert.match(stderr, message);
      assert.equal(code, 2);
    }
  });
});

describe('datasets and what a checkpoint is worth on them', () => {
  const lines = (sequences: readonly NoteSequence[]) =>
    sequences.map((s) => `${JSON.stringify(s)}\n`).join('');
  const summary = (windows: Record<string, number>, splits: Record<string, { windows: number }>) =>
    assert.deepEqual(
      Object.fromEntries(Object.entries(splits).map(([name, own]) => [name, own.windows])),
      windows,
    );

  test('melodies: windows at every bar, none that training has; judged beside the nearest of them', async () => {
    await mkdir(at('songs'), { recursive: true });
    await writeFile(at('songs', 'train.jsonl'), lines([tune(1), tune(2), tune(3)]));
    await writeFile(at('songs', 'validation.jsonl'), lines([tune(4)]));
    const known = { ...tune(1), notes: tune(1).notes.map((note) => ({ ...note, pitch: note.pitch + 2 })) };
    await writeFile(at('songs', 'test.jsonl'), lines([tune(5), known]));
    const { splits } = await json('dataset', 'music-vae', '--input', at('songs'), '--output', at('data'));
    summary({ train: 21, validation: 7, test: 7 }, splits);
    assert.equal(splits.test.inTraining, 7);
    const args = ['--data', at('data'), '--limit', '5', '--music', '4'];
    const { steps, music, kind } = await json('evaluate', 'music-vae', ...args);
    assert.equal(kind, 'melody');
    assert.equal(steps.windows, 5);
    for (const share of [steps.teacherForced, steps.freeRunning, steps.nearestTrainingWindow])
      assert.ok(share > 0.2 && share <= 1, String(share));
    assert.ok(steps.loss > 0);
    assert.ok(music.samples.density > 0 && music.data.offKey === 0);
  });

  test('grooves: errors beside the mean groove', async () => {
    await mkdir(at('drums'), { recursive: true });
    for (const split of ['train', 'validation', 'test'])
      await writeFile(at('drums', `${split}.jsonl`), lines([beat(split === 'train' ? 2 : 3)]));
    const input = ['--config', 'groovae_2bar_humanize', '--input', at('drums'), '--output', at('grooves')];
    const { splits } = await json('dataset', 'music-vae', ...input);
    summary({ train: 1, validation: 0, test: 0 }, splits);
    const data = ['--data', at('grooves'), '--split', 'train', '--checkpoint', await grooveCheckpoint()];
    const { groove } = await json('evaluate', 'music-vae', ...data);
    assert.ok(groove.meanGroove.velocity < 1e-3, 'one window is its own mean');
    assert.ok(groove.freeRunning.velocity > 1);
  });

  test('without windows, or with those of another model, it says so', async () => {
    const empty = [
      '--data',
      at('grooves'),
      '--split',
      'validation',
      '--checkpoint',
      await grooveCheckpoint(),
    ];
    const cases: [string[], RegExp, number][] = [
      [[], /^USAGE: --data is missing/, 2],
      [empty, /^USAGE: .*grooves has no windows in the validation split; --split/, 2],
      [['--data', at('nowhere')], /^FILE_FAILED/, 1],
      [['--data', at('grooves')], /^USAGE: .*32 x 27.*melody/, 2],
    ];
    for (const [args, message, expected] of cases) {
      const { code, stderr } = await timbrel('evaluate', 'music-vae', ...args);
      assert.match(stderr, message);
      assert.equal(code, expected);
    }
  });
});

describe('the drummer that the package ships', () => {
  test('plays a beat from the grid with accents and off the grid, and keeps most of it', async () => {
    const grid = {
      ...beat(4),
      notes: beat(4).notes.map((note) => ({
        ...note,
        velocity: 80,
        startTime: (note.startTime ?? 0) - 0.01,
      })),
    };
    const file = await writeMidiFile(at('grid.mid'), grid);
    const { outputs } = await json('music-vae', 'groove', file, '--output-dir', at('played'));
    const { notes } = readMidi(await readFile(outputs[0].file));
    const near = (pitch: number, time: number) =>
      notes.some((note) => note.pitch === pitch && Math.abs((note.startTime ?? 0) - time) < 0.06);
    const kept = grid.notes.filter(({ pitch, startTime = 0 }) => near(pitch, startTime)).length;
    assert.ok(kept > 0.6 * grid.notes.length, `${kept} of ${grid.notes.length}`);
    const velocities = new Set(notes.map(({ velocity }) => velocity));
    assert.ok(velocities.size > 5, `${velocities.size} velocities`);
    const off = notes.filter(
      ({ startTime = 0 }) => Math.abs(startTime * 8 - Math.round(startTime * 8)) > 0.02,
    );
    assert.ok(off.length > 0.3 * notes.length, `${off.length} of ${notes.length} off the grid`);
  });
});
