/**
 * The training examples of a configuration: the events of a piece, with the filters and the augmentation of Magenta's pipelines
 * (magenta/models/{melody_rnn,drums_rnn,improv_rnn,polyphony_rnn,performance_rnn}/*_pipeline.py, *_create_dataset.py).
 */
import { TimbrelError, type ErrorCode } from '../../errors/timbrel-error.js';
import type { Controls } from '../../models/event-rnn/protocol.js';
import type { MusicEvent } from '../../music/events.js';
import {
  CONFIGURATIONS,
  type Configuration,
  type ConfigurationId,
} from '../../models/event-rnn/encodings/configurations.js';
import { VELOCITY_BINS } from '../../models/event-rnn/encodings/performance-encodings.js';
import { chordOf } from '../../music/chord-encoding.js';
import { extractLeadSheets, transposeLeadSheet } from '../../music/chords.js';
import { extractDrumTracks } from '../../music/drums.js';
import type { ChordEvent, Melody, PerformanceEvent, StepGrid } from '../../music/events.js';
import { squashMelody } from '../../music/key.js';
import { extractMelodies, setMelodyLength } from '../../music/melody.js';
import { MAX_MIDI_PITCH, MIN_MIDI_PITCH, NO_CHORD, type NoteSequence } from '../../music/note-sequence.js';
import { extractPerformance } from '../../music/performance.js';
import { noteDensities, pitchHistograms } from '../../music/performance-controls.js';
import { extractPolyphony, polyphonySteps } from '../../music/polyphony.js';
import { quantizeNoteSequence, quantizeNoteSequenceAbsolute } from '../../music/quantize.js';
import { stepsPerBar } from '../../music/steps.js';
import { splitAtMeterAndTempoChanges, splitSequence } from '../../music/split.js';
import { applySustainPedal } from '../../music/sustain.js';
import { stretchSequence, transposeSequence } from '../../music/transform.js';
import { without } from '../../music/without.js';

export interface TrainingPiece {
  readonly events: readonly MusicEvent[];
  /** The controls of the event at a position, where the configuration has any. */
  readonly controlsAt?: (position: number) => Controls;
  /** The steps of a bar, where steps are of beats; the first event begins a bar. */
  readonly stepsPerBar?: number;
}

export interface ExtractionOptions {
  /** Transposed and stretched as for training; false for validation and test. */
  readonly augment: boolean;
  /** Receives the reason for which something was left out, in words that are the same for all of its kind. */
  readonly onDrop?: (reason: string) => void;
}

/** Bars and steps of a melody, drum track or lead sheet. */
const MIN_BARS = 7;
const MAX_STEPS = 512;
/** Different pitch classes of a melody, and of one over chords. */
const MELODY_PITCHES = 5;
const LEAD_SHEET_PITCHES = 3;
const POLYPHONY_STEPS = [80, 512] as const;
/** Bounds of performances: seconds of a piece, and events. */
const PERFORMANCE_SECONDS = 30;
const PERFORMANCE_EVENTS = [32, 512] as const;
const STRETCHES = [0.95, 0.975, 1, 1.025, 1.05];
const TRANSPOSITIONS = 12;

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** A configuration and what was asked for. */
interface Extraction {
  readonly configuration: Configuration<MusicEvent>;
  readonly augment: boolean;
  readonly drop: (reason: string) => void;
}

/**
 * The pieces that a sequence gives: none, one or many.
 * @throws NOTE_SEQUENCE_INVALID, CONFIGURATION_UNKNOWN
 */
export function extractTrainingPieces(
  id: ConfigurationId,
  sequence: NoteSequence,
  { augment, onDrop: drop = () => {} }: ExtractionOptions,
): TrainingPiece[] {
  const configuration = CONFIGURATIONS[id] as Configuration<MusicEvent>;
  const { model } = configuration;
  const extraction = { configuration, augment, drop };
  if (model === 'PerformanceRNN') return performances(extraction, id, sequence);
  const extract = {
    MelodyRNN: melodies,
    DrumsRNN: drumTracks,
    ImprovRNN: leadSheets,
    PolyphonyRNN: polyphonies,
  };
  // No model of beats knows pedals and bends, and each step would copy them: there are more of them than notes.
  const music = without(sequence, 'controlChanges', 'pitchBends');
  return inBeats(extraction, music).flatMap((part) => extract[model](extraction, part));
}

/** Parts of one tempo and meter, in steps; those whose bars are no whole number of steps are left out. */
function inBeats({ configuration, drop }: Extraction, sequence: NoteSequence): NoteSequence[] {
  const { time } = configuration;
  const steps = 'stepsPerQuarter' in time ? time.stepsPerQuarter : 4;
  return splitAtMeterAndTempoChanges(sequence).flatMap((part) =>
    unless(['METER_INVALID'], drop, () => [quantizeNoteSequence(part, steps)]),
  );
}

/** Returns the result of `work`, or nothing where it fails for one of these reasons: such music is not for the model. */
function unless<T>(codes: readonly ErrorCode[], drop: Extraction['drop'], work: () => T[]): T[] {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TimbrelError && codes.includes(error.code))) throw error;
    drop(error.code);
    return [];
  }
}

/** Tells whether it is long enough. Reports a piece that is not, or that will be cut. */
function isLongEnough(
  { events, stepsPerBar }: StepGrid & { events: readonly unknown[] },
  drop: Extraction['drop'],
) {
  if (events.length > MAX_STEPS) drop('cut at 512 steps');
  const isShort = events.length < MIN_BARS * stepsPerBar;
  if (isShort) drop('shorter than 7 bars');
  return !isShort;
}

/** The rest of a melody once it is cut. */
const cutMelody = (melody: Melody): Melody =>
  melody.events.length > MAX_STEPS
    ? { ...melody, events: setMelodyLength(melody.events, MAX_STEPS) }
    : melody;

function hasPitches({ events }: Melody, least: number, drop: Extraction['drop']): boolean {
  const found = new Set(events.filter((event) => event >= 0).map((pitch) => pitch % 12)).size;
  if (found < least) drop(`fewer than ${least} pitch classes`);
  return found >= least;
}

/** The filters come here, one by one: each says what it takes away. */
const UNFILTERED = { minBars: 0, minUniquePitches: 0 };

function melodies({ configuration, drop }: Extraction, part: NoteSequence): TrainingPiece[] {
  const { pitches, transposeToKey } = configuration;
  const [low, high] = pitches ?? [0, 127];
  const found = unless(['METER_INVALID'], drop, () =>
    extractMelodies(part, { ...UNFILTERED, ignorePolyphony: false }),
  );
  if (found.length === 0) drop('no melody of one voice');
  return found
    .filter((melody) => isLongEnough(melody, drop))
    .map(cutMelody)
    .filter((melody) => hasPitches(melody, MELODY_PITCHES, drop))
    .map(({ events, stepsPerBar }) => ({
      events:
        transposeToKey === undefined ? events : squashMelody(events, low, high + 1, transposeToKey).events,
      stepsPerBar,
    }));
}

function drumTracks({ drop }: Extraction, part: NoteSequence): TrainingPiece[] {
  const found = unless(['METER_INVALID'], drop, () => extractDrumTracks(part, { minBars: 0 }));
  if (found.length === 0) drop('no drums');
  return found
    .filter((track) => isLongEnough(track, drop))
    .map(({ events, stepsPerBar }) => ({ events: events.slice(0, MAX_STEPS), stepsPerBar }));
}

function leadSheets({ configuration, augment, drop }: Extraction, part: NoteSequence): TrainingPiece[] {
  const [low, high] = configuration.pitches ?? [0, 127];
  return unless(['METER_INVALID', 'CHORD_SYMBOL_UNKNOWN'], drop, () => {
    const found = extractLeadSheets(part, UNFILTERED);
    if (found.length === 0) drop('no melody');
    return found
      .filter(({ melody }) => isLongEnough(melody, drop))
      .map(({ melody, chords }) => ({
        melody: cutMelody(melody),
        chords: { ...chords, events: chords.events.slice(0, MAX_STEPS) },
      }))
      .filter(({ melody }) => hasPitches(melody, LEAD_SHEET_PITCHES, drop))
      .filter(({ chords }) => {
        const has = chords.events.some((chord) => chord !== NO_CHORD);
        if (!has) drop('no chords');
        return has;
      })
      .flatMap((sheet) => {
        const keys = augment ? range(-TRANSPOSITIONS / 2, TRANSPOSITIONS / 2 - 1) : [0];
        return keys.map((semitones) => transposeLeadSheet(sheet, semitones, low, high + 1));
      })
      .map(({ melody, chords }) => {
        const tones = chords.events.map(chordControl);
        const { events, stepsPerBar } = melody;
        return { events, controlsAt: (position: number) => tones[position], stepsPerBar };
      });
  });
}

const chordControl = (chord: ChordEvent): Controls => ({ chord: chordOf(chord) });

function polyphonies({ augment, drop }: Extraction, part: NoteSequence): TrainingPiece[] {
  const [least, most] = POLYPHONY_STEPS;
  return unless(['PROGRAMS_MIXED', 'CHORD_SYMBOL_UNKNOWN'], drop, () =>
    (augment ? range(-4, 4) : [0]).flatMap((semitones) => {
      const { sequence, deleted } = transposed(part, semitones);
      const { events } = extractPolyphony(sequence);
      const steps = polyphonySteps(events);
      if (deleted > 0) drop('transposed out of range');
      else if (steps < least) drop(`shorter than ${least} steps`);
      else if (steps > most) drop(`longer than ${most} steps`);
      else return [{ events, stepsPerBar: stepsPerBar(part) }];
      return [];
    }),
  );
}

function performances(extraction: Extraction, id: ConfigurationId, sequence: NoteSequence): TrainingPiece[] {
  const { configuration, augment, drop } = extraction;
  if (configuration.encoding.classes.length > 1) {
    throw new TimbrelError(
      'CONFIGURATION_UNKNOWN',
      `Pieces of whole notes are not extracted: not for ${id}, but for every other configuration of PerformanceRNN`,
    );
  }
  const velocityBins = id === 'performance' ? 0 : VELOCITY_BINS;
  const [least, most] = PERFORMANCE_EVENTS;
  const { notes, totalTime } = applySustainPedal(sequence);
  // The pedals are in the notes now, and what else there is would be copied for every stretch.
  const played = { notes, totalTime };
  const factors = augment ? STRETCHES : [1];
  const keys = augment ? range(-3, 3) : [0];
  return unless(['PROGRAMS_MIXED'], drop, () =>
    splitSequence(played, PERFORMANCE_SECONDS).flatMap((part) =>
      factors.flatMap((factor) => {
        const stretched = quantizeNoteSequenceAbsolute(stretchSequence(part, factor));
        const { events, isDrum } = extractPerformance(stretched, { velocityBins });
        const shown = events.slice(0, most);
        return keys.flatMap((semitones) => {
          if (!isTransposable(part, semitones)) drop('transposed out of range');
          else if (events.length < least) drop(`fewer than ${least} events`);
          else {
            if (events.length > most) drop(`cut at ${most} events`);
            const moved = isDrum ? shown : shown.map((event) => transposedEvent(event, semitones));
            return conditioned(configuration, moved);
          }
          return [];
        });
      }),
    ),
  );
}

/**
 * With what the performance itself says of its density and its pitches; where going without is an option, once with and once without
 * (performance_pipeline.py).
 */
function conditioned(
  { controls }: Configuration<MusicEvent>,
  events: readonly PerformanceEvent[],
): TrainingPiece[] {
  if (!controls) return [{ events }];
  const densities = controls.reads.includes('noteDensity') ? noteDensities(events) : undefined;
  const histograms = controls.reads.includes('pitchHistogram') ? pitchHistograms(events) : undefined;
  const controlsAt = (position: number): Controls => ({
    noteDensity: densities?.[position],
    pitchHistogram: histograms?.[position],
  });
  return controls.reads.includes('unconditioned')
    ? [
        { events, controlsAt },
        { events, controlsAt: () => ({ unconditioned: true }) },
      ]
    : [{ events, controlsAt }];
}

/** Tells whether no note leaves the range of MIDI; drums stay where they are. */
const isTransposable = ({ notes }: NoteSequence, semitones: number) =>
  notes.every(({ isDrum, pitch }) => isDrum || isMidiPitch(pitch + semitones));

const isMidiPitch = (pitch: number) => pitch >= MIN_MIDI_PITCH && pitch <= MAX_MIDI_PITCH;

/** The events of each pitch, made once: a folder of recordings has thousands of millions of them. */
const eventsOfPitches = (type: PerformanceEvent['type']): readonly PerformanceEvent[] =>
  range(MIN_MIDI_PITCH, MAX_MIDI_PITCH).map((value) => ({ type, value }));
const NOTE_ONS = eventsOfPitches('noteOn');
const NOTE_OFFS = eventsOfPitches('noteOff');

const transposedEvent = (event: PerformanceEvent, semitones: number): PerformanceEvent => {
  if (event.type === 'noteOn') return NOTE_ONS[event.value + semitones];
  return event.type === 'noteOff' ? NOTE_OFFS[event.value + semitones] : event;
};

/** Chords are of no use here, and not all of them can be read. */
const transposed = (sequence: NoteSequence, semitones: number) =>
  transposeSequence(sequence, semitones, { transposeChords: false });
