/** Chord encodings and the binary counter against the reference vectors of magenta.js, which takes the root for the bass. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { TimbrelError } from '../../src/errors/timbrel-error.js';
import type { ChordTones } from '../../src/music/chord-symbol.js';
import { chordPitches, spreadOver, triadChord, type ControlEncoding } from '../../src/models/event-rnn/encodings/controls.js';
import { writeCounter } from '../../src/models/event-rnn/encodings/encoding.js';
import { SparseVector } from '../../src/ops/lstm/network.js';
import { CHORDS } from './event-rnn-vectors.js';

/** Indices that are 1, or why there are none. */
type Hot = { readonly result: readonly number[] } | { readonly error: { readonly message: string } };

interface ChordVectors {
  readonly cases: readonly {
    readonly symbol: string;
    readonly pitches: { readonly result?: readonly number[] };
    readonly root: { readonly result?: number };
    readonly quality: { readonly result?: number };
    readonly TriadChordEncoder: Hot;
    readonly PitchChordEncoder: Hot;
  }[];
  readonly progressions: readonly {
    readonly chords: readonly string[];
    readonly numSteps: number;
    readonly pitchEncoderHot: { readonly result?: readonly (readonly number[])[] };
  }[];
  readonly binaryCounter: readonly {
    readonly numBits: number;
    readonly numSteps: number;
    readonly values: readonly number[];
  }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('./data/chords.json', import.meta.url), 'utf8'),
) as ChordVectors;

const QUALITIES = ['major', 'minor', 'augmented', 'diminished', 'other'] as const;

/** The chords that the reference could read, by symbol. */
const READ = new Map(
  vectors.cases.flatMap(({ symbol, pitches, root, quality }): [string, ChordTones][] => {
    if (!pitches.result || root.result === undefined || quality.result === undefined) return [];
    const bass = root.result;
    return [[symbol, { root: bass, bass, pitches: pitches.result, quality: QUALITIES[quality.result] }]];
  }),
);

function hotOf(encoding: ControlEncoding, chord: ChordTones | 'N.C.'): number[] {
  const input = new SparseVector(encoding.size);
  encoding.write({ chord }, input);
  return [...input.indices.subarray(0, input.count)].sort((a, b) => a - b);
}

describe('chord symbols', () => {
  test('there are some dozens', () => assert.ok(READ.size > 60));

  for (const { symbol, TriadChordEncoder, PitchChordEncoder } of vectors.cases) {
    const chord = READ.get(symbol);
    if (!chord) continue;
    test(symbol, () => {
      assert.ok('result' in PitchChordEncoder);
      assert.deepEqual(hotOf(chordPitches, chord), PitchChordEncoder.result);
      if ('result' in TriadChordEncoder) {
        assert.deepEqual(hotOf(triadChord, chord), TriadChordEncoder.result);
        return;
      }
      assert.throws(
        () => hotOf(triadChord, chord),
        (error) => error instanceof TimbrelError && error.code === 'CONTROL_INVALID',
      );
    });
  }
});

for (const { chords, numSteps, pitchEncoderHot } of vectors.progressions) {
  // magenta.js throws where N.C. stands beside chords (golden/README.md, known defects); ours has a row for each.
  test(`${chords.join(' ')} over ${numSteps} steps`, () => {
    const at = spreadOver(chords, numSteps);
    const hot = Array.from({ length: numSteps }, (_, step) => {
      const chord = CHORDS[at(step) ?? ''];
      assert.ok(chord, at(step));
      return hotOf(chordPitches, chord);
    });
    if (pitchEncoderHot.result) return assert.deepEqual(hot, pitchEncoderHot.result);
    hot.forEach((row, step) => {
      if (at(step) === 'N.C.') assert.deepEqual(row, [0]);
      else assert.ok(row.length > 3 && !row.includes(0), `${row}`);
    });
    assert.ok(hot.some(([first]) => first === 0));
  });
}

for (const { numBits, numSteps, values } of vectors.binaryCounter) {
  test(`a counter of ${numBits} bits over ${numSteps} steps`, () => {
    const rows = Array.from({ length: numSteps }, (_, step) => {
      const input = new SparseVector(numBits);
      writeCounter(step + 1, numBits, input, 0);
      return [...input.values];
    });
    assert.deepEqual(rows.flat(), values);
  });
}
