/** The sustain pedal, written into the lengths of the notes (note_seq/sequences_lib.py: apply_sustain_control_changes). */
import { withLeftOut } from './left-out.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { NoteSequence } from './note-sequence.js';

export const SUSTAIN_PEDAL = 64;
/** The lowest value at which a pedal is down. */
const PEDAL_DOWN = 64;

/** Kinds of events, in the order in which those of one time are taken. */
const PEDAL_ON = 0;
const PEDAL_OFF = 1;
const NOTE_ON = 2;
const NOTE_OFF = 3;

interface PedalEvent {
  readonly time: number;
  readonly kind: number;
  readonly instrument: number;
  /** The index of the note; -1 for pedals. */
  readonly note: number;
}

function pedalEvents(sequence: NoteSequence, controlNumber: number): PedalEvent[] {
  const pedal = (sequence.controlChanges ?? [])
    .filter((change) => (change.controlNumber ?? 0) === controlNumber)
    .map(({ time = 0, controlValue = 0, instrument = 0 }) => ({
      time,
      kind: controlValue >= PEDAL_DOWN ? PEDAL_ON : PEDAL_OFF,
      instrument,
      note: -1,
    }));
  const notes = sequence.notes.flatMap(({ startTime = 0, endTime = 0, instrument = 0, isDrum }, note) =>
    isDrum
      ? []
      : [
          { time: startTime, kind: NOTE_ON, instrument, note },
          { time: endTime, kind: NOTE_OFF, instrument, note },
        ],
  );
  return [...pedal, ...notes].sort((a, b) => a.time - b.time || a.kind - b.kind);
}

/**
 * Notes last as long as the pedal holds them: until it goes up, or until the same pitch is struck again under it. Each
 * instrument has its own pedal; drums have none. What is still held at the end ends with the last event, and the piece with it.
 * @param given in seconds
 * @param controlNumber of the pedal, default 64
 * @throws SEQUENCE_QUANTIZED
 */
export function applySustainPedal(given: NoteSequence, controlNumber = SUSTAIN_PEDAL): NoteSequence {
  const sequence = withLeftOut(given);
  if (sequence.quantizationInfo) {
    throw new TimbrelError(
      'SEQUENCE_QUANTIZED',
      'The pedal is applied to seconds, and the sequence has steps; apply it before quantisation',
    );
  }
  const starts = sequence.notes.map(({ startTime = 0 }) => startTime);
  const ends = sequence.notes.map(({ endTime = 0 }) => endTime);
  const deleted = new Set<number>();
  const down = new Set<number>();
  /** The notes that sound by key or pedal, by instrument. */
  const sounding = new Map<number, number[]>();
  let totalTime = sequence.totalTime ?? 0;
  let now = 0;
  for (const { time, kind, instrument, note } of pedalEvents(sequence, controlNumber)) {
    now = time;
    const held = sounding.get(instrument) ?? [];
    if (kind === PEDAL_ON) {
      down.add(instrument);
    } else if (kind === PEDAL_OFF) {
      down.delete(instrument);
      const extended = held.filter((i) => ends[i] < time);
      for (const i of extended) ends[i] = time;
      if (extended.length > 0) totalTime = Math.max(totalTime, time);
      sounding.set(
        instrument,
        held.filter((i) => !extended.includes(i)),
      );
    } else if (kind === NOTE_ON) {
      const { pitch } = sequence.notes[note];
      const struck = down.has(instrument) ? held.filter((i) => sequence.notes[i].pitch === pitch) : [];
      for (const i of struck) {
        ends[i] = time;
        if (starts[i] === time) deleted.add(i);
      }
      sounding.set(instrument, [...held.filter((i) => !struck.includes(i)), note]);
    } else if (!down.has(instrument)) {
      sounding.set(
        instrument,
        held.filter((i) => i !== note),
      );
    }
  }
  for (const i of [...sounding.values()].flat()) {
    ends[i] = now;
    totalTime = now;
  }
  return {
    ...sequence,
    notes: sequence.notes
      .map((note, i) => (ends[i] === (note.endTime ?? 0) ? note : { ...note, endTime: ends[i] }))
      .filter((_, i) => !deleted.has(i)),
    totalTime,
  };
}
