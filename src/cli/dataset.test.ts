import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { NoteSequence } from '../music/note-sequence.js';
import { timbrel, tune, writeMidiFile } from './command.testing.js';
import type { DatasetSummary } from './dataset/dataset-summary.js';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'timbrel-dataset-'))));
after(() => rm(folder, { recursive: true }));

async function dataset(...args: string[]): Promise<DatasetSummary> {
  const { code, stdout, stderr } = await timbrel('dataset', ...args, '--json');
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return JSON.parse(stdout) as DatasetSummary;
}

const lines = (sequences: readonly NoteSequence[]) => sequences.map((s) => `${JSON.stringify(s)}\n`).join('');

/** NumPy's arrays, without their header. */
async function npy(...names: string[]): Promise<DataView> {
  const bytes = await readFile(at(...names));
  return new DataView(
    bytes.buffer,
    bytes.byteOffset + 10 + bytes.readUInt16LE(8),
    bytes.length - 10 - bytes.readUInt16LE(8),
  );
}

describe('a piece with no end of steps', () => {
  const far = {
    notes: [60, 62].map((pitch, i) => ({ pitch, velocity: 80, startTime: 1e8 * i, endTime: 1e8 * i + 1 })),
  };

  test('is an error that names line and field where a program wrote it, whatever the model', async () => {
    await writeFile(at('far.jsonl'), lines([tune(1), { ...far, id: 'far' }]));
    for (const model of ['melody-rnn', 'drums-rnn', 'improv-rnn', 'polyphony-rnn', 'performance-rnn']) {
      const { code, stderr } = await timbrel(
        'dataset',
        model,
        '--input',
        at('far.jsonl'),
        '--output',
        at('far'),
      );
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^NOTE_SEQUENCE_INVALID: far\.jsonl#far: .*(notes\[1\]\.startTime is 100000000 s|100000001 s)/,
      );
    }
  });

  test('is told of where it is a MIDI file', async () => {
    for (let i = 0; i < 9; i++) await writeMidiFile(at('few', `${i}.mid`), tune(i));
    await writeMidiFile(at('few', 'far.mid'), { ...far, ticksPerQuarter: 1 });
    const { splits, unreadable } = await dataset(
      'melody-rnn',
      '--input',
      at('few'),
      '--output',
      at('few out'),
    );
    assert.equal(
      Object.values(splits).reduce((sum, { sequences }) => sum + sequences, 0),
      10,
    );
    assert.equal(unreadable.length, 1);
    assert.match(unreadable[0].file, /far\.mid$/);
    assert.match(unreadable[0].reason, /notes\[1\]\.startTime is/);
  });
});

describe('a folder of MIDI files', () => {
  before(async () => {
    for (let i = 0; i < 40; i++) await writeMidiFile(at('midi', `album ${i % 8}`, `${i}.mid`), tune(i));
    await writeFile(at('midi', 'broken.mid'), 'MThd and no more');
    await writeFile(at('midi', 'cover.jpg'), 'no music');
    await writeMidiFile(at('midi', 'short.MIDI'), tune(99, 3));
  });

  test('is read with what lies below it; what cannot be read is named, what is left out has its reason', async () => {
    const { splits, unreadable, read, ...facts } = await dataset(
      'melody-rnn',
      '--input',
      at('midi'),
      '--output',
      at('all'),
    );
    assert.deepEqual(facts, { model: 'MelodyRNN', configuration: 'basic_rnn', inputSize: 38, classes: 38 });
    const all = Object.values(splits);
    const sum = (of: (split: (typeof all)[number]) => number) =>
      all.reduce((total, split) => total + of(split), 0);
    assert.equal(
      read,
      sum(({ sequences }) => sequences),
    );
    assert.equal(
      sum(({ sequences }) => sequences),
      41,
    );
    assert.equal(
      sum(({ pieces }) => pieces),
      40,
    );
    assert.equal(
      sum(({ dropped }) => dropped['shorter than 7 bars'] ?? 0),
      1,
    );
    assert.deepEqual(
      unreadable.map(({ file }) => file),
      [at('midi', 'broken.mid')],
    );
    assert.match(unreadable[0].reason, /MIDI_FILE_INVALID/);
  });

  test('gives what the models are given: classes in order, and config.json for the training', async () => {
    await dataset('melody-rnn', '--input', at('midi'), '--output', at('all'), '--eval-ratio', '0', '--force');
    const config = JSON.parse(await readFile(at('all', 'config.json'), 'utf8'));
    assert.equal(config.configuration, 'basic_rnn');
    const [lengths, labels] = [
      await npy('all', 'train', 'lengths.npy'),
      await npy('all', 'train', 'labels.npy'),
    ];
    assert.equal(lengths.byteLength / 4, 40);
    // Eight bars, each event but the first.
    assert.equal(lengths.getUint32(0, true), 127);
    assert.equal(labels.byteLength / 2, 40 * 127);
  });

  test('is split the same way by the same seed, about as asked for, another way by another', async () => {
    const split = async (...more: string[]) => {
      const args = ['--input', at('midi'), '--output', at('split'), '--force', ...more];
      const { splits } = await dataset('melody-rnn', ...args);
      const labels = await readFile(at('split', 'test', 'labels.npy'));
      return { sizes: Object.values(splits).map(({ pieces }) => pieces), labels: labels.toString('base64') };
    };
    const first = await split('--eval-ratio', '0.25');
    assert.deepEqual(await split('--eval-ratio', '0.25'), first);
    const [train, validation, heldOut] = first.sizes;
    assert.ok(train >= 12 && validation >= 4 && heldOut >= 4, String(first.sizes));
    assert.notEqual((await split('--eval-ratio', '0.25', '--split-seed', '1')).labels, first.labels);
  });

  test('is split by folders where that is asked for', async () => {
    const more = ['--output', at('groups'), '--eval-ratio', '0.25', '--group-by', 'folder'];
    const { splits } = await dataset('melody-rnn', '--input', at('midi'), ...more);
    // Five tunes an album.
    for (const { pieces } of Object.values(splits)) assert.equal(pieces % 5, 0);
  });
});

describe('NoteSequences in JSON lines', () => {
  test('are split already where their files say so, packed or not', async () => {
    await mkdir(at('json'), { recursive: true });
    await writeFile(at('json', 'train.jsonl'), lines([tune(1), tune(2), tune(3)]));
    await writeFile(at('json', 'validation.jsonl'), lines([tune(4)]));
    await writeFile(at('json', 'test.jsonl.gz'), gzipSync(lines([tune(5), tune(6)])));
    const { splits } = await dataset('melody-rnn', at('json'), '--output', at('json-out'));
    assert.deepEqual(
      Object.values(splits).map(({ pieces }) => pieces),
      [3, 1, 2],
    );
  });

  test('may be given as files, one after the other', async () => {
    const files = ['train.jsonl', 'test.jsonl.gz'].map((name) => at('json', name));
    const { splits } = await dataset('melody-rnn', '--input', ...files, '--output', at('files-out'));
    assert.deepEqual(
      Object.values(splits).map(({ pieces }) => pieces),
      [3, 0, 2],
    );
  });

  test('that are none are an error with file and line', async () => {
    await writeFile(at('bad.jsonl'), `${lines([tune(1)])}{"notes": [{"pitch": 300}]}\n`);
    const { code, stderr } = await timbrel(
      'dataset',
      'melody-rnn',
      '--input',
      at('bad.jsonl'),
      '--output',
      at('x'),
    );
    assert.equal(code, 1);
    assert.match(stderr, /^NOTE_SEQUENCE_INVALID: [^\n]*bad\.jsonl, line 2: notes\[0\]\.pitch[^\n]*\n$/);
  });

  test('in a file that is no gzip are an error with the file', async () => {
    await writeFile(at('bad.jsonl.gz'), 'plain text');
    const { code, stderr } = await timbrel(
      'dataset',
      'melody-rnn',
      '--input',
      at('bad.jsonl.gz'),
      '--output',
      at('x'),
    );
    assert.equal(code, 1);
    assert.match(stderr, /^NOTE_SEQUENCE_INVALID: [^\n]*bad\.jsonl\.gz: [^\n]*\n$/);
  });
});

test('only what is learned from is augmented', async () => {
  const { splits } = await dataset(
    ...[
      'performance-rnn',
      '--config',
      'performance_with_dynamics',
      at('json'),
      '--output',
      at('performances'),
    ],
  );
  // Five tempos in seven keys.
  assert.deepEqual(
    Object.values(splits).map(({ pieces }) => pieces),
    [3 * 35, 1, 2],
  );
});

describe('threads', () => {
  const everything = async (folderName: string) =>
    Promise.all(
      ['train', 'validation', 'test'].flatMap((split) =>
        ['lengths', 'labels', 'ends', 'columns', 'values'].map((name) =>
          readFile(at(folderName, split, `${name}.npy`), 'base64'),
        ),
      ),
    );

  before(async () => {
    for (let i = 0; i < 12; i++) await writeMidiFile(at('threads', 'midi', `${i}.mid`), tune(i, 24));
    // The same tune again lies on the side of the first, although its file says another.
    await writeMidiFile(at('threads', 'test', 'again.mid'), tune(3, 24));
    await writeFile(at('threads', 'broken.mid'), 'MThd and no more');
    // More than one batch of lines.
    const many = Array.from({ length: 300 }, (_, i) => ({
      ...tune(1000 + i, 8 + (i % 20)),
      id: `tune ${i}`,
    }));
    await writeFile(at('threads', 'many.jsonl'), lines([...many, ...many.slice(0, 5)]));
    await writeFile(at('threads', 'packed.jsonl.gz'), gzipSync(lines(many.slice(100, 140))));
  });

  test('change nothing, however many there are', async () => {
    const input = ['melody-rnn', '--input', at('threads')];
    const alone = await dataset(...input, '--output', at('alone'), '--workers', '0');
    const files = await everything('alone');
    assert.ok(alone.splits.train.events > 20_000, `${alone.splits.train.events} events`);
    assert.equal(alone.equal?.length, 46);
    for (const workers of ['1', '3']) {
      const output = `with ${workers}`;
      assert.deepEqual(await dataset(...input, '--output', at(output), '--workers', workers), alone);
      assert.deepEqual(await everything(output), files);
    }
  });

  test('tell the first mistake of a file, and leave nothing half written', async () => {
    const good = await readFile(at('threads', 'many.jsonl'), 'utf8');
    const rows = good.trimEnd().split('\n');
    rows[250] = '{ "notes": [{ "pitch": 200 }] }';
    rows[280] = 'no JSON';
    await writeFile(at('mistakes.jsonl'), rows.join('\n'));
    for (const workers of ['0', '4']) {
      const output = at(`mistakes ${workers}`);
      const args = ['--input', at('mistakes.jsonl'), '--output', output, '--workers', workers];
      const { code, stderr } = await timbrel('dataset', 'melody-rnn', ...args);
      assert.equal(code, 1);
      assert.match(stderr, /^NOTE_SEQUENCE_INVALID: .*mistakes\.jsonl, line 251: /);
      assert.ok(!existsSync(output));
    }
  });

  test('are a whole number', async () => {
    for (const workers of ['-1', '1.5', '1000']) {
      const args = ['--input', at('threads'), '--output', at('never'), '--workers', workers];
      const { code, stderr } = await timbrel('dataset', 'melody-rnn', ...args);
      assert.equal(code, 2);
      assert.match(stderr, /--workers is/);
    }
  });
});
