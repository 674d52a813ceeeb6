/** Drum tracks: the set of drums struck at each step (note_seq/drums_lib.py). */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { DrumEvent, DrumTrack } from './events.js';
import { allNotes, type GrowingNotes } from './growing-notes.js';
import type { NoteSequence, QuantizedNote } from './note-sequence.js';
import { gridOf, quantizedNotes, type BarGrid } from './steps.js';
import { TO_SEQUENCE_OPTIONS, stepsToSequence, type ToSequenceOptions } from './to-sequence.js';

/** The instrument of drums by convention: General MIDI's channel 10, counted from 0. */
export const DRUM_INSTRUMENT = 9;

export interface DrumOptions {
  /** Silence of this many bars ends the track, default 1. */
  readonly gapBars?: number;
  /** Fill up the last bar, default false. */
  readonly padEnd?: boolean;
  /** Step from which to look, and from which bars are counted; default 0. */
  readonly searchStartStep?: number;
  /** Take every note for a drum, default false. */
  readonly ignoreIsDrum?: boolean;
}

const DRUM_OPTIONS: OptionNames<DrumOptions> = {
  gapBars: true,
  padEnd: true,
  searchStartStep: true,
  ignoreIsDrum: true,
};

const SILENCE: DrumEvent = [];

type Hits = readonly (readonly [step: number, pitches: number[]])[];

/** Drum pitches by the step at which they are struck, in order of time. */
function hitsOf(sequence: NoteSequence, { ignoreIsDrum = false }: DrumOptions): Hits {
  const groups = new Map<number, Set<number>>();
  for (const { isDrum, velocity, quantizedStartStep, pitch } of quantizedNotes(sequence)) {
    if (!(isDrum || ignoreIsDrum) || velocity === 0) continue;
    groups.set(quantizedStartStep, (groups.get(quantizedStartStep) ?? new Set<number>()).add(pitch));
  }
  return [...groups]
    .map(([step, pitches]): [number, number[]] => [step, [...pitches].sort((a, b) => a - b)])
    .sort(([a], [b]) => a - b);
}

export function setDrumLength(events: readonly DrumEvent[], length: number): DrumEvent[] {
  return Array.from({ length }, (_, step) => events[step] ?? SILENCE);
}

function firstTrack(
  grid: BarGrid,
  hits: Hits,
  { gapBars = 1, padEnd = false, searchStartStep = 0 }: DrumOptions,
): DrumTrack | undefined {
  const { stepsPerBar: bar } = grid;
  const begin = hits.findIndex(([step]) => step >= searchStartStep);
  if (begin < 0) return undefined;
  const [first] = hits[begin];
  const startStep = first - ((first - searchStartStep) % bar);
  const events: DrumEvent[] = [];
  for (let i = begin; i < hits.length; i++) {
    const [step, pitches] = hits[i];
    const silence = step - startStep - events.length;
    if (events.length > 0 && silence >= gapBars * bar) break;
    for (let missing = silence; missing > 0; missing--) events.push(SILENCE);
    events.push(pitches);
  }
  return {
    events: padEnd ? setDrumLength(events, Math.ceil(events.length / bar) * bar) : events,
    startStep,
    ...grid,
  };
}

/**
 * The first drum track from `searchStartStep` on, beginning with the bar of its first hit.
 * @returns undefined where no drum is struck
 * @throws SEQUENCE_NOT_QUANTIZED, METER_INVALID, NOTE_SEQUENCE_INVALID
 */
export function extractDrumTrack(sequence: NoteSequence, options: DrumOptions = {}): DrumTrack | undefined {
  checkedOptions(options, DRUM_OPTIONS);
  const grid = gridOf(sequence);
  return firstTrack(grid, hitsOf(sequence, options), options);
}

export interface ExtractDrumTracksOptions extends DrumOptions {
  /** Shorter ones are dropped, default 7. */
  readonly minBars?: number;
  /** Longer ones are cut to this many steps. */
  readonly maxStepsTruncate?: number;
  /** Longer ones are dropped. */
  readonly maxStepsDiscard?: number;
}

const EXTRACT_DRUM_TRACKS_OPTIONS: OptionNames<ExtractDrumTracksOptions> = {
  ...DRUM_OPTIONS,
  minBars: true,
  maxStepsTruncate: true,
  maxStepsDiscard: true,
};

function filterTrack(track: DrumTrack, options: ExtractDrumTracksOptions): DrumTrack | undefined {
  const { minBars = 7, maxStepsTruncate, maxStepsDiscard, padEnd } = options;
  const { events, stepsPerBar: bar } = track;
  if (events.length < minBars * bar || events.length > (maxStepsDiscard ?? Infinity)) return undefined;
  if (maxStepsTruncate === undefined || events.length <= maxStepsTruncate) return track;
  return { ...track, events: events.slice(0, maxStepsTruncate - (padEnd ? maxStepsTruncate % bar : 0)) };
}

/**
 * All drum tracks of a piece, in order of time.
 * @throws SEQUENCE_NOT_QUANTIZED, METER_INVALID, NOTE_SEQUENCE_INVALID
 */
export function extractDrumTracks(
  sequence: NoteSequence,
  options: ExtractDrumTracksOptions = {},
): DrumTrack[] {
  checkedOptions(options, EXTRACT_DRUM_TRACKS_OPTIONS);
  const start = options.searchStartStep ?? 0;
  const grid = gridOf(sequence);
  const hits = hitsOf(sequence, options);
  const tracks: DrumTrack[] = [];
  let searchStartStep = start;
  for (;;) {
    const track = firstTrack(grid, hits, { ...options, searchStartStep });
    if (!track) return tracks;
    const { startStep, events, stepsPerBar: bar } = track;
    searchStartStep = start + Math.ceil((startStep + events.length - start) / bar) * bar;
    const kept = filterTrack(track, options);
    if (kept) tracks.push(kept);
  }
}

/** A drum track that grows: notes of one step each. */
export class GrowingDrums implements GrowingNotes<DrumEvent> {
  readonly ended: QuantizedNote[] = [];
  step: number;

  constructor(private readonly startStep = 0) {
    this.step = startStep;
  }

  read(pitches: DrumEvent): void {
    const quantizedStartStep = this.step++;
    for (const pitch of pitches) {
      if (!(Number.isInteger(pitch) && pitch >= 0 && pitch <= 127)) {
        throw new TimbrelError(
          'EVENT_INVALID',
          `Drum event ${quantizedStartStep - this.startStep} has a pitch of ${pitch}; expected 0 to 127`,
        );
      }
      const quantizedEndStep = quantizedStartStep + 1;
      this.ended.push({ pitch, quantizedStartStep, quantizedEndStep, isDrum: true });
    }
  }

  open(): QuantizedNote[] {
    return [];
  }
}

/**
 * Notes of one step each.
 * @throws EVENT_INVALID
 */
export const drumNotes = (events: readonly DrumEvent[], startStep = 0): QuantizedNote[] =>
  allNotes(new GrowingDrums(startStep), events);

/**
 * A sequence in seconds.
 * @throws EVENT_INVALID, OPTION_INVALID
 */
export function drumsToSequence(track: DrumTrack, options: ToSequenceOptions = {}): NoteSequence {
  checkedOptions(options, TO_SEQUENCE_OPTIONS);
  const steps = track.startStep + track.events.length;
  return stepsToSequence(drumNotes(track.events, track.startStep), steps, track.stepsPerQuarter, {
    ...options,
    instrument: options.instrument ?? DRUM_INSTRUMENT,
  });
}
