/** The content of the tracks of a MIDI file, by ticks: notes paired from their messages, controls, remarks. */
import * as midi from './midi-meaning.js';
import type { TrackListener } from './midi-track.js';
import type { KeySignature, TextAnnotation, TimeSignature } from './note-sequence.js';

const MAX_DATA = 127;
/** The shortest note that a meter can count is a 256th: of what a damaged file says, no more is believed. */
const MAX_METER_POWER = 8;

interface PlayedNote {
  readonly pitch: number;
  readonly velocity: number;
  readonly startTick: number;
  endTick: number | undefined;
}

/** The notes of one track, channel and program: an instrument. */
export interface Stream {
  readonly track: number;
  readonly channel: number;
  readonly program: number;
  readonly notes: PlayedNote[];
}

/**
 * Controls or bends, in columns: files have tens of thousands, and an object for each would be made only to be thrown away. Of
 * whom they are is not known before the last track is read.
 */
export class Gestures {
  readonly ticks: number[] = [];
  /** {@link senderOf} the track, channel and program at their time. */
  readonly senders: number[] = [];
  readonly controlNumbers: number[] = [];
  readonly values: number[] = [];

  add(tick: number, sender: number, controlNumber: number, value: number): void {
    this.ticks.push(tick);
    this.senders.push(sender);
    this.controlNumbers.push(controlNumber);
    this.values.push(value);
  }

  /** Indices in order of time. */
  inOrder(): number[] {
    const { ticks } = this;
    const order = Array.from(ticks.keys());
    const isSorted = ticks.every((tick, i) => i === 0 || tick >= ticks[i - 1]);
    return isSorted ? order : order.sort((a, b) => ticks[a] - ticks[b]);
  }
}

/** A track, channel and program as one number. */
export const senderOf = (track: number, channel: number, program: number) =>
  (track * 16 + channel) * 128 + program;

export type AtTick<T> = T & { readonly tick: number };

/** All that the tracks say, by ticks: seconds follow when all tempos are known. */
export class MidiContent {
  readonly streams: Stream[] = [];
  readonly controls = new Gestures();
  readonly bends = new Gestures();
  readonly tempos: AtTick<{ microsecondsPerQuarter: number }>[] = [];
  readonly meters: AtTick<TimeSignature>[] = [];
  readonly keys: AtTick<KeySignature>[] = [];
  readonly texts: AtTick<TextAnnotation>[] = [];
  /** The name of each track, '' where it has none. */
  readonly names: string[] = [];

  readMeta(tick: number, kind: number, data: Uint8Array): void {
    if (kind === midi.SET_TEMPO) {
      const microsecondsPerQuarter = (data[0] << 16) | (data[1] << 8) | data[2];
      if (data.length >= 3 && microsecondsPerQuarter > 0) this.tempos.push({ tick, microsecondsPerQuarter });
    } else if (kind === midi.TIME_SIGNATURE) {
      const [numerator, power] = data;
      if (data.length >= 2 && numerator > 0 && power <= MAX_METER_POWER)
        this.meters.push({ tick, numerator, denominator: 2 ** power });
    } else if (kind === midi.KEY_SIGNATURE) {
      const sharps = (data[0] << 24) >> 24;
      const scale = data[1];
      if (data.length >= 2 && Math.abs(sharps) <= 7 && scale <= 1)
        this.keys.push({ tick, key: midi.keyOfSharps(sharps, scale), mode: scale });
    } else if (
      kind === midi.TEXT ||
      kind === midi.MARKER ||
      kind === midi.CUE_POINT ||
      kind === midi.LYRICS
    ) {
      this.texts.push({ tick, ...midi.annotationOfText(midi.decodeText(data)) });
    }
  }
}

/** The first `ended` of the notes sound no more: a list that is not cut anew for each of thousands. */
interface SoundingNotes {
  readonly notes: PlayedNote[];
  ended: number;
}

export class MidiTrackReader implements TrackListener {
  private readonly programs = new Uint8Array(16);
  /** The track's streams by channel and program. */
  private readonly streams = new Map<number, Stream>();
  /** The notes that sound, by channel and pitch, in order of their beginnings. */
  private readonly open = new Map<number, SoundingNotes>();
  private isNamed = false;

  constructor(
    private readonly content: MidiContent,
    private readonly track: number,
  ) {
    content.names.push('');
  }

  message(tick: number, status: number, first: number, second: number): void {
    // No key, control or program has such a number; what it was is unknown.
    if (first > MAX_DATA && (status & 0xf0) !== midi.BEND_MESSAGE) return;
    const channel = status & 0x0f;
    const value = Math.min(second, MAX_DATA);
    switch (status & 0xf0) {
      case midi.NOTE_ON_MESSAGE:
        if (value > 0) this.noteOn(tick, channel, first, value);
        else this.noteOff(tick, channel, first);
        break;
      case midi.NOTE_OFF_MESSAGE:
        this.noteOff(tick, channel, first);
        break;
      case midi.PROGRAM_MESSAGE:
        this.programs[channel] = first;
        break;
      case midi.CONTROL_MESSAGE:
        this.content.controls.add(tick, this.sender(channel), first, value);
        break;
      case midi.BEND_MESSAGE: {
        const bend = (Math.min(first, MAX_DATA) | (value << 7)) - midi.BEND_CENTRE;
        this.content.bends.add(tick, this.sender(channel), 0, bend);
      }
    }
  }

  meta(tick: number, kind: number, data: Uint8Array): void {
    if (kind === midi.TRACK_NAME || kind === midi.INSTRUMENT_NAME) this.name(kind, data);
    else this.content.readMeta(tick, kind, data);
  }

  /** The first name of the track; without one, the first of its instruments. */
  private name(kind: number, data: Uint8Array): void {
    const { names } = this.content;
    const isTrackName = kind === midi.TRACK_NAME;
    if (data.length === 0 || this.isNamed || (names[this.track] && !isTrackName)) return;
    names[this.track] = midi.decodeText(data);
    this.isNamed = isTrackName;
  }

  private sender(channel: number): number {
    return senderOf(this.track, channel, this.programs[channel]);
  }

  private streamOf(channel: number): Stream {
    const program = this.programs[channel];
    const key = channel * 128 + program;
    let stream = this.streams.get(key);
    if (!stream) {
      stream = { track: this.track, channel, program, notes: [] };
      this.streams.set(key, stream);
      this.content.streams.push(stream);
    }
    return stream;
  }

  private noteOn(tick: number, channel: number, pitch: number, velocity: number): void {
    const note = { pitch, velocity, startTick: tick, endTick: undefined };
    this.streamOf(channel).notes.push(note);
    const key = channel * 128 + pitch;
    const open = this.open.get(key);
    if (open) open.notes.push(note);
    else this.open.set(key, { notes: [note], ended: 0 });
  }

  /**
   * All notes of the key that began earlier end, see docs/decisions/midi-notes.md. One that began at this very tick goes on, since
   * some files strike a key again before they let it go; where there is no earlier one, the first of this tick has no length.
   */
  private noteOff(tick: number, channel: number, pitch: number): void {
    const key = channel * 128 + pitch;
    const open = this.open.get(key);
    if (!open) return;
    const { notes } = open;
    const first = open.ended;
    while (open.ended < notes.length && notes[open.ended].startTick < tick)
      notes[open.ended++].endTick = tick;
    if (open.ended === first) notes[open.ended++].endTick = tick;
    if (open.ended === notes.length) this.open.delete(key);
  }
}
