/** A session with a transcriber: recordings and the microphone come in, notes come out, are heard, and are found anew. */
import { TimbrelError, throwIfAborted } from '../../errors/timbrel-error.js';
import { createAudioContext, resumeContext } from '../../instruments/context.js';
import { NetworkSlot, type LoadingOptions } from '../../instruments/network-slot.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { OnsetsAndFrames } from '../../models/onsets-frames/onsets-and-frames.js';
import type { Transcription } from '../../models/onsets-frames/transcription.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { parseNoteSequence } from '../../music/note-sequence-json.js';
import type { Lease } from '../../workers/shared.js';
import { SequenceChangeEvent, SequenceLoadEvent, SequencePlayEvent } from '../sequence-model/events.js';
import type { NoteDestination } from '../sequence-model/note-destination.js';
import { Playback } from '../sequence-model/playback.js';
import { playedNotes } from '../sequence-model/sketch.js';
import { ListenEvent } from './events.js';
import { LiveListening, type OpenMicrophone } from './live-listening.js';
import { openRecording, type OpenedRecording } from './recording-files.js';
import { RecordingPlayer } from './recording-player.js';

/** Seconds that are read at once. */
const PIECE = 5;
/** Notes that come are shown so often, ms: more is seen by nobody, and costs the page something. */
const BETWEEN_LOOKS = 100;
/** Playback begins so much later, s: time to read the recording. */
const LEAD = 0.15;
/** The share of the work on a recording that is read both ways that is done when all of it was sent. */
const SENT = 0.1;

/** @inline */
export type Hears = 'both' | 'notes' | 'recording';

export interface ListeningSettings {
  readonly source: Source | undefined;
  readonly onsetThreshold: number;
  readonly frameThreshold: number;
  /** The sound of playback. */
  readonly hears: Hears;
  /** The notes that are heard play an instrument, live. */
  readonly playsAlong: boolean;
  readonly headphones: boolean;
}

export interface ListeningHost {
  /** The settings as they are now. */
  readonly settings: ListeningSettings;
  load(source: Source | undefined, options: Required<LoadingOptions>): Promise<Lease<OnsetsAndFrames>>;
  openMicrophone: OpenMicrophone;
  /** Opens what the notes are played on. @param drums they are drums */
  open(drums: boolean): Promise<NoteDestination>;
  /** Gets `sequence-load`, `sequence-change`, `sequence-play`, `listen`, `note-on` and `note-off`. */
  tell(event: Event): void;
  update(): void;
  /** The network loads; undefined once that has ended. */
  progress(progress: LoadProgress | undefined): void;
  /** Something failed of which no caller is told. */
  fail(error: unknown): void;
}

/** A recording that is being read. */
export interface Reading {
  readonly name: string;
  /** 0 to 1. */
  readonly done: number;
  /** Seconds that it will take; undefined before that can be told. */
  readonly left: number | undefined;
}

export class ListeningSession {
  readonly playback: Playback;
  /** The notes as they are seen and played. */
  notes: readonly PlayedNote[] = [];
  /** Length of what was heard, seconds. */
  duration = 0;
  /** The recording that the notes are of; undefined of the microphone. */
  recording: OpenedRecording | undefined;
  reading: Reading | undefined;
  live: LiveListening | undefined;
  /** Something was heard to its end. */
  complete = false;
  /** The reader is asked for the microphone. */
  asking = false;

  private found: NoteSequence = { notes: [] };
  private readonly network: NetworkSlot<Lease<OnsetsAndFrames>>;
  private transcription: Transcription | undefined;
  private work: AbortController | undefined;
  private shown = 0;
  /** Thresholds moved while notes were found anew. */
  private redrawing: Promise<void> | undefined;
  private moved = false;
  private destination: NoteDestination | undefined;
  private player: RecordingPlayer | undefined;
  private ownContext: AudioContext | undefined;

  constructor(private readonly host: ListeningHost) {
    this.network = new NetworkSlot({ progress: (progress) => host.progress(progress) });
    this.playback = new Playback(
      () => this.open(),
      () => {
        if (!this.playback.playing) this.player?.stop();
        host.update();
        host.tell(new SequencePlayEvent(this.playback.playing));
      },
    );
  }

  /** The model; undefined before it is loaded. */
  get model(): OnsetsAndFrames | undefined {
    return this.network.present?.value;
  }

  /** The notes in the order of their beginnings, seconds. */
  get sequence(): NoteSequence {
    const { notes, ...rest } = this.found;
    return {
      ...rest,
      notes: notes.toSorted((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0) || a.pitch - b.pitch),
    };
  }

  /** Loads the model, if that has not begun. @throws CHECKPOINT_*, ABORTED, WORKER_FAILED */
  async load(): Promise<OnsetsAndFrames> {
    const before = this.model;
    if (before?.ended) this.network.dispose();
    const { value: model } = await this.network.get((options) =>
      this.host.load(this.host.settings.source, options),
    );
    if (model !== before) this.host.tell(new SequenceLoadEvent());
    return model;
  }

  /** Loads the model that the settings name now. @throws as {@link load}; the present one stays then */
  async exchange(): Promise<void> {
    await this.end();
    await this.network.exchange((options) => this.host.load(this.host.settings.source, options));
    this.transcription = undefined;
    this.playback.close();
    this.host.tell(new SequenceLoadEvent());
  }

  /** Takes notes that were found before. @throws NOTE_SEQUENCE_INVALID; the present ones stay then */
  adopt(sequence: NoteSequence): void {
    const parsed = parseNoteSequence(sequence);
    void this.end();
    this.transcription?.dispose();
    this.transcription = this.recording = undefined;
    this.playback.stop();
    this.playback.seek(0);
    this.show(parsed, true);
  }

  /** Forgets a model that nothing was asked of. */
  forget(): void {
    this.network.dispose();
  }

  /**
   * Finds the notes of a recording.
   * @throws AUDIO_FORMAT, AUDIO_INVALID, ABORTED, and what the model throws; what was found before the failure stays
   */
  async transcribe(file: Blob | AudioBuffer): Promise<NoteSequence> {
    await this.end();
    const work = (this.work = new AbortController());
    const { signal } = work;
    try {
      const recording = await openRecording(file);
      const model = await this.load();
      throwIfAborted(signal, 'Listening');
      const { sampleRate, length, name } = recording;
      const { isStreaming, floor } = model.description;
      // One that reads forwards is given up between two pieces, so that what it found can still be redrawn.
      const transcription = await this.begin(model, {
        ...{ sampleRate, atEnd: true },
        signal: isStreaming ? undefined : signal,
      });
      this.recording = recording;
      const began = performance.now();
      const progress = (done: number) => {
        const spent = (performance.now() - began) / 1000;
        this.reading = {
          name,
          done,
          left: spent > 0.5 && done > 0 ? (spent / done) * (1 - done) : undefined,
        };
        this.host.update();
      };
      progress(0);
      const share = isStreaming && floor === 'frame' ? 1 : SENT;
      const piece = Math.ceil(PIECE * sampleRate);
      for (let from = 0; from < length; from += piece) {
        this.show(await transcription.write(await recording.read(from, from + piece)));
        throwIfAborted(signal, 'Listening');
        progress(share * Math.min(1, (from + piece) / length));
      }
      const all = await transcription.close({
        onProgress: (done) => progress(share + (1 - share) * done),
      });
      this.show(all, true);
      return this.sequence;
    } catch (error) {
      // Given up in the middle of a piece: the worker has forgotten it.
      if (error instanceof TimbrelError && error.code === 'ABORTED' && !this.model?.description.isStreaming)
        this.transcription = undefined;
      throw error;
    } finally {
      this.finish(work);
    }
  }

  /**
   * Listens to the microphone, until {@link end}. Call it in a gesture.
   * @throws MICROPHONE_*, STREAMING_UNSUPPORTED, INSECURE_CONTEXT, and what the model throws
   */
  async listen(): Promise<void> {
    const before = this.end();
    const work = (this.work = new AbortController());
    const { signal } = work;
    const live = new LiveListening({
      target: () => (this.host.settings.playsAlong ? this.playback.target : undefined),
      headphones: () => this.host.settings.headphones,
      heard: (sequence) => this.show(sequence),
      tell: (event) => this.host.tell(event),
      fail: (error) => void this.giveUp(work, error),
    });
    // In the gesture, before anything is waited for.
    const sounding = this.host.settings.playsAlong ? this.playback.ready() : undefined;
    sounding?.catch(() => {});
    const opening = this.host.openMicrophone(
      { heard: (samples) => live.hear(samples), lost: (error) => void this.giveUp(work, error) },
      signal,
    );
    this.asking = true;
    this.host.update();
    try {
      const [microphone, model] = await Promise.all([opening, this.load(), sounding, before]);
      throwIfAborted(signal, 'Listening');
      const { sampleRate } = microphone;
      live.begin(microphone, await this.begin(model, { sampleRate }), model.description.secondsPerFrame);
      this.live = live;
      this.host.tell(new ListenEvent(true));
      this.host.update();
    } catch (error) {
      live.abandon();
      opening.then(
        (microphone) => void microphone.close(),
        () => {},
      );
      this.finish(work);
      throw error;
    } finally {
      this.asking = false;
      this.host.update();
    }
  }

  /** Ends the listening, or the reading of a recording; what was found stays. */
  async end(): Promise<void> {
    const { work, live } = this;
    if (!work) return;
    this.work = undefined;
    if (!live) {
      work.abort();
      return this.finish(work);
    }
    this.live = undefined;
    this.host.update();
    try {
      const sequence = await live.close();
      // Another listening may have begun meanwhile.
      if (sequence && !this.live) this.show(sequence, true);
    } finally {
      this.host.tell(new ListenEvent(false));
      this.finish(work);
    }
  }

  /** Finds the notes anew at the thresholds as they are set now; while that is under way, the latest is waited for. */
  redraw(): Promise<void> {
    this.moved = true;
    return (this.redrawing ??= this.redrawAll().finally(() => (this.redrawing = undefined)));
  }

  /** Plays what was found, beside the recording or alone. @throws AUDIO_CONTEXT_*, OPTION_INVALID, MIDI_* */
  async play({ from }: { readonly from?: number } = {}): Promise<void> {
    const { playback } = this;
    const context = await this.ready();
    const atEnd = playback.position >= this.duration - 0.01;
    const start = from ?? (atEnd ? 0 : playback.position);
    const clock = this.destination?.clock.currentTime ?? 0;
    playback.play(start, clock + LEAD);
    if (!this.recording || !context || this.host.settings.hears === 'notes') return;
    this.player?.stop();
    this.player = new RecordingPlayer(this.recording, context, (error) => this.host.fail(error));
    this.player.play(start, context.currentTime + LEAD);
  }

  /** @param position seconds */
  seek(position: number): void {
    if (this.playback.playing) void this.play({ from: position }).catch((error) => this.host.fail(error));
    else this.playback.seek(position);
  }

  /** Ends everything; what was found is kept. */
  close(): void {
    this.work?.abort();
    this.live?.abandon();
    if (this.live) this.host.tell(new ListenEvent(false));
    this.live = this.work = this.reading = undefined;
    this.transcription?.dispose();
    this.transcription = undefined;
    this.playback.close();
    void this.ownContext?.close();
    this.ownContext = undefined;
    this.network.dispose();
  }

  /** Makes it ready to sound. @returns the context that a recording plays in */
  private async ready(): Promise<BaseAudioContext | undefined> {
    const wanted = this.recording && this.host.settings.hears !== 'notes';
    await this.playback.ready();
    if (!wanted || this.destination?.context) return this.destination?.context;
    // A MIDI output plays the notes: the recording has a context of its own.
    this.ownContext ??= createAudioContext();
    await resumeContext(this.ownContext);
    return this.ownContext;
  }

  private async open(): Promise<NoteDestination> {
    const destination = await this.host.open(this.model?.description.drums === true);
    this.destination = destination;
    return {
      ...destination,
      clock: destination.clock,
      target: (note) =>
        this.recording && this.host.settings.hears === 'recording' ? undefined : destination.target(note),
    };
  }

  /** Begins a transcription in place of the one before, and what that found. */
  private async begin(
    model: OnsetsAndFrames,
    options: {
      readonly sampleRate: number;
      readonly atEnd?: boolean;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<Transcription> {
    const { onsetThreshold, frameThreshold } = this.host.settings;
    const thresholds = { onsetThreshold, frameThreshold };
    const transcription = await model.begin({ ...options, ...thresholds, redrawable: true });
    this.transcription?.dispose();
    this.transcription = transcription;
    this.playback.stop();
    this.playback.seek(0);
    this.recording = undefined;
    this.complete = false;
    this.shown = 0;
    this.show({ notes: [] });
    return transcription;
  }

  private async redrawAll(): Promise<void> {
    while (this.moved) {
      this.moved = false;
      const { transcription, live } = this;
      if (!transcription) return;
      const { onsetThreshold, frameThreshold } = this.host.settings;
      const thresholds = { onsetThreshold, frameThreshold };
      if (live) await live.redraw(thresholds);
      else {
        const sequence = await transcription.redraw(thresholds);
        if (this.transcription === transcription) this.show(sequence, this.complete);
      }
    }
  }

  /** @param complete it is all of it */
  private show(sequence: NoteSequence, complete = false): void {
    this.found = sequence;
    this.duration = sequence.totalTime ?? 0;
    this.complete = complete;
    const now = performance.now();
    if (!complete && !this.moved && now - this.shown < BETWEEN_LOOKS && this.redrawing === undefined) return;
    this.shown = now;
    this.notes = playedNotes(sequence);
    this.playback.set({ notes: this.notes, tempo: 1, loop: 0, open: this.work !== undefined });
    this.host.update();
    this.host.tell(new SequenceChangeEvent(this.sequence, complete));
  }

  /** Ends the listening for a reason that no caller hears of. */
  private async giveUp(work: AbortController, error: unknown): Promise<void> {
    if (this.work === work) await this.end().catch(() => {});
    if (!(error instanceof TimbrelError && error.code === 'ABORTED')) this.host.fail(error);
  }

  private finish(work: AbortController): void {
    if (this.work === work) this.work = undefined;
    if (!this.work) this.reading = undefined;
    this.notes = playedNotes(this.found);
    this.playback.set({ notes: this.notes, tempo: 1, loop: 0, open: this.work !== undefined });
    this.host.update();
  }
}
