/** Writes down what is played, on MIDI inputs or by whatever calls it, as a NoteSequence: notes, pedals, bends, in a tempo and a metre. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { connectMidi, type MidiConnection } from '../midi/connect.js';
import type { InstrumentMessage } from '../midi/merged-input.js';
import { keyOf, type NoteOrigin } from '../midi/note-origin.js';
import { checkMeter } from '../music/meter.js';
import {
  DEFAULT_QPM,
  type ControlChange,
  type Note,
  type NoteSequence,
  type PitchBend,
  type TimeSignature,
} from '../music/note-sequence.js';
import { quantizeNoteSequence } from '../music/quantize.js';
import { SUSTAIN_PEDAL } from '../music/sustain.js';
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import { clockTime } from './clock-time.js';
import type { Metronome } from './metronome.js';

export interface RecorderOptions {
  /** Quarter notes per minute, which is written down. Default: 120. */
  readonly qpm?: number;
  /** Default: 4/4. */
  readonly timeSignature?: TimeSignature;
  /** It clicks while is recorded, in this tempo and metre. Default: nobody does. */
  readonly metronome?: Metronome;
  /** Bars that the metronome clicks before. Default: 0. */
  readonly countIn?: number;
  /** The first note is at 0, whenever it comes. Default: false. */
  readonly startRecordingAtFirstNote?: boolean;
}

const OPTIONS: OptionNames<RecorderOptions> = {
  qpm: true,
  timeSignature: true,
  metronome: true,
  countIn: true,
  startRecordingAtFirstNote: true,
};

/** The shortest note that is written, s. */
const SHORTEST = 0.01;
/** A player who comes in so much before the first beat means it, quarters. */
const EARLY = 0.5;
const SEMITONES_OF_BEND = 2;
const BEND_MOST = 8191;

interface Held {
  readonly pitch: number;
  readonly velocity: number;
  readonly time: number;
}

/** Times are of its clock, and default to now. */
export class Recorder {
  private readonly settings: Partial<RecorderOptions>;
  private midi: MidiConnection | undefined;
  /** Time of the first beat; undefined while nothing is recorded, and before the first note where that is the beginning. */
  private first: number | undefined;
  private isOn = false;
  private notes: Note[] = [];
  private held = new Map<string, Held>();
  private controls: ControlChange[] = [];
  private bends: PitchBend[] = [];

  /**
   * @param clock an AudioContext, for what is played along with what is heard
   * @throws OPTION_INVALID, METER_INVALID
   */
  constructor(
    private readonly clock: { readonly currentTime: number },
    options?: RecorderOptions,
  ) {
    this.settings = checkedOptions(options, OPTIONS);
    const { qpm = DEFAULT_QPM, timeSignature, countIn = 0, metronome } = this.settings;
    if (!(qpm > 0 && Number.isFinite(qpm)))
      throw new TimbrelError('OPTION_INVALID', `qpm is ${qpm}; expected a number above 0`);
    if (!(countIn >= 0 && Number.isFinite(countIn)))
      throw new TimbrelError('OPTION_INVALID', `countIn is ${countIn}; expected bars, 0 or more`);
    if (countIn > 0 && !metronome)
      throw new TimbrelError('OPTION_INVALID', `countIn is ${countIn}, and there is no metronome to count`);
    if (timeSignature) checkMeter(timeSignature);
  }

  /** Asks the reader for MIDI, and hears every input from then on. @throws INSECURE_CONTEXT, MIDI_UNSUPPORTED, MIDI_DENIED */
  async listen(): Promise<void> {
    this.midi ??= await connectMidi({
      message: (message, time) => this.hear(message, clockTime(this.clock, time)),
      activity() {},
      portsChanged() {},
    });
  }

  /** Hears the inputs no more. */
  close(): void {
    this.midi?.close();
    this.midi = undefined;
  }

  get recording(): boolean {
    return this.isOn;
  }

  /** Begins anew. @returns the time of the first beat, after the count-in */
  start(): number {
    const {
      qpm = DEFAULT_QPM,
      timeSignature,
      metronome,
      countIn = 0,
      startRecordingAtFirstNote,
    } = this.settings;
    [this.notes, this.controls, this.bends] = [[], [], []];
    this.held.clear();
    metronome?.set({ qpm, timeSignature });
    const first = countIn > 0 && metronome ? metronome.countIn(countIn) : this.clock.currentTime;
    metronome?.play(first);
    this.first = startRecordingAtFirstNote ? undefined : first;
    this.isOn = true;
    return first;
  }

  /**
   * Ends the recording, and the notes that are held.
   * @param options stepsPerQuarter: quantises to so many steps a quarter; default: as it was played
   * @throws OPTION_INVALID
   */
  stop({ stepsPerQuarter }: { readonly stepsPerQuarter?: number } = {}): NoteSequence {
    const { qpm = DEFAULT_QPM, timeSignature, metronome } = this.settings;
    metronome?.stop();
    const now = this.clock.currentTime;
    for (const held of this.held.values()) this.write(held, now);
    this.held.clear();
    this.isOn = false;
    const { first = now } = this;
    const early = (EARLY * 60) / qpm;
    const notes = this.notes
      .filter(({ startTime = 0 }) => startTime >= first - early)
      .map(({ startTime = 0, endTime = 0, ...note }): Note => {
        const start = Math.max(0, startTime - first);
        return { ...note, startTime: start, endTime: Math.max(endTime - first, start + SHORTEST) };
      })
      .sort((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0) || a.pitch - b.pitch);
    const sequence: NoteSequence = {
      notes,
      tempos: [{ time: 0, qpm }],
      timeSignatures: [{ numerator: 4, denominator: 4, ...timeSignature, time: 0 }],
      ...(this.controls.length > 0 && {
        controlChanges: from(first, this.controls, ({ controlNumber }) => controlNumber),
      }),
      ...(this.bends.length > 0 && { pitchBends: from(first, this.bends, () => 0) }),
      totalTime: notes.reduce((end, { endTime = 0 }) => Math.max(end, endTime), Math.max(0, now - first)),
    };
    return stepsPerQuarter === undefined ? sequence : quantizeNoteSequence(sequence, stepsPerQuarter);
  }

  /** @param velocity 1-127 */
  noteOn(pitch: number, velocity: number, time = this.clock.currentTime, origin?: NoteOrigin): void {
    if (!this.isOn) return;
    this.noteOff(pitch, time, origin);
    this.first ??= time;
    this.held.set(keyOf(pitch, origin), { pitch, velocity, time });
  }

  noteOff(pitch: number, time = this.clock.currentTime, origin?: NoteOrigin): void {
    const key = keyOf(pitch, origin);
    const held = this.held.get(key);
    if (!held) return;
    this.held.delete(key);
    this.write(held, time);
  }

  /** @param controller 0-127: 64 is the sustain pedal @param value 0-127 */
  controlChange(controller: number, value: number, time = this.clock.currentTime): void {
    if (this.isOn) this.controls.push({ time, controlNumber: controller, controlValue: value });
  }

  /** @param semitones of a bend range of two */
  pitchBend(semitones: number, time = this.clock.currentTime): void {
    const bend = Math.round(Math.max(-1, Math.min(1, semitones / SEMITONES_OF_BEND)) * BEND_MOST);
    if (this.isOn) this.bends.push({ time, bend });
  }

  private hear(message: InstrumentMessage, time: number): void {
    switch (message.type) {
      case 'noteOn':
        return this.noteOn(message.pitch, message.velocity, time, { note: message.note });
      case 'noteOff':
        return this.noteOff(message.pitch, time, { note: message.note });
      case 'pitchBend':
        return this.pitchBend(message.semitones, time);
      case 'controlChange':
        return this.controlChange(message.controller, message.value, time);
      case 'sustain': {
        // A port that was pulled out lifts its pedal without a controller.
        const last = this.controls.findLast(({ controlNumber }) => controlNumber === SUSTAIN_PEDAL);
        if (!message.down && (last?.controlValue ?? 0) > 0) this.controlChange(SUSTAIN_PEDAL, 0, time);
      }
    }
  }

  private write({ pitch, velocity, time }: Held, end: number): void {
    this.notes.push({ pitch, velocity, startTime: time, endTime: end });
  }
}

/** Events from the first beat on; of each kind also the last before it, which holds there. */
function from<T extends { readonly time?: number }>(
  first: number,
  events: readonly T[],
  kindOf: (event: T) => unknown,
): T[] {
  const before = new Map<unknown, T>();
  for (const event of events) if ((event.time ?? 0) < first) before.set(kindOf(event), event);
  const later = events.filter(({ time = 0 }) => time >= first);
  return [...before.values(), ...later].map((event) => ({
    ...event,
    time: Math.max(0, (event.time ?? 0) - first),
  }));
}
