import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readMusicXML } from './music-xml.js';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A score of one part, its measures as XML. A quarter has 4 divisions. */
const score = (
  measures: readonly string[],
  head = '<score-part id="P1"><part-name>Flute</part-name></score-part>',
) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" "http://www.musicxml.org/dtds/partwise.dtd">
<score-partwise version="4.0"><part-list>${head}</part-list><part id="P1">${measures
    .map(
      (measure, i) =>
        `<measure number="${i + 1}">${i === 0 ? '<attributes><divisions>4</divisions></attributes>' : ''}${measure}</measure>`,
    )
    .join('')}</part></score-partwise>`;

/** `C4` for 4 divisions, with more inside of the note. */
const note = (name: string, duration = 4, more = '') => {
  const [, step, sign, octave] = /^([A-G])([#b]?)(\d)$/.exec(name) ?? [];
  const alter = sign ? `<alter>${sign === '#' ? 1 : -1}</alter>` : '';
  return `<note>${more.includes('<chord/>') ? '<chord/>' : ''}<pitch><step>${step}</step>${alter}<octave>${octave}</octave></pitch><duration>${duration}</duration>${more.replace('<chord/>', '')}</note>`;
};
const rest = (duration: number) => `<note><rest/><duration>${duration}</duration></note>`;
const read = (...measures: string[]) => readMusicXML(utf8(score(measures)));

/** Pitch, start and end of each note; at 120 quarters a minute a quarter is half a second. */
const played = ({ notes }: { notes: readonly { pitch: number; startTime?: number; endTime?: number }[] }) =>
  notes.map(({ pitch, startTime, endTime }) => [pitch, startTime, endTime]);

/** The pitches in order. */
const pitches = ({ notes }: { notes: readonly { pitch: number }[] }) => notes.map(({ pitch }) => pitch);

/** A whole note of its own in each measure, from C4 up, so that the order of measures is heard. */
const SCALE = ['C4', 'D4', 'E4', 'F4', 'G4', 'A4'];
const order = async (...surroundings: readonly (readonly [string, string])[]) => {
  const measures = surroundings.map(([before, behind], i) => before + note(SCALE[i], 16) + behind);
  const letters: Record<number, string> = { 60: 'C', 62: 'D', 64: 'E', 65: 'F', 67: 'G', 69: 'A' };
  return pitches(await read(...measures))
    .map((pitch) => letters[pitch])
    .join('');
};

const FORWARD = '<barline location="left"><repeat direction="forward"/></barline>';
const backward = (times = '') => `<barline location="right"><repeat direction="backward"${times}/></barline>`;
const first = (number: string) =>
  `<barline location="left"><ending number="${number}" type="start"/></barline>`;
const last = (number: string, repeat = true) =>
  `<barline location="right"><ending number="${number}" type="stop"/>${repeat ? '<repeat direction="backward"/>' : ''}</barline>`;
const sound = (attributes: string) =>
  `<direction><direction-type><words/></direction-type><sound ${attributes}/></direction>`;
const NONE = ['', ''] as const;

describe('notes', () => {
  test('have the pitches and times that are written, chords at once, rests in between', async () => {
    const sequence = await read(note('C4') + note('E4', 4, '<chord/>') + rest(4) + note('F#4', 8));
    assert.deepEqual(played(sequence), [
      [60, 0, 0.5],
      [64, 0, 0.5],
      [66, 1, 2],
    ]);
    assert.equal(sequence.totalTime, 2);
  });

  test('of several voices sound together, each with its number', async () => {
    const voice = (number: number) => `<voice>${number}</voice>`;
    const { notes } = await read(
      note('C5', 8, voice(1)) +
        note('D5', 8, voice(1)) +
        '<backup><duration>16</duration></backup>' +
        note('C4', 16, voice(2)),
    );
    assert.deepEqual(
      notes.map(({ pitch, startTime, voice: own }) => [pitch, startTime, own]),
      [
        [60, 0, 2],
        [72, 0, 1],
        [74, 1, 1],
      ],
    );
  });

  test('that are tied are one, also over bar lines and through three', async () => {
    const tied = (types: string) =>
      types
        .split(' ')
        .map((type) => `<tie type="${type}"/>`)
        .join('');
    const sequence = await read(
      rest(8) + note('C4', 8, tied('start')),
      note('C4', 16, tied('stop start')),
      note('C4', 4, tied('stop')) + note('C4', 4),
    );
    assert.deepEqual(played(sequence), [
      [60, 1, 4.5],
      [60, 4.5, 5],
    ]);
  });

  test('of tuplets last as long as they say', async () => {
    const triplet =
      '<time-modification><actual-notes>3</actual-notes><normal-notes>2</normal-notes></time-modification>';
    const text = score([
      note('C4', 2, triplet) + note('D4', 2, triplet) + note('E4', 2, triplet) + note('F4', 6),
    ]);
    const { notes } = await readMusicXML(
      utf8(text.replace('<divisions>4</divisions>', '<divisions>6</divisions>')),
    );
    assert.deepEqual(
      notes.map(({ startTime = 0 }) => Math.round(startTime * 6000)),
      [0, 1000, 2000, 3000],
    );
  });

  test('of grace take a 32nd each from the beginning of what follows', async () => {
    const grace = (name: string) =>
      note(name, 0).replace('<duration>0</duration>', '').replace('<note>', '<note><grace slash="yes"/>');
    assert.deepEqual(played(await read(grace('D5') + grace('C5') + note('B4', 4) + note('A4', 4))), [
      [74, 0, 0.0625],
      [72, 0.0625, 0.125],
      [71, 0.125, 0.5],
      [69, 0.5, 1],
    ]);
  });

  test('of cue size are not played', async () => {
    assert.deepEqual(pitches(await read(note('C4').replace('<note>', '<note><cue/>') + note('D4'))), [62]);
  });

  test('of transposing instruments sound where they sound: a clarinet in B flat, a double bass', async () => {
    const transpose = (inner: string) => `<attributes><transpose>${inner}</transpose></attributes>`;
    const clarinet = transpose('<diatonic>-1</diatonic><chromatic>-2</chromatic>');
    const bass = transpose('<chromatic>0</chromatic><octave-change>-1</octave-change>');
    assert.deepEqual(pitches(await read(clarinet + note('D4'), bass + note('E3'))), [60, 40]);
  });

  test('of drums are the keys that the part names, or those of their place on the staff', async () => {
    const head = `<score-part id="P1"><part-name>Drums</part-name><score-instrument id="I1"/><score-instrument id="I2"/>
      <midi-instrument id="I1"><midi-channel>10</midi-channel><midi-unpitched>36</midi-unpitched></midi-instrument>
      <midi-instrument id="I2"><midi-channel>10</midi-channel></midi-instrument></score-part>`;
    const hit = (place: string, id: string) =>
      `<note><unpitched><display-step>${place[0]}</display-step><display-octave>${place[1]}</display-octave></unpitched><duration>4</duration><instrument id="${id}"/></note>`;
    const { notes } = await readMusicXML(utf8(score([hit('E4', 'I1') + hit('G5', 'I2')], head)));
    assert.deepEqual(
      notes.map(({ pitch, isDrum }) => [pitch, isDrum]),
      [
        [35, true],
        [42, true],
      ],
    );
  });
});

describe('repeats are unfolded:', () => {
  const cases: readonly [string, readonly (readonly [string, string])[], string][] = [
    ['from the beginning', [['', ''], ['', backward()], NONE], 'CDCDE'],
    ['from where they begin', [NONE, [FORWARD, backward()], NONE], 'CDDE'],
    ['three times', [['', backward(' times="3"')], NONE], 'CCCD'],
    ['two, one behind the other', [['', backward()], ['', backward()], NONE], 'CCDDE'],
    [
      'with two endings',
      [[FORWARD, ''], [first('1'), last('1')], [first('2'), last('2', false)], NONE],
      'CDCEF',
    ],
    [
      'with an ending for two rounds',
      [NONE, [first('1,2'), last('1,2')], [first('3'), last('3', false)]],
      'CDCDCE',
    ],
    [
      'with an ending of two measures',
      [NONE, [first('1'), ''], ['', last('1')], [first('2'), last('2', false)], NONE],
      'CDECFG',
    ],
    [
      'two with endings',
      [NONE, [first('1'), last('1')], [first('2'), last('2', false)], NONE, ['', backward()]],
      'CDCEFGFG',
    ],
    ['da capo al fine', [NONE, [sound('fine="yes"'), ''], NONE, ['', sound('dacapo="yes"')]], 'CDEFCD'],
    [
      'dal segno al coda',
      [
        NONE,
        [sound('segno="a"'), sound('tocoda="b"')],
        NONE,
        ['', sound('dalsegno="a"')],
        [sound('coda="b"'), ''],
      ],
      'CDEFDG',
    ],
    [
      'without repeats behind a da capo, with the last ending',
      [NONE, [first('1'), last('1')], [first('2'), last('2', false)], [sound('dacapo="yes"'), '']],
      'CDCEFCEF',
    ],
  ];
  for (const [what, surroundings, expected] of cases)
    test(what, async () => assert.equal(await order(...surroundings), expected));

  test('words say the same where there is nothing for players that are no musicians', async () => {
    const words = (text: string) =>
      `<direction><direction-type><words>${text}</words></direction-type></direction>`;
    assert.equal(await order(NONE, [words('Fine'), ''], ['', words('D.C. al Fine')]), 'CDECD');
  });

  test('a repeat without end is an error', async () => {
    await assert.rejects(read(note('C4'), note('D4') + backward(' times="99999999"')), {
      code: 'MUSIC_XML_INVALID',
    });
  });
});

describe('tempo, metre, key', () => {
  test('tempos bend time from where they stand, and are those of the measure again when it is repeated', async () => {
    const sequence = await read(
      sound('tempo="60"') + note('C4', 8) + sound('tempo="120"') + note('D4', 8) + backward(),
    );
    assert.deepEqual(played(sequence), [
      [60, 0, 2],
      [62, 2, 3],
      [60, 3, 5],
      [62, 5, 6],
    ]);
    assert.deepEqual(sequence.tempos, [
      { time: 0, qpm: 60 },
      { time: 2, qpm: 120 },
      { time: 3, qpm: 60 },
      { time: 5, qpm: 120 },
    ]);
  });

  test('a metronome mark counts where no number is said, in quarters', async () => {
    const mark =
      '<direction><direction-type><metronome><beat-unit>quarter</beat-unit><beat-unit-dot/><per-minute>c. 80</per-minute></metronome></direction-type></direction>';
    assert.deepEqual((await read(mark + note('C4'))).tempos, [{ time: 0, qpm: 120 }]);
  });

  test('changes stand at their time', async () => {
    const attributes = (inner: string) => `<attributes>${inner}</attributes>`;
    const { timeSignatures, keySignatures } = await read(
      attributes(
        '<key><fifths>-3</fifths><mode>minor</mode></key><time><beats>3</beats><beat-type>4</beat-type></time>',
      ) + note('C4', 12),
      attributes('<key><fifths>2</fifths></key><time><beats>3+2</beats><beat-type>8</beat-type></time>') +
        note('C4', 10),
    );
    assert.deepEqual(timeSignatures, [
      { time: 0, numerator: 3, denominator: 4 },
      { time: 1.5, numerator: 5, denominator: 8 },
    ]);
    assert.deepEqual(keySignatures, [
      { time: 0, key: 0, mode: 1 },
      { time: 1.5, key: 2, mode: 0 },
    ]);
  });

  test('an upbeat is as long as it is', async () => {
    assert.deepEqual(played(await read(note('G4', 4), note('C5', 16))), [
      [67, 0, 0.5],
      [72, 0.5, 2.5],
    ]);
  });
});

test('dynamics are velocities: marks from where they stand, accents once, numbers where they are given', async () => {
  const mark = (name: string) =>
    `<direction><direction-type><dynamics><${name}/></dynamics></direction-type></direction>`;
  const { notes } = await read(
    note('C4') + mark('p') + note('C4') + mark('sfz') + note('C4') + note('C4'),
    note('C4').replace('<note>', '<note dynamics="100">') + note('C4') + sound('dynamics="50"') + note('C4'),
  );
  assert.deepEqual(
    notes.map(({ velocity }) => velocity),
    [80, 49, 112, 49, 90, 49, 45],
  );
});

test('harmonies are chord symbols at their place, moved with a transposing instrument', async () => {
  const harmony = (root: string, kind: string, more = '') =>
    `<harmony><root><root-step>${root[0]}</root-step>${root[1] ? `<root-alter>${root[1] === 'b' ? -1 : 1}</root-alter>` : ''}</root><kind>${kind}</kind>${more}</harmony>`;
  const ninth =
    '<degree><degree-value>9</degree-value><degree-alter>-1</degree-alter><degree-type>add</degree-type></degree>';
  const { textAnnotations } = await read(
    harmony('C', 'major-seventh') +
      note('C4', 8) +
      harmony('Bb', 'half-diminished', '<bass><bass-step>E</bass-step></bass>') +
      note('C4', 8),
    harmony('G', 'dominant', ninth) +
      note('C4', 8) +
      harmony('C', 'Neapolitan') +
      harmony('D', 'none') +
      note('C4', 8),
    '<attributes><transpose><chromatic>-2</chromatic></transpose></attributes>' +
      harmony('D', 'minor') +
      note('D4', 16),
  );
  assert.deepEqual(
    textAnnotations?.map(({ time, text }) => [time, text]),
    [
      [0, 'Cmaj7'],
      [1, 'Bbm7b5/E'],
      [2, 'G7(addb9)'],
      [3, 'N.C.'],
      [4, 'Cm'],
    ],
  );
});

describe('parts', () => {
  const part = (id: string, name: string, program: number) =>
    `<score-part id="${id}"><part-name>${name}</part-name><score-instrument id="${id}-I"/><midi-instrument id="${id}-I"><midi-program>${program}</midi-program></midi-instrument></score-part>`;
  const list = `<part-list>${part('P1', 'Violin', 41)}${part('P2', 'Cello', 43)}</part-list>`;
  const measure = (name: string) => `<attributes><divisions>4</divisions></attributes>${note(name, 16)}`;
  const expected = [
    [48, 1, 42],
    [76, 0, 40],
  ];
  const found = async (text: string) =>
    (await readMusicXML(utf8(text))).notes.map(({ pitch, instrument, program }) => [
      pitch,
      instrument,
      program,
    ]);

  test('are instruments with their names and programs', async () => {
    const text = `<score-partwise><work><work-title>Duo</work-title></work><identification><creator type="composer">A. B.</creator></identification>${list}<part id="P1"><measure number="1">${measure('E5')}</measure></part><part id="P2"><measure number="1">${measure('C3')}</measure></part></score-partwise>`;
    assert.deepEqual(await found(text), expected);
    const { instrumentInfos, sequenceMetadata, sourceInfo } = await readMusicXML(utf8(text));
    assert.deepEqual(instrumentInfos, [
      { instrument: 0, name: 'Violin' },
      { instrument: 1, name: 'Cello' },
    ]);
    assert.deepEqual(sequenceMetadata, { title: 'Duo', composers: ['A. B.'] });
    assert.deepEqual(sourceInfo, { sourceType: 1, encodingType: 1, parser: 3 });
  });

  test('are the same in the order of time', async () => {
    const text = `<score-timewise>${list}<measure number="1"><part id="P1">${measure('E5')}</part><part id="P2">${measure('C3')}</part></measure></score-timewise>`;
    assert.deepEqual(await found(text), expected);
  });
});

describe('files', () => {
  test('in UTF-16 and in Latin 1 are read', async () => {
    const text = score([note('C4')], '<score-part id="P1"><part-name>Flûte</part-name></score-part>');
    const name = async (bytes: Uint8Array) => (await readMusicXML(bytes)).instrumentInfos?.[0].name;
    const wide = text.replace('UTF-8', 'UTF-16');
    assert.equal(
      await name(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(wide, 'utf16le')])),
      'Flûte',
    );
    assert.equal(await name(Buffer.from(text.replace('UTF-8', 'ISO-8859-1'), 'latin1')), 'Flûte');
  });

  const refused: readonly [string, string, RegExp][] = [
    ['that break off', score([note('C4')]).slice(0, -60), /\[MUSIC_XML_INVALID\]/],
    ['of something else', '<html><body/></html>', /begins with <html>/],
    ['without measures', '<score-partwise><part-list/></score-partwise>', /no measures/],
    [
      'with a note that has no duration',
      score([note('C4').replace(/<duration>.*<\/duration>/, '')]),
      /measure 1 of part Flute: a note has no duration/,
    ],
    [
      'with a pitch that there is not',
      score([note('C4').replace('<octave>4', '<octave>12')]),
      /measure 1 of part Flute: a note has the pitch C12/,
    ],
    ['with a quarter of nothing', score([note('C4')]).replace('<divisions>4', '<divisions>0'), /0 divisions/],
  ];
  for (const [what, text, message] of refused)
    test(`${what} are an error`, async () => {
      await assert.rejects(readMusicXML(utf8(text)), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'MUSIC_XML_INVALID');
        assert.match(error.message, message);
        return true;
      });
    });
});
