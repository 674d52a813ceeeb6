/** Every reader takes what its callers have of a file: bytes in whatever they came, of text formats the text as well. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { decodeWav, encodeWav } from '../audio/wav.js';
import {
  decodeNoteSequence,
  encodeNoteSequence,
  parseNoteSequence,
  readABCTunebook,
  readMidi,
  readMusic,
  readMusicXML,
  readNoteSequenceRecords,
  readTFRecords,
  writeMidi,
  writeNoteSequenceRecords,
  type NoteSequence,
} from '../music/index.js';

const SONG: NoteSequence = {
  notes: [{ pitch: 60, velocity: 80, startTime: 0, endTime: 0.5 }],
  tempos: [{ time: 0, qpm: 120 }],
  totalTime: 0.5,
};
const XML = `<?xml version="1.0" encoding="UTF-8"?><score-partwise><part-list><score-part id="P1"><part-name>Flöte</part-name></score-part>
</part-list><part id="P1"><measure number="1"><attributes><divisions>1</divisions></attributes><note><pitch><step>C</step><octave>4</octave>
</pitch><duration>4</duration></note></measure></part></score-partwise>`;
const ABC = 'X:1\nT:Grün\nM:4/4\nL:1/4\nK:C\nCDEF|\n';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** The bytes in the middle of a larger buffer, as small files are in a Buffer. */
function within(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length + 40).fill(0xee);
  larger.set(bytes, 13);
  return larger.subarray(13, 13 + bytes.length);
}
/** An ArrayBuffer of another realm, as test environments with a DOM have it. */
function ofAnotherRealm(bytes: Uint8Array): ArrayBuffer {
  const buffer = runInNewContext('new ArrayBuffer(length)', { length: bytes.length }) as ArrayBuffer;
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

const FORMS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array | ArrayBuffer>> = {
  'a Uint8Array': (bytes) => bytes,
  'a part of a larger buffer': within,
  'a Buffer': (bytes) => Buffer.from(bytes),
  'an ArrayBuffer': (bytes) => bytes.slice().buffer as ArrayBuffer,
  'an ArrayBuffer of another realm': ofAnotherRealm,
};

interface Reader {
  readonly bytes: Uint8Array;
  /** The same as text, where the format is one of text. */
  readonly text?: string;
  read(file: never): unknown;
}

const READERS: Readonly<Record<string, Reader>> = {
  readMidi: { bytes: writeMidi(SONG), read: readMidi },
  readMusic: { bytes: writeMidi(SONG), read: readMusic },
  'readMusic of ABC': { bytes: utf8(ABC), text: ABC, read: readMusic },
  'readMusic of MusicXML': { bytes: utf8(XML), text: XML, read: readMusic },
  readMusicXML: { bytes: utf8(XML), text: XML, read: readMusicXML },
  readABCTunebook: { bytes: utf8(ABC), text: ABC, read: readABCTunebook },
  parseNoteSequence: {
    bytes: utf8(JSON.stringify(SONG)),
    text: JSON.stringify(SONG),
    read: parseNoteSequence,
  },
  decodeNoteSequence: { bytes: encodeNoteSequence(SONG), read: decodeNoteSequence },
  readTFRecords: { bytes: writeNoteSequenceRecords([SONG]), read: readTFRecords },
  readNoteSequenceRecords: { bytes: writeNoteSequenceRecords([SONG]), read: readNoteSequenceRecords },
  decodeWav: { bytes: new Uint8Array(encodeWav(new Float32Array([0, 0.5, -0.5]), 8000)), read: decodeWav },
};

for (const [name, { bytes, text, read }] of Object.entries(READERS)) {
  describe(name, () => {
    test('reads the same from every form of the bytes', async () => {
      const first = await read(bytes as never);
      for (const [form, of] of Object.entries(FORMS))
        assert.deepEqual(await read(of(bytes) as never), first, form);
      if (text === undefined) return;
      assert.deepEqual(await read(text as never), first, 'text');
      assert.deepEqual(await read(`\ufeff${text}` as never), first, 'text with a byte order mark');
    });

    test('says what it expects where it is given something else', async () => {
      if (name === 'parseNoteSequence') return;
      const given = async (value: unknown) => read(value as never);
      await assert.rejects(given(Promise.resolve()), {
        code: 'OPTION_INVALID',
        message: /a promise: await it/,
      });
      await assert.rejects(given(7), { code: 'OPTION_INVALID', message: /was given 7; expected the / });
      if (text === undefined && name !== 'readMusic')
        await assert.rejects(given('song.mid'), /was given "song\.mid"; expected the bytes of the file/);
    });
  });
}

test('text that is no JSON is told of as such', () => {
  assert.throws(() => parseNoteSequence('MThd'), {
    code: 'NOTE_SEQUENCE_INVALID',
    message: /no NoteSequence in JSON/,
  });
});

test('a path in the place of music is told of', async () => {
  await assert.rejects(readMusic('song.mid'), { code: 'ABC_INVALID' });
});
