/**
 * The melody of a piece for several voices (note_seq/melody_inference.py): a hidden Markov model that rests, begins a pitch or
 * holds it, and prefers the highest voice and small steps. The likeliest way through it (Viterbi).
 */
import { withLeftOut } from './left-out.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { isUnpitchedProgram, type Note, type NoteSequence } from './note-sequence.js';
import { requireSeconds } from './subsequence.js';

const MAX_FRAMES = 10000;
/** The probability of a frame that should not be. */
const UNLIKELY = 1e-15;
const LIKELY = 1 - UNLIKELY;
const REST_TO_ONSET = 1 / 128;
const NOTE_TO_REST = 0.1;
/** Semitones over which the likelihood of an interval falls to a half. */
const INTERVAL_SCALE = 2;
const DRUM_INSTRUMENT = 9;

const startOf = (note: Note) => note.startTime ?? 0;
const endOf = (note: Note) => note.endTime ?? 0;

/** A stretch of time in which nothing begins or ends. */
interface Frame {
  readonly duration: number;
  readonly sounding: ReadonlySet<number>;
  readonly onsets: ReadonlySet<number>;
  readonly highest: number;
}

function framesOf(notes: readonly Note[], times: readonly number[]): Frame[] {
  const sorted = notes.toSorted((a, b) => startOf(a) - startOf(b));
  let active: Note[] = [];
  let next = 0;
  return times.slice(1).map((end, i) => {
    const begin = times[i];
    const onsets = new Set<number>();
    active = active.filter((note) => endOf(note) > begin);
    for (; next < sorted.length && startOf(sorted[next]) <= begin; next++) {
      active.push(sorted[next]);
      onsets.add(sorted[next].pitch);
    }
    const sounding = new Set(active.map(({ pitch }) => pitch));
    return { duration: end - begin, sounding, onsets, highest: Math.max(-1, ...sounding) };
  });
}

/** No higher note sounds; whether the pitch itself does is another question. */
const isHighest = ({ highest }: Frame, pitch: number) => pitch >= highest;

const onsetLikelihood = (frame: Frame, pitch: number) => {
  if (!frame.onsets.has(pitch)) return 0;
  return isHighest(frame, pitch) ? LIKELY : UNLIKELY;
};

const sustainLikelihood = (frame: Frame, pitch: number) => {
  if (frame.onsets.has(pitch)) return 0;
  return (isHighest(frame, pitch) ? LIKELY : UNLIKELY) * (frame.sounding.has(pitch) ? LIKELY : UNLIKELY);
};

/** [pitches][pitches] Logarithms of going from one note to the beginning of another. */
function intervalLogs(pitches: readonly number[]): Float64Array[] {
  const weight = (interval: number) => 1 / (1 + (interval / INTERVAL_SCALE) ** 2);
  return pitches.map((from) => {
    let sum = 0;
    for (let to = 0; to < 128; to++) sum += weight(to - from);
    return Float64Array.from(pitches, (to) => Math.log(((1 - NOTE_TO_REST) * weight(to - from)) / sum));
  });
}

/** States: 0 rest, then the onset of each pitch, then its being held. */
function likeliestStates(frames: readonly Frame[], pitches: readonly number[]): number[] {
  const count = pitches.length;
  const intervals = intervalLogs(pitches);
  let scores = new Float64Array(1 + 2 * count).fill(-Infinity);
  scores[0] = 0;
  const history: Int32Array[] = [];
  for (const frame of frames) {
    const next = new Float64Array(1 + 2 * count).fill(-Infinity);
    const from = new Int32Array(1 + 2 * count);
    const offer = (state: number, previous: number, score: number) => {
      if (!(score > next[state])) return;
      next[state] = score;
      from[state] = previous;
    };
    offer(0, 0, scores[0]);
    for (let p = 0; p < count; p++) offer(1 + p, 0, scores[0] + Math.log(REST_TO_ONSET));
    for (let p = 0; p < count; p++) {
      const [onset, sustain] = [1 + p, 1 + count + p];
      const note = scores[onset] >= scores[sustain] ? onset : sustain;
      offer(0, note, scores[note] + Math.log(NOTE_TO_REST));
      offer(sustain, note, scores[note]);
      for (let q = 0; q < count; q++) offer(1 + q, note, scores[note] + intervals[p][q]);
    }
    if (frame.sounding.size > 0) next[0] = -Infinity;
    pitches.forEach((pitch, p) => {
      next[1 + p] += frame.duration * Math.log(onsetLikelihood(frame, pitch));
      next[1 + count + p] += frame.duration * Math.log(sustainLikelihood(frame, pitch));
    });
    scores = next;
    history.push(from);
  }
  const path = [scores.indexOf(scores.reduce((a, b) => Math.max(a, b)))];
  for (const from of history.reverse()) path.push(from[path[path.length - 1]]);
  return path.reverse().slice(1);
}

/** The first index behind those in use that is not the drums' by convention. */
function freeInstrument(notes: readonly Note[]): number {
  const next = notes.reduce((last, { instrument = 0 }) => Math.max(last, instrument), -1) + 1;
  return next === DRUM_INSTRUMENT ? next + 1 : next;
}

/**
 * @param given in seconds; drums, sound effects and notes without length are passed over
 * @returns a copy with the melody as another instrument, velocity 127, and that instrument (undefined where there are no notes)
 * @throws SEQUENCE_QUANTIZED, OPTION_INVALID for more than 10000 different times
 */
export function inferMelody(given: NoteSequence): {
  readonly sequence: NoteSequence;
  readonly instrument: number | undefined;
} {
  const sequence = withLeftOut(given);
  requireSeconds(sequence, 'inferMelody');
  const notes = sequence.notes.filter(
    (note) => !note.isDrum && !isUnpitchedProgram(note.program ?? 0) && endOf(note) > startOf(note),
  );
  if (notes.length === 0) return { sequence, instrument: undefined };
  const times = [...new Set(notes.flatMap((note) => [startOf(note), endOf(note)]))].sort((a, b) => a - b);
  if (times.length - 1 > MAX_FRAMES) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `Notes begin and end at ${times.length} different times; expected at most ${MAX_FRAMES}. Quantise, or split the piece`,
    );
  }
  const pitches = [...new Set(notes.map(({ pitch }) => pitch))].sort((a, b) => a - b);
  const states = likeliestStates(framesOf(notes, times), pitches);
  const instrument = freeInstrument(sequence.notes);
  const isHeld = (state: number) => state > pitches.length;
  const melody = states.flatMap((state, i): Note[] => {
    if (state === 0 || isHeld(state)) return [];
    let end = i + 1;
    while (end < states.length && isHeld(states[end])) end++;
    const span = { startTime: times[i], endTime: times[end] };
    return [{ pitch: pitches[state - 1], velocity: 127, ...span, instrument }];
  });
  return { sequence: { ...sequence, notes: [...sequence.notes, ...melody] }, instrument };
}
