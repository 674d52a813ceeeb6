/** Notes that are kept: found again, never wrong, never too many, and never in the way where nothing more fits. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { KeptNotes } from './kept-notes.js';
import { clearStored, listStored } from './published.js';
import { openStore, type Store } from './store.js';

const cache = mkdtempSync(path.join(tmpdir(), 'timbrel-notes-'));
process.env.TIMBREL_CACHE_DIR = cache;
after(() => rmSync(cache, { recursive: true, force: true }));
beforeEach(() => rmSync(cache, { recursive: true, force: true }));

const folder = path.join(cache, 'nsynth/notes');
const NOTE = Uint8Array.from({ length: 1000 }, (_, i) => i);
/** With its hash. */
const NOTE_BYTES = 1064;

async function store(): Promise<Store> {
  const opened = await openStore();
  assert.ok(opened);
  return opened;
}
const openNotes = async (most?: number, changes: Partial<Store> = {}) =>
  new KeptNotes({ ...(await store()), ...changes }, most);
/** Notes 0, 1, ..., each written a minute after the one before. */
async function write(notes: KeptNotes, count: number, first = 0): Promise<void> {
  for (let i = first; i < first + count; i++) {
    await notes.write(`note${i}`, NOTE);
    utimesSync(path.join(folder, `note${i}.note`), 60 * i, 60 * i);
  }
}
const names = () => readdirSync(folder).sort();

describe('a kept note', () => {
  test('is found again, by another worker too, and no other is', async () => {
    await write(await openNotes(), 1);
    const other = await openNotes();
    assert.deepEqual(await other.read('note0'), NOTE);
    assert.equal(await other.read('note1'), undefined);
  });

  test('is there once, whoever writes it again', async () => {
    await write(await openNotes(), 1);
    await (await openNotes()).write('note0', NOTE);
    assert.deepEqual(names(), ['note0.note']);
    assert.deepEqual(await (await openNotes()).read('note0'), NOTE);
  });

  for (const [name, damage] of Object.entries({
    'a bit is wrong': (bytes: Buffer) => bytes.fill(bytes[500] ^ 1, 500, 501),
    'half of it is missing': (bytes: Buffer) => bytes.subarray(0, 500),
    'it is empty': () => Buffer.alloc(0),
  })) {
    test(`is as if it were not there where ${name}, and can be kept anew`, async () => {
      const notes = await openNotes();
      await write(notes, 1);
      const file = path.join(folder, 'note0.note');
      writeFileSync(file, damage(readFileSync(file)));
      assert.equal(await notes.read('note0'), undefined);
      await notes.write('note0', NOTE);
      assert.deepEqual(await notes.read('note0'), NOTE);
    });
  }
});

describe('the oldest go first', () => {
  test('where more would be kept than the bound', async () => {
    await write(await openNotes(3 * NOTE_BYTES), 5);
    assert.deepEqual(names(), ['note2.note', 'note3.note', 'note4.note']);
  });

  test('also those that others wrote', async () => {
    await write(await openNotes(), 3);
    await write(await openNotes(3 * NOTE_BYTES), 1, 3);
    assert.deepEqual(names(), ['note1.note', 'note2.note', 'note3.note']);
  });

  test('where the disk has no more room', async () => {
    const room = 2 * NOTE_BYTES + 10;
    const free = async () => room - names().length * NOTE_BYTES;
    await write(await openNotes(), 1);
    await write(await openNotes(undefined, { free }), 2, 1);
    assert.deepEqual(names(), ['note1.note', 'note2.note']);
  });
});

describe('nothing fails', () => {
  const refused = async (): Promise<never> => {
    throw new Error('QuotaExceededError');
  };

  test('where there is no room at all: what is no note is not touched', async () => {
    await (await store()).writeText('music_rnn/basic_rnn/shard', 'x');
    const notes = await openNotes(undefined, { free: async () => 0 });
    await notes.write('note0', NOTE);
    assert.equal(await notes.read('note0'), undefined);
    assert.equal(await (await store()).readText('music_rnn/basic_rnn/shard'), 'x');
  });

  test('where the quota is full in the middle of a note, of which nothing stays', async () => {
    const inner = await store();
    const notes = await openNotes(undefined, {
      async open(name) {
        const file = await inner.open(name);
        return { ...file, length: 0, append: (piece) => file.append(piece.subarray(0, 300)).then(refused) };
      },
    });
    await notes.write('note0', NOTE);
    assert.deepEqual(names(), []);
  });

  test('where nothing can be read, listed or removed', async () => {
    const notes = await openNotes(undefined, { source: refused, list: refused, remove: refused });
    await notes.write('note0', NOTE);
    assert.equal(await notes.read('note0'), undefined);
  });
});

test('they are listed and cleared as one', async () => {
  await write(await openNotes(), 3);
  const [listed, ...others] = await listStored();
  assert.deepEqual(others, []);
  const { id, notes, bytes, whole, files } = listed;
  assert.deepEqual([id, notes, bytes, whole, files], ['nsynth/notes', 3, 3 * NOTE_BYTES, true, []]);
  assert.deepEqual(await clearStored('nsynth/notes'), [listed]);
  assert.deepEqual(await listStored(), []);
});
