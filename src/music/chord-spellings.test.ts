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

/** A list with more of each kind: symbols of one chord, and its pitches above C. */
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
    ['Csus(4) | Csus (4) | C(sus4) | Csus[4]', [0, 5, 7]],
    ['Csus(2,4) | Csus2,4 | Csus(2/4) | Csus(4 2) | Csus 2 and 4 | Csus2&4', [0, 2, 5, 7]],
    ['C13sus(4) | C13 sus (4)', [0, 5, 7, 10, 2, 9]],
    ['C7sus(2)', [0, 2, 7, 10]],
    ['Csusb2 | Csus(b2) | Csus ♭2', [0, 1, 7]],
    ['Csus#4 | Csus(#4)', [0, 6, 7]],
    ['C7susb9 | C7sus(b9)', [0, 5, 7, 10, 1]],
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
    ['C7/5+ | C7(5+) | C7,5+ | C7 5+ | C7aug5 | C7 aug 5 | C7(aug5) | C7augmented fifth', [0, 4, 8, 10]],
    ['C7/5- | C7(5-) | C7dim5 | C7 dim 5 | C7 diminished 5th', [0, 4, 6, 10]],
    ['C7/9+ | C7(9+) | C7aug9 | C7 aug (9) | C9aug9', [0, 4, 7, 10, 3]],
    ['C7/9- | C7(9-) | C7dim9', [0, 4, 7, 10, 1]],
    ['C9aug11', [0, 4, 7, 10, 2, 6]],
    ['C5+ | Caug | C+', [0, 4, 8]],
    ['Caug7 | C+7 | Caug 7 | C7+', [0, 4, 8, 10]],
    ['Caug9 | C9+', [0, 4, 8, 10, 2]],
    ['Cmaj7aug5 | Cmaj7 aug 5', [0, 4, 8, 11]],
    ['Cm7dim5', [0, 3, 6, 10]],
  ],
  // A degree that is altered twice has both tones; a sign that says what the kind says already changes nothing.
  altered: [
    [
      'C7b9#9 | C7(b9,#9) | C7#9b9 | C7 b9 #9 | C9b9#9 | C7(b9)(#9) | C7(b9 & #9) | C7b9+9',
      [0, 4, 7, 10, 1, 3],
    ],
    ['C7b5#5 | C7(b5,#5) | C7#5b5 | C7-5+5 | C7 flat five sharp five', [0, 4, 6, 8, 10]],
    ['C7#11b13', [0, 4, 7, 10, 6, 8]],
    ['C7b5#5b9#9 | C7(b5, #5, b9, #9)', [0, 4, 6, 8, 10, 1, 3]],
    ['Caug#5 | C+#5 | Caug+5 | C+(#5)', [0, 4, 8]],
    ['C+7#5 | Caug7#5', [0, 4, 8, 10]],
    ['Cdimb5 | Cdim(b5) | Cob5 | Cdim-5', [0, 3, 6]],
    ['Cø7b5 | Cm7b5b5', [0, 3, 6, 10]],
    ['Cm(b3) | Cmb3', [0, 3, 7]],
    ['Cm#7 | Cm+7 | Cm(#7) | Cm(+7) | Cm(add#7)', [0, 3, 7, 11]],
    ['C(b7) | Caddb7 | Cadd7', [0, 4, 7, 10]],
    ['Cdim(bb7) | Cdim7', [0, 3, 6, 9]],
    ['C7#7', [0, 4, 7, 11]],
    ['C7b9add#9', [0, 4, 7, 10, 1, 3]],
    ['C7alt(b9) | C7alt#9 | C7alt. | C7(alt.)', [0, 4, 10, 1, 3, 6, 8]],
  ],
  omitted: [
    ['Comit5 | Cno5 | C(no 5) | Cno5th', [0, 4]],
    [
      'C7(no 3 or 5) | C7(no 3 and 5) | C7 no 3 & 5 | C7(no 3rd or 5th) | C7no(3,5) | C7 without 3 or 5',
      [0, 10],
    ],
    ['Cno(5) | Comit (5)', [0, 4]],
    ['C7 without third', [0, 7, 10]],
    ['C7(omit 3) | C7no3 | C7(no3rd)', [0, 7, 10]],
    ['Cmaj7(omit3,5)', [0, 11]],
  ],
  numbers: [
    ['C4 | Cadd4', [0, 4, 5, 7]],
    ['Cm2', [0, 2, 3, 7]],
    ['C6/9 | C69 | C6(9) | C6,9 | C6 9 | C 6 9 | C6 add 9 | C six nine', [0, 4, 7, 9, 2]],
    ['C7(13) | C7 13 | C7 (13) | C7 & 13', [0, 4, 7, 10, 9]],
    ['Cadd(9) | Cadd (9) | C(add 9) | Cadd[9] | C add (9) | Cadd.9 | Cadded ninth', [0, 4, 7, 2]],
    ['Cadd(9,11) | Cadd 9 and 11 | Cadd9add11 | Cadd(9, 11)', [0, 4, 7, 2, 5]],
    ['Cadd(#11)', [0, 4, 7, 6]],
    ['C7(b9 & #11) | C7 b9 and #11 | C7 with b9 and #11', [0, 4, 7, 10, 1, 6]],
    ['Cmaj.7 | CMaj. 7', [0, 4, 7, 11]],
    ['Cmin.7 | Cm.7', [0, 3, 7, 10]],
  ],
  charts: [
    ['C^ | CΔ | C∆ | C△ | Cmaj7 | C∆7 | C△7 | C^7', [0, 4, 7, 11]],
    ['CΔ#11 | C△#11 | C^(#11)', [0, 4, 7, 11, 6]],
    ['CΔ9 | C△9', [0, 4, 7, 11, 2]],
    ['CmΔ | Cm△ | C-∆7', [0, 3, 7, 11]],
    ['C+Δ | CΔ#5', [0, 4, 8, 11]],
    ['CM | Cmaj', [0, 4, 7]],
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
    // The degrees of this grammar are those of the major scale: the minor seventh is b7.
    ['C:min(7)', [0, 3, 7, 11]],
    ['C:aug(7)', [0, 4, 8, 11]],
    ['C:maj(7) | C:maj7', [0, 4, 7, 11]],
    ['C:maj(b7) | C:7', [0, 4, 7, 10]],
    ['C:min(*b3)', [0, 7]],
    ['C:9(*3,11)', [0, 7, 10, 2, 5]],
    ['C:(3,5,b7) | C:(1,3,5,b7)', [0, 4, 7, 10]],
    ['C:(b3,b5,bb7)', [0, 3, 6, 9]],
    ['Cmin(7) | Cm(7)', [0, 3, 7, 10]],
  ],
  words: [
    ['C minor | C Minor | C minor triad', [0, 3, 7]],
    ['C dominant seventh | C dominant 7 | C seventh', [0, 4, 7, 10]],
    ['C half-diminished | C half diminished 7th', [0, 3, 6, 10]],
    ['C suspended fourth', [0, 5, 7]],
    ['C augmented', [0, 4, 8]],
    ['C7 flat 9', [0, 4, 7, 10, 1]],
    ['C flat | Cflat major | C-flat | C-flat major | Cflatmajor | C-flat-major', [11, 3, 6]],
    ['C sharp minor | C-sharp minor | C-sharp-minor | Csharp minor | C-Sharp Minor', [1, 4, 8]],
    ['C-flat 7 | Cflat7 | C-flat seventh | C flat seven', [11, 3, 6, 9]],
    ['E-flat major', [3, 7, 10]],
    ['B-flat 7 | Bflat7 | B-flat dominant seventh | B flat 7', [10, 2, 5, 8]],
    ['B-flat-minor 7 | b flat minor seven', [10, 1, 5, 8]],
    ['C double sharp | C double-sharp | C-double-sharp', [2, 6, 9]],
    ['B double flat', [9, 1, 4]],
    ['C7 flattened fifth | C7 flat-five', [0, 4, 6, 10]],
    ['C suspended second | C sus second', [0, 2, 7]],
    ['C add second | C added second', [0, 2, 4, 7]],
    ['C minor-major seventh | C minor major seven', [0, 3, 7, 11]],
    ['C half-diminished-seventh | C half-dim 7', [0, 3, 6, 10]],
    ['C sharp minor', [1, 4, 8]],
    ['Cdiminished', [0, 3, 6]],
  ],
  bass: [
    ['C/bb | C/B♭ | C / b flat', [0, 4, 7]],
    ['C/B-flat | C / b-flat | C/F-sharp | C/b double flat', [0, 4, 7]],
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
    // The kind of seventh of a chord that has a quality already.
    'C minor dominant',
    'Cm dominant 7',
    'C dim dominant',
    'C minor dominant seventh',
    // Broken off.
    'C(',
    'C)',
    'C()',
    'C7(',
    'C7(b9',
    'C7b9)',
    'C7(b9]',
    'C7(b9))',
    'C7(b9,)',
    'C7(,b9)',
    'C7(b9,,#11)',
    'C7,',
    'C7&',
    'C/',
    'C /',
    'C7/',
    'C//',
    'C:',
    'C :',
    'C7(b9/)',
    'C add',
    'C no',
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
  const SPELLINGS = [
    'N.C.',
    'NC',
    'N.C',
    'n.c.',
    'nc',
    ' N.C. ',
    'N. C.',
    'N',
    'No Chord',
    'no chord',
    'No-Chord',
  ];

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
    ['C add 9 F', ['C add 9', 'F']],
    ['C no 3 F', ['C no 3', 'F']],
    ['C omit 3 F no 3 or 5 G', ['C omit 3', 'F no 3 or 5', 'G']],
    ['C m7 F', ['C m7', 'F']],
    ['C M7 F ø7 G o7 A -7', ['C M7', 'F ø7', 'G o7', 'A -7']],
    ['C sus 4 F maj 7 A mi 7', ['C sus 4', 'F maj 7', 'A mi 7']],
    ['C half diminished F half-dim 7 G', ['C half diminished', 'F half-dim 7', 'G']],
    [
      'C dominant seventh flat nine F suspended fourth',
      ['C dominant seventh flat nine', 'F suspended fourth'],
    ],
    ['B flat 7 E double flat minor F', ['B flat 7', 'E double flat minor', 'F']],
    ['C 6 9 F 7 13', ['C 6 9', 'F 7 13']],
    ['|: C Am :|', ['C', 'Am']],
    ['||: C:maj7 | Am :||: F :|| G |]', ['C:maj7', 'Am', 'F', 'G']],
    ['C / / / | F / / /', ['C', 'C', 'C', 'C', 'F', 'F', 'F', 'F']],
    ['C / / / F / / /', ['C', 'C', 'C', 'C', 'F', 'F', 'F', 'F']],
    ['C/// | F / G /', ['C', 'C', 'C', 'C', 'F', 'F', 'G', 'G']],
    ['C/E / / / | F / A', ['C/E', 'C/E', 'C/E', 'C/E', 'F / A']],
    ['C - Am - F', ['C', 'Am', 'F']],
    ['C → Am – F', ['C', 'Am', 'F']],
    ['C, No Chord, F | N. C. | G no chord', ['C', 'N.C.', 'F', 'N.C.', 'G', 'N.C.']],
    ['am bb c', ['am', 'bb', 'c']],
    ['   ', []],
  ];
  for (const [text, chords] of LISTS) {
    test(JSON.stringify(text), () => assert.deepEqual(parseChordList(text), chords));
  }

  test('with something unreadable are refused with it', () => {
    assert.throws(() => parseChordList('C, Foo, G'), { code: 'CHORD_SYMBOL_UNKNOWN', message: /'Foo'/ });
    for (const text of ['% | C', '/ C', 'C and F', 'C hello F', 'C7(b9 F', 'C add F'])
      assert.throws(() => parseChordList(text), { code: 'CHORD_SYMBOL_UNKNOWN' }, text);
  });
});
