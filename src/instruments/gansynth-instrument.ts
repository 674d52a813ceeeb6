/**
 * GANSynth as an instrument: notes in, sound out. Decides which timbre a note has and what the workers
 * render next; the audio thread decides what a voice plays until that arrives
 * (docs/how-a-note-becomes-sound.md).
 */
import { TimbrelError, deserializeError } from '../errors/timbrel-error.js';
import { checkLatent, mixCorners, sampleLatent, type Corners } from '../latent/latent.js';
import type { Backend } from '../models/load-options.js';
import type { GANSynthDescription, GANSynthJob } from '../models/gansynth/protocol.js';
import type { NamedTimbre } from '../checkpoints/timbres.js';
import type { Envelope, VoiceCommand, VoiceReport } from '../messages/voice-processor.js';
import { LATENT_SIZE } from '../models/gansynth/config.js';
import { createTransport } from '../ring/transport.js';
import type { GANSynthLoadOptions } from '../models/gansynth/gansynth.js';
import { acquireGANSynthPool, type GANSynthPool } from '../models/gansynth/note-pool.js';
import type { Lease } from '../workers/shared.js';
import type { PoolMember } from '../workers/render-pool.js';
import type { Source } from '../checkpoints/resolve-source.js';
import {
  createAudioContext,
  keepAwake,
  nativeContext,
  nativeNode,
  prepareOutput,
  resumeContext,
  type AudioContextLike,
  type AudioNodeLike,
} from './context.js';
import {
  BackendEvent,
  InstrumentErrorEvent,
  MeterEvent,
  RenderEvent,
  type InstrumentEventMap,
} from './events.js';
import { HeldNotes } from './held-notes.js';
import { renderOrder, renderedPitch } from './render-order.js';
import { velocityGain } from './velocity.js';
import { VoiceNode } from './voice-node.js';

export interface InstrumentOptions {
  /** Checkpoint, as for `GANSynth.load`. */
  readonly source?: Source;
  readonly backend?: Backend;
  /** Notes that sound at once, default 16. */
  readonly voices?: number;
  /** Rendered notes kept for the audio thread, 256 kB each, default 192. */
  readonly noteSlots?: number;
  /** Model workers; default as cores and memory allow, at most 4. */
  readonly workers?: number;
}

export interface StartOptions {
  /** Native, standardized-audio-context's or Tone's `rawContext`. Default: one of our own. */
  readonly context?: AudioContextLike;
  /** Where to connect to; `null` for nowhere (connect `output` yourself). Default: the context's destination. */
  readonly destination?: AudioNodeLike | null;
}

export const DEFAULT_ENVELOPE: Envelope = { attack: 0.004, decay: 0.1, sustain: 1, release: 0.25 };

/** Steps of the pad in which a timbre is rendered: finer than the ear, coarse enough to meet a cached one again. */
const MORPH_STEPS = 64;
/** A timbre is worth rendering over the whole keyboard once the pad has rested this long, ms. */
const SETTLE_MS = 250;
const REPORT_MS = 100;
/** Positions of the pad that are remembered: a full grid and some. */
const MAX_TIMBRES = 5000;

/**
 * `load()` fetches the model and needs no audio; `start()` makes the sound and belongs into a gesture.
 * Either may come first; notes played in between sound as soon as both are done.
 *
 * Fires {@link RenderEvent}, {@link MeterEvent}, {@link InstrumentErrorEvent}, {@link BackendEvent}.
 */
export class GANSynthInstrument extends EventTarget {
  /** The current timbre, [256]. */
  latent: Float32Array;

  private readonly held = new HeldNotes();
  /** `timbre * 128 + pitch` of notes that were sent to the audio thread, with the time of it. */
  private readonly stored = new Map<number, number>();
  private readonly timbreNumbers = new Map<string, number>();
  private corners: Corners<Float32Array>;
  private cornersVersion = 0;
  private nextTimbre = 1;
  private timbre = 0;
  private lastPitch = 60;
  private settled = true;
  private settleTimer: ReturnType<typeof setTimeout> | undefined;
  private reportTimer: ReturnType<typeof setInterval> | undefined;
  private disposed = false;
  private retired = false;
  /** Ends of silent sources; see keepAwake. */
  private readonly awake: (() => void)[] = [];
  private volume = 0.8;

  private pool: Lease<GANSynthPool> | undefined;
  private member: PoolMember<GANSynthJob> | undefined;
  private node: VoiceNode | undefined;
  private starting: Promise<void> | undefined;
  private audio: { context: BaseAudioContext; output: GainNode; owned: boolean } | undefined;
  /** What was played before the audio thread was there. */
  private waiting: VoiceCommand[] = [];

  constructor(private readonly options: InstrumentOptions = {}) {
    super();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((seed) => sampleLatent(seed, LATENT_SIZE));
    this.corners = [a, b, c, d];
    this.latent = a;
    this.morph(0, 0);
  }

  /**
   * Loads the model into its workers.
   * @throws everything `GANSynth.load` does
   */
  load(options: Pick<GANSynthLoadOptions, 'signal' | 'onProgress'> = {}): Promise<void> {
    prepareOutput();
    this.loading ??= this.loadPool(options).catch((error) => {
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }
  private loading: Promise<void> | undefined;

  private async loadPool(options: Pick<GANSynthLoadOptions, 'signal' | 'onProgress'>): Promise<void> {
    const { source, backend, workers } = this.options;
    const pool = await acquireGANSynthPool(source, { backend, workers, ...options });
    if (this.disposed) {
      pool.release();
      throw new TimbrelError('DISPOSED', 'The instrument was disposed while it loaded');
    }
    this.pool = pool;
    this.member = pool.value.join({
      rendered: (job) => this.onRendered(job),
      failed: (error, job) => this.dispatchEvent(new InstrumentErrorEvent(error, job?.pitch)),
      event: ({ backend: name, error }) =>
        this.dispatchEvent(new BackendEvent(name, error && deserializeError(error))),
    });
    this.join();
  }

  /**
   * Makes the sound: call it in answer to a click, touch or key.
   * @throws AUDIO_CONTEXT_SUSPENDED, AUDIO_CONTEXT_CLOSED, AUDIO_CONTEXT_UNSUPPORTED, INSECURE_CONTEXT, WORKER_FAILED
   */
  async start(options: StartOptions = {}): Promise<void> {
    this.checkAlive();
    this.starting ??= this.createAudio(options).catch((error) => {
      this.starting = undefined;
      throw error;
    });
    await this.starting;
    if (this.audio) await resumeContext(this.audio.context);
  }

  override addEventListener<K extends keyof InstrumentEventMap>(
    type: K,
    listener: (event: InstrumentEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  override addEventListener(
    type: string,
    listener: unknown,
    options?: boolean | AddEventListenerOptions,
  ): void {
    super.addEventListener(type, listener as EventListener | null, options);
  }

  /** The native context, once started. */
  get context(): BaseAudioContext | undefined {
    return this.audio?.context;
  }

  /** Everything the instrument plays, once started. Connect it to anything native. */
  get output(): GainNode | undefined {
    return this.audio?.output;
  }

  /** What was loaded; undefined before. */
  get description(): GANSynthDescription | undefined {
    return this.pool?.value.description;
  }

  /** Timbres the checkpoint names. */
  get timbres(): readonly NamedTimbre[] {
    return this.pool?.value.description.timbres ?? [];
  }

  /** Also plays into `destination`: a native node or parameter, or one of standardized-audio-context or Tone. */
  connect(destination: AudioNodeLike): void {
    const native = nativeNode(destination);
    if (native instanceof AudioNode) this.audio?.output.connect(native);
    else this.audio?.output.connect(native);
    this.awake.push(keepAwake(destination));
  }

  /**
   * @param pitch MIDI pitch 0-127; outside 24-84 the nearest rendered pitch is re-pitched
   * @param velocity 0-127; 0 is a note-off, as in MIDI
   * @param time seconds on the context's clock; 0 is now
   * @throws PITCH_RANGE, VELOCITY_RANGE, AUDIO_CONTEXT_CLOSED
   */
  noteOn(pitch: number, velocity = 100, time = 0): void {
    checkMIDI('PITCH_RANGE', 'pitch', pitch);
    checkMIDI('VELOCITY_RANGE', 'velocity', velocity);
    if (velocity === 0) return this.noteOff(pitch, time);
    this.checkAlive();
    if (this.context?.state === 'closed') {
      throw new TimbrelError(
        'AUDIO_CONTEXT_CLOSED',
        'The AudioContext of this instrument was closed; load another instrument',
      );
    }
    const { note, replaced } = this.held.press(pitch);
    if (replaced !== undefined) this.send({ type: 'noteOff', note: replaced, time });
    this.send({ type: 'noteOn', note, pitch, gain: velocityGain(velocity), time });
    this.lastPitch = pitch;
    this.want();
    this.watch();
  }

  /** @throws PITCH_RANGE */
  noteOff(pitch: number, time = 0): void {
    checkMIDI('PITCH_RANGE', 'pitch', pitch);
    const note = this.held.release(pitch);
    if (note === undefined) return;
    this.send({ type: 'noteOff', note, time });
    this.want();
  }

  /** The sustain pedal. */
  sustain(down: boolean, time = 0): void {
    this.send({ type: 'sustain', down, time });
  }

  pitchBend(semitones: number, time = 0): void {
    if (!Number.isFinite(semitones))
      throw new TimbrelError('PITCH_RANGE', `A bend of ${semitones} semitones is no number`);
    this.send({ type: 'pitchBend', semitones, time });
  }

  /** Releases every note; they ring out as their envelope says. What was scheduled for later is forgotten. */
  allNotesOff(time = 0): void {
    this.held.clear();
    this.send({ type: 'allNotesOff', time });
    this.want();
  }

  /** Silence within milliseconds. */
  allSoundOff(): void {
    this.held.clear();
    this.send({ type: 'allSoundOff' });
    this.want();
  }

  /** @throws OPTION_INVALID naming the field */
  setEnvelope(envelope: Envelope): void {
    for (const name of ['attack', 'decay', 'release'] as const) checkOption(name, envelope[name], 0, 60);
    checkOption('sustain', envelope.sustain, 0, 1);
    this.send({ type: 'envelope', envelope });
  }

  /** @param gain linear, 1 is as rendered @throws OPTION_INVALID */
  setVolume(gain: number): void {
    checkOption('volume', gain, 0, 1);
    this.volume = gain;
    this.audio?.output.gain.setTargetAtTime(gain, this.audio.context.currentTime, 0.01);
  }

  /** The timbres at the pad's corners: top left, top right, bottom left, bottom right. @throws LATENT_INVALID */
  setCorners(corners: Corners<Float32Array>): void {
    for (const corner of corners) checkLatent(corner, LATENT_SIZE);
    this.corners = corners;
    this.cornersVersion++;
  }

  /** Plays the timbre at (x, y) of the pad, 0-1 each; sounding notes cross-fade to it. @throws OPTION_INVALID */
  morph(x: number, y: number): void {
    checkOption('x', x, -Infinity, Infinity);
    checkOption('y', y, -Infinity, Infinity);
    const column = Math.round(Math.min(1, Math.max(0, x)) * MORPH_STEPS);
    const row = Math.round(Math.min(1, Math.max(0, y)) * MORPH_STEPS);
    const latent = mixCorners(this.corners, column / MORPH_STEPS, row / MORPH_STEPS);
    this.play(latent, `${this.cornersVersion}:${column},${row}`);
  }

  /** Plays one timbre, off the pad. @throws LATENT_INVALID */
  setLatent(latent: Float32Array): void {
    checkLatent(latent, LATENT_SIZE);
    this.play(latent, latent.join());
  }

  /** The network's image of the current timbre at `pitch`, for `<rainbow-gram>`: 128 x 1024 x 2. */
  async spectrogram(pitch = this.lastPitch, signal?: AbortSignal): Promise<Float32Array> {
    if (!this.pool) throw new TimbrelError('DISPOSED', 'The instrument has no model yet; await load() first');
    const note = { latent: this.latent, pitch: renderedPitch(pitch) };
    return this.pool.value.ask(({ client }) => client.call('spectrogram', note, { signal }));
  }

  /** Disposes itself once nothing sounds any more; until then it takes releases, and renders only what is held. */
  retire(): void {
    if (!this.reportTimer) return this.dispose();
    this.retired = true;
    clearTimeout(this.settleTimer);
    this.settled = false;
    this.want();
  }

  /** Disposed: it sounds no more and takes no notes. */
  get ended(): boolean {
    return this.disposed;
  }

  dispose(): void {
    clearTimeout(this.settleTimer);
    clearInterval(this.reportTimer);
    this.reportTimer = undefined;
    this.disposed = true;
    this.member?.leave();
    this.pool?.release();
    this.node?.dispose();
    this.audio?.output.disconnect();
    for (const end of this.awake.splice(0)) end();
    const context = this.audio?.owned ? this.audio.context : undefined;
    if (context instanceof AudioContext && context.state !== 'closed') void context.close();
  }

  private async createAudio(options: StartOptions): Promise<void> {
    const context = options.context ? nativeContext(options.context) : createAudioContext();
    // Some browsers start sound only while the gesture's own handler runs: ask before the first wait.
    if (context instanceof AudioContext) void context.resume().catch(() => {});
    const output = new GainNode(context, { gain: this.volume });
    this.audio = { context, output, owned: !options.context };
    if (options.destination !== null) this.connect(options.destination ?? context.destination);
    const { voices = 16, noteSlots = 192 } = this.options;
    const node = await VoiceNode.create(context, { voices, noteSlots, envelope: DEFAULT_ENVELOPE });
    node.output.connect(output);
    node.onReport = (report) => this.onReport(report);
    this.node = node;
    for (const command of this.waiting.splice(0)) node.send(command);
    this.join();
  }

  private checkAlive(): void {
    if (this.disposed) throw new TimbrelError('DISPOSED', 'This instrument was disposed; make another');
  }

  private send(command: VoiceCommand): void {
    if (this.node) this.node.send(command);
    else this.waiting.push(command);
  }

  /** Joins workers and audio thread, when both are there. */
  private join(): void {
    const { member, node } = this;
    if (!member || !node) return;
    member.connect(() => {
      const { writer, reader } = createTransport(globalThis.crossOriginIsolated === true);
      node.send({ type: 'addSource', transport: reader.transport }, reader.transfer);
      return writer;
    });
    this.want();
  }

  private play(latent: Float32Array, key: string): void {
    let timbre = this.timbreNumbers.get(key);
    if (timbre === undefined) {
      if (this.timbreNumbers.size >= MAX_TIMBRES) this.forgetTimbres();
      timbre = this.nextTimbre++;
      this.timbreNumbers.set(key, timbre);
    }
    this.latent = latent;
    if (timbre === this.timbre) return;
    this.timbre = timbre;
    this.send({ type: 'timbre', timbre });
    this.settled = false;
    clearTimeout(this.settleTimer);
    this.settleTimer = setTimeout(() => {
      this.settled = true;
      this.want();
    }, SETTLE_MS);
    this.want();
  }

  private forgetTimbres(): void {
    this.timbreNumbers.clear();
    this.stored.clear();
  }

  /** Tells the pool what to render: what is held, then, when the pad rests, the rest of the keyboard. */
  private want(): void {
    const { timbre, latent } = this;
    const held = this.held.pitches();
    const pitches = renderOrder({
      held,
      around: this.lastPitch,
      wholeKeyboard: this.settled,
    });
    const urgent = new Set(held.map(renderedPitch));
    const jobs = pitches
      .filter((pitch) => !this.stored.has(timbre * 128 + pitch))
      .map((pitch): GANSynthJob => ({ timbre, pitch, latent, urgent: urgent.has(pitch) }));
    this.member?.setWanted(jobs);
  }

  private onRendered(job: GANSynthJob): void {
    this.stored.set(job.timbre * 128 + job.pitch, performance.now());
    this.dispatchEvent(new RenderEvent(job.pitch, job.timbre === this.timbre));
  }

  private onReport(report: VoiceReport): void {
    if (report.type === 'missing') {
      const key = report.timbre * 128 + renderedPitch(report.pitch);
      const sent = this.stored.get(key);
      // Evicted, unless it is only just on its way: then the report crossed it.
      if (sent !== undefined && performance.now() - sent > 1000) {
        this.stored.delete(key);
        this.want();
      }
      return;
    }
    this.dispatchEvent(new MeterEvent(report.peak, report.activeVoices, report.starvedQuanta));
    if (report.activeVoices === 0 && this.held.size === 0) {
      clearInterval(this.reportTimer);
      this.reportTimer = undefined;
      if (this.retired) this.dispose();
    }
  }

  /** Asks the audio thread how it is doing while something sounds. */
  private watch(): void {
    this.reportTimer ??= setInterval(() => this.send({ type: 'requestReport' }), REPORT_MS);
  }
}

function checkOption(name: string, value: number, low: number, high: number): void {
  if (Number.isFinite(value) && value >= low && value <= high) return;
  throw new TimbrelError('OPTION_INVALID', `${name} is ${value}; expected a number from ${low} to ${high}`);
}

function checkMIDI(code: 'PITCH_RANGE' | 'VELOCITY_RANGE', name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 127) {
    throw new TimbrelError(code, `${name} is ${value}; MIDI takes whole numbers from 0 to 127`);
  }
}
