import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { crc32 } from '../bytes/crc.js';
import { writeMidi } from './midi-writer.js';
import { readMusic } from './read-music.js';

const SCORE = `<?xml version="1.0"?><score-partwise><part-list/><part id="P1"><measure number="1"><attributes><divisions>1</divisions></attributes>
<note><pitch><step>C</step><octave>4</octave></pitch><duration>1</duration></note></measure></part></score-partwise>`;
const CONTAINER = `<container><rootfiles><rootfile full-path="scores/a.xml"/></rootfiles></container>`;

/** A zip archive, its members deflated. */
function zip(members: Readonly<Record<string, string>>): Uint8Array {
  const [bodies, entries]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, text] of Object.entries(members)) {
    const bytes = Buffer.from(text);
    const packed = deflateRawSync(bytes);
    // Version, flags, method, time, date; then what both headers have in common.
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(8, 4);
    facts.writeUInt32LE(crc32(bytes), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(bytes.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), facts, Buffer.from(name), packed]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    entries.push(Buffer.from('504b01021400', 'hex'), facts, place, Buffer.from(name));
    bodies.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('504b0506', 'hex');
  end.writeUInt16LE(Object.keys(members).length, 8);
  end.writeUInt16LE(Object.keys(members).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}

const pitches = async (bytes: Uint8Array, name?: string) =>
  (await readMusic(bytes, name)).sequences.map(({ notes }) => notes.map(({ pitch }) => pitch));
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('a file of music is known by what it holds, whatever its name:', () => {
  const packed = () => zip({ 'META-INF/container.xml': CONTAINER, 'scores/a.xml': SCORE });

  test('MIDI', async () => {
    const midi = writeMidi({ notes: [{ pitch: 61, velocity: 80, startTime: 0, endTime: 1 }] });
    assert.deepEqual(await pitches(midi, 'a.xml'), [[61]]);
  });
  test('MusicXML', async () => assert.deepEqual(await pitches(utf8(`\ufeff\n${SCORE}`), 'a.mid'), [[60]]));
  test('packed MusicXML, whose container names the score', async () =>
    assert.deepEqual(await pitches(packed(), 'a.zip'), [[60]]));
  test('packed MusicXML without a container', async () =>
    assert.deepEqual(await pitches(zip({ 'a.musicxml': SCORE })), [[60]]));
  test('ABC, each of its tunes', async () => {
    assert.deepEqual(await pitches(utf8('X:1\nK:C\nC D\n\nX:2\nK:C\nE\n'), 'a.txt'), [[60, 62], [64]]);
  });
  test('ABC without a number, by its name', async () =>
    assert.deepEqual(await pitches(utf8('T:One\nK:C\nC D\n'), 'a.abc'), [[60, 62]]));

  test('of a tunebook the readable tunes come, and the others are told of', async () => {
    const { sequences, failures } = await readMusic(utf8('X:1\nK:C\nC\n\nX:2\nK:C\n[CE\n'));
    assert.deepEqual([sequences.length, failures.map(({ code }) => code)], [1, ['ABC_INVALID']]);
  });

  for (const [what, bytes, name, code] of [
    ['a packed file that breaks off', () => packed().subarray(0, 200), '', 'MUSIC_XML_INVALID'],
    [
      'one whose content was changed',
      () => packed().map((byte, i) => (i === 190 ? byte ^ 1 : byte)),
      '',
      'MUSIC_XML_INVALID',
    ],
    ['one without a score', () => zip({ 'a.txt': 'x' }), '', 'MUSIC_XML_INVALID'],
    [
      'one whose container names what is not there',
      () => zip({ 'META-INF/container.xml': CONTAINER }),
      '',
      'MUSIC_XML_INVALID',
    ],
    ['a web page', () => utf8('<!doctype html><html></html>'), 'a.mid', 'MIDI_FILE_INVALID'],
    ['a tunebook none of whose tunes can be read', () => utf8('X:1\nK:C\n[CE\n'), '', 'ABC_INVALID'],
    ['a text', () => utf8('Dear Sir'), 'a.abc', 'ABC_INVALID'],
    ['nothing', () => new Uint8Array(0), 'a.mid', 'MIDI_FILE_INVALID'],
  ] as const)
    test(`${what} is ${code}`, () => assert.rejects(pitches(bytes(), name), { code }));
});

test('a page of the web that was saved in the place of a MIDI file is no score', async () => {
  const page = new TextEncoder().encode('<!doctype html><title>Not found</title>');
  await assert.rejects(readMusic(page, 'song.mid'), { code: 'MIDI_FILE_INVALID' });
  await assert.rejects(readMusic(page, 'song.musicxml'), { code: 'MUSIC_XML_INVALID' });
});
