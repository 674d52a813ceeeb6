/**
 * MIDI files to NoteSequences (note_seq/midi_io.py, magenta.js core/midi_io.ts). What NoteSequence has no place for is left out:
 * aftertouch, system exclusive, release velocities, kinds of texts.
 */
import type { MidiEvent } from 'midi-file';
import { invalidMidi, parseMidiFile } from './midi-container.js';
import { annotationOfText, decodeText, keyOfSharps } from './midi-meaning.js';
import { secondsOfTick, tempoMap, type TempoMap } from './midi-tempo-map.js';
import { byTime } from './meter.js';
import type { ControlChange, InstrumentInfo, Note, NoteSequence, PitchBend } from './note-sequence.js';

/** Channel 10, counted from 0. */
export const DRUM_CHANNEL = 9;
/** note-seq's MIDI encoding, and its name for browser-side conversion. */
const SOURCE_INFO = { parser: 6, encodingType: 3 };

type Timed<T> = T & { readonly tick: number };

function withTicks(events: readonly MidiEvent[]): Timed<MidiEvent>[] {
  let tick = 0;
  return events.map((event) => {
    tick += event.deltaTime;
    return { ...event, tick };
  });
}

/** The notes of one track, channel and program: an instrument. */
interface Stream {
  readonly track: number;
  readonly channel: number;
  readonly program: number;
  readonly notes: Note[];
}

/** A control or bend of a track and channel, of which it is not yet known who plays there. */
interface Gesture<T> {
  readonly track: number;
  readonly channel: number;
  readonly program: number;
  readonly event: T;
}

interface Performed {
  readonly streams: Stream[];
  readonly controls: Gesture<ControlChange>[];
  readonly bends: Gesture<PitchBend>[];
}

function readTrack(events: readonly Timed<MidiEvent>[], track: number, map: TempoMap, into: Performed): void {
  const programs = new Array<number>(16).fill(0);
  const open = new Map<string, Timed<{ velocity: number; stream: Stream; order: number }>[]>();
  const streams = new Map<string, Stream>();
  const orders = new Map<Note, number>();
  const streamOf = (channel: number) => {
    const program = programs[channel];
    const key = `${channel} ${program}`;
    const stream = streams.get(key) ?? { track, channel, program, notes: [] };
    streams.set(key, stream);
    return stream;
  };
  events.forEach((event, order) => {
    const time = secondsOfTick(map, event.tick);
    if (event.type === 'programChange') {
      programs[event.channel] = event.programNumber;
    } else if (event.type === 'controller') {
      const { channel, controllerType: controlNumber, value: controlValue } = event;
      const change = { time, controlNumber, controlValue };
      into.controls.push({ track, channel, program: programs[channel], event: change });
    } else if (event.type === 'pitchBend') {
      const { channel, value: bend } = event;
      into.bends.push({ track, channel, program: programs[channel], event: { time, bend } });
    } else if (event.type === 'noteOn') {
      const key = `${event.channel} ${event.noteNumber}`;
      const note = { tick: event.tick, velocity: event.velocity, stream: streamOf(event.channel), order };
      open.set(key, [...(open.get(key) ?? []), note]);
    } else if (event.type === 'noteOff') {
      // The oldest note of the pitch ends; notes that never end are none.
      const begun = open.get(`${event.channel} ${event.noteNumber}`)?.shift();
      if (!begun) return;
      const note: Note = {
        pitch: event.noteNumber,
        velocity: begun.velocity,
        startTime: secondsOfTick(map, begun.tick),
        endTime: time,
      };
      orders.set(note, begun.order);
      begun.stream.notes.push(note);
    }
  });
  const played = [...streams.values()].filter(({ notes }) => notes.length > 0);
  for (const { notes } of played) notes.sort((a, b) => (orders.get(a) ?? 0) - (orders.get(b) ?? 0));
  into.streams.push(...played);
}

/** The index of the instrument that a gesture belongs to; one that nobody plays becomes an instrument of its own. */
function instrumentOf(streams: Stream[], { track, channel, program }: Gesture<unknown>): number {
  const candidates = [
    (stream: Stream) => stream.track === track && stream.channel === channel && stream.program === program,
    (stream: Stream) => stream.track === track && stream.channel === channel,
    (stream: Stream) => stream.channel === channel,
  ];
  for (const isIt of candidates) {
    const index = streams.findIndex(isIt);
    if (index >= 0) return index;
  }
  return streams.push({ track, channel, program, notes: [] }) - 1;
}

function attribute<T extends { readonly time?: number }>(streams: Stream[], gestures: readonly Gesture<T>[]) {
  return gestures
    .map((gesture) => {
      const instrument = instrumentOf(streams, gesture);
      const { program, channel } = streams[instrument];
      return { ...gesture.event, instrument, program, isDrum: channel === DRUM_CHANNEL };
    })
    .sort(byTime);
}

/** Of each track; a track without notes that has a name, the first one, names the piece. */
function readNames(tracks: readonly (readonly MidiEvent[])[], streams: readonly Stream[]) {
  const names = tracks.map((events) => {
    const name = events.find((event) => event.type === 'trackName' && event.text !== '');
    const other = events.find((event) => event.type === 'instrumentName' && event.text !== '');
    const found = name ?? other;
    return found && 'text' in found ? decodeText(found.text) : '';
  });
  const instrumentInfos = streams.flatMap(({ track }, instrument): InstrumentInfo[] =>
    names[track] ? [{ instrument, name: names[track] }] : [],
  );
  const isConductor = !streams.some(({ track }) => track === 0);
  return { instrumentInfos, title: isConductor ? names[0] : '' };
}

/** What the tracks say about the whole piece. */
function readGlobals(events: readonly Timed<MidiEvent>[], map: TempoMap) {
  const at = (event: Timed<unknown>) => secondsOfTick(map, event.tick);
  return {
    tempos: events.flatMap((event) =>
      event.type === 'setTempo' ? [{ time: at(event), qpm: 60e6 / event.microsecondsPerBeat }] : [],
    ),
    timeSignatures: events.flatMap((event) => {
      if (event.type !== 'timeSignature') return [];
      return [{ time: at(event), numerator: event.numerator, denominator: event.denominator }];
    }),
    keySignatures: events.flatMap((event) => {
      if (event.type !== 'keySignature') return [];
      return [{ time: at(event), key: keyOfSharps(event.key, event.scale), mode: event.scale }];
    }),
    textAnnotations: events.flatMap((event) =>
      event.type === 'text' || event.type === 'marker' || event.type === 'cuePoint' || event.type === 'lyrics'
        ? [{ time: at(event), ...annotationOfText(decodeText(event.text)) }]
        : [],
    ),
  };
}

function asBytes(given: Uint8Array | ArrayBuffer): Uint8Array {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  if (given instanceof ArrayBuffer) return new Uint8Array(given);
  throw invalidMidi(`expected its bytes, an ArrayBuffer or Uint8Array, and not ${String(given)}`);
}

const listed = <T>(name: string, list: readonly T[]) => (list.length > 0 ? { [name]: list } : {});

/**
 * Notes by their instruments: each track, channel and program that plays is one, in order of tracks. Of a file without a time
 * signature, 4/4 holds; without a tempo, 120, which is not written down.
 * @param bytes of a standard MIDI file of format 0 or 1
 * @throws MIDI_FILE_INVALID
 */
export function readMidi(bytes: Uint8Array | ArrayBuffer): NoteSequence {
  const { header, tracks } = parseMidiFile(asBytes(bytes));
  const timed = tracks.map(withTicks);
  const everything = timed.flat().sort((a, b) => a.tick - b.tick);
  const changes = everything.flatMap((event) =>
    event.type === 'setTempo'
      ? [{ tick: event.tick, microsecondsPerQuarter: event.microsecondsPerBeat }]
      : [],
  );
  const map = tempoMap(changes, header.ticksPerBeat);
  const performed: Performed = { streams: [], controls: [], bends: [] };
  timed.forEach((events, track) => readTrack(events, track, map, performed));
  const { streams } = performed;
  const controlChanges = attribute(streams, performed.controls);
  const pitchBends = attribute(streams, performed.bends);
  const notes = streams.flatMap(({ channel, program, notes: played }, instrument) =>
    played.map((note) => ({ ...note, instrument, program, isDrum: channel === DRUM_CHANNEL })),
  );
  const { instrumentInfos, title } = readNames(tracks, streams);
  const { tempos, timeSignatures, keySignatures, textAnnotations } = readGlobals(everything, map);
  return {
    ticksPerQuarter: header.ticksPerBeat,
    timeSignatures: timeSignatures.length > 0 ? timeSignatures : [{ time: 0, numerator: 4, denominator: 4 }],
    ...listed('tempos', tempos),
    ...listed('keySignatures', keySignatures),
    notes,
    totalTime: notes.reduce((last, { endTime = 0 }) => Math.max(last, endTime), 0),
    ...listed('controlChanges', controlChanges),
    ...listed('pitchBends', pitchBends),
    ...listed('textAnnotations', textAnnotations),
    ...listed('instrumentInfos', instrumentInfos),
    ...(title && { sequenceMetadata: { title } }),
    sourceInfo: SOURCE_INFO,
  };
}
