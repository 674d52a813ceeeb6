import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readABCTunebook } from './abc.js';

const tune = (music: string, head = 'X:1\nL:1/4\nM:4/4\nK:C\n') => {
  const { tunes, failures } = readABCTunebook(head + music);
  assert.deepEqual(failures, []);
  return tunes[0];
};

/** Pitch, start and end of each note in quarters: at 120 a minute a quarter is half a second. */
const played = (music: string, head?: string) =>
  tune(music, head).notes.map(({ pitch, startTime = 0, endTime = 0 }) => [
    pitch,
    Math.round(startTime * 2e6) / 1e6,
    Math.round(endTime * 2e6) / 1e6,
  ]);
const pitches = (music: string, head?: string) => tune(music, head).notes.map(({ pitch }) => pitch);
const NAMES: Readonly<Record<number, string>> = {
  60: 'C',
  62: 'D',
  64: 'E',
  65: 'F',
  67: 'G',
  69: 'A',
  71: 'B',
};
const letters = (music: string, head?: string) =>
  pitches(music, head)
    .map((pitch) => NAMES[pitch])
    .join('');

describe('notes', () => {
  test('have octaves by case, commas and apostrophes', () =>
    assert.deepEqual(pitches("C,, C, C c c' c''"), [36, 48, 60, 72, 84, 96]));

  test('have lengths in units, as numbers and fractions', () =>
    assert.deepEqual(played('C2 D/ E// F3/2 G/4'), [
      [60, 0, 2],
      [62, 2, 2.5],
      [64, 2.5, 2.75],
      [65, 2.75, 4.25],
      [67, 4.25, 4.5],
    ]));

  test('and rests, also of whole bars', () =>
    assert.deepEqual(played('C z D2 | Z2 | E'), [
      [60, 0, 1],
      [62, 2, 4],
      [64, 12, 13],
    ]));

  test('in brackets sound at once, as long as the first, times what stands behind', () =>
    assert.deepEqual(played('[CEG]2 [C2E2]/'), [
      [60, 0, 2],
      [64, 0, 2],
      [67, 0, 2],
      [60, 2, 3],
      [64, 2, 3],
    ]));

  test('that are tied are one, over bar lines and in chords', () =>
    assert.deepEqual(played('C3 D- | D [CE]- [CE] E'), [
      [60, 0, 3],
      [62, 3, 5],
      [60, 5, 7],
      [64, 5, 7],
      [64, 7, 8],
    ]));

  test('have their rhythm broken by > and <', () =>
    assert.deepEqual(played('C>D E<F G>>A'), [
      [60, 0, 1.5],
      [62, 1.5, 2],
      [64, 2, 2.5],
      [65, 2.5, 4],
      [67, 4, 5.75],
      [69, 5.75, 6],
    ]));

  test('in tuplets: three for two, and what is written out', () => {
    const third = 2 / 3;
    const near = (music: string) => played(music).map(([, start]) => Math.round(start * 1000));
    assert.deepEqual(near('(3CDE F'), [0, 1000 * third, 2000 * third, 2000].map(Math.round));
    assert.deepEqual(near('(5:4:5CDEFG A'), [0, 800, 1600, 2400, 3200, 4000]);
  });

  test('of grace take a 32nd each from what follows', () =>
    assert.deepEqual(played('{DE}F'), [
      [62, 0, 0.125],
      [64, 0.125, 0.25],
      [65, 0.25, 1],
    ]));
});

describe('keys', () => {
  const scale = (key: string) => pitches('CDEFGAB', `X:1\nL:1/4\nK:${key}\n`);
  for (const [key, expected] of [
    ['D', [61, 62, 64, 66, 67, 69, 71]],
    ['Bb', [60, 62, 63, 65, 67, 69, 70]],
    ['Em', [60, 62, 64, 66, 67, 69, 71]],
    ['A mixolydian', [61, 62, 64, 66, 67, 69, 71]],
    ['D Dor', [60, 62, 64, 65, 67, 69, 71]],
    ['HP', [61, 62, 64, 66, 67, 69, 71]],
    ['D =c', [60, 62, 64, 66, 67, 69, 71]],
    ['D exp _b', [60, 62, 64, 65, 67, 69, 70]],
    ['C octave=-1', [48, 50, 52, 53, 55, 57, 59]],
  ] as const)
    test(key, () => assert.deepEqual(scale(key), expected));

  test('are told, with their mode', () =>
    assert.deepEqual(tune('C', 'X:1\nK:Dmix\n').keySignatures, [{ time: 0, key: 2, mode: 3 }]));

  test('change within a line', () => assert.deepEqual(pitches('F [K:G] F'), [65, 66]));

  test('accidentals hold to the end of the bar, in all octaves', () =>
    assert.deepEqual(pitches('^F F f =F f | F'), [66, 66, 78, 65, 77, 65]));
});

describe('the order of play', () => {
  for (const [what, music, expected] of [
    ['a repeat from the beginning', 'C4 :| D4 |', 'CCD'],
    ['a repeat from where it begins', 'C4 |: D4 | E4 :| F4 |', 'CDEDEF'],
    ['a line that ends one and begins the next', '|: C4 :: D4 :|', 'CCDD'],
    ['two endings', '|: C4 |1 D4 :|2 E4 || F4 |', 'CDCEF'],
    ['endings in brackets, over two bars', '|: C4 | [1 D4 | E4 :| [2 F4 | G4 || A4 |]', 'CDECFGA'],
    ['three times', 'C4 ::| D4 |', 'CCCD'],
    ['a repeat at the end of a line that stands alone', 'C4 |\nD4 |\n:| E4 |', 'CDCDE'],
  ] as const)
    test(what, () => assert.equal(letters(music), expected));

  test('parts are played in the order of the head, with their repeats', () =>
    assert.equal(letters('P:A\nC4 :|\nP:B\nD4 |\n', 'X:1\nP:A(BA)2\nL:1/4\nK:C\n'), 'CCDCCDCC'));
});

test('tempo and metre: as written, old and new; unit lengths that are not said follow from the metre', () => {
  const facts = (head: string, music = 'C') => {
    const { tempos, timeSignatures, notes } = tune(music, head);
    return [
      tempos?.map(({ qpm }) => qpm),
      timeSignatures?.map(({ numerator, denominator }) => [numerator, denominator]),
      notes[0].endTime,
    ];
  };
  assert.deepEqual(facts('X:1\nM:6/8\nQ:3/8=60\nK:C\n'), [[90], [[6, 8]], 1 / 3]);
  assert.deepEqual(facts('X:1\nM:2/4\nQ:"slow" 1/4=60\nK:C\n'), [[60], [[2, 4]], 0.25]);
  assert.deepEqual(facts('X:1\nM:C|\nQ:120\nL:1/8\nK:C\n'), [[60], [[2, 2]], 0.5]);
  const changing = tune('C4 | [M:3/4] [Q:1/4=60] C3 |');
  assert.deepEqual(changing.timeSignatures, [
    { time: 0, numerator: 4, denominator: 4 },
    { time: 2, numerator: 3, denominator: 4 },
  ]);
  assert.equal(changing.totalTime, 5);
});

test('chord symbols are annotations, other quoted texts are not', () => {
  const { textAnnotations } = tune('"Am7" C2 "^slowly" "G/B" D2 | "x" C "N.C." D');
  assert.deepEqual(
    textAnnotations?.map(({ time, text }) => [time, text]),
    [
      [0, 'Am7'],
      [1, 'G/B'],
      [2.5, 'N.C.'],
    ],
  );
});

test('dynamics are velocities', () =>
  assert.deepEqual(
    tune('!p! C D !f!E +sfz+F').notes.map(({ velocity }) => velocity),
    [49, 49, 96, 112],
  ));

test('voices sound together, each an instrument with its name', () => {
  const sequence = tune('V:1 name="High"\nc4 | d4 |\nV:2 name="Low"\n%%MIDI program 32\nC,4 | D,4 |\n');
  assert.deepEqual(
    sequence.notes.map(({ pitch, startTime, instrument, program }) => [
      pitch,
      startTime,
      instrument,
      program,
    ]),
    [
      [48, 0, 1, 32],
      [72, 0, 0, 0],
      [50, 2, 1, 32],
      [74, 2, 0, 0],
    ],
  );
  assert.deepEqual(
    sequence.instrumentInfos?.map(({ name }) => name),
    ['High', 'Low'],
  );
});

describe('a tunebook', () => {
  const book = `%abc-2.1
% comment
M:3/4
L:1/4

X:1
T:First
T:also
C:Somebody
K:G
GAB % to the end
w: three notes sung

X:7
T:Broken
K:C
C [EG

X:8
T:Headless
`;
  test('has a sequence for each tune; those that are damaged are told of with tune and line', () => {
    const { tunes, failures } = readABCTunebook(book);
    assert.equal(tunes.length, 1);
    const [{ referenceNumber, sequenceMetadata, timeSignatures, notes }] = tunes;
    assert.deepEqual(
      [referenceNumber, sequenceMetadata, timeSignatures, notes.length],
      [1, { title: 'First', composers: ['Somebody'] }, [{ time: 0, numerator: 3, denominator: 4 }], 3],
    );
    assert.deepEqual(
      failures.map(({ code, message }) => [code, message.replace(/ \[.*/, '')]),
      [
        ['ABC_INVALID', 'tune 7 (Broken), line 17: a chord that begins at column 3 is not closed'],
        ['ABC_INVALID', 'tune 8 (Headless) has no K:, the field that ends the head of a tune'],
      ],
    );
  });

  test('of no tune is an error', () =>
    assert.throws(() => readABCTunebook('no music'), { code: 'ABC_INVALID' }));
});
