import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readMusicFile } from './music-file.js';

let folder: string;
const at = (name: string) => path.join(folder, name);
before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'timbrel-music-'))));
after(() => rm(folder, { recursive: true }));

describe('a file of notes that a command is given', () => {
  test('is a tunebook: its first tune is taken', async () => {
    await writeFile(at('a.abc'), 'X:1\nK:C\nCE\n\nX:2\nK:C\nG\n');
    const { notes } = await readMusicFile(at('a.abc'));
    assert.deepEqual(
      notes.map(({ pitch }) => pitch),
      [60, 64],
    );
  });

  for (const [what, name, content, code] of [
    ['damaged', 'b.musicxml', '<score-partwise>', 'MUSIC_XML_INVALID'],
    ['empty', 'c.mid', '', 'MIDI_FILE_INVALID'],
  ] as const)
    test(`is ${what}: the error names it`, async () => {
      await writeFile(at(name), content);
      await assert.rejects(readMusicFile(at(name)), (error: Error & { code?: string }) => {
        assert.equal(error.code, code);
        return error.message.startsWith(at(name));
      });
    });

  test('is of another kind: the error says which can be read', async () => {
    await writeFile(at('d.tfrecord'), new Uint8Array(64));
    await assert.rejects(
      readMusicFile(at('d.tfrecord')),
      /d\.tfrecord: this is neither MIDI, MusicXML nor ABC/,
    );
  });

  test('is a folder: the error names it', async () => {
    await assert.rejects(readMusicFile(folder), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'FILE_FAILED');
      return error.message.startsWith(folder);
    });
  });
});
