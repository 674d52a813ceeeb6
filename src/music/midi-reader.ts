/**
 * MIDI files to NoteSequences (note_seq/midi_io.py, magenta.js core/midi_io.ts). What NoteSequence has no place for is left out:
 * aftertouch, system exclusive, release velocities, kinds of texts. A remark that is out of range is left out too, and costs no note.
 */
import { bytesOf, type FileBytes } from '../bytes/given-file.js';
import { readMidiFile, type MidiTime } from './midi-container.js';
import {
  MidiContent,
  MidiTrackReader,
  type AtTick,
  senderOf,
  type Gestures,
  type Stream,
} from './midi-content.js';
import { DRUM_CHANNEL } from './midi-meaning.js';
import { fixedTempoMap, secondsOfTick, tempoMap, type TempoMap } from './midi-tempo-map.js';
import {
  DEFAULT_QPM,
  type ControlChange,
  type InstrumentInfo,
  type Note,
  type NoteSequence,
  type PitchBend,
  type Tempo,
} from './note-sequence.js';

/** note-seq's MIDI encoding, and its name for browser-side conversion. */
const SOURCE_INFO = { parser: 6, encodingType: 3 };
const byTick = (a: AtTick<unknown>, b: AtTick<unknown>) => a.tick - b.tick;

const endOfNotes = (notes: readonly Note[]) =>
  notes.reduce((last, { endTime = 0 }) => Math.max(last, endTime), 0);

/** The index of the instrument that a gesture belongs to; one that nobody plays becomes an instrument of its own. */
function instrumentOf(streams: Stream[], sender: number): number {
  const program = sender % 128;
  const channel = (sender >> 7) % 16;
  const track = sender >> 11;
  const candidates = [
    (stream: Stream) => senderOf(stream.track, stream.channel, stream.program) === sender,
    (stream: Stream) => stream.track === track && stream.channel === channel,
    (stream: Stream) => stream.channel === channel,
  ];
  for (const isIt of candidates) {
    const index = streams.findIndex(isIt);
    if (index >= 0) return index;
  }
  return streams.push({ track, channel, program, notes: [] }) - 1;
}

/** Gestures in order of time. @param eventOf the index of a gesture, and its instrument */
function attribute<T>(
  streams: Stream[],
  gestures: Gestures,
  eventOf: (index: number, instrument: number) => T,
): T[] {
  const known = new Map<number, number>();
  return gestures.inOrder().map((index) => {
    const sender = gestures.senders[index];
    let instrument = known.get(sender);
    if (instrument === undefined) known.set(sender, (instrument = instrumentOf(streams, sender)));
    return eventOf(index, instrument);
  });
}

function notesOf({ channel, program, notes }: Stream, instrument: number, map: TempoMap): Note[] {
  const isDrum = channel === DRUM_CHANNEL;
  return notes.map(({ pitch, velocity, startTick, endTick = startTick }) => ({
    pitch,
    velocity,
    startTime: secondsOfTick(map, startTick),
    endTime: secondsOfTick(map, endTick),
    instrument,
    program,
    isDrum,
  }));
}

/** The names of the instruments; a first track without notes that has a name names the piece. */
function namesOf(names: readonly string[], streams: readonly Stream[]) {
  const instrumentInfos = streams.flatMap(({ track }, instrument): InstrumentInfo[] =>
    names[track] ? [{ instrument, name: names[track] }] : [],
  );
  const isConductor = !streams.some(({ track }) => track === 0);
  return { instrumentInfos, title: isConductor ? names[0] : '' };
}

/** Remarks of all tracks, in order of time. */
const inSeconds = <T>(events: readonly AtTick<T>[], map: TempoMap) =>
  events.toSorted(byTick).map(({ tick, ...event }) => ({ time: secondsOfTick(map, tick), ...event }));

const listed = <T>(name: string, list: readonly T[]) => (list.length > 0 ? { [name]: list } : {});

/** A file that counts by SMPTE has the ticks of a quarter at the tempo that holds where none is given. */
const ticksPerQuarterOf = ({ ticksPerQuarter, ticksPerSecond = 0 }: MidiTime) =>
  ticksPerQuarter ?? Math.max(1, Math.round((ticksPerSecond * 60) / DEFAULT_QPM));

/**
 * Notes by their instruments: each track, channel and program that plays is one, in order of tracks. Of a file without a time
 * signature, 4/4 holds; without a tempo, 120, which is not written down. A note-off ends all notes of its key and channel.
 * @param bytes of a standard MIDI file of format 0 or 1, or of format 2 with one track; in ticks of quarters or of SMPTE frames
 * @throws MIDI_FILE_INVALID, OPTION_INVALID where it is no bytes
 */
export function readMidi(bytes: FileBytes): NoteSequence {
  const content = new MidiContent();
  const time = readMidiFile(bytesOf('readMidi', bytes), (track) => new MidiTrackReader(content, track));
  const changes = content.tempos.toSorted(byTick);
  const map =
    time.ticksPerSecond === undefined
      ? tempoMap(changes, ticksPerQuarterOf(time))
      : fixedTempoMap(time.ticksPerSecond);
  const streams = content.streams
    .map((stream) => ({ ...stream, notes: stream.notes.filter(({ endTick }) => endTick !== undefined) }))
    .filter(({ notes }) => notes.length > 0);
  const { controls, bends } = content;
  const controlChanges = attribute(streams, controls, (i, instrument): ControlChange => {
    const { program, channel } = streams[instrument];
    return {
      time: secondsOfTick(map, controls.ticks[i]),
      controlNumber: controls.controlNumbers[i],
      controlValue: controls.values[i],
      instrument,
      program,
      isDrum: channel === DRUM_CHANNEL,
    };
  });
  const pitchBends = attribute(streams, bends, (i, instrument): PitchBend => {
    const { program, channel } = streams[instrument];
    const isDrum = channel === DRUM_CHANNEL;
    return { time: secondsOfTick(map, bends.ticks[i]), bend: bends.values[i], instrument, program, isDrum };
  });
  const notes = streams.flatMap((stream, instrument) => notesOf(stream, instrument, map));
  const { instrumentInfos, title } = namesOf(content.names, streams);
  const tempos: Tempo[] = inSeconds(changes, map).map(({ time: at, microsecondsPerQuarter }) => ({
    time: at,
    qpm: 60e6 / microsecondsPerQuarter,
  }));
  const timeSignatures = inSeconds(content.meters, map);
  return {
    ticksPerQuarter: ticksPerQuarterOf(time),
    timeSignatures: timeSignatures.length > 0 ? timeSignatures : [{ time: 0, numerator: 4, denominator: 4 }],
    ...listed('tempos', tempos),
    ...listed('keySignatures', inSeconds(content.keys, map)),
    notes,
    totalTime: endOfNotes(notes),
    ...listed('controlChanges', controlChanges),
    ...listed('pitchBends', pitchBends),
    ...listed('textAnnotations', inSeconds(content.texts, map)),
    ...listed('instrumentInfos', instrumentInfos),
    ...(title && { sequenceMetadata: { title } }),
    sourceInfo: SOURCE_INFO,
  };
}
