import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CHORD_PITCHES_SIZE,
  chordOfClass,
  chordPitchesVector,
  majorMinorChordClass,
  triadChordClass,
} from './chord-encoding.js';
import { chordRoot, parseChordSymbol, transposeChordSymbol } from './chord-symbol.js';
import {
  chordsToSequence,
  extractChords,
  extractLeadSheets,
  leadSheetToSequence,
  spreadChords,
  transposeLeadSheet,
} from './chords.js';
import { deepFreeze, readGolden } from './golden.testing.js';
import type { NoteSequence } from './note-sequence.js';

interface Outcome<T> {
  readonly result?: T;
  readonly error?: { readonly name: string };
}

interface ChordCase {
  readonly symbol: string;
  readonly pitches: Outcome<number[]>;
  readonly root: Outcome<number>;
  readonly quality: Outcome<number>;
  readonly MajorMinorChordEncoder: Outcome<number[]>;
  readonly TriadChordEncoder: Outcome<number[]>;
  readonly PitchChordEncoder: Outcome<number[]>;
}

interface Chords {
  readonly cases: ChordCase[];
  readonly progressions: {
    readonly chords: string[];
    readonly numSteps: number;
    readonly pitchEncoderHot: Outcome<number[][]>;
  }[];
}

const golden = readGolden<Chords>('chords.json');
const QUALITIES = ['major', 'minor', 'augmented', 'diminished', 'other'];
const hot = (vector: Float32Array) => [...vector.keys()].filter((i) => vector[i] === 1);
const outcome = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

/**
 * magenta.js takes chords from the dictionary of another library. Where that differs from note-seq's table
 * (data_layer.md section 4), the table holds: [pitches, quality].
 */
const DIFFERENT: Readonly<Record<string, readonly [readonly number[], string, why: string]>> = {
  'E#maj': [[5, 9, 0], 'major', 'maj is a spelling of the major triad'],
  Abmaj: [[8, 0, 3], 'major', 'maj is a spelling of the major triad'],
  Abmin: [[8, 11, 3], 'minor', 'min is a spelling of the minor triad'],
  Em6: [[4, 7, 11, 1], 'minor', 'm6 has no fourth'],
  'B##m6': [[1, 4, 8, 10], 'minor', 'm6 has no fourth'],
  'C#11': [[1, 5, 8, 11, 3, 6], 'major', '11 has its third'],
  'E#13': [[5, 9, 0, 3, 7, 10, 2], 'major', '13 has its eleventh'],
  G13: [[7, 11, 2, 5, 9, 0, 4], 'major', '13 has its eleventh'],
  D13: [[2, 6, 9, 0, 4, 7, 11], 'major', '13 has its eleventh'],
  F5: [[5, 0], 'other', '5 has no third'],
  B69: [[11, 3, 6, 8, 1], 'major', '69 has sixth and ninth'],
  D69: [[2, 6, 9, 11, 4], 'major', '69 has sixth and ninth'],
  'E#69': [[5, 9, 0, 2, 7], 'major', '69 has sixth and ninth'],
  'B##ø': [[1, 4, 7, 11], 'diminished', 'ø is the half-diminished seventh chord'],
  'F-': [[5, 8, 0], 'minor', '- is a spelling of the minor triad'],
  'Am/G': [[9, 0, 4], 'minor', 'slash chords are read'],
  'G7/B': [[7, 11, 2, 5], 'major', 'slash chords are read'],
  'Cmaj7/E': [[0, 4, 7, 11], 'major', 'slash chords are read'],
};

describe('chord symbols', () => {
  for (const { symbol, ...expected } of golden.cases) {
    const different = DIFFERENT[symbol];
    if (different) {
      test(`golden '${symbol}', where the table differs: ${different[2]}`, () => {
        const [pitches, quality] = different;
        const chord = parseChordSymbol(symbol);
        assert.deepEqual({ pitches: chord.pitches, quality: chord.quality }, { pitches, quality });
        assert.equal(chord.root, expected.root.result);
        assert.notDeepEqual(
          chord.pitches,
          expected.pitches.result,
          'the reference agrees; take it off the list',
        );
      });
      continue;
    }
    test(`golden '${symbol}'`, () => {
      const chord = outcome(() => parseChordSymbol(symbol));
      assert.deepEqual(chord?.pitches, expected.pitches.result);
      assert.equal(
        outcome(() => chordRoot(symbol)),
        expected.root.result,
      );
      // The reference calls the empty symbol a major chord without root; it is none.
      if (symbol !== '') assert.equal(chord?.quality, QUALITIES[expected.quality.result ?? -1]);
      const encoded = (read: () => number[]) => outcome(read);
      assert.deepEqual(
        encoded(() => [majorMinorChordClass(symbol)]),
        expected.MajorMinorChordEncoder.result,
      );
      assert.deepEqual(
        encoded(() => [triadChordClass(symbol)]),
        expected.TriadChordEncoder.result,
      );
      assert.deepEqual(
        encoded(() => hot(chordPitchesVector(symbol))),
        expected.PitchChordEncoder.result,
      );
    });
  }

  test('of note-seq, by their pitches', () => {
    const pitches = (symbol: string) => new Set(parseChordSymbol(symbol).pitches);
    assert.deepEqual(pitches('C'), new Set([0, 4, 7]));
    assert.deepEqual(pitches('Dm7'), new Set([2, 5, 9, 0]));
    assert.deepEqual(pitches('F#o7'), new Set([6, 9, 0, 3]));
    assert.deepEqual(pitches('G7b9'), new Set([7, 11, 2, 5, 8]));
    assert.deepEqual(pitches('Bb13'), new Set([10, 2, 5, 8, 0, 3, 7]));
    // note-seq adds the two alterations up, to a ninth: docs/decisions/chord-symbols.md.
    assert.deepEqual(pitches('C7#9b9'), new Set([0, 4, 7, 10, 3, 1]));
    assert.deepEqual(pitches('Cadd7'), new Set([0, 4, 7, 10]));
    assert.deepEqual(pitches('C7(#9)(no5)'), new Set([0, 4, 10, 3]));
    assert.deepEqual(pitches('Cm(maj7)'), new Set([0, 3, 7, 11]));
    assert.deepEqual(pitches('Cped'), new Set([0]));
  });

  test('bass, root and quality', () => {
    assert.equal(parseChordSymbol('C/E').bass, 4);
    assert.equal(parseChordSymbol('C/E').root, 0);
    assert.equal(parseChordSymbol('Dm7').bass, 2);
    const quality = (symbol: string) => parseChordSymbol(symbol).quality;
    assert.equal(quality('C7no5'), 'other');
    assert.deepEqual(['C7', 'C9', 'C6'].map(quality), ['major', 'major', 'major']);
    assert.deepEqual(['Cm7', 'Cm7b5'].map(quality), ['minor', 'diminished']);
    assert.deepEqual(['C7b5', 'Csus4', 'C5'].map(quality), ['other', 'other', 'other']);
  });

  test('that cannot be are refused with the symbol', () => {
    for (const symbol of ['', 'H', 'Cfoo', 'C9add9', 'Cno7', 'C/H', 'Cadd99', 'N.C.']) {
      assert.throws(() => parseChordSymbol(symbol), { code: 'CHORD_SYMBOL_UNKNOWN' }, symbol);
    }
    assert.throws(() => triadChordClass('Csus4'), { code: 'CHORD_UNENCODABLE' });
    assert.throws(() => majorMinorChordClass('Caug'), { code: 'CHORD_UNENCODABLE' });
  });

  test('transposition moves root and bass, and keeps the kind', () => {
    assert.equal(transposeChordSymbol('C#m7/E', 3), 'Em7/G');
    assert.equal(transposeChordSymbol('N.C.', 3), 'N.C.');
    assert.equal(transposeChordSymbol('F', -2), 'Eb');
    for (const symbol of ['C', 'F#m7', 'Bb7/Ab', 'B##', 'Cbb/Fb']) {
      const before = parseChordSymbol(symbol);
      for (let semitones = -12; semitones <= 12; semitones++) {
        const after = parseChordSymbol(transposeChordSymbol(symbol, semitones));
        assert.deepEqual(
          [after.root, after.bass],
          [(before.root + semitones + 12) % 12, (before.bass + semitones + 12) % 12],
          `${symbol} by ${semitones}`,
        );
      }
    }
  });
});

describe('encodings of chords', () => {
  test('no chord is class 0, and the first of the pitches', () => {
    assert.deepEqual([majorMinorChordClass('N.C.'), triadChordClass('N.C.')], [0, 0]);
    assert.deepEqual(hot(chordPitchesVector('N.C.')), [0]);
    assert.equal(chordPitchesVector('C').length, CHORD_PITCHES_SIZE);
  });

  test('a slash chord has its bass among the last twelve, where the reference has the root', () => {
    assert.deepEqual(hot(chordPitchesVector('C/E')), [1, 13, 17, 20, 29]);
  });

  test('each class is that of its own symbol', () => {
    for (let index = 0; index < 49; index++) assert.equal(triadChordClass(chordOfClass(index)), index);
    assert.throws(() => chordOfClass(49), { code: 'OPTION_INVALID' });
  });

  for (const { chords, numSteps, pitchEncoderHot } of golden.progressions) {
    test(`golden progression ${chords.join(' ')} over ${numSteps} steps`, () => {
      const vectors = spreadChords(chords, numSteps).map((chord) => hot(chordPitchesVector(chord)));
      assert.deepEqual(vectors, pitchEncoderHot.result);
    });
  }

  test("a progression may mix 'N.C.' with chords, where the reference throws", () => {
    assert.deepEqual(
      spreadChords(['N.C.', 'C'], 4).map((chord) => hot(chordPitchesVector(chord))[0]),
      [0, 0, 1, 1],
    );
    assert.throws(() => spreadChords([], 4), { code: 'OPTION_INVALID' });
  });
});

const symbolsAt = (...symbols: readonly (readonly [number, string])[]) =>
  symbols.map(([quantizedStep, text]) => ({ quantizedStep, text, annotationType: 1 }));

describe('extractChords', () => {
  const piece = (...symbols: readonly (readonly [number, string])[]) =>
    deepFreeze<NoteSequence>({
      notes: [],
      quantizationInfo: { stepsPerQuarter: 4 },
      totalQuantizedSteps: 8,
      textAnnotations: [...symbolsAt(...symbols), { quantizedStep: 0, text: 'Verse', annotationType: 0 }],
    });

  test('each symbol holds until the next, before the first there is none', () => {
    const { events } = extractChords(piece([6, 'G7'], [2, 'C']));
    assert.deepEqual(events, ['N.C.', 'N.C.', 'C', 'C', 'C', 'C', 'G7', 'G7']);
  });

  test('a part begins with the chord that holds there', () => {
    assert.deepEqual(extractChords(piece([0, 'C'], [6, 'G7']), 4, 7).events, ['C', 'C', 'G7']);
  });

  test('two chords at one step are refused, one chord twice is not', () => {
    assert.throws(() => extractChords(piece([2, 'C'], [2, 'G'])), { code: 'CHORDS_COINCIDE' });
    assert.equal(extractChords(piece([2, 'C'], [2, 'C'])).events[2], 'C');
    // Elsewhere they are nothing to the part: before it the last one holds.
    const later = piece([0, 'F'], [6, 'C'], [6, 'G']);
    assert.deepEqual(extractChords(later, 0, 6).events, new Array(6).fill('F'));
    assert.deepEqual(extractChords(later, 7, 8).events, ['G']);
    assert.throws(() => extractChords(later, 0, 7), { code: 'CHORDS_COINCIDE', message: /step 6/ });
  });

  test('and back: symbols where the chord changes', () => {
    const { textAnnotations, totalTime } = chordsToSequence(extractChords(piece([2, 'C'], [6, 'N.C.'])));
    assert.deepEqual(
      textAnnotations?.map(({ time, text }) => [time, text]),
      [
        [0.25, 'C'],
        [0.75, 'N.C.'],
      ],
    );
    assert.equal(totalTime, 1);
  });
});

describe('lead sheets', () => {
  const piece = deepFreeze<NoteSequence>({
    notes: Array.from({ length: 28 }, (_, i) => ({
      pitch: 60 + [0, 2, 4, 5, 7][i % 5],
      quantizedStartStep: 4 * i,
      quantizedEndStep: 4 * i + 4,
    })),
    quantizationInfo: { stepsPerQuarter: 4 },
    textAnnotations: symbolsAt([0, 'C'], [64, 'G7/B']),
  });

  test('are melody and chords over the same steps', () => {
    const [sheet, ...others] = extractLeadSheets(piece);
    assert.equal(others.length, 0);
    assert.equal(sheet.melody.events.length, 112);
    assert.equal(sheet.chords.events.length, 112);
    assert.deepEqual([sheet.chords.events[63], sheet.chords.events[64]], ['C', 'G7/B']);
  });

  test('are left out without chords where chords are required', () => {
    const bare = { ...piece, textAnnotations: [] };
    assert.equal(extractLeadSheets(bare).length, 1);
    assert.equal(extractLeadSheets(bare, { requireChords: true }).length, 0);
  });

  test('are left out where two chords are given for one of their steps, and no others', () => {
    const twice = {
      ...piece,
      notes: [...piece.notes, ...piece.notes.map((note) => ({ ...note, instrument: 1 }))].map((note) =>
        note.instrument === 1
          ? {
              ...note,
              quantizedStartStep: (note.quantizedStartStep ?? 0) + 160,
              quantizedEndStep: (note.quantizedEndStep ?? 0) + 160,
            }
          : note,
      ),
      textAnnotations: symbolsAt([0, 'C'], [200, 'G'], [200, 'F']),
    };
    assert.deepEqual(
      extractLeadSheets(twice).map(({ melody }) => melody.startStep),
      [0],
    );
  });

  test('come in all twelve keys', () => {
    const sheets = extractLeadSheets(piece, { allTranspositions: true });
    assert.deepEqual(
      sheets.map(({ melody }) => melody.events[0]),
      [54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65],
    );
    assert.equal(sheets[8].chords.events[64], 'A7/C#');
    assert.equal(transposeLeadSheet(sheets[0], 6).chords.events[64], 'G7/B');
  });

  test('and back: notes and symbols', () => {
    const sequence = leadSheetToSequence(extractLeadSheets(piece)[0], { qpm: 60 });
    assert.equal(sequence.notes.length, 28);
    assert.deepEqual(sequence.textAnnotations?.[1], { time: 16, text: 'G7/B', annotationType: 1 });
    assert.equal(sequence.totalTime, 28);
  });
});

describe('steps without end', () => {
  test('are refused before a list of them is filled', () => {
    assert.throws(() => spreadChords(['C'], 1e9), { code: 'OPTION_INVALID', message: /1000000000 steps/ });
    const quantized = { quantizationInfo: { stepsPerQuarter: 4 } };
    const far = [{ quantizedStep: 1e9, text: 'C', annotationType: 1 }];
    for (const sequence of [
      { ...quantized, notes: [], textAnnotations: far },
      { ...quantized, notes: [], totalQuantizedSteps: 1e9 },
      { ...quantized, notes: [{ pitch: 60, quantizedStartStep: 0, quantizedEndStep: 1e9 }] },
    ]) {
      assert.throws(() => extractChords(sequence), {
        code: 'NOTE_SEQUENCE_INVALID',
        message: /1000000000; expected at most 4000000/,
      });
    }
  });
});
