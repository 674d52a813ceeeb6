/**
 * Plays notes on the audio clock. A timer hands over, a little ahead, what is about to begin; when it sounds is decided by
 * the times it hands over, so a busy page is late with nothing (C. Wilson, "A tale of two clocks", 2013).
 */
import { TimbrelError } from '../errors/timbrel-error.js';
import { nextNumber, type NoteOrigin } from '../midi/note-origin.js';
import type { NoteSequence } from '../music/note-sequence.js';
import { clockTime } from './clock-time.js';
import { inSeconds, playedNotes } from './played-notes.js';
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';

/** A note of a NoteSequence, times in seconds of the sequence. */
export interface PlayedNote {
  readonly pitch: number;
  /** 1-127. */
  readonly velocity: number;
  readonly startTime: number;
  readonly endTime: number;
  readonly isDrum?: boolean;
  readonly program?: number;
  /** Index of the track that it belongs to. */
  readonly instrument?: number;
}

/** A target that can be played: an instrument, the drum kit, a MIDI output. Times are of the audio clock, seconds. */
export interface NoteTarget {
  noteOn(pitch: number, velocity: number, time: number, origin?: NoteOrigin): void;
  /** A note that was to begin later than this does not begin. */
  noteOff(pitch: number, time: number, origin?: NoteOrigin): void;
  /** Ends what sounds and forgets what was to begin. */
  allNotesOff(): void;
}

/**
 * Goes along with the notes of a player: controllers, a MIDI clock, the clicks of a metronome. Places are seconds of the
 * sequence, times are of the clock.
 */
export interface Follower {
  /** The player goes on from this place: where it begins, where it was sent to, and in every round of a loop. */
  begin(position: number, time: number): void;
  /** Hands over all that stands from `from` up to, not at, `to`, each at the time of its place. */
  handOver(from: number, to: number, timeOf: (position: number) => number): void;
  stop(time: number): void;
}

export interface PlayOptions {
  /** The place to begin at, seconds of the sequence. */
  readonly from?: number;
  /** Audio time of the beginning; default: as soon as can be. */
  readonly at?: number;
}

const PLAY_OPTIONS: OptionNames<PlayOptions> = { from: true, at: true };

/** Notes are handed over so far ahead, s: more than a timer is late on a page that is seen ... */
const AHEAD = 0.12;
/** ... and on one that is not: browsers let timers of hidden pages run once a second. */
const AHEAD_HIDDEN = 1.3;
const TIMER_MS = 25;
/** A beginning at once is told so far ahead, s, and by as much again as the clock's context renders ahead. */
const LEAD = 0.02;
/** A loop lasts so long at least, s of the sequence. */
export const SHORTEST_LOOP = 0.01;
/** Speeds up to this many times as written. */
export const FASTEST = 100;
/** A rest of a note that is found sounding is not worth a stroke where it is shorter, s. */
const LEAST_REST = 0.03;

interface NoteEvent {
  readonly time: number;
  readonly on: boolean;
  readonly note: PlayedNote;
}

/** The note that was struck last on a key, and the audio time of it. */
interface Stroke {
  readonly note: PlayedNote;
  readonly time: number;
  /** Number by which its target knows it. */
  readonly number: number;
}

/** Fires `play`, `stop`, and `end` when the last note is over (not while it loops). */
export class SequencePlayer extends EventTarget {
  /** A flag: more notes are to come, and it does not end behind the last one. */
  open = false;
  /**
   * Notes that sound and are not among those that come in their place sound on until the next of these begins, or they end: music that
   * changes under a finger has no gaps. Otherwise they end at once.
   */
  legato = false;
  /** They are handed over before the notes of the same time. */
  readonly followers = new Set<Follower>();

  private music: NoteSequence | undefined;
  private events: readonly NoteEvent[] = [];
  private length = 0;
  private rate = 1;
  private loopRange: readonly [number, number] | undefined;
  /** The sequence is at `sequence` when the clock is at `audio`, and was nowhere before `first`. */
  private anchor = { audio: 0, sequence: 0, first: 0 };
  /** The place in the sequence where the next hand-over begins. */
  private handedOver = 0;
  /** The latest stroke of each key that sounds. */
  private readonly sounding = new Map<string, Stroke>();
  /** Strokes that were handed over with their ends, and may not have begun. */
  private ahead: Stroke[] = [];
  private timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param clock an AudioContext, or whatever counts the times that `target` is told
   * @param target who plays a note; undefined for nobody
   */
  constructor(
    readonly clock: { readonly currentTime: number; readonly baseLatency?: number },
    private readonly target: (note: PlayedNote) => NoteTarget | undefined,
  ) {
    super();
  }

  /**
   * A whole piece; notes without a velocity are played at 80, and the end is that of its `totalTime`. It may be replaced while it plays,
   * as {@link notes} may.
   * @throws NOTE_SEQUENCE_INVALID
   */
  set sequence(sequence: NoteSequence) {
    if (!Array.isArray((sequence as Partial<NoteSequence> | undefined)?.notes))
      throw new TimbrelError(
        'NOTE_SEQUENCE_INVALID',
        'sequence has no list of notes; of what readMusic promises, it is one of its sequences',
      );
    const played = inSeconds(sequence);
    this.notes = playedNotes(played);
    this.length = Math.max(this.length, played.totalTime ?? 0);
    this.music = played;
  }
  /** The piece that was given as a whole, in seconds; undefined where notes were given. */
  get sequence(): NoteSequence | undefined {
    return this.music;
  }

  /** The notes that are played. They may be replaced while it plays: it goes on from the same place, so notes can come as they are made. */
  set notes(notes: readonly PlayedNote[]) {
    this.music = undefined;
    const events = notes.flatMap((note): NoteEvent[] => [
      { time: note.startTime, on: true, note },
      { time: note.endTime, on: false, note },
    ]);
    // At one time, ends before beginnings: a repeated pitch is struck anew.
    this.events = events.sort((a, b) => a.time - b.time || Number(a.on) - Number(b.on));
    this.length = notes.reduce((end, { endTime }) => Math.max(end, endTime), 0);
    // What sounds goes on as the new note that sounds at the same place; without one it would never end.
    const held = new Map(this.heldAt(this.handedOver, notes).map((note) => [keyOf(note), note]));
    for (const [key, { note, time, number }] of this.sounding) {
      const after = held.get(key);
      if (after) this.sounding.set(key, { note: after, time, number });
      else if (this.legato && !note.isDrum && notes.length > 0) this.keep(key, { note, time, number });
      else this.end(note, Math.max(time, this.clock.currentTime));
    }
  }

  /** Lets a stroke sound on that its notes have no more, up to the next that begins. */
  private keep(key: string, stroke: Stroke): void {
    const next = this.events.find(({ on, time }) => on && time >= this.handedOver);
    const endTime = Math.min(stroke.note.endTime, next?.time ?? Infinity);
    const note = { ...stroke.note, endTime };
    this.sounding.set(key, { ...stroke, note });
    const before = this.events.findIndex(({ time }) => time >= endTime);
    const at = before < 0 ? this.events.length : before;
    this.events = this.events.toSpliced(at, 0, { time: endTime, on: false, note });
  }

  get playing(): boolean {
    return this.timer !== undefined;
  }

  /** The present place, seconds of the sequence. */
  get position(): number {
    if (!this.playing) return this.anchor.sequence;
    return this.positionAt(this.clock.currentTime);
  }

  /** Speed: 1 as written, 2 twice as fast, up to 100. What was handed over keeps its time. @throws OPTION_INVALID */
  get tempo(): number {
    return this.rate;
  }
  set tempo(rate: number) {
    if (!(rate > 0 && rate <= FASTEST)) throw invalid('tempo', rate, `a number above 0, up to ${FASTEST}`);
    if (this.playing) this.moveAnchor();
    this.rate = rate;
  }

  /**
   * Plays from `start` to `end` again and again, seconds of the sequence; undefined to go on to the end.
   * @throws OPTION_INVALID where that is shorter than a hundredth of a second
   */
  set loop(range: readonly [start: number, end: number] | undefined) {
    if (range && !(range.every(Number.isFinite) && range[1] - range[0] >= SHORTEST_LOOP))
      throw invalid('loop', range, `[start, end] in seconds, ${SHORTEST_LOOP} apart at least`);
    if (this.playing) this.moveAnchor();
    this.loopRange = range;
  }
  get loop(): readonly [start: number, end: number] | undefined {
    return this.loopRange;
  }

  /** Notes that sound at its beginning are struck there, drums excepted: a stroke has no length. @throws OPTION_INVALID */
  play(options?: PlayOptions): void {
    const { from = this.position, at = this.clock.currentTime + this.lead } = checkedOptions(
      options,
      PLAY_OPTIONS,
    );
    if (!(Number.isFinite(from) && from >= 0)) throw invalid('from', from, 'seconds of the sequence, from 0');
    if (!Number.isFinite(at)) throw invalid('at', at, 'seconds of the clock');
    this.silence();
    // Behind the loop there is no way back into it.
    const [start, end] = this.loopRange ?? [0, Infinity];
    this.begin(from < end ? from : start, at);
    this.timer ??= setInterval(() => this.handOver(), TIMER_MS);
    this.handOver();
    this.dispatchEvent(new Event('play'));
  }

  /** Stops where it is; `play()` goes on from there. */
  stop(): void {
    if (!this.playing) return;
    this.rest(this.position);
    clearInterval(this.timer);
    this.timer = undefined;
    this.silence();
    for (const follower of this.followers) follower.stop(this.clock.currentTime);
    this.dispatchEvent(new Event('stop'));
  }

  /** @param position seconds of the sequence @throws OPTION_INVALID */
  seek(position: number): void {
    if (!(Number.isFinite(position) && position >= 0))
      throw invalid('position', position, 'seconds of the sequence, from 0');
    if (this.playing) this.play({ from: position });
    else this.rest(position);
  }

  /**
   * Comes into step with another clock: what is handed over next comes a little sooner or later, so that a place is heard at a time. From
   * further away than what is handed over it goes there at once. Nothing where it does not play.
   * @param position seconds of the sequence; behind the end of a loop as many rounds on
   * @param heard seconds of `performance.now()` at which this place is to be heard
   * @throws OPTION_INVALID
   */
  align(position: number, heard: number): void {
    if (!(Number.isFinite(position) && position >= 0))
      throw invalid('position', position, 'seconds of the sequence, from 0');
    if (!Number.isFinite(heard)) throw invalid('heard', heard, 'seconds of performance.now()');
    if (!this.playing) return;
    const { rate } = this;
    const { currentTime } = this.clock;
    const wanted = position + (currentTime - clockTime(this.clock, heard)) * rate;
    const { sequence, audio } = this.anchor;
    const [start, end] = this.loopRange ?? [0, Infinity];
    const round = end - start;
    let ahead = wanted - (sequence + (currentTime - audio) * rate);
    // The nearest round.
    if (round < Infinity) ahead -= Math.round(ahead / round) * round;
    if (Math.abs(ahead) > AHEAD * rate) {
      const from = wanted + this.lead * rate;
      this.play({ from: Math.max(0, from < end ? from : start + ((from - start) % round)) });
    } else {
      this.moveAnchor();
      this.anchor.audio -= ahead / rate;
    }
  }

  private positionAt(time: number): number {
    const { audio, sequence, first } = this.anchor;
    const position = Math.max(first, sequence + (time - audio) * this.rate);
    const [start, end] = this.loopRange ?? [0, Infinity];
    if (position < end || sequence >= end) return position;
    return start + ((position - end) % (end - start));
  }

  /** Begins a new line of time at the edge of what was handed over. */
  private moveAnchor(): void {
    const { audio, sequence, first } = this.anchor;
    this.anchor = {
      audio: audio + (this.handedOver - sequence) / this.rate,
      sequence: this.handedOver,
      first,
    };
  }

  private get lead(): number {
    return LEAD + (this.clock.baseLatency ?? 0);
  }

  /** It stands here. */
  private rest(position: number): void {
    this.anchor = { audio: this.clock.currentTime, sequence: position, first: position };
  }

  /** Goes on from this place at this audio time, with what sounds there. */
  private begin(sequence: number, audio: number): void {
    this.anchor = { audio, sequence, first: sequence };
    this.handedOver = sequence;
    for (const follower of this.followers) follower.begin(sequence, audio);
    const notes = this.events.filter(({ on }) => on).map(({ note }) => note);
    for (const note of this.heldAt(sequence, notes))
      if (!note.isDrum && note.endTime - sequence > LEAST_REST) this.strike(note, audio);
  }

  /** Notes that began before this place and end behind it, of each key the one that began last. */
  private heldAt(position: number, notes: readonly PlayedNote[]): PlayedNote[] {
    const held = new Map<string, PlayedNote>();
    for (const note of notes) {
      if (note.startTime >= position || note.endTime < position) continue;
      const other = held.get(keyOf(note));
      if (!other || other.startTime <= note.startTime) held.set(keyOf(note), note);
    }
    return [...held.values()];
  }

  private handOver(): void {
    if (!this.playing) return;
    const hidden = typeof document !== 'undefined' && document.hidden;
    const until = this.clock.currentTime + (hidden ? AHEAD_HIDDEN : AHEAD);
    for (;;) {
      const [start, end] = this.loopRange ?? [0, Infinity];
      const edge = this.anchor.sequence + (until - this.anchor.audio) * this.rate;
      const looping = this.handedOver < end;
      this.handOverTo(looping ? Math.min(edge, end) : edge);
      if (!looping || edge < end) break;
      for (const { note } of this.sounding.values()) this.end(note, this.timeOf(end));
      this.begin(start, this.timeOf(end));
    }
    if (!this.loopRange && !this.open && this.positionAt(this.clock.currentTime) >= this.length)
      this.finish();
  }

  private handOverTo(edge: number): void {
    const from = this.handedOver;
    // Behind the last note nothing goes along, but in the rest of a loop.
    const end = this.open || this.loopRange ? edge : Math.min(edge, this.length);
    for (const follower of this.followers) follower.handOver(from, end, (place) => this.timeOf(place));
    for (const { time, on, note } of this.events) {
      if (time < this.handedOver) continue;
      if (time >= edge) break;
      if (on) this.strike(note, this.timeOf(time));
      else this.end(note, this.timeOf(time));
    }
    this.handedOver = Math.max(this.handedOver, edge);
  }

  private strike(note: PlayedNote, time: number): void {
    const before = this.sounding.get(keyOf(note));
    // Struck again before it ended: the later stroke takes its place.
    if (before) this.letGo(before, time);
    const number = nextNumber();
    this.target(note)?.noteOn(note.pitch, note.velocity, time, { note: number });
    this.sounding.set(keyOf(note), { note, time, number });
  }

  private end(note: PlayedNote, time: number): void {
    const latest = this.sounding.get(keyOf(note));
    // Struck again before it ended: the later stroke decides.
    if (!latest || latest.note.endTime > note.endTime) return;
    this.sounding.delete(keyOf(note));
    this.letGo(latest, time);
  }

  private letGo(stroke: Stroke, time: number): void {
    const { note, number } = stroke;
    this.target(note)?.noteOff(note.pitch, time, { note: number });
    this.ahead = this.ahead.filter((other) => other.time > this.clock.currentTime);
    if (stroke.time > this.clock.currentTime) this.ahead.push(stroke);
  }

  private timeOf(position: number): number {
    return this.anchor.audio + (position - this.anchor.sequence) / this.rate;
  }

  private silence(): void {
    // Its own notes and no others: a hand may hold some on the same instrument.
    const now = this.clock.currentTime;
    const strokes = [...this.sounding.values(), ...this.ahead.filter(({ time }) => time > now)];
    for (const { note, number } of strokes) this.target(note)?.noteOff(note.pitch, now, { note: number });
    this.sounding.clear();
    this.ahead = [];
  }

  private finish(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.rest(0);
    for (const follower of this.followers) follower.stop(this.clock.currentTime);
    this.dispatchEvent(new Event('end'));
  }
}

const keyOf = ({ pitch, program = 0, isDrum = false, instrument = 0 }: PlayedNote) =>
  `${isDrum} ${instrument} ${program} ${pitch}`;

const invalid = (name: string, value: unknown, expected: string) =>
  new TimbrelError('OPTION_INVALID', `${name} is ${String(value)}; expected ${expected}`);
