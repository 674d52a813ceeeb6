/** NoteSequences to MIDI files of format 1 (note_seq/midi_io.py, magenta.js core/midi_io.ts). */
import { TimbrelError } from '../errors/timbrel-error.js';
import { byTime, checkMeter } from './meter.js';
import { encodeMidiFile, metaEvent, type TrackEvent } from './midi-encoder.js';
import * as midi from './midi-meaning.js';
import {
  microsecondsPerQuarter,
  secondsOfTick,
  tempoMap,
  tickOfSeconds,
  type TempoChange,
  type TempoMap,
} from './midi-tempo-map.js';
import { checkedNoteSequence } from './note-sequence-json.js';
import {
  DEFAULT_QPM,
  DEFAULT_TICKS_PER_QUARTER,
  DEFAULT_VELOCITY,
  type ControlChange,
  type Note,
  type NoteSequence,
  type PitchBend,
} from './note-sequence.js';
import { unquantizeSequence } from './quantize.js';

/** MIDI clocks per metronome click, and 32nd notes per 24 clocks: what everybody writes. */
const METRONOME = [24, 8];

/** An event of which it is said what comes first at one tick: those of lower rank. */
interface Placed extends TrackEvent {
  readonly rank: number;
}

/** Notes end before others begin; a note without length begins before it ends. */
const SETUP = 0;
const GESTURE = 1;
const NOTE_OFF = 2;
const NOTE_ON = 3;
const NOTE_OFF_AT_ONCE = 4;

const inOrder = (placed: readonly Placed[]): TrackEvent[] =>
  placed.toSorted((a, b) => a.tick - b.tick || a.rank - b.rank);

const encodeText = (text: string) => new TextEncoder().encode(text);

function writeTempos(sequence: NoteSequence, ticksPerQuarter: number): TempoChange[] {
  const changes: TempoChange[] = [];
  const tempos = (sequence.tempos ?? []).toSorted(byTime);
  if (tempos.length === 0) tempos.push({ time: 0, qpm: DEFAULT_QPM });
  tempos.forEach(({ time = 0, qpm }, i) => {
    if (!(qpm > 0)) {
      throw new TimbrelError(
        'NOTE_SEQUENCE_INVALID',
        `tempos[${i}].qpm is ${qpm}; expected a number above 0`,
      );
    }
    const tick = tickOfSeconds(tempoMap(changes, ticksPerQuarter), time);
    changes.push({ tick, microsecondsPerQuarter: microsecondsPerQuarter(qpm) });
  });
  return changes;
}

/** The first track: names, tempos, signatures, texts. */
function conductorTrack(sequence: NoteSequence, tempos: readonly TempoChange[], map: TempoMap): TrackEvent[] {
  const placed: Placed[] = [];
  const place = (tick: number, kind: number, data: ArrayLike<number>) =>
    placed.push({ tick, rank: SETUP, bytes: metaEvent(kind, data) });
  const at = ({ time = 0 }: { readonly time?: number }) => tickOfSeconds(map, time);
  place(0, midi.TRACK_NAME, encodeText(sequence.sequenceMetadata?.title ?? ''));
  for (const { tick, microsecondsPerQuarter: quarter } of tempos)
    place(tick, midi.SET_TEMPO, [quarter >> 16, (quarter >> 8) & 0xff, quarter & 0xff]);
  const meters = sequence.timeSignatures ?? [];
  for (const meter of meters.length > 0 ? meters : [{ time: 0, numerator: 4, denominator: 4 }]) {
    checkMeter(meter);
    place(at(meter), midi.TIME_SIGNATURE, [meter.numerator, Math.log2(meter.denominator), ...METRONOME]);
  }
  for (const signature of sequence.keySignatures ?? []) {
    const { sharps, scale } = midi.sharpsOfKey(signature.key ?? 0, signature.mode ?? 0);
    place(at(signature), midi.KEY_SIGNATURE, [sharps & 0xff, scale]);
  }
  for (const annotation of sequence.textAnnotations ?? [])
    place(at(annotation), midi.MARKER, encodeText(midi.textOfAnnotation(annotation)));
  return inOrder(placed);
}

/** One instrument with one program, which becomes a track. */
interface Part {
  readonly instrument: number;
  readonly program: number;
  readonly isDrum: boolean;
  readonly notes: Note[];
  readonly controls: ControlChange[];
  readonly bends: PitchBend[];
}

type Player = Partial<Pick<Part, 'instrument' | 'program' | 'isDrum'>>;

/** The parts in the order in which they appear in the notes, then instruments that have bends and controls only. */
function partsOf({ notes, controlChanges = [], pitchBends = [] }: NoteSequence): Part[] {
  const parts: Part[] = [];
  const add = ({ instrument = 0, program = 0, isDrum = false }: Player) => {
    const part = { instrument, program, isDrum, notes: [], controls: [], bends: [] };
    parts.push(part);
    return part;
  };
  const exact = ({ instrument = 0, program = 0, isDrum = false }: Player) =>
    parts.find(
      (part) => part.instrument === instrument && part.program === program && part.isDrum === isDrum,
    );
  // Those who write controls often leave the program out.
  const near = (event: Player): Part =>
    exact(event) ?? parts.find(({ instrument }) => instrument === (event.instrument ?? 0)) ?? add(event);
  for (const note of notes) (exact(note) ?? add(note)).notes.push(note);
  for (const change of controlChanges) near(change).controls.push(change);
  for (const bend of pitchBends) near(bend).bends.push(bend);
  return parts;
}

function instrumentTrack(part: Part, channel: number, name: string, map: TempoMap): TrackEvent[] {
  const placed: Placed[] = [
    { tick: 0, rank: SETUP, bytes: metaEvent(midi.TRACK_NAME, encodeText(name)) },
    { tick: 0, rank: SETUP, bytes: [midi.PROGRAM_MESSAGE | channel, part.program] },
  ];
  for (const { time = 0, controlNumber = 0, controlValue = 0 } of part.controls) {
    const bytes = [midi.CONTROL_MESSAGE | channel, controlNumber, controlValue];
    placed.push({ tick: tickOfSeconds(map, time), rank: GESTURE, bytes });
  }
  for (const { time = 0, bend = 0 } of part.bends) {
    const value = bend + midi.BEND_CENTRE;
    const bytes = [midi.BEND_MESSAGE | channel, value & 0x7f, value >> 7];
    placed.push({ tick: tickOfSeconds(map, time), rank: GESTURE, bytes });
  }
  for (const { pitch = 0, velocity, startTime = 0, endTime = 0 } of part.notes) {
    const start = tickOfSeconds(map, startTime);
    // As the reference does: the length is kept, not the end, where both cannot be.
    const end = tickOfSeconds(map, secondsOfTick(map, start) + endTime - startTime);
    // A velocity of 0 would be a note-off.
    const on = [midi.NOTE_ON_MESSAGE | channel, pitch, velocity || DEFAULT_VELOCITY];
    placed.push(
      { tick: start, rank: NOTE_ON, bytes: on },
      {
        tick: end,
        rank: end > start ? NOTE_OFF : NOTE_OFF_AT_ONCE,
        bytes: [midi.NOTE_OFF_MESSAGE | channel, pitch, 0],
      },
    );
  }
  return inOrder(placed);
}

/**
 * A file of one track for the piece and one for each instrument and program, in the order in which they appear in the notes:
 * so an instrument may be read back under another index. Drums play on channel 10, the others take turns on the other 15.
 * Chord symbols, beats and other texts become markers. A quantised sequence is written by its steps.
 * @throws NOTE_SEQUENCE_INVALID, METER_INVALID
 */
export function writeMidi(sequence: NoteSequence): Uint8Array {
  const checked = checkedNoteSequence(sequence);
  const played = checked.quantizationInfo ? unquantizeSequence(checked) : checked;
  const ticksPerQuarter = played.ticksPerQuarter || DEFAULT_TICKS_PER_QUARTER;
  const tempos = writeTempos(played, ticksPerQuarter);
  const map = tempoMap(tempos, ticksPerQuarter);
  const names = new Map(played.instrumentInfos?.map(({ instrument = 0, name = '' }) => [instrument, name]));
  const tracks = partsOf(played).map((part, i) => {
    const channel = part.isDrum ? midi.DRUM_CHANNEL : midi.MELODIC_CHANNELS[i % midi.MELODIC_CHANNELS.length];
    return instrumentTrack(part, channel, names.get(part.instrument) ?? '', map);
  });
  return encodeMidiFile([conductorTrack(played, tempos, map), ...tracks], ticksPerQuarter);
}
