/** Cutting sequences apart (note_seq/sequences_lib.py: split_note_sequence and its like; magenta.js core/sequences.ts: split). */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { withLeftOut } from './left-out.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { byTime, isSameTempo } from './meter.js';
import { DEFAULT_QPM, type Note, type NoteSequence, type QuantizedNote } from './note-sequence.js';
import { quantizedNotes, requireSteps, totalSteps } from './steps.js';
import { extractSubsequence, requireSeconds } from './subsequence.js';
import { totalSeconds } from './timed-events.js';
import { without } from './without.js';

/** The limit: more come of a mistake. */
const MAX_PARTS = 100_000;

export interface SplitOptions {
  /** Leave out cuts through notes that sound, default false. */
  readonly skipSplitsInsideNotes?: boolean;
}

const SPLIT_OPTIONS: OptionNames<SplitOptions> = {
  skipSplitsInsideNotes: true,
};

/** The parts between the cuts, each up to its last note; cuts at 0, beyond the end, and doubled ones are none. */
function cut(given: NoteSequence, times: readonly number[], options: SplitOptions): NoteSequence[] {
  const sequence = withLeftOut(given);
  const total = totalSeconds(sequence);
  if (total === 0) return [];
  const isInside = (time: number) =>
    sequence.notes.some(({ startTime = 0, endTime = 0 }) => startTime < time && endTime > time);
  const cuts = [...new Set(times)]
    .filter((time) => time > 0 && time < total && !(options.skipSplitsInsideNotes && isInside(time)))
    .sort((a, b) => a - b);
  const edges = [0, ...cuts, total];
  // Each part gets its own notes, rather than look for them among all.
  const notes = edges.slice(1).map((): Note[] => []);
  for (const note of sequence.notes) notes[partAt(edges, note.startTime ?? 0)]?.push(note);
  return notes.map((own, i) =>
    extractSubsequence({ ...sequence, notes: own, totalTime: total }, edges[i], edges[i + 1]),
  );
}

/** The part that a time lies in: from its edge on, before the next. */
function partAt(edges: readonly number[], time: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * @param hop seconds of each part, or the times at which to cut
 * @throws SEQUENCE_QUANTIZED, OPTION_INVALID, NOTE_SEQUENCE_INVALID where it has no end of parts
 */
export function splitSequence(
  sequence: NoteSequence,
  hop: number | readonly number[],
  options: SplitOptions = {},
): NoteSequence[] {
  checkedOptions(options, SPLIT_OPTIONS);
  requireSeconds(sequence, 'splitSequence');
  const isGood = typeof hop === 'number' ? hop > 0 : hop.every((time) => time >= 0);
  if (!isGood) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `hop is ${String(hop)}; expected seconds above 0, or times from 0`,
    );
  }
  if (typeof hop !== 'number') return cut(sequence, hop, options);
  const total = totalSeconds(sequence);
  const count = Math.ceil(total / hop);
  if (count > MAX_PARTS) {
    throw new TimbrelError(
      'NOTE_SEQUENCE_INVALID',
      `The sequence lasts ${total} s (totalTime, or the endTime of its last note): ${count} parts of ${hop} s; expected ` +
        `at most ${MAX_PARTS}`,
    );
  }
  return cut(
    sequence,
    Array.from({ length: count }, (_, i) => i * hop),
    options,
  );
}

/**
 * Parts of one tempo and one meter each, as quantisation by beats wants them.
 * @throws SEQUENCE_QUANTIZED
 */
export function splitAtMeterAndTempoChanges(
  sequence: NoteSequence,
  options: SplitOptions = {},
): NoteSequence[] {
  checkedOptions(options, SPLIT_OPTIONS);
  requireSeconds(sequence, 'splitAtMeterAndTempoChanges');
  const meters: number[] = [];
  let meter = '4/4';
  for (const { time = 0, numerator, denominator } of (sequence.timeSignatures ?? []).toSorted(byTime)) {
    if (`${numerator}/${denominator}` === meter) continue;
    meter = `${numerator}/${denominator}`;
    meters.push(time);
  }
  const tempos: number[] = [];
  let tempo = DEFAULT_QPM;
  for (const { time = 0, qpm } of (sequence.tempos ?? []).toSorted(byTime)) {
    if (isSameTempo(qpm, tempo)) continue;
    tempo = qpm;
    tempos.push(time);
  }
  return cut(sequence, [...meters, ...tempos], options);
}

/**
 * Parts between silences; each begins with its first note.
 * @param gap seconds, default 3
 * @throws SEQUENCE_QUANTIZED
 */
export function splitOnSilence(sequence: NoteSequence, gap = 3): NoteSequence[] {
  requireSeconds(sequence, 'splitOnSilence');
  const cuts: number[] = [];
  let lastActive = 0;
  const notes = withLeftOut(sequence).notes.toSorted((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0));
  for (const { startTime = 0, endTime = 0 } of notes) {
    if (startTime > lastActive + gap) cuts.push(startTime);
    lastActive = Math.max(lastActive, endTime);
  }
  return cut(sequence, cuts, {});
}

/**
 * Pieces of equal length of a quantised sequence, each beginning at step 0; a note that lasts over a cut is continued as a new
 * note. Silence makes pieces too.
 * @param chunkSize steps
 * @throws SEQUENCE_NOT_QUANTIZED, OPTION_INVALID
 */
export function splitIntoChunks(sequence: NoteSequence, chunkSize: number): NoteSequence[] {
  requireSteps(sequence);
  if (!(Number.isInteger(chunkSize) && chunkSize > 0)) {
    throw new TimbrelError('OPTION_INVALID', `chunkSize is ${chunkSize}; expected a whole number from 1`);
  }
  const notes = quantizedNotes(sequence).sort((a, b) => a.quantizedStartStep - b.quantizedStartStep);
  // Times of the whole would not fit a piece.
  const pieceOf = (note: QuantizedNote, from: number): QuantizedNote => ({
    ...without(note, 'startTime', 'endTime'),
    quantizedStartStep: Math.max(0, note.quantizedStartStep - from),
    quantizedEndStep: Math.min(chunkSize, note.quantizedEndStep - from),
  });
  return Array.from({ length: Math.ceil(totalSteps(sequence) / chunkSize) }, (_, i) => {
    const from = i * chunkSize;
    const sounding = notes.filter(
      (note) => note.quantizedEndStep > from && note.quantizedStartStep < from + chunkSize,
    );
    return {
      ...without(sequence, 'totalTime'),
      notes: sounding.map((note) => pieceOf(note, from)),
      totalQuantizedSteps: chunkSize,
    };
  });
}
