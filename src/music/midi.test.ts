import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseMidi, writeMidi as encodeMidi, type MidiEvent } from 'midi-file';
import { createRandom } from '../random/random.js';
import {
  assertSame,
  assertSameSequence,
  deepFreeze,
  readGolden,
  readGoldenBytes,
  withoutDefaults,
} from './golden.testing.js';
import { readMidi } from './midi-reader.js';
import { writeMidi } from './midi-writer.js';
import type { Note, NoteSequence } from './note-sequence.js';
import { without } from './without.js';

interface MidiCases {
  readonly read: { readonly file: string; readonly result: NoteSequence }[];
  readonly write: {
    readonly input: NoteSequence;
    readonly midiBase64: string;
    readonly readBack: NoteSequence;
  }[];
}

const { read, write } = readGolden<MidiCases>('midi.json');
const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));

/** The reference reads no bends, controls, keys, texts and names; these are compared elsewhere. */
const asTheReference = (sequence: NoteSequence): object =>
  without(
    sequence,
    'pitchBends',
    'controlChanges',
    'keySignatures',
    'textAnnotations',
    'instrumentInfos',
    'sequenceMetadata',
  );

/** The reference scales velocities by 128/127, so that 127 becomes 128, which is no velocity. */
const atMost127 = (sequence: NoteSequence): NoteSequence => ({
  ...sequence,
  notes: sequence.notes.map((note) => ({ ...note, velocity: Math.min(127, note.velocity ?? 0) })),
});

/** The reference pairs overlapping notes of a key first in, first out; here a note-off ends them all (docs/decisions/midi-notes.md). */
function endedTogether(sequence: NoteSequence): NoteSequence {
  const notes = sequence.notes.map((note) => {
    const { startTime = 0, endTime = 0 } = note;
    const ends = sequence.notes
      .filter((other) => other.pitch === note.pitch && other.instrument === note.instrument)
      .map((other) => other.endTime ?? 0)
      .filter((end) => end > startTime);
    return { ...note, endTime: ends.length > 0 ? Math.min(...ends) : endTime };
  });
  return { ...sequence, notes, totalTime: Math.max(...notes.map(({ endTime }) => endTime)) };
}

const assertReads = (bytes: Uint8Array, expected: NoteSequence) =>
  assertSame(
    withoutDefaults(asTheReference(readMidi(bytes))),
    withoutDefaults(atMost127(endedTogether(expected))),
  );

/** Events at their ticks, each track's in an order of its own making, without names that are empty. */
function meaning(bytes: Uint8Array) {
  return parseMidi(bytes).tracks.map((events) => {
    let tick = 0;
    const placed = events.map(({ deltaTime, ...event }) => {
      tick += deltaTime;
      return JSON.stringify({ tick, ...event, running: undefined });
    });
    return placed.filter((event) => !event.includes('trackName')).sort();
  });
}

describe('files of the reference', () => {
  for (const { file, result } of read) {
    test(`are read: ${file}`, () => assertReads(readGoldenBytes(file), result));
  }
  for (const [i, { input, midiBase64, readBack }] of write.entries()) {
    test(`golden ${i}: what it wrote is read`, () => assertReads(bytesOf(midiBase64), readBack));
    test(`golden ${i}: what we write means the same, event by event`, () => {
      assert.deepEqual(meaning(writeMidi(input)), meaning(bytesOf(midiBase64)));
      assertReads(writeMidi(input), readBack);
    });
  }
  test('hold a velocity of 127, which the reference reads as 128', () => {
    assert.ok(write.some(({ readBack }) => readBack.notes.some(({ velocity }) => velocity === 128)));
  });
});

/** Times that are ticks of 480 a quarter at 120 and then 90 quarters a minute. */
const piece = deepFreeze<NoteSequence>({
  ticksPerQuarter: 480,
  tempos: [
    { time: 0, qpm: 120 },
    { time: 2, qpm: 60e6 / 666666 },
  ],
  timeSignatures: [
    { time: 0, numerator: 3, denominator: 4 },
    { time: 1.5, numerator: 7, denominator: 8 },
  ],
  keySignatures: [
    { time: 0, key: 2, mode: 0 },
    { time: 1, key: 1, mode: 1 },
  ],
  notes: Array.from({ length: 127 }, (_, i) => ({
    pitch: i,
    velocity: i + 1,
    startTime: i / 64,
    endTime: i / 64 + 0.25,
    instrument: i % 3,
    program: [0, 33, 0][i % 3],
    isDrum: i % 3 === 2,
  })).sort((a, b) => a.instrument - b.instrument),
  totalTime: 126 / 64 + 0.25,
  controlChanges: [
    { time: 0.5, controlNumber: 64, controlValue: 127, instrument: 1, program: 33, isDrum: false },
    { time: 0.75, controlNumber: 64, controlValue: 0, instrument: 1, program: 33, isDrum: false },
  ],
  pitchBends: [
    { time: 0.25, bend: -8192, instrument: 0, program: 0, isDrum: false },
    { time: 0.5, bend: 8191, instrument: 0, program: 0, isDrum: false },
  ],
  textAnnotations: [
    { time: 0, text: 'Verse — größer', annotationType: 0 },
    { time: 0, text: 'Am7b5/E', annotationType: 1 },
    { time: 0.5, text: '', annotationType: 2 },
  ],
  instrumentInfos: [
    { instrument: 0, name: 'Klavier' },
    { instrument: 1, name: '' },
    { instrument: 2, name: 'Kit' },
  ],
  sequenceMetadata: { title: 'Ärger' },
});

describe('writing and reading', () => {
  test('loses nothing of tempo, meter, key, programs, controls, bends, velocities, drums, texts, names', () => {
    const again = readMidi(writeMidi(piece));
    const { notes, ...rest } = piece;
    const { notes: notesAgain, sourceInfo, ...restAgain } = again;
    assert.deepEqual(sourceInfo, { parser: 6, encodingType: 3 });
    const named = { ...rest, instrumentInfos: rest.instrumentInfos?.filter(({ name }) => name) };
    // The last note lies behind the change of tempo; its end is a tick there.
    assertSameUpToTicks(restAgain, named);
    assertSameUpToTicks(notesAgain, notes);
  });

  test('what was read once is the same when it is written and read again', () => {
    for (const { file } of read) {
      const once = readMidi(readGoldenBytes(file));
      assertSameSequence(withTempo(readMidi(writeMidi(once))), withTempo(once));
    }
    const once = readMidi(writeMidi(piece));
    assert.deepEqual(readMidi(writeMidi(once)), once);
  });

  test('keeps a note again and again at one pitch, and one without length', () => {
    const note = (startTime: number, endTime: number, velocity: number): Note => ({
      pitch: 60,
      startTime,
      endTime,
      velocity,
    });
    const repeated = { notes: [note(0, 0.5, 10), note(0.5, 1, 20), note(1, 1, 30), note(1, 1.5, 40)] };
    const spans = readMidi(writeMidi(repeated)).notes.map(({ startTime, endTime, velocity }) => [
      startTime,
      endTime,
      velocity,
    ]);
    assert.deepEqual(new Set(spans.map(String)), new Set(['0,0.5,10', '0.5,1,20', '1,1,30', '1,1.5,40']));
  });

  test('a hundred random pieces come back note by note', () => {
    const random = createRandom('midi');
    for (let i = 0; i < 100; i++) {
      const tick = (max: number) => Math.floor(random() * max);
      const at = (ticks: number) => (ticks * 0.5) / 220;
      let now = 0;
      const notes = Array.from({ length: 40 }, () => {
        now += tick(200);
        const end = now + 1 + tick(400);
        const instrument = tick(20);
        // Pitches that follow each other, so that no two of one pitch overlap.
        return {
          pitch: 0,
          velocity: 1 + tick(127),
          startTime: at(now),
          endTime: at(end),
          instrument,
          program: instrument,
        };
      }).map((note, j) => ({ ...note, pitch: 20 + j, isDrum: false }));
      const again = readMidi(writeMidi({ notes }));
      const byPitch = (a: Note, b: Note) => a.pitch - b.pitch;
      const plain = (list: readonly Note[]) =>
        list.toSorted(byPitch).map(({ instrument: _, ...note }) => note);
      assertSame(plain(again.notes), plain(notes));
    }
  });

  test('puts drums on channel 10 and the others on the other fifteen in turn', () => {
    const notes = Array.from({ length: 18 }, (_, i) => ({
      pitch: 60,
      startTime: 0,
      endTime: 1,
      instrument: i,
      isDrum: i === 1,
    }));
    const channels = parseMidi(writeMidi({ notes }))
      .tracks.slice(1)
      .map((events) => events.find((event) => event.type === 'noteOn')?.channel);
    assert.deepEqual(channels, [0, 9, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 0, 1, 2]);
  });

  test('a velocity that nobody gave is 80; controls without notes are kept', () => {
    const { notes, controlChanges } = readMidi(
      writeMidi({
        notes: [{ pitch: 60, startTime: 0, endTime: 1 }],
        controlChanges: [{ time: 0.5, controlNumber: 7, controlValue: 90, instrument: 5, program: 40 }],
      }),
    );
    assert.equal(notes[0].velocity, 80);
    assert.deepEqual(controlChanges, [
      { time: 0.5, controlNumber: 7, controlValue: 90, instrument: 1, program: 40, isDrum: false },
    ]);
  });

  test('a long performance comes back whole', () => {
    const notes = Array.from({ length: 20000 }, (_, i) => ({
      pitch: 20 + (i % 88),
      startTime: i * 1.3,
      endTime: i * 1.3 + 2,
    }));
    assert.equal(readMidi(writeMidi({ notes })).notes.length, 20000);
  });

  test('fields that a file cannot hold are refused by name', () => {
    const bad = (fields: Partial<NoteSequence>) => () => writeMidi({ notes: [], ...fields });
    assert.throws(bad({ notes: [{ pitch: 128 }] }), /notes\[0\]\.pitch is 128/);
    assert.throws(bad({ tempos: [{ qpm: 0 }] }), /tempos\[0\]\.qpm is 0/);
    assert.throws(bad({ timeSignatures: [{ numerator: 4, denominator: 5 }] }), { code: 'METER_INVALID' });
    assert.throws(
      bad({ controlChanges: [{ controlValue: 200 }] }),
      /controlChanges\[0\]\.controlValue is 200/,
    );
  });
});

/** Seconds of one of 480 a quarter at 90. */
const TICK = 0.5 / 360;
const assertSameUpToTicks = (actual: unknown, expected: unknown) =>
  assertSame(withoutDefaults(actual), withoutDefaults(expected), 'result', TICK);

/** The tempo of a file that has none is written. */
const withTempo = (sequence: NoteSequence): NoteSequence => ({
  ...sequence,
  tempos: sequence.tempos ?? [{ time: 0, qpm: 120 }],
});

const file = (events: MidiEvent[], ticksPerBeat = 480) =>
  Uint8Array.from(encodeMidi({ header: { format: 1, numTracks: 1, ticksPerBeat }, tracks: [events] }));

describe('reading', () => {
  test('bends, keys and texts, which the reference passes over', () => {
    assert.deepEqual(readMidi(readGoldenBytes('midi/no_tempo_pitchbend.mid')).pitchBends, [
      { time: (100 * 0.5) / 960, bend: 808, instrument: 0, program: 0, isDrum: false },
    ]);
    const { keySignatures } = readMidi(file([{ deltaTime: 0, type: 'keySignature', key: -3, scale: 1 }]));
    assert.deepEqual(keySignatures, [{ time: 0, key: 0, mode: 1 }]);
  });

  test('texts in Latin 1 as well as in UTF-8', () => {
    const { textAnnotations } = readMidi(
      file([
        { deltaTime: 0, type: 'text', text: 'gr\u00fcn' },
        { deltaTime: 0, type: 'marker', text: '\u00c3\u00bc' },
      ]),
    );
    assert.deepEqual(
      textAnnotations?.map(({ text }) => text),
      ['grün', 'ü'],
    );
  });

  test('files in a RIFF wrapper, and chunks that are no tracks', () => {
    const plain = readGoldenBytes('midi/format0_simple.mid');
    const wrapped = new Uint8Array(20 + plain.length);
    wrapped.set(new TextEncoder().encode('RIFF????RMIDdata????'));
    wrapped.set(plain, 20);
    assert.deepEqual(readMidi(wrapped), readMidi(plain));
    const alien = new Uint8Array(plain.length + 12);
    alien.set(plain.subarray(0, 14));
    alien.set(new TextEncoder().encode('XFIH\0\0\0\x04abcd'), 14);
    alien.set(plain.subarray(14), 26);
    assert.deepEqual(readMidi(alien), readMidi(plain));
  });
});

describe('the bytes of a file', () => {
  const file = writeMidi({ notes: [{ pitch: 60, velocity: 80, startTime: 0, endTime: 1 }] });

  test('are read from an ArrayBuffer too, as fetch and files give it', () => {
    assert.deepEqual(readMidi(Uint8Array.from(file).buffer), readMidi(file));
  });

  test('are asked for where something else is given', () => {
    for (const other of ['song.mid', undefined, {}, 5]) {
      assert.throws(() => readMidi(other as unknown as Uint8Array), {
        code: 'OPTION_INVALID',
        message: /expected the bytes of the file/,
      });
    }
  });
});

describe('files that are none', () => {
  const plain = readGoldenBytes('midi/format1_tempo_changes.mid');
  const changed = (at: number, ...values: number[]) => {
    const copy = plain.slice();
    copy.set(values, at);
    return copy;
  };
  const refused = (bytes: Uint8Array, why: RegExp) => {
    assert.throws(() => readMidi(bytes), { code: 'MIDI_FILE_INVALID' });
    assert.throws(() => readMidi(bytes), why);
  };

  test('are refused with what is wrong', () => {
    refused(new Uint8Array(), /begins with ''/);
    refused(new TextEncoder().encode('<html><body>'), /begins with '<htm'/);
    refused(plain.subarray(0, 10), /within its header/);
    refused(plain.subarray(0, plain.length - 3), /ends within track 2/);
    refused(changed(9, 2), /format 2/);
    refused(changed(12, 0, 0), /0 ticks per quarter/);
  });

  test('but a file that ends between two events, or within its last one, has all its notes', () => {
    for (const missing of [1, 4])
      assert.deepEqual(readMidi(plain.subarray(0, plain.length - missing)), readMidi(plain));
  });

  test('numbers and messages that do not end are refused, and hang nothing', () => {
    const track = (...bytes: number[]) =>
      Uint8Array.from([
        ...plain.subarray(0, 10),
        0,
        1,
        0,
        96,
        0x4d,
        0x54,
        0x72,
        0x6b,
        0,
        0,
        0,
        bytes.length,
        ...bytes,
      ]);
    refused(track(0, 0xff, 0x01, 0x8f, 0xff, 0xff, 0xff, 0x7f), /more than four bytes/);
    refused(track(0, 0x90, 60), /ends within track 0/);
    refused(track(0, 60, 60), /data before any message/);
  });

  test('ten thousand damaged files are read or refused, with no other error and no hang', () => {
    const random = createRandom('fuzz');
    const sources = read.map(({ file: name }) => readGoldenBytes(name));
    for (let i = 0; i < 10000; i++) {
      const source = sources[i % sources.length];
      const copy = random() < 0.2 ? source.slice(0, Math.floor(random() * source.length)) : source.slice();
      const flips = 1 + Math.floor(random() * 8);
      for (let j = 0; j < flips && copy.length > 0; j++) {
        copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
      }
      try {
        const sequence = readMidi(copy);
        assert.ok(sequence.notes.every(({ startTime = NaN, endTime = NaN }) => endTime >= startTime));
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'MIDI_FILE_INVALID', String(error));
      }
    }
  });
});
