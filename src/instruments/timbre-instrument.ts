/**
 * A model whose timbres are played: notes in, sound out. Decides which timbre a note has and what the workers render next;
 * the audio thread decides what a voice plays until that arrives (docs/how-a-note-becomes-sound.md).
 */
import type { Source } from '../checkpoints/resolve-source.js';
import type { NamedTimbre } from '../checkpoints/timbres.js';
import { TimbrelError, deserializeError } from '../errors/timbrel-error.js';
import type { Corners } from '../latent/latent.js';
import type { Envelope, VoiceReport } from '../messages/voice-processor.js';
import type { NoteOrigin } from '../midi/note-origin.js';
import type { Backend } from '../models/load-options.js';
import { createTransport } from '../ring/transport.js';
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import type { RenderJob } from '../workers/note-methods.js';
import type { PoolMember } from '../workers/render-pool.js';
import { START_OPTIONS, VoiceOutput, type OpenAudio, type StartOptions } from './audio-output.js';
import { AudioSide } from './audio-side.js';
import { checkMIDI, checkOption } from './check-values.js';
import type { AudioNodeLike } from './context.js';
import { randomSeed, seedsOf, unusedSeed } from './corners.js';
import {
  AudioStateEvent,
  BackendEvent,
  InstrumentErrorEvent,
  KeyEvent,
  KeysUpEvent,
  LiveEvent,
  LoadingEvent,
  MeterEvent,
  NetworkEvent,
  RenderEvent,
  InstrumentSettingEvent,
  type InstrumentEventMap,
  type InstrumentSetting,
} from './events.js';
import { HeldNotes } from './held-notes.js';
import { LiveNotes } from './live-notes.js';
import { LOADING_OPTIONS, NetworkSlot, type LoadingOptions } from './network-slot.js';
import {
  createPatch,
  ownFilesName,
  parsePatch,
  refuseOwnFiles,
  type Patch,
  type PatchCorner,
} from './patch.js';
import { renderedPitch } from './render-order.js';
import { RenderPlan } from './render-plan.js';
import { DEFAULT_ROOM } from './room.js';
import type { NotePool, TimbreModel } from './timbre-model.js';
import { StandIn } from './stand-in.js';
import { TimbrePad } from './timbre-pad.js';
import {
  DEFAULT_VELOCITY_RESPONSE,
  checkVelocityResponse,
  velocityCutoff,
  velocityGain,
  velocityOn,
  type VelocityResponse,
} from './velocity.js';

export interface InstrumentOptions {
  /** A checkpoint of the model, as for its `load`; the one that the package ships where there is none. */
  readonly source?: Source;
  readonly backend?: Backend;
  /** Corners of the pad, separated by commas: names of timbres, or `seed:` and any text. */
  readonly corners?: string;
  /** Notes that sound at once, default 16. */
  readonly voices?: number;
  /** Rendered notes kept for the audio thread, 256 kB each, default 192. */
  readonly noteSlots?: number;
  /** Model workers; default as cores and memory allow, at most 4. */
  readonly workers?: number;
}

const INSTRUMENT_OPTIONS: OptionNames<InstrumentOptions> = {
  source: true,
  backend: true,
  corners: true,
  voices: true,
  noteSlots: true,
  workers: true,
};

export interface ExchangeOptions extends LoadingOptions {
  /** Default: that of the network before. */
  readonly backend?: Backend;
}

export const DEFAULT_ENVELOPE: Envelope = { attack: 0.004, decay: 0.1, sustain: 1, release: 2 };

/**
 * Gain of the mix before its limiter: a held note at velocity 100 peaks at some -12 dB at the default volume, and a chord of four
 * just meets the limiter. What the room adds stays below full scale.
 */
const MIX_GAIN = 2.6;

/** After so many seeds without a tone the next is taken as it is: the network may know no tones. */
const MOST_DRAWS = 24;

/** All that makes the sound of an instrument, to play it elsewhere. */
export interface InstrumentSound<
  J extends RenderJob = RenderJob,
  P extends NotePool<J> = NotePool<J>,
> extends Wanted {
  readonly model: TimbreModel<J, P>;
  readonly latent: Float32Array;
  readonly voices: number;
  readonly envelope: Envelope;
  readonly velocity: VelocityResponse;
  /** Gain of the voices before their limiter. */
  readonly gain: number;
  /** Linear. */
  readonly volume: number;
  /** The share of the room, 0 to 1. */
  readonly room: number;
}

/** A checkpoint, and the backend it is loaded on. */
interface Wanted {
  readonly source: Source | undefined;
  readonly backend: Backend | undefined;
}

interface Network<J extends RenderJob, P> extends Wanted {
  readonly pool: P;
  readonly member: PoolMember<J>;
  dispose(): void;
}

/**
 * `load()` fetches the model and needs no audio; `start()` makes the sound and belongs into a gesture.
 * Either may come first; notes played in between sound as soon as both are done.
 *
 * Fires {@link RenderEvent}, {@link MeterEvent}, {@link InstrumentErrorEvent}, {@link BackendEvent}, {@link AudioStateEvent},
 * {@link LoadingEvent}, {@link NetworkEvent}, {@link LiveEvent}, {@link KeyEvent}, {@link KeysUpEvent},
 * {@link InstrumentSettingEvent}.
 */
export class TimbreInstrument<
  J extends RenderJob = RenderJob,
  P extends NotePool<J> = NotePool<J>,
> extends EventTarget {
  private readonly networks = new NetworkSlot<Network<J, P>>({
    progress: (progress) => this.dispatchEvent(new LoadingEvent(progress)),
    taken: (network) => this.onNetwork(network),
  });
  /** The network under way, else the present one, else the one that is loaded when that is asked for. */
  private target: Wanted;

  private readonly held = new HeldNotes();
  private lastPitch: number;
  private envelopeNow = DEFAULT_ENVELOPE;
  private velocityNow = DEFAULT_VELOCITY_RESPONSE;
  private volumeNow = 0.8;
  private roomNow = DEFAULT_ROOM;

  private readonly pad: TimbrePad;
  private latentNow: Float32Array;

  private readonly plan: RenderPlan;
  private readonly standIn: StandIn;
  /** Undefined of a model that renders whole notes only. */
  private readonly live: LiveNotes<P> | undefined;
  private disposed = false;

  private readonly audio = new AudioSide({
    listens: () => this.onListening(),
    state: (running) => this.dispatchEvent(new AudioStateEvent(running)),
    report: (report) => this.onReport(report),
    failed: (error) => this.dispatchEvent(new InstrumentErrorEvent(error)),
    isHeld: () => this.held.size > 0,
  });

  /** @param openAudio opens the audio side; a plugin or a test has one of its own @throws OPTION_INVALID */
  constructor(
    private readonly model: TimbreModel<J, P>,
    private readonly options: InstrumentOptions = {},
    private readonly openAudio: OpenAudio = (...given) => new VoiceOutput(...given),
  ) {
    super();
    const { source, backend, corners = '' } = checkedOptions(options, INSTRUMENT_OPTIONS);
    this.target = { source, backend };
    this.lastPitch = renderedPitch(60, model.pitches);
    this.plan = new RenderPlan(model.pitches, () => this.want());
    this.pad = new TimbrePad(model, corners);
    // A network of the player's own is not to be taken for the shipped one.
    this.standIn = new StandIn(source === undefined ? model.starter : undefined);
    this.live =
      model.live &&
      new LiveNotes(model.live, model.pitches, {
        changed: (keepsUp) => this.onLive(keepsUp),
        ended: () => this.plan.settled || this.want(),
        toAudio: (port) => this.audio.hand({ type: 'connectLive', port }, [port]),
      });
    this.latentNow = this.pad.point.latent;
    this.place();
  }

  /** Loads the network, if that has not begun. @throws CHECKPOINT_*, ABORTED, WORKER_FAILED, BACKEND_UNAVAILABLE */
  async load(options: LoadingOptions = {}): Promise<void> {
    this.checkAlive();
    const { target } = this;
    const checked = checkedOptions(options, LOADING_OPTIONS);
    // The little before the large: whoever presses a key meanwhile hears something.
    this.standIn.prepare();
    await this.networks.get((loading) => this.loadNetwork(target, loading), checked);
  }

  /**
   * Loads another network, which takes the place of the present one under the same voices: what sounds goes on and cross-fades to
   * the new timbres as they are rendered. Corners, envelope and volume stay; a corner whose name the network does not have becomes
   * a seed.
   * @param source a checkpoint as for the model's `load`; undefined for the one that the package ships
   * @throws as {@link load}; then it plays as before
   */
  async exchange(source: Source | undefined, options: ExchangeOptions = {}): Promise<void> {
    this.checkAlive();
    const names = { ...LOADING_OPTIONS, backend: true } as const;
    const { backend = this.target.backend, ...loading } = checkedOptions(options, names);
    const target = (this.target = { source, backend });
    try {
      await this.networks.exchange((given) => this.loadNetwork(target, given), loading);
    } catch (error) {
      // A patch that is saved now opens as what sounds.
      if (this.target === target) this.target = this.networks.present ?? target;
      throw error;
    }
  }

  /**
   * Makes the sound: call it in answer to a click, touch or key.
   * @throws AUDIO_CONTEXT_SUSPENDED, AUDIO_CONTEXT_CLOSED, AUDIO_CONTEXT_UNSUPPORTED, INSECURE_CONTEXT, WORKER_FAILED
   */
  async start(options: StartOptions = {}): Promise<void> {
    this.checkAlive();
    const given = checkedOptions(options, START_OPTIONS);
    const { voices, envelope, volume, room, model } = this;
    const { noteSlots = 192 } = this.options;
    const liveNotes = model.live ? voices : 0;
    const started = this.audio.start(() =>
      this.openAudio(
        given,
        { voices, noteSlots, liveNotes, envelope, pitchRange: model.pitches, gain: MIX_GAIN },
        { volume, room },
      ),
    );
    this.standIn.prepare();
    await started;
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
    return this.audio.context;
  }

  /** Its context runs: what is played is heard. */
  get running(): boolean {
    return this.context?.state === 'running';
  }

  /** Everything the instrument plays, once started. Connect it to anything native. */
  get output(): GainNode | undefined {
    return this.audio.output?.output;
  }

  /** The description of the network; undefined before it is loaded. */
  get description(): P['description'] | undefined {
    return this.networks.present?.pool.description;
  }

  /** Timbres the checkpoint names. */
  get timbres(): readonly NamedTimbre[] {
    return this.description?.timbres ?? [];
  }

  /** There is no network, because it could not be loaded. */
  get isLost(): boolean {
    return this.networks.isLost;
  }

  /** The number of pitches that the model renders of a timbre. */
  get pitchCount(): number {
    return this.plan.pitchCount;
  }

  /** The number of pitches of the present timbre that are rendered, of {@link pitchCount}. */
  get rendered(): number {
    return this.plan.rendered;
  }

  /**
   * Tells whether the machine keeps up with decoding notes while they sound. Where it does not, they are rendered as a whole, and
   * follow the pad a little later. It is true, too, of a model that does nothing else.
   */
  get keepsUp(): boolean {
    return this.live?.keepsUp ?? true;
  }

  /** Plays into `destination` as well: a native node or parameter, or one of standardized-audio-context or Tone. */
  connect(destination: AudioNodeLike): void {
    this.audio.output?.connect(destination);
  }

  /**
   * @param pitch MIDI pitch 0-127; outside the model's range the nearest rendered pitch is re-pitched
   * @param velocity 0-127; 0 is a note-off, as in MIDI
   * @param time seconds on the context's clock; 0 is now
   * @param origin whose note it is: notes of different numbers sound together, also at one pitch
   * @throws PITCH_RANGE, VELOCITY_RANGE, AUDIO_CONTEXT_CLOSED
   */
  noteOn(pitch: number, velocity = 100, time = 0, origin?: NoteOrigin): void {
    checkMIDI('PITCH_RANGE', 'pitch', pitch);
    checkMIDI('VELOCITY_RANGE', 'velocity', velocity);
    if (velocity === 0) return this.noteOff(pitch, time, origin);
    this.checkAlive();
    if (this.context?.state === 'closed') {
      throw new TimbrelError(
        'AUDIO_CONTEXT_CLOSED',
        'The AudioContext of this instrument was closed; load another instrument',
      );
    }
    this.audio.output?.wake();
    const { channel, bend } = origin ?? {};
    const { note, replaced } = this.held.press(pitch, origin);
    if (replaced !== undefined) this.letGo(pitch, time, replaced);
    const { curve, brightness } = this.velocityNow;
    const heard = velocityOn(curve, velocity);
    const gain = velocityGain(heard);
    this.audio.send({
      ...{ type: 'noteOn', note, pitch, channel, bend, gain, time },
      cutoff: velocityCutoff(heard, pitch, brightness),
    });
    this.dispatchEvent(new KeyEvent(pitch, true, time, note));
    this.live?.begin(note, pitch);
    this.lastPitch = pitch;
    this.want();
    this.audio.watch();
  }

  /** @param origin with the number that its note-on had @throws PITCH_RANGE */
  noteOff(pitch: number, time = 0, origin?: NoteOrigin): void {
    checkMIDI('PITCH_RANGE', 'pitch', pitch);
    const note = this.held.release(pitch, origin);
    if (note === undefined) return;
    this.letGo(pitch, time, note);
    this.want();
  }

  /** The sustain pedal. */
  sustain(down: boolean, time = 0): void {
    this.audio.send({ type: 'sustain', down, time });
  }

  /** The sostenuto pedal: holds the notes that are down now, of one channel or all. */
  sostenuto(down: boolean, time = 0, channel?: number): void {
    this.audio.send({ type: 'sostenuto', down, time, channel });
  }

  /** @param channel whose notes are bent; left out, all are, besides their own bends @throws PITCH_RANGE */
  pitchBend(semitones: number, time = 0, channel?: number): void {
    if (!Number.isFinite(semitones))
      throw new TimbrelError('PITCH_RANGE', `A bend of ${semitones} semitones is no number`);
    this.audio.send({ type: 'pitchBend', semitones, time, channel });
  }

  /** Releases every note; they ring out as their envelope says. What was scheduled for later is forgotten. */
  allNotesOff(time = 0): void {
    this.held.clear();
    this.dispatchEvent(new KeysUpEvent());
    this.audio.send({ type: 'allNotesOff', time });
    this.want();
  }

  /** Silence within milliseconds. @param channel whose notes are silenced, which were let go before; left out, all are */
  allSoundOff(channel?: number): void {
    if (channel === undefined) {
      this.held.clear();
      this.dispatchEvent(new KeysUpEvent());
      this.audio.output?.silenceRoom();
    }
    this.audio.send({ type: 'allSoundOff', channel });
    this.want();
  }

  get envelope(): Envelope {
    return this.envelopeNow;
  }

  /** @throws OPTION_INVALID naming the field */
  setEnvelope(envelope: Envelope): void {
    for (const name of ['attack', 'decay', 'release'] as const) checkOption(name, envelope[name], 0, 60);
    checkOption('sustain', envelope.sustain, 0, 1);
    const { attack, decay, sustain, release } = envelope;
    const before = this.envelopeNow;
    this.envelopeNow = { attack, decay, sustain, release };
    this.audio.send({ type: 'envelope', envelope: this.envelopeNow });
    this.tellSetting('envelope', before, this.envelopeNow);
  }

  /** The response to velocity: its curve, and how much darker soft notes are. */
  get velocityResponse(): VelocityResponse {
    return this.velocityNow;
  }

  /** Applies to notes that begin later. @throws OPTION_INVALID */
  setVelocityResponse(response: VelocityResponse): void {
    const before = this.velocityNow;
    this.velocityNow = checkVelocityResponse(response);
    this.tellSetting('velocity', before, this.velocityNow);
  }

  /** Linear gain. */
  get volume(): number {
    return this.volumeNow;
  }

  /** @param gain linear, 1 is as rendered @throws OPTION_INVALID */
  setVolume(gain: number): void {
    checkOption('volume', gain, 0, 1);
    const before = this.volumeNow;
    this.volumeNow = gain;
    this.audio.output?.setVolume(gain);
    this.tellSetting('volume', [before], [gain]);
  }

  /** The share of the room in the sound, 0 (none) to 1. */
  get room(): number {
    return this.roomNow;
  }

  /** @throws OPTION_INVALID */
  setRoom(amount: number): void {
    checkOption('room', amount, 0, 1);
    const before = this.roomNow;
    this.roomNow = amount;
    this.audio.output?.setRoom(amount);
    this.tellSetting('room', [before], [amount]);
  }

  /** The timbres at the pad's corners: top left, top right, bottom left, bottom right. */
  get corners(): Corners<PatchCorner> {
    return this.pad.corners;
  }

  /** Names of corners that the network does not have, as of when it was loaded or the corners were set. */
  get unknownTimbres(): readonly string[] {
    return this.pad.unknown;
  }

  /**
   * Sets the timbres at the pad's corners: top left, top right, bottom left, bottom right. What sounds cross-fades to them. Names are
   * those of {@link timbres}; before these are known a name is kept, and looked up when the network is loaded.
   * @param corners latents [latentSize], names or seeds; or a text as {@link InstrumentOptions} has it
   * @throws LATENT_INVALID
   */
  setCorners(corners: string | Corners<PatchCorner | Float32Array>): void {
    const before = this.corners;
    this.pad.setCorners(corners);
    this.place();
    // Corners are objects that are made anew: what is in them is compared.
    const content = (each: PatchCorner) => JSON.stringify(each);
    this.tellSetting('corners', before.map(content), this.corners.map(content));
  }

  /**
   * Draws the seed of a timbre that has a tone, and is at no corner. Loads the network, where that is needed to tell.
   * @param after seeds are numbers, and the first behind this one that has a tone is taken; default: any number
   * @throws as {@link load}
   */
  async drawSeed(after = randomSeed()): Promise<string> {
    const taken = new Set(seedsOf(this.corners));
    let seed = unusedSeed(taken, after);
    for (let draws = 1; draws < MOST_DRAWS && !(await this.isTone(seed)); draws++)
      seed = unusedSeed(taken, Number(seed));
    return seed;
  }

  /** Position on the pad, 0 left to 1 right. */
  get x(): number {
    return this.pad.x;
  }

  /** Position on the pad, 0 top to 1 bottom. */
  get y(): number {
    return this.pad.y;
  }

  /** Plays the timbre at (x, y) of the pad, 0-1 each; sounding notes cross-fade to it. @throws OPTION_INVALID */
  morph(x: number, y: number): void {
    checkOption('x', x, -Infinity, Infinity);
    checkOption('y', y, -Infinity, Infinity);
    const before = [this.x, this.y];
    this.pad.move(x, y);
    this.place();
    this.tellSetting('place', before, [this.x, this.y]);
  }

  /** The current timbre, [latentSize]. */
  get latent(): Float32Array {
    return this.latentNow;
  }

  /** Plays one timbre, off the pad. @throws LATENT_INVALID */
  setLatent(latent: Float32Array): void {
    this.pad.leave(latent);
    this.place();
  }

  /** The checkpoint that plays, or is to be loaded, as a patch names it. */
  get checkpoint(): string {
    return nameOf((this.networks.present ?? this.target).source);
  }

  /** The sound as it is set now. @internal */
  get playedSound(): InstrumentSound<J, P> {
    const { model, latent, voices, envelope, volume, room, velocityResponse: velocity } = this;
    const { source, backend } = this.networks.present ?? this.target;
    return { source, backend, model, latent, voices, envelope, velocity, gain: MIX_GAIN, volume, room };
  }

  private get voices(): number {
    return this.options.voices ?? 16;
  }

  /** The player's settings as plain JSON; {@link restore} takes it back. */
  get patch(): Patch {
    const { checkpoint, corners, x, y, envelope, volume, room, velocityResponse: velocity } = this;
    return createPatch({ checkpoint, corners, x, y, envelope, volume, room, velocity });
  }

  /**
   * Sets what a patch says. With the checkpoint that is loaded it is done at once; another one is loaded first. A patch made with
   * the player's own files asks for these.
   * @throws PATCH_INVALID, CHECKPOINT_*, ABORTED; then nothing was changed, and it sounds as before
   */
  async restore(patch: unknown, options: LoadingOptions = {}): Promise<void> {
    checkedOptions(options, LOADING_OPTIONS);
    const content = parsePatch(patch, this.model.latentSize);
    const { corners, envelope, volume, room, checkpoint, x, y, velocity } = content;
    if (checkpoint !== nameOf(this.target.source)) {
      refuseOwnFiles(checkpoint);
      await this.exchange(checkpoint || undefined, options);
    }
    // A network under way is that of the patch: the corners are names of its timbres.
    else await this.networks.pending;
    const before = [this.x, this.y];
    this.pad.move(x, y);
    this.setVolume(volume);
    this.setRoom(room);
    this.setEnvelope(envelope);
    this.setVelocityResponse(velocity);
    this.setCorners(corners);
    this.tellSetting('place', before, [this.x, this.y]);
  }

  /** Tells of a setting, unless all of it is what it was. */
  protected tellSetting(setting: InstrumentSetting, before: object, now: object): void {
    const values = Object.entries(before);
    if (values.some(([name, value]) => Reflect.get(now, name) !== value))
      this.dispatchEvent(new InstrumentSettingEvent(setting));
  }

  dispose(): void {
    this.plan.dispose();
    this.standIn.end();
    this.live?.disconnect();
    this.disposed = true;
    this.networks.dispose();
    this.audio.dispose();
  }

  /** Tells whether the timbre of a seed has the pitch of its keys. */
  protected isTone(_seed: string): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** The workers, and what they are asked for to picture `pitch` in the current timbre. @throws DISPOSED before `load` */
  protected asked(pitch = this.lastPitch): { readonly pool: P; readonly job: J } {
    const { pool } = this.networks.present ?? {};
    if (!pool) throw new TimbrelError('DISPOSED', 'The instrument has no model yet; await load() first');
    const note = {
      timbre: this.plan.current,
      pitch: renderedPitch(pitch, this.model.pitches),
      urgent: false,
    };
    return { pool, job: this.model.job(note, this.latentNow) };
  }

  private async loadNetwork(wanted: Wanted, options: Required<LoadingOptions>): Promise<Network<J, P>> {
    const { source, backend } = wanted;
    const lease = await this.model.load(source, { backend, workers: this.options.workers, ...options });
    const pool = lease.value;
    const member = pool.join({
      rendered: (job) => this.onRendered(job),
      failed: (error, job) => this.dispatchEvent(new InstrumentErrorEvent(error, job?.pitch)),
      event: ({ backend: name, error }) =>
        this.dispatchEvent(new BackendEvent(name, error && deserializeError(error))),
      replaced: () => this.live?.connect(pool, this.latentNow),
    });
    const dispose = () => {
      member.leave();
      lease.dispose();
    };
    return { ...wanted, pool, member, dispose };
  }

  private onNetwork(network: Network<J, P>): void {
    this.plan.forget();
    this.pad.fit(this.timbres);
    this.connectWorkers(network);
    this.place();
    this.dispatchEvent(new NetworkEvent());
  }

  /** The audio thread takes notes: those of the network, if there is one, and those that stand in for them. */
  private onListening(): void {
    if (this.networks.present) this.connectWorkers(this.networks.present);
    void this.standIn.begin(this.lastPitch, (reader, timbre) => {
      this.audio.hand({ type: 'addSource', transport: reader.transport }, reader.transfer);
      this.audio.send({ type: 'timbre', timbre });
    });
  }

  private checkAlive(): void {
    if (this.disposed) throw new TimbrelError('DISPOSED', 'This instrument was disposed; make another');
  }

  private letGo(pitch: number, time: number, note: number): void {
    this.audio.send({ type: 'noteOff', note, time });
    this.dispatchEvent(new KeyEvent(pitch, false, time, note));
  }

  /** Joins workers and audio thread, when both are there. */
  private connectWorkers({ member, pool }: Network<J, P>): void {
    if (!this.audio.isReady) return;
    member.connect(() => {
      const { writer, reader } = createTransport(globalThis.crossOriginIsolated === true);
      this.audio.hand({ type: 'addSource', transport: reader.transport }, reader.transfer);
      return writer;
    });
    this.live?.connect(pool, this.latentNow);
    this.want();
  }

  /** Plays the timbre of the pad. */
  private place(): void {
    const { latent, key } = this.pad.point;
    this.latentNow = latent;
    if (!this.plan.take(key)) return;
    this.audio.send({ type: 'timbre', timbre: this.standIn.timbre(this.plan.current) });
    this.live?.setTimbre(latent);
    this.want();
  }

  /**
   * Tells the pool what to render: what is held, then, when the pad rests, the rest of the keyboard. Notes that are decoded while they
   * sound need not be rendered for a point that the pad only passes.
   */
  private want(): void {
    const { live, plan } = this;
    const passes = live?.active && !plan.settled;
    const held = this.held.pitches((note) => !(passes && live.has(note)));
    const wanted = passes && held.length === 0 ? [] : plan.wanted(held, this.lastPitch);
    this.networks.present?.member.setWanted(wanted.map((note) => this.model.job(note, this.latentNow)));
  }

  private onRendered(job: J): void {
    this.plan.markSent(job);
    if (job.timbre === this.plan.current && this.standIn.end())
      this.audio.send({ type: 'timbre', timbre: job.timbre });
    this.dispatchEvent(new RenderEvent(job.pitch, job.timbre === this.plan.current));
  }

  private onLive(keepsUp: boolean): void {
    this.want();
    this.dispatchEvent(new LiveEvent(keepsUp));
  }

  private onReport(report: VoiceReport): void {
    if (report.type === 'missing') {
      if (this.plan.markMissing(report.timbre, report.pitch)) this.want();
      return;
    }
    const { peak, activeVoices, starvedQuanta, liveVoices } = report;
    this.dispatchEvent(new MeterEvent(peak, activeVoices, starvedQuanta, liveVoices));
  }
}

/** A checkpoint as a patch names it: empty for the shipped one, `files:` and their size for the player's own. */
const nameOf = (source: Source | undefined): string =>
  typeof source === 'string' ? source : source ? ownFilesName(source) : '';
