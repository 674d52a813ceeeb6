/** MIDI files as people have them: what is damaged costs as little as can be, and no note is lost without a word. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { readMidi } from './midi-reader.js';
import { writeMidi } from './midi-writer.js';

interface MidiCase {
  readonly name: string;
  readonly kind: string;
  readonly hex: string;
  readonly notes: readonly (readonly number[])[];
}

const cases = JSON.parse(
  readFileSync(new URL('../../test/cases/midi-files.json', import.meta.url), 'utf8'),
) as MidiCase[];

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const hexOf = (value: number, bytes: number) => value.toString(16).padStart(2 * bytes, '0');

interface FileParts {
  readonly format?: number;
  /** The fields of the header. */
  readonly tracks?: number;
  readonly division?: string;
}

const header = ({ format = 1, tracks = 1, division = '0060' }: FileParts = {}) =>
  `4d546864 00000006 ${hexOf(format, 2)} ${hexOf(tracks, 2)} ${division}`;
/** @param length as it is declared, by default the true one */
const track = (events: string, length = bytesOf(events).length) => `4d54726b ${hexOf(length, 4)} ${events}`;

const ON = '00 90 3c 50';
const OFF = '60 80 3c 00';
const END = '00 ff 2f 00';
const NOTE = ON + OFF;
/** The note of the tracks above: middle C for a quarter. */
const QUARTER = [60, 80, 0, 0.5];
const SECOND = track(`00 90 3e 50 60 80 3e 00 ${END}`);
/** A chunk that is no track. */
const FOREIGN = '58464948 00000004 01020304';
const SECOND_NOTE = [62, 80, 0, 0.5];

function assertReads(hex: string, expected: readonly (readonly number[])[]): void {
  const { notes } = readMidi(bytesOf(hex));
  const rounded = (time = 0) => Math.round(time * 1000) / 1000;
  const read = notes.map(({ pitch, velocity = 0, startTime, endTime }) => [
    pitch,
    velocity,
    rounded(startTime),
    rounded(endTime),
  ]);
  assert.deepEqual(read, expected);
}

const refused = (hex: string, why: RegExp) =>
  assert.throws(() => readMidi(bytesOf(hex)), { code: 'MIDI_FILE_INVALID', message: why });

/** A list with more of each kind, [what it is, bytes, notes]. */
const SIBLINGS: Readonly<
  Record<string, readonly (readonly [string, string, readonly (readonly number[])[]])[]>
> = {
  meta: [
    ['metre of 0/4', header() + track(`00 ff 58 04 00 02 18 08 ${NOTE} ${END}`), [QUARTER]],
    ['metre without bytes', header() + track(`00 ff 58 00 ${NOTE} ${END}`), [QUARTER]],
    ['metre in 2^200ths', header() + track(`00 ff 58 04 04 c8 18 08 ${NOTE} ${END}`), [QUARTER]],
    ['key of scale 255', header() + track(`00 ff 59 02 00 ff ${NOTE} ${END}`), [QUARTER]],
    ['tempo of two bytes', header() + track(`00 ff 51 02 07 a1 ${NOTE} ${END}`), [QUARTER]],
    ['SMPTE offset without bytes', header() + track(`00 ff 54 00 ${NOTE} ${END}`), [QUARTER]],
    ['channel prefix of 3 bytes', header() + track(`00 ff 20 03 00 00 00 ${NOTE} ${END}`), [QUARTER]],
    ['end of track with a byte', header() + track(`${NOTE} 00 ff 2f 01 00`), [QUARTER]],
    ['pitch above 127', header() + track(`00 90 c8 50 ${NOTE} 00 80 c8 00 ${END}`), [QUARTER]],
    ['program above 127', header() + track(`00 c0 ff ${NOTE} ${END}`), [QUARTER]],
  ],
  'track-count': [
    ['none declared, two there', header({ tracks: 0 }) + track(NOTE + END) + SECOND, [QUARTER, SECOND_NOTE]],
    ['format 0 with two', header({ format: 0 }) + track(NOTE + END) + SECOND, [QUARTER, SECOND_NOTE]],
    ['65535 declared', header({ tracks: 65535 }) + track(NOTE + END) + SECOND, [QUARTER, SECOND_NOTE]],
  ],
  'chunk-length': [
    ['too short', header({ tracks: 2 }) + track(NOTE + END, 5) + SECOND, [QUARTER, SECOND_NOTE]],
    ['0 as streams write it', header({ tracks: 2 }) + track(NOTE + END, 0) + SECOND, [QUARTER, SECOND_NOTE]],
    ['the rest of the file', header({ tracks: 2 }) + track(NOTE + END, 32) + SECOND, [QUARTER, SECOND_NOTE]],
    ['2^32 - 1', header({ tracks: 2 }) + track(NOTE + END, 0xffffffff) + SECOND, [QUARTER, SECOND_NOTE]],
    ['no end of track', header({ tracks: 2 }) + track(NOTE) + SECOND, [QUARTER, SECOND_NOTE]],
    ['too long, no end of track', header({ tracks: 2 }) + track(NOTE, 20) + SECOND, [QUARTER, SECOND_NOTE]],
    ['an empty track', header({ tracks: 2 }) + track('') + SECOND, [SECOND_NOTE]],
    ['bytes after the last track', `${header()}${track(NOTE + END)} 4d54`, [QUARTER]],
    ['a chunk of another kind', `${header()}58464948 00000004 4d54726b${track(NOTE + END)}`, [QUARTER]],
    // The length ends the track early, and no end-of-track event says otherwise.
    ['too short by its last event', header({ tracks: 2 }) + track(NOTE, 4) + SECOND, [QUARTER, SECOND_NOTE]],
    ['too short within an event', header({ tracks: 2 }) + track(NOTE, 6) + SECOND, [QUARTER, SECOND_NOTE]],
    ['0, no end of track', header({ tracks: 2 }) + track(NOTE, 0) + SECOND, [QUARTER, SECOND_NOTE]],
    ['too short, in the last track', header({ tracks: 2 }) + SECOND + track(NOTE, 4), [SECOND_NOTE, QUARTER]],
    ['too short, in the only track', header() + track(NOTE, 4), [QUARTER]],
    ['too short under a running status', header() + track(`${ON} 60 3c 00`, 4), [QUARTER]],
    [
      'too short, before a chunk of another kind',
      header() + track(NOTE, 4) + FOREIGN + SECOND,
      [QUARTER, SECOND_NOTE],
    ],
    [
      'right, no end of track, bytes that are none',
      `${header()}${track(NOTE)} ff ff ff ff ff${SECOND}`,
      [QUARTER, SECOND_NOTE],
    ],
    ['right, no end of track, zeros', `${header()}${track(NOTE)} 00 00 00 00`, [QUARTER]],
    ['right, no end of track, a chunk of another kind', header() + track(NOTE) + FOREIGN, [QUARTER]],
    ['too long, no end of track, at the end', header() + track(NOTE, 50), [QUARTER]],
    ['too long, no end of track, nothing sounds', header() + track(ON, 20), []],
    [
      'end of track without its last byte',
      header({ tracks: 2 }) + track(`${NOTE} 00 ff 2f`) + SECOND,
      [QUARTER, SECOND_NOTE],
    ],
    // A chunk of another kind whose length leads into what follows it.
    ...[0, 2, 14, 20, 23, 24, 40, 0xffffffff].map(
      (length) =>
        [
          `of a chunk of another kind ${length}, not 4`,
          `${header()}${track(NOTE + END)}58464948 ${hexOf(length, 4)} 01020304${SECOND}`,
          [QUARTER, SECOND_NOTE],
        ] as const,
    ),
    [
      'two chunks of other kinds, one wrong',
      `${header()}${FOREIGN}58464b4d 00000009 01020304${track(NOTE + END)}`,
      [QUARTER],
    ],
    ['a header of 8 bytes', `4d546864 00000008 0001 0001 0060 0000${track(NOTE + END)}`, [QUARTER]],
    ['a header that says 4', `4d546864 00000004 0001 0001 0060${track(NOTE + END)}`, [QUARTER]],
  ],
  'system-bytes': [
    ['active sensing', header() + track(`00 fe ${NOTE} ${END}`), [QUARTER]],
    ['song position', header() + track(`00 f2 10 20 ${NOTE} ${END}`), [QUARTER]],
    ['quarter frame and song select', header() + track(`00 f1 10 00 f3 01 ${NOTE} ${END}`), [QUARTER]],
    ['clocks under a running status', header() + track(`${ON} 00 f8 60 3c 00 ${END}`), [QUARTER]],
    [
      'undefined ones, tune request, reset of none',
      header() + track(`00 f4 00 f5 00 f6 00 f9 ${NOTE} ${END}`),
      [QUARTER],
    ],
    ['an escape', header() + track(`00 f7 02 f8 fa ${NOTE} ${END}`), [QUARTER]],
  ],
  // Clocks and their like stand between the bytes of other messages.
  'real-time': [
    ['before the first data byte', header() + track(`00 90 f8 3c 50 ${OFF} ${END}`), [QUARTER]],
    ['before the second', header() + track(`00 90 3c f8 50 ${OFF} ${END}`), [QUARTER]],
    ['several, before both', header() + track(`00 90 fe f8 3c fa fe 50 60 80 f8 3c fe 00 ${END}`), [QUARTER]],
    ['under a running status', header() + track(`${ON} 60 3c f8 00 ${END}`), [QUARTER]],
    ['in a track without its end', header() + track(`00 90 3c f8 50 ${OFF}`), [QUARTER]],
    ['in a control', header() + track(`00 b0 40 fe 7f ${NOTE} ${END}`), [QUARTER]],
    [
      'instead of a velocity, and not before it',
      header() + track(`00 90 3c fe ${OFF} ${END}`),
      [[60, 127, 0, 0.5]],
    ],
    ['instead of the value of a control', header() + track(`00 b0 40 fe ${NOTE} ${END}`), [QUARTER]],
  ],
  'system-data': [
    ['a quarter frame without', header() + track(`00 f1 ${NOTE} ${END}`), [QUARTER]],
    ['a song position without', header() + track(`00 f2 ${NOTE} ${END}`), [QUARTER]],
    ['a song select without', header() + track(`00 f3 ${NOTE} ${END}`), [QUARTER]],
    ['all three without', header() + track(`00 f1 00 f2 00 f3 ${NOTE} ${END}`), [QUARTER]],
    ['one of two bytes', header() + track(`00 f2 10 ${NOTE} ${END}`), [QUARTER]],
    ['without, while a note sounds', header() + track(`${ON} 00 f1 00 f2 ${OFF} ${END}`), [QUARTER]],
    ['without, under a running status', header() + track(`${ON} 00 f3 60 3c 00 ${END}`), [QUARTER]],
  ],
  // A remark that is longer than its track is lost, and nothing else.
  'remark-length': [
    [
      'at the end of a track',
      header({ tracks: 2 }) + track(`${NOTE} 00 ff 01 10 41`) + SECOND,
      [QUARTER, SECOND_NOTE],
    ],
    ['at the end of the last track', header() + track(`${NOTE} 00 ff 01 10 41`), [QUARTER]],
    ['before the notes', header() + track(`00 ff 01 7f 41 42 ${NOTE} ${END}`), [QUARTER]],
    [
      'before the notes of the first track',
      header() + track(`00 ff 01 7f 41 ${NOTE} ${END}`) + SECOND,
      [QUARTER, SECOND_NOTE],
    ],
    [
      'of system exclusive written without a length',
      header() + track(`00 f0 7e 7f 09 01 f7 ${NOTE} ${END}`),
      [QUARTER],
    ],
    [
      'in a track that is declared too long',
      header() + track(`${NOTE} 00 ff 01 10 41`, 60) + SECOND,
      [QUARTER, SECOND_NOTE],
    ],
    [
      'right, in a track that is declared too short',
      header() + track(`00 ff 01 03 41 42 43 ${NOTE} ${END}`, 5),
      [QUARTER],
    ],
  ],
  'running-status': [
    ['across a remark', header() + track(`${ON} 00 ff 01 01 41 60 3c 00 ${END}`), [QUARTER]],
    ['across system exclusive', header() + track(`${ON} 00 f0 02 7e f7 60 3c 00 ${END}`), [QUARTER]],
  ],
  smpte: [
    ['30 frames of 80', header({ division: 'e250' }) + track(`${ON} 9260 80 3c 00 ${END}`), [[60, 80, 0, 1]]],
    [
      '24 frames of 100, and a tempo that changes nothing',
      header({ division: 'e864' }) + track(`00 ff 51 03 03 d0 90 ${ON} 9260 80 3c 00 ${END}`),
      [[60, 80, 0, 1]],
    ],
    [
      '29.97 frames of 100',
      header({ division: 'e364' }) + track(`${ON} 9738 80 3c 00 ${END}`),
      [[60, 80, 0, 1.001]],
    ],
  ],
  wrapper: [
    [
      'RIFF with a chunk before the data',
      `52494646 00000000 524d4944 4c495354 04000000 494e464f 64617461 00000000 ${header()}${track(NOTE + END)}`,
      [QUARTER],
    ],
    ['MacBinary', `00${'00'.repeat(127)}${header()}${track(NOTE + END)}`, [QUARTER]],
  ],
};

for (const kind of new Set([...cases.map((entry) => entry.kind), ...Object.keys(SIBLINGS)])) {
  describe(`${kind}:`, () => {
    for (const { name, hex, notes } of cases.filter((entry) => entry.kind === kind)) {
      test(name, () => assertReads(hex, notes));
    }
    for (const [name, hex, notes] of SIBLINGS[kind] ?? []) test(name, () => assertReads(hex, notes));
  });
}

test('remarks out of range are left out, the others are read', () => {
  const remarks = '00 ff 59 02 f8 00 00 ff 59 02 fd 01 00 ff 58 04 00 02 18 08 00 ff 51 03 00 00 00';
  const sequence = readMidi(bytesOf(header() + track(`${remarks} ${NOTE} ${END}`)));
  assert.deepEqual(sequence.keySignatures, [{ time: 0, key: 0, mode: 1 }]);
  assert.deepEqual(sequence.timeSignatures, [{ time: 0, numerator: 4, denominator: 4 }]);
  assert.equal(sequence.tempos, undefined);
});

test('values above 127 are read as 127, and what was read can be written', () => {
  const damaged = '00 b0 40 a8 00 b0 c8 01 00 e0 ff ff 00 90 3c ff';
  const sequence = readMidi(bytesOf(header() + track(`${damaged} ${OFF} ${END}`)));
  assert.deepEqual(
    sequence.controlChanges?.map(({ controlNumber, controlValue }) => [controlNumber, controlValue]),
    [[64, 127]],
  );
  assert.equal(sequence.pitchBends?.[0].bend, 8191);
  assert.equal(sequence.notes[0].velocity, 127);
  assert.deepEqual(readMidi(writeMidi(sequence)).controlChanges, sequence.controlChanges);
});

test('a key signature of an unknown scale is left out', () => {
  for (const scale of ['02', '7f', 'ff'])
    assert.equal(
      readMidi(bytesOf(header() + track(`00 ff 59 02 00 ${scale} ${NOTE} ${END}`))).keySignatures,
      undefined,
    );
});

test('each byte of a bend above 127 counts as 127, and the other as it is', () => {
  const bend = (hex: string) =>
    readMidi(bytesOf(header() + track(`00 e0 ${hex} ${NOTE} ${END}`))).pitchBends?.[0].bend;
  assert.equal(bend('c8 40'), 127);
  assert.equal(bend('00 c8'), 127 * 128 - 8192);
});

test('files that count SMPTE frames keep their resolution when they are written', () => {
  assert.equal(readMidi(bytesOf(header({ division: 'e728' }) + track(NOTE + END))).ticksPerQuarter, 500);
});

describe('files that cannot be read', () => {
  test('are refused in words that say what to do, or where they break off', () => {
    refused(header({ format: 2, tracks: 2 }) + track(NOTE + END) + SECOND, /save each as a file of format 0/);
    refused(header({ format: 3 }) + track(NOTE + END), /format 3; there are 0, 1 and 2/);
    refused(header({ division: 'e700' }) + track(NOTE + END), /0 ticks in each of its 25 frames/);
    for (const division of ['ff60', '8060', 'fa28'])
      refused(header({ division }) + track(NOTE + END), /frames a second; SMPTE has 24, 25, 29, 30/);
    refused(header({ division: '0000' }) + track(NOTE + END), /0 ticks per quarter/);
    refused(header(), /no tracks/);
    refused(`${header()} 4d54726b`, /within the header of track 0/);
    refused(header() + track(`${ON} 60 80 3c`, 20), /ends within track 0/);
    refused(header() + track(`${ON} 60 80 3c`), /ends within track 0/);
    refused(header({ tracks: 2 }) + track(`${ON} 60 80 3c`) + SECOND, /ends within track 0/);
    refused(header() + track(`${NOTE} 00 ff 01 10 41`, 40), /ends within an event of track 0/);
    refused(header() + track(`00 ff 01 8f ff ff ff 7f`), /more than four bytes/);
  });

  test('a file of format 2 that has one track is read', () => {
    assertReads(header({ format: 2 }) + track(NOTE + END), [QUARTER]);
  });
});

/** See docs/decisions/midi-notes.md. */
describe('notes of one key that overlap', () => {
  const at = (delta: string, status: string, velocity: string) => `${delta} ${status} 3c ${velocity} `;
  const read = (...events: string[]) => header() + track(events.join('') + END);

  test('all end with the note-off: no note is longer than it can be heard', () => {
    const events = [at('00', '90', '50'), at('60', '90', '40'), at('60', '80', '00'), at('60', '80', '00')];
    assertReads(read(...events), [
      [60, 80, 0, 1],
      [60, 64, 0.5, 1],
    ]);
    const struck = [at('00', '90', '50'), at('00', '90', '40'), at('60', '90', '00'), at('60', '90', '00')];
    assertReads(read(...struck), [
      [60, 80, 0, 0.5],
      [60, 64, 0, 0.5],
    ]);
  });

  test('one struck in the tick of the note-off goes on, before it or after it', () => {
    const before = [at('00', '90', '50'), at('60', '90', '40'), at('00', '80', '00'), at('60', '80', '00')];
    const after = [at('00', '90', '50'), at('60', '80', '00'), at('00', '90', '40'), at('60', '80', '00')];
    for (const events of [before, after]) {
      assertReads(read(...events), [
        [60, 80, 0, 0.5],
        [60, 64, 0.5, 1],
      ]);
    }
  });

  test('are told apart by channel and by track', () => {
    const channels = `00 90 3c 50 00 91 3c 40 60 80 3c 00 60 81 3c 00 ${END}`;
    assertReads(header() + track(channels), [
      [60, 80, 0, 0.5],
      [60, 64, 0, 1],
    ]);
    assertReads(header({ tracks: 2 }) + track(NOTE + END) + track(`${ON} 60 80 3e 00 60 80 3c 00 ${END}`), [
      [60, 80, 0, 0.5],
      [60, 80, 0, 1],
    ]);
  });

  test('thousands are read in one pass', () => {
    const count = 60_000;
    const body = Buffer.alloc(count * 8);
    for (let i = 0; i < count; i++) {
      body.set([0, 0x90, 0x3c, 0x50], i * 4);
      body.set([0, 0x80, 0x3c, 0x00], (count + i) * 4);
    }
    assert.equal(readMidi(bytesOf(header() + track(body.toString('hex') + END))).notes.length, count);
  });

  test('one without length is kept, and one that never ends is none', () => {
    assertReads(read(at('60', '99', '50'), at('00', '89', '00'), at('00', '99', '40')), [[60, 80, 0.5, 0.5]]);
  });
});
