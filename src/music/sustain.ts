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

/**
 * The pedals and the beginnings and ends of notes in order of time, in columns: recordings have tens of thousands, and an object for
 * each would cost more than all that is done with it.
 */
interface PedalEvents {
  readonly order: readonly number[];
  readonly times: Float64Array;
  readonly kinds: Uint8Array;
  readonly instruments: Float64Array;
  /** The index of the note; -1 for pedals. */
  readonly notes: Int32Array;
}

function pedalEvents(sequence: NoteSequence, controlNumber: number): PedalEvents {
  const pedal = (sequence.controlChanges ?? []).filter(
    (change) => (change.controlNumber ?? 0) === controlNumber,
  );
  const most = pedal.length + 2 * sequence.notes.length;
  const times = new Float64Array(most);
  const kinds = new Uint8Array(most);
  const instruments = new Float64Array(most);
  const notes = new Int32Array(most);
  let count = 0;
  const add = (time: number, kind: number, instrument: number, note: number) => {
    times[count] = time;
    kinds[count] = kind;
    instruments[count] = instrument;
    notes[count++] = note;
  };
  for (const { time = 0, controlValue = 0, instrument = 0 } of pedal)
    add(time, controlValue >= PEDAL_DOWN ? PEDAL_ON : PEDAL_OFF, instrument, -1);
  // Beginnings, then ends: sorting is quick where most is in order already.
  sequence.notes.forEach(({ startTime = 0, instrument = 0, isDrum }, note) => {
    if (!isDrum) add(startTime, NOTE_ON, instrument, note);
  });
  sequence.notes.forEach(({ endTime = 0, instrument = 0, isDrum }, note) => {
    if (!isDrum) add(endTime, NOTE_OFF, instrument, note);
  });
  const order = Array.from({ length: count }, (_, i) => i);
  order.sort((a, b) => times[a] - times[b] || kinds[a] - kinds[b]);
  return { order, times, kinds, instruments, notes };
}

/** The notes that sound by key or pedal, those of each instrument in the order in which they were struck. */
class Sounding {
  private readonly byInstrument = new Map<number, number[]>();

  of(instrument: number): number[] {
    let held = this.byInstrument.get(instrument);
    if (!held) this.byInstrument.set(instrument, (held = []));
    return held;
  }

  all(): number[] {
    return [...this.byInstrument.values()].flat();
  }
}

/** Takes out of a list, in place, what matches. @returns what was taken */
function take(list: number[], matches: (entry: number) => boolean): readonly number[] {
  if (!list.some(matches)) return [];
  const taken = list.filter(matches);
  const kept = list.filter((entry) => !matches(entry));
  list.splice(0, list.length, ...kept);
  return taken;
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
  const sounding = new Sounding();
  const events = pedalEvents(sequence, controlNumber);
  let totalTime = sequence.totalTime ?? 0;
  let now = 0;
  for (const event of events.order) {
    const time = events.times[event];
    const kind = events.kinds[event];
    const instrument = events.instruments[event];
    const note = events.notes[event];
    now = time;
    const held = sounding.of(instrument);
    if (kind === PEDAL_ON) {
      down.add(instrument);
    } else if (kind === PEDAL_OFF) {
      down.delete(instrument);
      const extended = take(held, (i) => ends[i] < time);
      for (const i of extended) ends[i] = time;
      if (extended.length > 0) totalTime = Math.max(totalTime, time);
    } else if (kind === NOTE_ON) {
      const { pitch } = sequence.notes[note];
      const struck = down.has(instrument) ? take(held, (i) => sequence.notes[i].pitch === pitch) : [];
      for (const i of struck) {
        ends[i] = time;
        if (starts[i] === time) deleted.add(i);
      }
      held.push(note);
    } else if (!down.has(instrument)) {
      // A note that was struck again under the pedal is held no more.
      const at = held.indexOf(note);
      if (at >= 0) held.splice(at, 1);
    }
  }
  for (const i of sounding.all()) {
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
