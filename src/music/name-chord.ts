/** Chord symbols of pitches that sound (note_seq/chord_symbols_lib.py: pitches_to_chord_symbol). */
import { checkList } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { parseChordSymbol } from './chord-symbol.js';
import { NO_CHORD } from './note-sequence.js';

const ROOTS = ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];
/** The plainest first: of several names that fit, the first one is taken. */
const KINDS = [
  '',
  'm',
  '7',
  'm7',
  'maj7',
  'dim',
  'aug',
  'sus4',
  'sus2',
  '6',
  'm6',
  'm7b5',
  'dim7',
  'm(maj7)',
  '7sus4',
  'maj7(#5)',
  '7(#5)',
  '7(b5)',
  '9',
  'm9',
  'maj9',
  '(add9)',
  'm(add9)',
  '7(b9)',
  '7(#9)',
  '6(add9)',
  '7(#11)',
  'maj7(#11)',
  '11',
  'm11',
  '13',
  'maj13',
  'm13',
  '5',
];

const setOf = (pitchClasses: readonly number[]) => [...new Set(pitchClasses)].sort((a, b) => a - b).join();

/** Kinds by the pitch classes above their root. */
const BY_TONES = new Map<string, string>();
for (const kind of KINDS) {
  const tones = setOf(parseChordSymbol(`C${kind}`).pitches);
  if (!BY_TONES.has(tones)) BY_TONES.set(tones, kind);
}

/**
 * The symbol of a chord, with a slash where its lowest pitch is not its root.
 * @param pitches MIDI pitches in any order; none is no chord
 * @throws CHORD_SYMBOL_UNKNOWN where no common chord has these tones
 */
export function pitchesToChordSymbol(pitches: readonly number[]): string {
  checkList('pitches', pitches, 'a list of MIDI pitches');
  if (pitches.length === 0) return NO_CHORD;
  const lowest = Math.min(...pitches);
  const bass = lowest % 12;
  const found = ROOTS.flatMap((root, pitchClass) => {
    const above = setOf(pitches.map((pitch) => (pitch - pitchClass + 120) % 12));
    const kind = BY_TONES.get(above);
    if (kind === undefined) return [];
    const isSlash = pitchClass !== bass;
    return [
      {
        symbol: root + kind + (isSlash ? `/${ROOTS[bass]}` : ''),
        rank: KINDS.indexOf(kind) + (isSlash ? KINDS.length : 0),
      },
    ];
  });
  const [best] = found.sort((a, b) => a.rank - b.rank);
  if (best) return best.symbol;
  throw new TimbrelError('CHORD_SYMBOL_UNKNOWN', `No common chord has the pitches ${pitches.join(', ')}`);
}
