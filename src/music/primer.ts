/**
 * The part of a piece for several instruments that a model continues: its melody, all its voices, or its drums. Each gives a
 * sequence in which there is nothing else, so that taking it twice is taking it once.
 */
import { withLeftOut } from './left-out.js';
import { byTime } from './meter.js';
import {
  DEFAULT_QPM,
  DEFAULT_STEPS_PER_QUARTER,
  isUnpitchedProgram,
  type Note,
  type NoteSequence,
} from './note-sequence.js';
import { SUSTAIN_PEDAL, applySustainPedal } from './sustain.js';

/** Instruments with fewer notes than this share of the busiest line do not carry the melody. */
const LEAST_PRESENCE = 1 / 4;
/** A line of which less than this share sounds alone belongs to an accompaniment. */
const MONOPHONIC_SHARE = 0.9;
/** Semitones that a line of one voice counts higher: a tune goes before the chords above it. */
const MONOPHONIC_BONUS = 12;

const isHeard = ({ isDrum, velocity }: Note) => !isDrum && velocity !== 0;

/** The beginning and end of a note, in sixteenths. */
type Span = (note: Note) => { readonly start: number; readonly end: number };

function sixteenthsOf({ quantizationInfo, tempos = [] }: NoteSequence): Span {
  const { stepsPerQuarter, stepsPerSecond } = quantizationInfo ?? {};
  const perSecond = ((tempos.toSorted(byTime)[0]?.qpm || DEFAULT_QPM) * DEFAULT_STEPS_PER_QUARTER) / 60;
  if (!stepsPerQuarter && !stepsPerSecond)
    return ({ startTime = 0, endTime = 0 }) => ({ start: startTime * perSecond, end: endTime * perSecond });
  const perStep = stepsPerQuarter
    ? DEFAULT_STEPS_PER_QUARTER / stepsPerQuarter
    : perSecond / (stepsPerSecond ?? 1);
  return ({ quantizedStartStep = 0, quantizedEndStep = 0 }) => ({
    start: quantizedStartStep * perStep,
    end: quantizedEndStep * perStep,
  });
}

/**
 * The notes that are heard on top: those that no higher ones cover for more than half of their length, and of notes that begin on one
 * sixteenth the highest.
 */
function topLine(notes: readonly Note[], span: Span): Note[] {
  const sorted = notes.map((note) => ({ note, ...span(note) })).sort((a, b) => a.start - b.start);
  const highest = new Map<number, Note>();
  let sounding: typeof sorted = [];
  sorted.forEach(({ note, start, end }, i) => {
    sounding = sounding.filter((other) => other.end > start);
    let [covered, until] = [0, start];
    const cover = (other: (typeof sorted)[number]) => {
      if (other.note.pitch <= note.pitch || other.end <= until) return;
      const last = Math.min(other.end, end);
      covered += Math.max(0, last - Math.max(until, other.start));
      until = Math.max(until, last);
    };
    sounding.forEach(cover);
    for (let next = i + 1; next < sorted.length && sorted[next].start < end; next++) cover(sorted[next]);
    sounding.push(sorted[i]);
    if (covered > (end - start) / 2) return;
    const step = Math.round(start);
    const other = highest.get(step);
    if (!other || other.pitch < note.pitch) highest.set(step, note);
  });
  return [...highest.values()];
}

/** The top line of each instrument; those of effects count where there is nothing else. */
function linesOf(notes: readonly Note[], span: Span): Note[][] {
  const pitched = notes.filter(({ program = 0 }) => !isUnpitchedProgram(program));
  const instruments = new Map<number, Note[]>();
  for (const note of pitched.length > 0 ? pitched : notes) {
    const { instrument = 0 } = note;
    const own = instruments.get(instrument);
    if (own) own.push(note);
    else instruments.set(instrument, [note]);
  }
  const lines = [...instruments]
    .sort(([a], [b]) => a - b)
    .map(([, own]) => ({ own, line: topLine(own, span) }));
  const busiest = lines.reduce((most, { line }) => Math.max(most, line.length), 0);
  const height = ({ own, line }: (typeof lines)[number]) =>
    line.reduce((sum, { pitch }) => sum + pitch, 0) / line.length +
    (line.length >= MONOPHONIC_SHARE * own.length ? MONOPHONIC_BONUS : 0);
  return lines
    .filter(({ line }) => line.length >= LEAST_PRESENCE * busiest)
    .sort((a, b) => height(b) - height(a))
    .map(({ line }) => line);
}

/**
 * The melody: of the instruments that play most of the time the one whose top line is highest, where a line of one voice counts an
 * octave more; of this instrument the top line, one note at a time.
 * @param sequence in seconds or steps, of any number of instruments
 * @returns with the notes of the melody as instrument 0, and all other lists as they were but for the sustain pedal
 */
export function takeMelody(sequence: NoteSequence): NoteSequence {
  const given = withLeftOut(sequence);
  const [line = []] = linesOf(given.notes.filter(isHeard), sixteenthsOf(given));
  return { ...withoutPedal(given), notes: line.map((note) => ({ ...note, instrument: 0, program: 0 })) };
}

/**
 * All that is not drums, as one instrument: the models of several voices know no others. It keeps its program where there is one. The
 * sustain pedal becomes lengths of notes, where the sequence is in seconds.
 */
export function takeVoices(sequence: NoteSequence): NoteSequence {
  const given = withPedal(withLeftOut(sequence));
  const notes = given.notes.filter(isHeard);
  const program = notes[0]?.program ?? 0;
  const isOneProgram = notes.every((note) => (note.program ?? 0) === program);
  return {
    ...withoutPedal(given),
    notes: notes.map((note) => ({ ...note, instrument: 0, program: isOneProgram ? program : 0 })),
  };
}

/** A part that is continued has no place for a pedal: held down at its end, it would blur all that follows. */
function withoutPedal({ controlChanges, ...sequence }: NoteSequence): NoteSequence {
  const others = controlChanges?.filter((change) => !isPedal(change));
  return { ...sequence, ...(others && { controlChanges: others }) };
}

const isPedal = ({ controlNumber = 0 }) => controlNumber === SUSTAIN_PEDAL;

const withPedal = (sequence: NoteSequence) =>
  sequence.quantizationInfo || !sequence.controlChanges?.some(isPedal)
    ? sequence
    : applySustainPedal(sequence);

/** The drums alone. */
export function takeDrums(sequence: NoteSequence): NoteSequence {
  const given = withLeftOut(sequence);
  return { ...given, notes: given.notes.filter(({ isDrum }) => isDrum) };
}

/** The notes, bends and controls of one instrument. */
export function takeInstrument(sequence: NoteSequence, instrument: number): NoteSequence {
  const isOwn = (event: { readonly instrument?: number }) => (event.instrument ?? 0) === instrument;
  const { controlChanges, pitchBends, ...given } = withLeftOut(sequence);
  return {
    ...given,
    notes: given.notes.filter(isOwn),
    ...(controlChanges && { controlChanges: controlChanges.filter(isOwn) }),
    ...(pitchBends && { pitchBends: pitchBends.filter(isOwn) }),
  };
}
