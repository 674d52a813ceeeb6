/** Chord symbols as people, charts and data sets write them, in every combination. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { triadChordClass } from './chord-encoding.js';
import { parseChordList } from './chord-list.js';
import { chordNotes } from './chord-renderer.js';
import { isNoChord, parseChordSymbol, transposeChordSymbol } from './chord-symbol.js';
import { extractChords } from './chords.js';

interface ChordCase {
  readonly symbol: string;
  readonly pitches: readonly number[];
  readonly kind: string;
}

const cases = JSON.parse(
  readFileSync(new URL('../../test/cases/chord-symbols.json', import.meta.url), 'utf8'),
) as ChordCase[];

/** More of each kind: symbols of one chord, and its pitches above C. */
const SIBLINGS: Readonly<
  Record<string, readonly (readonly [symbols: string, pitches: readonly number[]])[]>
> = {
  separators: [
    ['C7[b9] | C7{b9}', [0, 4, 7, 10, 1]],
    ['C7(b9)(#11) | C7(b9/#11) | C7(b9;#11)', [0, 4, 7, 10, 1, 6]],
    ['Cmaj7(9, 13)', [0, 4, 7, 11, 2, 9]],
  ],
  spaces: [
    ['C add 9 | C (add9)', [0, 4, 7, 2]],
    ['C - 7 | C min 7', [0, 3, 7, 10]],
    ['C 7 (b9, #11) / G', [0, 4, 7, 10, 1, 6]],
  ],
  capitals: [
    ['CMIN7 | CMi7 | CMIn7', [0, 3, 7, 10]],
    ['CMA9 | CMaj9', [0, 4, 7, 11, 2]],
    ['CDIM7', [0, 3, 6, 9]],
    ['CAUG', [0, 4, 8]],
    ['CSUS4', [0, 5, 7]],
    ['CADD9', [0, 4, 7, 2]],
    ['COMIT5', [0, 4]],
  ],
  combined: [
    ['CmiMA7 | Cm/maj7 | Cm(M7) | C-maj7', [0, 3, 7, 11]],
    ['Cmaj7+ | Cmaj7#5 | C+^7', [0, 4, 8, 11]],
    ['CoM7 | Cdim(maj7)', [0, 3, 6, 11]],
    ['CminMaj9', [0, 3, 7, 11, 2]],
    ['C7M', [0, 4, 7, 11]],
  ],
  suspended: [
    ['C9sus4 | Csus9', [0, 5, 7, 10, 2]],
    ['Cm7sus4 | C7sus | Csus7', [0, 5, 7, 10]],
    ['C7sus4b9 | C7b9sus', [0, 5, 7, 10, 1]],
    ['Csus2/4 | Csus24 | Csus4sus2', [0, 2, 5, 7]],
    ['C7susadd3', [0, 5, 7, 10, 4]],
  ],
  signs: [
    ['C7-9 | C7(-9)', [0, 4, 7, 10, 1]],
    ['C7+9 | C7(+9)', [0, 4, 7, 10, 3]],
    ['C-5 | C(-5)', [0, 4, 6]],
    ['C-7-5 | Cm7-5', [0, 3, 6, 10]],
    ['C-9', [0, 3, 7, 10, 2]],
    ['C+9', [0, 4, 8, 10, 2]],
    ['C7+5', [0, 4, 8, 10]],
  ],
  omitted: [
    ['Comit5 | Cno5 | C(no 5) | Cno5th', [0, 4]],
    ['C7(omit 3) | C7no3 | C7(no3rd)', [0, 7, 10]],
    ['Cmaj7(omit3,5)', [0, 11]],
  ],
  numbers: [
    ['C4 | Cadd4', [0, 4, 5, 7]],
    ['Cm2', [0, 2, 3, 7]],
    ['C6/9 | C69 | C6(9) | C6,9', [0, 4, 7, 9, 2]],
    ['C7(13)', [0, 4, 7, 10, 9]],
  ],
  charts: [
    ['C^', [0, 4, 7]],
    ['C^9#11', [0, 4, 7, 11, 2, 6]],
    ['C-^7', [0, 3, 7, 11]],
    ['Ch', [0, 3, 6, 10]],
    ['Ch9', [0, 3, 6, 10, 2]],
    ['C7alt | Calt | C7(alt)', [0, 4, 10, 1, 3, 6, 8]],
    ['C-69', [0, 3, 7, 9, 2]],
    ['Cø | CØ7', [0, 3, 6, 10]],
  ],
  annotations: [
    ['C:maj | C:maj/3', [0, 4, 7]],
    ['C:hdim7', [0, 3, 6, 10]],
    ['C:minmaj7', [0, 3, 7, 11]],
    ['C:maj(9)', [0, 4, 7, 2]],
    ['C:sus4(b7,9)', [0, 5, 7, 10, 2]],
    ['C:maj(*3)', [0, 7]],
  ],
  words: [
    ['C minor | C Minor | C minor triad', [0, 3, 7]],
    ['C dominant seventh | C dominant 7 | C seventh', [0, 4, 7, 10]],
    ['C half-diminished | C half diminished 7th', [0, 3, 6, 10]],
    ['C suspended fourth', [0, 5, 7]],
    ['C augmented', [0, 4, 8]],
    ['C7 flat 9', [0, 4, 7, 10, 1]],
    ['C flat | Cflat major', [11, 3, 6]],
    ['C sharp minor', [1, 4, 8]],
    ['Cdiminished', [0, 3, 6]],
  ],
  bass: [
    ['C/bb | C/B♭ | C / b flat', [0, 4, 7]],
    ['C7/f# | C7 / G', [0, 4, 7, 10]],
  ],
  accidentals: [
    ['C𝄪 | C## | Cx | C♯♯', [2, 6, 9]],
    ['Cbb | C♭♭', [10, 2, 5]],
    ['C♯m7', [1, 4, 8, 11]],
    ['C7♯9', [0, 4, 7, 10, 3]],
    ['C♮', [0, 4, 7]],
  ],
};

const set = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);

for (const kind of new Set([...cases.map((entry) => entry.kind), ...Object.keys(SIBLINGS)])) {
  test(`${kind}:`, () => {
    const own = (SIBLINGS[kind] ?? []).flatMap(([symbols, pitches]) =>
      symbols.split(' | ').map((symbol) => ({ symbol, pitches })),
    );
    assert.ok(own.length >= 2, `${kind} has siblings`);
    for (const { symbol, pitches } of [...cases.filter((entry) => entry.kind === kind), ...own])
      assert.deepEqual(set(parseChordSymbol(symbol).pitches), set(pitches), symbol);
  });
}

describe('families combine:', () => {
  const KINDS: readonly (readonly [symbols: string, pitches: readonly number[]])[] = [
    ['7', [0, 4, 7, 10]],
    ['maj7 | M7 | MAJ7 | Maj7 | Δ7 | ^7 | :maj7 |  major 7 |  major seventh', [0, 4, 7, 11]],
    ['m7 | min7 | MI7 | -7 | :min7 |  minor 7 |  minor seventh | minor7', [0, 3, 7, 10]],
    ['mM7 | mMaj7 | -^7 | m(maj7) | :minmaj7 | miMA7 |  minor major 7', [0, 3, 7, 11]],
    ['+M7 | +maj7 | aug^7', [0, 4, 8, 11]],
  ];
  const MODIFICATIONS: readonly (readonly [texts: string, semitones: readonly number[]])[] = [
    ['', []],
    ['b9 | (b9) | -9 |  b9 |  (b9) | [b9] | ♭9 |  flat 9', [1]],
    ['b9#11 | (b9,#11) | (b9 #11) | (b9)(#11) |  b9 #11 | -9+11 | (b9/#11)', [1, 6]],
    ['add13 | (add13) |  add 13 | (13)', [9]],
  ];
  const BASSES = ['', '/E', ' / E', '/e', '/ E', '/F♭'];

  test('kinds, modifications and basses in all their spellings', () => {
    let count = 0;
    for (const [kinds, pitches] of KINDS) {
      for (const kind of kinds.split(' | ').map((text) => text.trimEnd())) {
        for (const [texts, semitones] of MODIFICATIONS) {
          for (const text of texts.split(' | ').map((part) => part.trimEnd())) {
            for (const bass of BASSES) {
              const symbol = `C${kind}${text}${bass}`;
              const chord = parseChordSymbol(symbol);
              assert.deepEqual(set(chord.pitches), set([...pitches, ...semitones]), symbol);
              assert.equal(chord.bass, bass === '' ? 0 : 4, symbol);
              count++;
            }
          }
        }
      }
    }
    assert.ok(count > 2000, String(count));
  });

  test('suspensions with every extension', () => {
    const extensions: readonly (readonly [string, readonly number[]])[] = [
      ['', []],
      ['6', [9]],
      ['7', [10]],
      ['maj7', [11]],
      ['9', [10, 2]],
      ['13', [10, 2, 5, 9]],
    ];
    for (const [extension, tones] of extensions) {
      for (const [sus, third] of [
        ['sus', [5]],
        ['sus4', [5]],
        ['sus2', [2]],
        ['sus2sus4', [2, 5]],
        [' sus 4', [5]],
      ] as const) {
        const symbol = `C${extension}${sus}`;
        assert.deepEqual(set(parseChordSymbol(symbol).pitches), set([0, 7, ...third, ...tones]), symbol);
      }
    }
  });
});

test('basses: letters in either case, with signs, and degrees in annotations', () => {
  const bass = (symbol: string) => parseChordSymbol(symbol).bass;
  assert.deepEqual(['C/bb', 'C/B♭', 'Am/g', 'D7/f#'].map(bass), [10, 10, 7, 6]);
  assert.deepEqual(['C:maj/3', 'C:min/b3', 'Bb:7/b7', 'F:maj/5'].map(bass), [4, 3, 8, 0]);
});

test('what is no chord is refused still', () => {
  for (const symbol of [
    'C/H',
    'Cmdim',
    'C minor minor',
    'C7m',
    'Cm-',
    'C3',
    'C99',
    'hello',
    'add9',
    'Cx9x',
    'C(no3)(no3)',
  ])
    assert.throws(
      () => parseChordSymbol(symbol),
      { code: 'CHORD_SYMBOL_UNKNOWN', message: /cannot be read/ },
      symbol,
    );
});

test('all spellings move when they are transposed', () => {
  assert.equal(transposeChordSymbol('C / E', 2), 'D/F#');
  assert.equal(transposeChordSymbol('C♯m7(b9, #11)', 2), 'D#m7(b9, #11)');
  assert.equal(transposeChordSymbol('c/bb', 2), 'D/C');
  for (const symbol of ['C sharp minor', 'B𝄫', 'E flat major 7 / G', 'F𝄪7', 'C:min7/b3']) {
    const [before, after] = [symbol, transposeChordSymbol(symbol, 3)].map(parseChordSymbol);
    assert.equal(after.root, (before.root + 3) % 12, symbol);
    assert.equal(after.bass, (before.bass + 3) % 12, symbol);
  }
});

describe('no chord', () => {
  const SPELLINGS = ['N.C.', 'NC', 'N.C', 'n.c.', 'nc', ' N.C. ', 'N. C.', 'N'];

  test('is known in all its spellings, by every function', () => {
    for (const symbol of SPELLINGS) {
      assert.ok(isNoChord(symbol), symbol);
      assert.equal(triadChordClass(symbol), 0);
      assert.equal(transposeChordSymbol(symbol, 3), symbol);
      assert.deepEqual(parseChordList(symbol), ['N.C.']);
      const annotated = {
        notes: [],
        quantizationInfo: { stepsPerQuarter: 4 },
        totalQuantizedSteps: 2,
        totalTime: 1,
        textAnnotations: [{ text: symbol, annotationType: 1 }],
      };
      assert.deepEqual(extractChords(annotated).events, ['N.C.', 'N.C.']);
      assert.deepEqual(chordNotes(annotated), []);
    }
    assert.ok(!isNoChord('Cm'));
  });
});

describe('lists', () => {
  const LISTS: readonly (readonly [string, readonly string[]])[] = [
    ['C Am F G', ['C', 'Am', 'F', 'G']],
    ['C, Am, F, G', ['C', 'Am', 'F', 'G']],
    ['C,Am,F,G', ['C', 'Am', 'F', 'G']],
    ['C | Am | F | G', ['C', 'Am', 'F', 'G']],
    ['| C Am | F G ||', ['C', 'Am', 'F', 'G']],
    ['C; Am\nF; G', ['C', 'Am', 'F', 'G']],
    ['C NC n.c. G', ['C', 'N.C.', 'N.C.', 'G']],
    ['C7(b9, #11), F', ['C7(b9, #11)', 'F']],
    ['C7(b9 #11) F', ['C7(b9 #11)', 'F']],
    ['C / E Am', ['C/E', 'Am']],
    ['C/E | A minor | F major 7 / A', ['C/E', 'A minor', 'F major 7 / A']],
    ['C add9 F7 b9 Bb', ['C add9', 'F7 b9', 'Bb']],
    ['C minor 7, F', ['C minor 7', 'F']],
    ['C7b9,#11, F', ['C7b9,#11', 'F']],
    ['C | % | F | %', ['C', 'C', 'F', 'F']],
    ['am bb c', ['am', 'bb', 'c']],
    ['   ', []],
  ];
  for (const [text, chords] of LISTS) {
    test(JSON.stringify(text), () => assert.deepEqual(parseChordList(text), chords));
  }

  test('with something unreadable are refused with it', () => {
    assert.throws(() => parseChordList('C, Foo, G'), { code: 'CHORD_SYMBOL_UNKNOWN', message: /'Foo'/ });
    assert.throws(() => parseChordList('% | C'), { code: 'CHORD_SYMBOL_UNKNOWN' });
  });
});
