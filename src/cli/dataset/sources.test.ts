import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { writeMidi } from '../../music/midi-writer.js';
import { writeNoteSequenceRecords } from '../../music/tf-record.js';
import { tune } from '../command.testing.js';
import { BatchExtractor } from './batch-extractor.js';
import { readBatches } from './batches.js';
import { findSources, readPieces, type Unreadable } from './sources.js';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

const SCORE = `<score-partwise><part-list/><part id="P1"><measure><attributes><divisions>1</divisions></attributes>
<note><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration></note></measure></part></score-partwise>`;
const RECORDS = writeNoteSequenceRecords([{ ...tune(2), id: 'two' }, tune(3)]);

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-sources-'));
  await writeFile(at('a.mid'), writeMidi(tune(1)));
  await writeFile(at('b.musicxml'), SCORE);
  await writeFile(at('c.abc'), 'X:4\nK:C\nCDE\n\nX:9\nK:C\nEFG\n\nX:10\nK:C\n[CE\n');
  await writeFile(at('d.jsonl'), `${JSON.stringify(tune(5))}\n`);
  await writeFile(at('validation.tfrecord-00001-of-00002.gz'), gzipSync(RECORDS));
  await writeFile(at('x.txt'), 'no music');
});
after(() => rm(folder, { recursive: true }));

async function pieces() {
  const unreadable: Unreadable[] = [];
  const found: { name: string; notes: number; split: string | undefined }[] = [];
  for (const source of await findSources([folder]))
    for await (const { name, sequence } of readPieces(source, (what) => unreadable.push(what)))
      found.push({ name, notes: sequence.notes.length, split: source.split });
  return { found, unreadable };
}

describe('a folder of music in every format', () => {
  test('gives each piece once, with its name, held-out files first', async () => {
    const { found, unreadable } = await pieces();
    assert.deepEqual(
      found.map(({ name, split }) => [name, split]),
      [
        ['validation.tfrecord-00001-of-00002.gz#two', 'validation'],
        ['validation.tfrecord-00001-of-00002.gz#1', 'validation'],
        ['a.mid', undefined],
        ['b.musicxml', undefined],
        ['c.abc#4', undefined],
        ['c.abc#9', undefined],
        ['d.jsonl#1', undefined],
      ],
    );
    assert.ok(found.every(({ notes }) => notes > 0));
    assert.deepEqual(
      unreadable.map(({ file, reason }) => [path.basename(file), /tune 10, line 11/.test(reason)]),
      [['c.abc', true]],
    );
  });

  test('is the same in batches, as threads read it', async () => {
    const extractor = new BatchExtractor('basic_rnn');
    const names: string[] = [];
    for await (const batch of readBatches(await findSources([folder])))
      names.push(...(await extractor.read(batch)).map(({ name }) => name));
    assert.deepEqual(
      names,
      (await pieces()).found.map(({ name }) => name),
    );
  });

  test('a record that was damaged is an error with file and record', async () => {
    const damaged = RECORDS.slice();
    damaged[RECORDS.length - 10] ^= 1;
    await writeFile(at('bad.tfrecord'), damaged);
    const [source] = await findSources([at('bad.tfrecord')]);
    const read = (async () => {
      for await (const piece of readPieces(source, () => {})) assert.ok(piece.name);
    })();
    await assert.rejects(read, (error: Error & { code?: string }) => {
      assert.equal(error.code, 'TFRECORD_INVALID');
      assert.match(error.message, /bad\.tfrecord: .*record 1 at byte \d+ does not match its checksum/);
      return true;
    });
    await rm(at('bad.tfrecord'));
  });
});
