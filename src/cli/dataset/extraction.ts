/**
 * What a configuration is trained on: the events of a piece, with the filters and the augmentation of Magenta's pipelines
 * (magenta/models/{melody_rnn,drums_rnn,improv_rnn,polyphony_rnn,performance_rnn}/*_pipeline.py, *_create_dataset.py).
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Controls, MusicEvent } from '../../messages/event-rnn.js';
import {
  CONFIGURATIONS,
  type Configuration,
  type ConfigurationId,
} from '../../models/event-rnn/configurations.js';
import { parseChordSymbol } from '../../music/chord-symbol.js';
import { extractLeadSheets, transposeLeadSheet } from '../../music/chords.js';
import { extractDrumTracks } from '../../music/drums.js';
import type { ChordEvent } from '../../music/events.js';
import { squashMelody } from '../../music/key.js';
import { extractMelodies } from '../../music/melody.js';
import { NO_CHORD, type NoteSequence } from '../../music/note-sequence.js';
import { extractPerformance } from '../../music/performance.js';
import { extractPolyphony, polyphonySteps } from '../../music/polyphony.js';
import { quantizeNoteSequence, quantizeNoteSequenceAbsolute } from '../../music/quantize.js';
import { splitAtMeterAndTempoChanges, splitSequence } from '../../music/split.js';
import { applySustainPedal } from '../../music/sustain.js';
import { stretchSequence, transposeSequence } from '../../music/transform.js';

export interface TrainingPiece {
  readonly events: readonly MusicEvent[];
  /** Of the event at a position, where the configuration has controls. */
  readonly controlsAt?: (position: number) => Controls;
}

/** Bars and steps of a melody, drum track or lead sheet. */
const MIN_BARS = 7;
const MAX_STEPS = 512;
const POLYPHONY_STEPS = [80, 512] as const;
/** Of performances: seconds of a piece, and events. */
const PERFORMANCE_SECONDS = 30;
const PERFORMANCE_EVENTS = [32, 512] as const;
const STRETCHES = [0.95, 0.975, 1, 1.025, 1.05];

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/**
 * The pieces that a sequence gives: none, one or many.
 * @param augment transposed and stretched as for training; false for validation and test
 * @throws NOTE_SEQUENCE_INVALID, CONFIGURATION_UNKNOWN
 */
export function extractTrainingPieces(
  id: ConfigurationId,
  sequence: NoteSequence,
  { augment }: { readonly augment: boolean },
): TrainingPiece[] {
  const configuration = CONFIGURATIONS[id] as Configuration<MusicEvent>;
  switch (configuration.model) {
    case 'MelodyRNN':
      return inBeats(configuration, sequence).flatMap((part) => melodies(configuration, part));
    case 'DrumsRNN':
      return inBeats(configuration, sequence).flatMap((part) =>
        extractDrumTracks(part, { minBars: MIN_BARS, maxStepsTruncate: MAX_STEPS }),
      );
    case 'ImprovRNN':
      return inBeats(configuration, sequence).flatMap((part) => leadSheets(configuration, part, augment));
    case 'PolyphonyRNN':
      return inBeats(configuration, sequence).flatMap((part) => polyphonies(part, augment));
    case 'PerformanceRNN':
      return performances(id, sequence, augment);
  }
}

/** Parts of one tempo and meter, in steps; those whose bars are no whole number of steps are left out. */
function inBeats({ time }: Configuration<MusicEvent>, sequence: NoteSequence): NoteSequence[] {
  const steps = 'stepsPerQuarter' in time ? time.stepsPerQuarter : 4;
  return splitAtMeterAndTempoChanges(sequence).flatMap((part) =>
    unless(['METER_INVALID'], () => [quantizeNoteSequence(part, steps)]),
  );
}

/** What `work` gives, or nothing where it fails for one of these reasons: such music is not what the model is for. */
function unless<T>(codes: readonly string[], work: () => T[]): T[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof TimbrelError && codes.includes(error.code)) return [];
    throw error;
  }
}

function melodies(
  { pitches, transposeToKey }: Configuration<MusicEvent>,
  part: NoteSequence,
): TrainingPiece[] {
  const [low, high] = pitches ?? [0, 127];
  const options = {
    minBars: MIN_BARS,
    minUniquePitches: 5,
    maxStepsTruncate: MAX_STEPS,
    ignorePolyphony: false,
  };
  return unless(['METER_INVALID'], () => extractMelodies(part, options)).map(({ events }) => ({
    events:
      transposeToKey === undefined ? events : squashMelody(events, low, high + 1, transposeToKey).events,
  }));
}

function leadSheets(
  { pitches }: Configuration<MusicEvent>,
  part: NoteSequence,
  augment: boolean,
): TrainingPiece[] {
  const [low, high] = pitches ?? [0, 127];
  const options = {
    minBars: MIN_BARS,
    minUniquePitches: 3,
    maxStepsTruncate: MAX_STEPS,
    requireChords: true,
    allTranspositions: augment,
  };
  return unless(['METER_INVALID', 'CHORDS_COINCIDE', 'CHORD_SYMBOL_UNKNOWN'], () =>
    extractLeadSheets(part, options).map((sheet) => {
      const { melody, chords } = transposeLeadSheet(sheet, 0, low, high + 1);
      const tones = chords.events.map(chordControl);
      return { events: melody.events, controlsAt: (position: number) => tones[position] };
    }),
  );
}

const chordControl = (chord: ChordEvent): Controls => ({
  chord: chord === NO_CHORD ? NO_CHORD : parseChordSymbol(chord),
});

function polyphonies(part: NoteSequence, augment: boolean): TrainingPiece[] {
  const [least, most] = POLYPHONY_STEPS;
  return unless(['PROGRAMS_MIXED', 'CHORD_SYMBOL_UNKNOWN'], () =>
    (augment ? range(-4, 4) : [0]).flatMap((semitones) => {
      const { sequence, deleted } = transposed(part, semitones);
      const { events } = extractPolyphony(sequence);
      const steps = polyphonySteps(events);
      return deleted > 0 || steps < least || steps > most ? [] : [{ events }];
    }),
  );
}

function performances(id: ConfigurationId, sequence: NoteSequence, augment: boolean): TrainingPiece[] {
  if (CONFIGURATIONS[id].encoding.classes.length > 1 || 'controls' in CONFIGURATIONS[id]) {
    throw new TimbrelError(
      'CONFIGURATION_UNKNOWN',
      `Datasets are not written for ${id}; for performance, performance_with_dynamics and the modulo encoding they are`,
    );
  }
  const velocityBins = id === 'performance' ? 0 : 32;
  const [least, most] = PERFORMANCE_EVENTS;
  const played = applySustainPedal(sequence);
  return unless(['PROGRAMS_MIXED', 'CHORD_SYMBOL_UNKNOWN'], () =>
    splitSequence(played, PERFORMANCE_SECONDS).flatMap((part) =>
      (augment ? STRETCHES : [1]).flatMap((factor) =>
        (augment ? range(-3, 3) : [0]).flatMap((semitones) => {
          const { sequence: moved, deleted } = transposed(stretchSequence(part, factor), semitones);
          const { events } = extractPerformance(quantizeNoteSequenceAbsolute(moved), { velocityBins });
          return deleted > 0 || events.length < least ? [] : [{ events: events.slice(0, most) }];
        }),
      ),
    ),
  );
}

/** Chords are of no use here, and not all of them can be read. */
const transposed = (sequence: NoteSequence, semitones: number) =>
  transposeSequence(sequence, semitones, { transposeChords: false });
