/** The microphone, transcribed while it is listened to: notes go out as they are found, and play an instrument. */
import { concatenateFloats } from '../../bytes/concatenate.js';
import type { Microphone, MicrophoneListener } from '../../instruments/live-microphone.js';
import type { NoteTarget } from '../../instruments/sequence-player.js';
import type { TranscriptionThresholds } from '../../music/activations.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import type { Transcription } from '../../models/onsets-frames/transcription.js';
import { NoteOffEvent, NoteOnEvent } from '../note-events.js';
import { EchoGuard, LONGEST_HELD } from './echo-guard.js';
import { LiveNotes, type LiveNote } from './live-notes.js';

export type OpenMicrophone = (
  listener: MicrophoneListener,
  signal: AbortSignal,
) => Promise<Pick<Microphone, 'sampleRate' | 'seconds' | 'close'>>;

export interface LiveHost {
  /** The target that plays along; undefined for nobody. */
  target(): NoteTarget | undefined;
  /** Nothing of what plays along comes back to the microphone. */
  headphones(): boolean;
  /** All notes so far. */
  heard(sequence: NoteSequence): void;
  tell(event: Event): void;
  /** The listening cannot go on. */
  fail(error: unknown): void;
}

/** The load is measured over so many seconds. */
const LOAD_SECONDS = 1;
/** A note that came and went between two looks sounds so long, seconds. */
const SHORTEST = 0.06;

export class LiveListening {
  /** Seconds from a sound to the note that it becomes, the mean of late. */
  lag = 0;
  /** The share of one core that it takes. */
  load = 0;

  private microphone: Awaited<ReturnType<OpenMicrophone>> | undefined;
  private transcription: Transcription | undefined;
  private secondsPerFrame = 0;
  private parts: Float32Array[] = [];
  private writing: Promise<void> | undefined;
  private readonly live = new LiveNotes();
  private readonly guard = new EchoGuard();
  /** Notes that play along, by their numbers: when they began, seconds of the listening. */
  private readonly played = new Map<number, LiveNote & { readonly time: number }>();
  /** Notes that were our own instrument's, as pitch and beginning. */
  private readonly echoes = new Set<string>();
  private measured = { seconds: 0, computing: 0 };

  constructor(private readonly host: LiveHost) {}

  /** Receives samples of the microphone; before {@link begin} they wait. */
  hear(samples: Float32Array): void {
    this.parts.push(samples);
    this.pump();
  }

  begin(
    microphone: Awaited<ReturnType<OpenMicrophone>>,
    transcription: Transcription,
    secondsPerFrame: number,
  ): void {
    Object.assign(this, { microphone, transcription, secondsPerFrame });
    this.pump();
  }

  /** Seconds that were listened. */
  get seconds(): number {
    return this.microphone?.seconds ?? 0;
  }

  /** Finds the notes anew. */
  async redraw(thresholds: TranscriptionThresholds): Promise<void> {
    const { transcription } = this;
    if (!transcription) return;
    const sequence = await transcription.redraw(thresholds);
    for (const note of this.live.retake(sequence, transcription.endedCount)) this.end(note);
    this.host.heard(this.withoutEchoes(sequence));
  }

  /** Ends the listening. @returns all notes @throws what the transcription does */
  async close(): Promise<NoteSequence | undefined> {
    await this.microphone?.close();
    while (this.writing) await this.writing;
    this.silence();
    const sequence = await this.transcription?.close();
    return sequence && this.withoutEchoes(sequence);
  }

  /** Ends it at once: nothing more is told. */
  abandon(): void {
    this.silence();
    this.parts = [];
    void this.microphone?.close();
  }

  private pump(): void {
    const { transcription } = this;
    if (this.writing || !transcription || this.parts.length === 0) return;
    this.writing = this.writeAll(transcription).finally(() => {
      this.writing = undefined;
      this.pump();
    });
  }

  /** Parts become longer where the worker is slower than the sound. */
  private async writeAll(transcription: Transcription): Promise<void> {
    const parts = this.parts.splice(0);
    try {
      const sequence = await transcription.write(parts.length === 1 ? parts[0] : concatenateFloats(parts));
      this.measure(sequence, transcription);
      for (const note of this.live.take(sequence, transcription.endedCount)) {
        if (note.on) this.strike(note);
        else this.end(note);
      }
      this.letGo();
      this.host.heard(this.withoutEchoes(sequence));
    } catch (error) {
      this.parts = [];
      this.transcription = undefined;
      this.host.fail(error);
    }
  }

  private measure({ totalTime = 0 }: NoteSequence, { computing }: Transcription): void {
    const { seconds } = this;
    // The newest frame that is known is centred one before the end of what is.
    const lag = seconds - (totalTime - this.secondsPerFrame);
    if (totalTime > 0) this.lag = this.lag === 0 ? lag : 0.95 * this.lag + 0.05 * lag;
    const passed = seconds - this.measured.seconds;
    if (passed < LOAD_SECONDS) return;
    this.load = (computing - this.measured.computing) / passed;
    this.measured = { seconds, computing };
  }

  private strike(note: LiveNote): void {
    const { pitch, velocity, number, start } = note;
    const target = this.host.target();
    if (target && !this.host.headphones() && this.guard.isEcho(pitch, start)) {
      this.echoes.add(keyOf(pitch, start));
      return;
    }
    this.played.set(number, { ...note, time: this.seconds });
    this.guard.struck(pitch, this.seconds);
    target?.noteOn(pitch, velocity, 0, { note: number });
    this.host.tell(new NoteOnEvent(pitch, velocity, { note: number }));
  }

  private end({ number }: LiveNote): void {
    const played = this.played.get(number);
    if (!played) return;
    this.played.delete(number);
    const sounded = this.seconds - played.time;
    const later = () => this.host.target()?.noteOff(played.pitch, 0, { note: number });
    if (sounded < SHORTEST) setTimeout(later, 1000 * (SHORTEST - sounded));
    else later();
    this.host.tell(new NoteOffEvent(played.pitch, number));
  }

  /** Our own sound would hold a note for ever. */
  private letGo(): void {
    if (!this.host.target() || this.host.headphones()) return;
    for (const note of this.played.values()) if (this.seconds - note.time > LONGEST_HELD) this.end(note);
  }

  private silence(): void {
    this.live.endAll();
    for (const note of [...this.played.values()]) this.end(note);
  }

  private withoutEchoes(sequence: NoteSequence): NoteSequence {
    if (this.echoes.size === 0) return sequence;
    const notes = sequence.notes.filter(
      ({ pitch, startTime = 0 }) => !this.echoes.has(keyOf(pitch, startTime)),
    );
    return { ...sequence, notes };
  }
}

const keyOf = (pitch: number, start: number) => `${pitch} ${start}`;
