/** Chord symbols as notes (note_seq/chords_lib.py: BasicChordRenderer). */
import { checkObject, checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { isNoChord, parseChordSymbol } from './chord-symbol.js';
import { isChordSymbol, NO_CHORD, type Note, type NoteSequence } from './note-sequence.js';
import { byTime } from './meter.js';
import { totalSeconds } from './timed-events.js';

export interface RenderChordsOptions {
  /** Default 100. */
  readonly velocity?: number;
  /** Default 1. */
  readonly instrument?: number;
  /** General MIDI, default 88: a pad. */
  readonly program?: number;
}

const RENDER_CHORDS_OPTIONS: OptionNames<RenderChordsOptions> = {
  velocity: true,
  instrument: true,
  program: true,
};

/** The octaves from C3 and from C2: pitches of the chord, and its bass. */
const LOWEST = 48;
const LOWEST_BASS = 36;

/**
 * The notes of a sequence's chords, each sounding until the next.
 * @throws CHORD_SYMBOL_UNKNOWN, OPTION_INVALID
 */
export function chordNotes(sequence: NoteSequence, options: RenderChordsOptions = {}): Note[] {
  checkedOptions(options, RENDER_CHORDS_OPTIONS);
  checkObject('sequence', sequence, 'a NoteSequence with chords; parseChordSymbol reads one symbol');
  const { velocity = 100, instrument = 1, program = 88 } = options;
  const chords = (sequence.textAnnotations ?? []).filter(isChordSymbol).toSorted(byTime);
  return chords.flatMap(({ time: startTime = 0, text = NO_CHORD }, i) => {
    const endTime = chords[i + 1]?.time ?? totalSeconds(sequence);
    if (isNoChord(text) || endTime <= startTime) return [];
    const { pitches, bass } = parseChordSymbol(text);
    return [...pitches.map((pitch) => LOWEST + pitch), LOWEST_BASS + bass].map((pitch) => ({
      pitch,
      velocity,
      instrument,
      program,
      startTime,
      endTime,
    }));
  });
}
