/** Real music through the whole layer; skipped where the data of ../shared is not there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseChordSymbol } from './chord-symbol.js';
import { extractLeadSheets } from './chords.js';
import { drumNotes, extractDrumTracks } from './drums.js';
import { assertSame, deepFreeze } from './golden.testing.js';
import { noteScore } from './note-metrics.js';
import type { Note, NoteSequence } from './note-sequence.js';
import { extractMelodies } from './melody.js';
import { readMidi } from './midi-reader.js';
import { writeMidi } from './midi-writer.js';
import { extractPerformance, performanceToSequence } from './performance.js';
import { extractPolyphony, polyphonyNotes } from './polyphony.js';
import { quantizeNoteSequence, quantizeNoteSequenceAbsolute } from './quantize.js';
import { splitAtMeterAndTempoChanges } from './split.js';
import { applySustainPedal } from './sustain.js';

/** The record format of shared/data/README.md, as far as it is read here. */
interface Piece {
  readonly tpq: number;
  readonly tempos: readonly (readonly [number, number])[];
  readonly meters?: readonly (readonly [number, number, number])[];
  readonly notes: readonly (readonly number[])[];
  readonly chords?: readonly (readonly [number, string])[];
  readonly pedal?: readonly (readonly [number, number])[];
}

const folder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
const skip = existsSync(`${folder}index.json`) ? false : 'the training data is not here';

/** Every nth piece of a file. */
function pieces(name: string, every: number): Piece[] {
  const lines = gunzipSync(readFileSync(`${folder}${name}.jsonl.gz`))
    .toString()
    .trim()
    .split('\n');
  return lines.filter((_, i) => i % every === 0).map((line) => JSON.parse(line) as Piece);
}

/** @param column of the velocity, if there is one */
function toSequence(piece: Piece, column: number, more: Partial<Note> = {}): NoteSequence {
  const { tpq, tempos, meters = [], chords = [], pedal = [] } = piece;
  const seconds = (tick: number) => {
    let time = 0;
    tempos.forEach(([from, qpm], i) => {
      const until = Math.min(tick, tempos[i + 1]?.[0] ?? Infinity);
      if (until > from) time += ((until - from) / tpq) * (60 / qpm);
    });
    return time;
  };
  const notes = piece.notes.map((row) => ({
    pitch: row[0],
    startTime: seconds(row[1]),
    endTime: seconds(row[2]),
    velocity: row[column] ?? 80,
    ...more,
  }));
  return deepFreeze({
    ticksPerQuarter: tpq,
    tempos: tempos.map(([tick, qpm]) => ({ time: seconds(tick), qpm })),
    timeSignatures: meters.map(([tick, numerator, denominator]) => ({
      time: seconds(tick),
      numerator,
      denominator,
    })),
    notes,
    totalTime: notes.reduce((last, { endTime }) => Math.max(last, endTime), 0),
    textAnnotations: chords.map(([tick, text]) => ({ time: seconds(tick), text, annotationType: 1 })),
    controlChanges: pedal.flatMap(([down, up]) => [
      { time: seconds(down), controlNumber: 64, controlValue: 127 },
      { time: seconds(up), controlNumber: 64, controlValue: 0 },
    ]),
  });
}

describe('real music', { skip }, () => {
  test('dance tunes: melodies of the length of the tune, and MIDI files of the same notes', () => {
    for (const piece of pieces('melodies-cre', 60)) {
      const sequence = toSequence(piece, 3);
      const parts = splitAtMeterAndTempoChanges(sequence);
      const events = parts.flatMap((part) =>
        extractMelodies(quantizeNoteSequence(part), { minBars: 1, minUniquePitches: 1 }).flatMap(
          (m) => m.events,
        ),
      );
      const attacks = events.filter((event) => event >= 0).length;
      // Ornaments may share a sixteenth, of which a melody keeps one.
      assert.ok(attacks >= 0.9 * piece.notes.length, `${attacks} of ${piece.notes.length}`);
      assert.equal(noteScore(sequence.notes, readMidi(writeMidi(sequence)).notes, { offsets: true }).f1, 1);
    }
  });

  test('lead sheets: every chord symbol is read, and most of the melody', () => {
    let symbols = 0;
    let unread = 0;
    let sheets = 0;
    for (const piece of pieces('melodies-openewld', 1)) {
      for (const [, figure] of piece.chords ?? []) {
        symbols++;
        try {
          if (figure !== 'N.C.') parseChordSymbol(figure);
        } catch {
          unread++;
        }
      }
      for (const part of splitAtMeterAndTempoChanges(toSequence(piece, 3))) {
        try {
          sheets += extractLeadSheets(quantizeNoteSequence(part, 4), {
            requireChords: true,
            minBars: 4,
          }).length;
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'CHORDS_COINCIDE');
        }
      }
    }
    assert.ok(unread / symbols < 0.01, `${unread} of ${symbols} chord symbols cannot be read`);
    assert.ok(sheets > 100, `${sheets} lead sheets`);
  });

  test('drums: tracks hold each sixteenth on which something was struck', () => {
    for (const piece of pieces('drums-groove', 100)) {
      const sequence = quantizeNoteSequence(toSequence(piece, 3, { isDrum: true }));
      const struck = new Set(sequence.notes.map((note) => `${note.quantizedStartStep} ${note.pitch}`));
      const found = extractDrumTracks(sequence, { minBars: 0 }).flatMap((track) =>
        drumNotes(track.events, track.startStep).map((note) => `${note.quantizedStartStep} ${note.pitch}`),
      );
      assert.deepEqual(new Set(found), struck);
    }
  });

  test('chorales: polyphony gives every note back', () => {
    for (const piece of pieces('chorales-jsb', 40)) {
      const sequence = quantizeNoteSequence(toSequence(piece, 4));
      // Voices in unison may change places, so beginnings and ends are compared each for themselves.
      const edges = (notes: readonly Note[]) => ({
        starts: notes.map((note) => `${note.pitch} ${note.quantizedStartStep}`).sort(),
        ends: notes.map((note) => `${note.pitch} ${note.quantizedEndStep}`).sort(),
      });
      assert.deepEqual(edges(polyphonyNotes(extractPolyphony(sequence).events)), edges(sequence.notes));
    }
  });

  test('piano: performances with pedal keep every note within 10 ms and a velocity bin', () => {
    for (const piece of pieces('piano-giantmidi', 18)) {
      const sequence = applySustainPedal(toSequence(piece, 3));
      const performance = extractPerformance(quantizeNoteSequenceAbsolute(sequence), { velocityBins: 32 });
      const again = performanceToSequence(performance);
      const { f1 } = noteScore(sequence.notes, again.notes, { onsetTolerance: 0.0101 });
      assert.ok(f1 > 0.999, `f1 ${f1}`);
      const midi = readMidi(writeMidi(toSequence(piece, 3)));
      assert.equal(midi.controlChanges?.length, 2 * (piece.pedal?.length ?? 0));
      assertSame(
        midi.notes.map(({ velocity }) => velocity).sort(),
        sequence.notes.map(({ velocity }) => velocity).sort(),
      );
    }
  });
});
