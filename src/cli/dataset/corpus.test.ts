/** Music as it lies on disks: reached twice, copied, written by Windows. D1 and D2 are the numbers of the cases from use. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import { createRandom } from '../../random/random.js';
import { tune, writeMidiFile } from '../command.testing.js';
import { Corpus, type CorpusOptions } from './corpus.js';
import { parseLine, readNumberedLines } from './json-lines.js';
import { findSources } from './sources.js';
import { isSameMusic, musicOf } from './same-music.js';
import { type Split } from './splits.js';

let folder = '';
const at = (...names: string[]) => path.join(folder, ...names);
before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'timbrel-corpus-'))));
after(() => rm(folder, { recursive: true }));

const lines = (...sequences: NoteSequence[]) => sequences.map((one) => `${JSON.stringify(one)}\n`).join('');

async function read(inputs: readonly string[], more: Partial<CorpusOptions> = {}) {
  const progress = { update: () => {}, end: () => {} };
  const options = { inputs, seed: '0', evalRatio: 0.2, groupBy: 'piece', progress, ...more } as const;
  const corpus = new Corpus('basic_rnn', options);
  const places: [string, Split][] = [];
  for await (const { name, split } of corpus.read()) places.push([name, split]);
  return { places: places.sort(), equal: corpus.equal };
}

describe('D1, a folder is read once, by what it is and not by how it is reached:', () => {
  const names = Array.from({ length: 10 }, (_, i) => `a/p${i + 1}.mid`).sort();
  const found = async (...inputs: string[]) => (await findSources(inputs)).map(({ name }) => name).sort();

  before(async () => {
    for (const [i, name] of names.entries()) await writeMidiFile(at('loopset', name), tune(i, 20));
    await cp(at('loopset'), at('plain'), { recursive: true });
    await symlink('..', at('loopset/a/up'));
  });

  test('a link to the folder above', async () => {
    assert.deepEqual(await found(at('loopset')), names);
    assert.deepEqual(await read([at('loopset')]), await read([at('plain')]));
  });

  test('a link to itself, to a brother, and to a folder elsewhere, which is read', async () => {
    await cp(at('plain'), at('brothers'), { recursive: true });
    await symlink('.', at('brothers/a/self'));
    await symlink('a', at('brothers/0 before a'));
    await mkdir(at('elsewhere'));
    await writeMidiFile(at('elsewhere/q.mid'), tune(90));
    await symlink(at('elsewhere'), at('brothers/linked'));
    assert.deepEqual(await found(at('brothers')), [...names, 'linked/q.mid']);
  });

  test('without what is neither file nor folder and would never end, also behind a link', async () => {
    await mkdir(at('sockets'));
    await writeMidiFile(at('sockets/a.mid'), tune(91));
    const server = createServer().listen(at('sockets/live.mid'));
    await once(server, 'listening');
    await symlink('live.mid', at('sockets/link.mid'));
    try {
      assert.deepEqual(await found(at('sockets')), ['a.mid']);
    } finally {
      server.close();
    }
  });

  test('a folder within another that is given too, in either order, and by a path with detours', async () => {
    const inner = names.map((name) => name.slice(2));
    assert.deepEqual(await found(at('plain'), at('plain/a')), names);
    assert.deepEqual(await found(at('plain/a'), at('plain')), inner);
    assert.deepEqual(await found(at('plain'), `${at('plain')}/a/../../plain/`), names);
  });

  test('a file that is given by itself too, and a link to a file', async () => {
    await symlink(at('plain/a/p1.mid'), at('linked.mid'));
    assert.deepEqual(await found(at('plain'), at('plain/a/p1.mid'), at('linked.mid')), names);
  });

  test('a link that leads nowhere is told of, as a file that cannot be read', async () => {
    await mkdir(at('nowhere'));
    await writeMidiFile(at('nowhere/p.mid'), tune(1));
    await symlink('gone.mid', at('nowhere/q.mid'));
    assert.deepEqual(await found(at('nowhere')), ['p.mid', 'q.mid']);
  });
});

describe('equal pieces under two names are told and lie on one side of the split:', () => {
  const sideOf = ({ places }: { places: readonly [string, Split][] }, name: string) =>
    places.find(([one]) => one === name)?.[1];

  test('copies and hard links of MIDI files', async () => {
    for (let i = 0; i < 20; i++) {
      const file = await writeMidiFile(at('copies', `a${i}.mid`), tune(i));
      await mkdir(at('copies/other'), { recursive: true });
      if (i % 2) await cp(file, at('copies/other', `b${i}.mid`));
      else await link(file, at('copies/other', `b${i}.mid`));
    }
    const corpus = await read([at('copies')]);
    assert.equal(corpus.equal.length, 20);
    assert.equal(corpus.places.length, 40);
    assert.ok(new Set(corpus.places.map(([, split]) => split)).size > 1);
    for (let i = 0; i < 20; i++)
      assert.equal(sideOf(corpus, `a${i}.mid`), sideOf(corpus, `other/b${i}.mid`), `${i}`);
    assert.ok(corpus.equal.some(({ piece, to }) => piece === 'other/b3.mid' && to === 'a3.mid'));
  });

  test('a MIDI file and its NoteSequence, of another title and with notes in another order', async () => {
    const { notes = [], ...rest } = tune(5);
    await writeMidiFile(at('both/x.mid'), { notes, ...rest });
    const other = { ...rest, notes: [...notes].reverse(), id: 'other', sequenceMetadata: { title: 'Other' } };
    await writeFile(at('both/y.jsonl'), lines(other));
    assert.deepEqual((await read([at('both')])).equal, [{ piece: 'y.jsonl#other', to: 'x.mid' }]);
  });

  test('where files are split already, what is held out is not learned', async () => {
    await mkdir(at('split'));
    await writeFile(at('split/train.jsonl'), lines({ ...tune(1), id: 'a' }, { ...tune(2), id: 'b' }));
    await writeFile(at('split/test.jsonl'), lines({ ...tune(2), id: 'c' }));
    for (const inputs of [[at('split')], [at('split/train.jsonl'), at('split/test.jsonl')]]) {
      assert.deepEqual(await read(inputs), {
        places: [
          ['test.jsonl#c', 'test'],
          ['train.jsonl#a', 'train'],
          ['train.jsonl#b', 'test'],
        ],
        equal: [{ piece: 'train.jsonl#b', to: 'test.jsonl#c' }],
      });
    }
  });

  test('in folders that stay together', async () => {
    for (const album of ['one', 'two', 'three', 'four'])
      await writeMidiFile(at('albums', album, 'same.mid'), tune(7));
    const { places, equal } = await read([at('albums')], { groupBy: 'folder', evalRatio: 0.4 });
    assert.equal(new Set(places.map(([, split]) => split)).size, 1);
    assert.equal(equal.length, 3);
  });

  describe('a copy is the same piece', () => {
    const random = createRandom('copies');
    const change = (sequence: NoteSequence, each: (note: Note) => Partial<Note>) => ({
      ...sequence,
      notes: sequence.notes.map((note) => ({ ...note, ...each(note) })),
    });
    const scaled = (sequence: NoteSequence, factor: number) =>
      change(sequence, ({ startTime = 0, endTime = 0 }) => ({
        startTime: startTime * factor,
        endTime: endTime * factor,
      }));
    const shaken = (time = 0, by = 0) => Math.max(0, time + (random() - 0.5) * by);
    /** A performance: nothing stands on a grid. */
    const played = (i: number): NoteSequence => ({
      notes: Array.from({ length: 200 }, (_, n) => {
        const startTime = n / 5 + random() / 6;
        return {
          pitch: 40 + ((n * (i + 3)) % 40),
          velocity: 30 + (n % 60),
          startTime,
          endTime: startTime + 0.1 + random(),
        };
      }),
    });
    const COPIES: readonly (readonly [string, (sequence: NoteSequence) => NoteSequence])[] = [
      ['at one velocity', (one) => change(one, () => ({ velocity: 60 }))],
      ['at other velocities', (one) => change(one, ({ velocity = 0 }) => ({ velocity: 127 - velocity }))],
      [
        'at another tempo, which it says',
        (one) => ({ ...scaled(one, 1.25), tempos: [{ time: 0, qpm: 96 }] }),
      ],
      ['at another tempo, which it does not say', (one) => scaled(one, 0.9)],
      [
        'that begins later',
        (one) =>
          change(one, ({ startTime = 0, endTime = 0 }) => ({
            startTime: startTime + 2,
            endTime: endTime + 2,
          })),
      ],
      [
        'rounded to microseconds',
        (one) =>
          change(one, ({ startTime, endTime }) => ({
            startTime: shaken(startTime, 2e-6),
            endTime: shaken(endTime, 2e-6),
          })),
      ],
      [
        'rounded to the ticks of a file',
        (one) =>
          change(one, ({ startTime, endTime }) => ({
            startTime: shaken(startTime, 0.004),
            endTime: shaken(endTime, 0.004),
          })),
      ],
      [
        'that slows down in the middle',
        (one) => {
          const slower = (time = 0) => (time < 3 ? time : 3 + (time - 3) * 2);
          const tempos = [
            { time: 0, qpm: 120 },
            { time: 3, qpm: 60 },
          ];
          return {
            ...change(one, (note) => ({ startTime: slower(note.startTime), endTime: slower(note.endTime) })),
            tempos,
          };
        },
      ],
      ['of other instruments', (one) => change(one, () => ({ instrument: 3, program: 40 }))],
    ];
    for (const [what, copy] of COPIES) {
      test(what, async () => {
        const originals = [
          ...Array.from({ length: 12 }, (_, i) => tune(i)),
          ...Array.from({ length: 12 }, (_, i) => played(i)),
        ];
        const copies = originals.map((one, i) => ({ ...copy(one), id: `copy ${i}` }));
        const name = what.replaceAll(' ', '-');
        await mkdir(at(name));
        await writeFile(
          at(name, 'x.jsonl'),
          lines(...originals.map((one, i) => ({ ...one, id: `own ${i}` }))),
        );
        await writeFile(at(name, 'y.jsonl'), lines(...copies));
        const corpus = await read([at(name)]);
        assert.deepEqual(
          corpus.equal,
          originals.map((_, i) => ({ piece: `y.jsonl#copy ${i}`, to: `x.jsonl#own ${i}` })),
        );
        for (const i of originals.keys())
          assert.equal(sideOf(corpus, `x.jsonl#own ${i}`), sideOf(corpus, `y.jsonl#copy ${i}`), String(i));
      });
    }

    test('and one of another rhythm is none, though its keys are the same', () => {
      const notes = (...onsets: number[]) => ({
        notes: onsets.map((startTime, i) => ({ pitch: 60 + i, startTime, endTime: startTime + 0.1 })),
      });
      const music = musicOf(notes(0, 0.5, 1, 1.5));
      assert.ok(isSameMusic(music, musicOf(notes(0, 0.5, 1, 1.5))));
      for (const other of [notes(0, 0.25, 1, 1.5), notes(0, 0.5, 1, 2), notes(0.5, 0, 1, 1.5)])
        assert.ok(!isSameMusic(music, musicOf(other)));
    });
  });

  test('pieces that are not equal, and empty ones, are not told', async () => {
    await mkdir(at('unlike'));
    const [first, ...notes] = tune(1).notes ?? [];
    const changed = [
      { ...first, pitch: 40 },
      { ...first, endTime: 0.1 },
      { ...first, isDrum: true },
    ];
    const pieces = changed.map((note) => ({ ...tune(1), notes: [note, ...notes] }));
    await writeFile(at('unlike/x.jsonl'), lines(tune(1), ...pieces, { notes: [] }, { notes: [] }));
    assert.deepEqual((await read([at('unlike')])).equal, []);
  });

  test('a piece stays on its side when it is renamed, and when others come', async () => {
    const before = await read([at('plain')]);
    await cp(at('plain/a'), at('renamed/b'), { recursive: true });
    await writeMidiFile(at('renamed/0.mid'), tune(70));
    const later = await read([at('renamed')]);
    for (const [name, split] of before.places) assert.equal(sideOf(later, name.replace('a/', 'b/')), split);
  });

  test('a field that is left out is its default', () => {
    const note = { pitch: 60, velocity: 80, endTime: 1 };
    const spelled = { ...note, startTime: 0, isDrum: false };
    assert.deepEqual(musicOf({ notes: [note] }), musicOf({ notes: [spelled] }));
  });
});

describe('D2, a byte order mark at the head of a file is not part of its text:', () => {
  const text = lines(tune(1), tune(2));
  const utf16 = (little: boolean) => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return little ? bytes : bytes.swap16();
  };
  for (const [what, name, bytes] of [
    ['.jsonl', 'a.jsonl', Buffer.from(`\ufeff${text}`)],
    ['.jsonl.gz', 'a.jsonl.gz', gzipSync(`\ufeff${text}`)],
    ['lines that end as on Windows', 'b.jsonl', Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`)],
    [
      'two such files, one behind the other',
      'c.jsonl',
      Buffer.from(`\ufeff${lines(tune(1))}\ufeff${lines(tune(2))}`),
    ],
    ['UTF-16, as older shells write it', 'd.jsonl', utf16(true)],
    ['UTF-16 of the other order, packed', 'e.jsonl.gz', gzipSync(utf16(false))],
  ] as const) {
    test(what, async () => {
      await writeFile(at(name), bytes);
      const found: NoteSequence[] = [];
      for await (const line of readNumberedLines(at(name))) found.push(parseLine(name, line));
      assert.deepEqual(found.map(musicOf), [tune(1), tune(2)].map(musicOf));
    });
  }
});
