/** Notes and instruments made fewer, or exchanged (magenta.js core/sequences.ts). */
import { withLeftOut } from './left-out.js';
import type { Note, NoteSequence } from './note-sequence.js';
import { quantizedNotes, requireSteps } from './steps.js';
import { without } from './without.js';

/** A note that begins here stays a note of its own. */
const MEASURE_STEPS = 16;

const byStart = (a: Note, b: Note) => (a.quantizedStartStep ?? 0) - (b.quantizedStartStep ?? 0);

/**
 * Joins notes of one pitch and instrument that touch, unless the second begins a measure of 16 steps. The result is sorted by
 * instrument and step, and has no velocities: a joined note has none of its own.
 * @throws SEQUENCE_NOT_QUANTIZED
 */
export function mergeConsecutiveNotes(sequence: NoteSequence): NoteSequence {
  requireSteps(sequence);
  const notes = quantizedNotes(sequence).sort(
    (a, b) => (a.instrument ?? 0) - (b.instrument ?? 0) || byStart(a, b),
  );
  const merged: Note[] = [];
  /** The index in `merged` of the last note, by instrument and pitch. */
  const last = new Map<string, number>();
  for (const note of notes.map((one) => without(one, 'velocity'))) {
    const voice = `${note.instrument ?? 0} ${note.pitch}`;
    const index = last.get(voice) ?? -1;
    const touches = merged[index]?.quantizedEndStep === note.quantizedStartStep;
    if (touches && note.quantizedStartStep % MEASURE_STEPS !== 0) {
      const { endTime } = note;
      merged[index] = {
        ...merged[index],
        quantizedEndStep: note.quantizedEndStep,
        ...(endTime !== undefined && { endTime }),
      };
    } else {
      last.set(voice, merged.length);
      merged.push(note);
    }
  }
  return { ...sequence, notes: merged };
}

/**
 * One instrument for each program, in the order in which they appear, and one for all drums, the last. Bends and controls go
 * with the notes of their instrument.
 */
export function mergeInstruments(given: NoteSequence): NoteSequence {
  const sequence = withLeftOut(given);
  const isDrum = (note: Note) => note.isDrum ?? false;
  const programOf = (note: Note) => note.program ?? 0;
  const programs = [...new Set(sequence.notes.filter((note) => !isDrum(note)).map(programOf))];
  const instrumentOf = (note: Note) => (isDrum(note) ? programs.length : programs.indexOf(programOf(note)));
  /** The new instrument of each old one, for controls, bends and names. */
  const renamed = new Map<number, number>();
  for (const note of sequence.notes) {
    if (!renamed.has(note.instrument ?? 0)) renamed.set(note.instrument ?? 0, instrumentOf(note));
  }
  const moved = <T extends { readonly instrument?: number }>(events: readonly T[]): T[] =>
    events.map((event) => ({
      ...event,
      instrument: renamed.get(event.instrument ?? 0) ?? event.instrument ?? 0,
    }));
  const { controlChanges, pitchBends, instrumentInfos } = sequence;
  const names = instrumentInfos && moved(instrumentInfos);
  return {
    ...sequence,
    notes: sequence.notes.map((note) => ({
      ...note,
      instrument: instrumentOf(note),
      ...(isDrum(note) && { program: 0 }),
    })),
    ...(controlChanges && { controlChanges: moved(controlChanges) }),
    ...(pitchBends && { pitchBends: moved(pitchBends) }),
    ...(names && {
      instrumentInfos: names.filter(
        ({ instrument }, i) => names.findIndex((other) => other.instrument === instrument) === i,
      ),
    }),
  };
}

/**
 * The notes of the instruments that both sequences have are taken from `replacement`, the others stay; sorted by instrument and
 * step. Instruments that only `replacement` has are left out.
 */
export function replaceInstruments(sequence: NoteSequence, replacement: NoteSequence): NoteSequence {
  const [own, other] = [sequence, replacement].map((one) => withLeftOut(one).notes);
  const instrumentOf = (note: Note) => note.instrument ?? 0;
  const old = new Set(own.map(instrumentOf));
  const fresh = new Set(other.map(instrumentOf));
  const notes = [
    ...own.filter((note) => !fresh.has(instrumentOf(note))),
    ...other.filter((note) => old.has(instrumentOf(note))),
  ];
  return { ...sequence, notes: notes.sort((a, b) => instrumentOf(a) - instrumentOf(b) || byStart(a, b)) };
}
