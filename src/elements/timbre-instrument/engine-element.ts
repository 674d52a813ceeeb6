/** An instrument without its looks: attributes, an engine made when it is first needed, and what may be asked of it. */
import type { PropertyValues } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { AudioContextLike, AudioNodeLike } from '../../instruments/context.js';
import { unknownTimbres } from '../../instruments/corners.js';
import type { InstrumentEventMap, InstrumentSetting } from '../../instruments/events.js';
import type { Patch, PatchCorner } from '../../instruments/patch.js';
import { DEFAULT_ROOM } from '../../instruments/room.js';
import {
  DEFAULT_ENVELOPE,
  type InstrumentOptions,
  type TimbreInstrument,
} from '../../instruments/timbre-instrument.js';
import { VELOCITY_CURVES, type VelocityResponse } from '../../instruments/velocity.js';
import { prepareVoices } from '../../instruments/voice-node.js';
import type { Corners } from '../../latent/latent.js';
import type { Envelope } from '../../messages/voice-processor.js';
import type { NoteOrigin } from '../../midi/note-origin.js';
import type { Backend } from '../../models/load-options.js';
import { ModelElement } from '../internal/model-element.js';
import type { PianoKeyboard } from '../piano-keyboard/piano-keyboard.js';
import { cornersText, writtenNames } from './corner-fields.js';
import { InstrumentFailureEvent, InstrumentLoadEvent } from './events.js';
import { KeyLights } from './key-lights.js';

/** A message that was there for so long goes when the player plays on, ms. */
const FAILURE_SHOWN = 4000;

/** The attributes that say which network is loaded. */
interface Asked {
  readonly checkpoint: string;
  readonly backend: Backend;
}

/** The base of {@link TimbreInstrumentElement}, which draws it. */
export abstract class EngineElement<I extends TimbreInstrument = TimbreInstrument> extends ModelElement {
  /** The backend of the network: 'auto' is the best that there is. */
  @property({ reflect: true }) backend: Backend = 'auto';
  /** 'auto' loads the weights with the page, 'none' on the first key. */
  @property({ reflect: true }) override preload: 'auto' | 'none' = 'auto';
  /** Four corners of the pad, separated by commas: names of timbres, or `seed:` and any text. */
  @property({ reflect: true }) corners = '';
  /** Position on the pad, 0 left to 1 right. */
  @property({ type: Number, reflect: true }) x = 0.5;
  /** Position on the pad, 0 top to 1 bottom. */
  @property({ type: Number, reflect: true }) y = 0.5;
  /** Linear gain, 0 to 1. */
  @property({ type: Number, reflect: true }) volume = 0.8;
  /** The share of the room in the sound, 0 (none) to 1. */
  @property({ type: Number, reflect: true }) room = DEFAULT_ROOM;
  /** The touch: 'soft' takes a light stroke for a strong one, 'hard' the other way round. */
  @property({ attribute: 'velocity-curve', reflect: true }) velocityCurve: VelocityResponse['curve'] = 'even';
  /** 0: a soft stroke is quieter only; 1: it is as much darker as can be. */
  @property({ type: Number, attribute: 'velocity-brightness', reflect: true }) velocityBrightness = 0.5;
  /** The AudioContext to play in: native, standardized-audio-context's or Tone's `rawContext`. Set it before the first note. */
  @property({ attribute: false }) context: AudioContextLike | undefined;
  /** The node that the sound goes to; by default the context's destination, with `null` nowhere. Set it before the first note. */
  @property({ attribute: false }) destination: AudioNodeLike | null | undefined;

  @state() protected running = false;
  /** It ran, or was to run: what stops it now is no want of a gesture. */
  @state() protected started = false;

  private engine: I | undefined;
  private lights: KeyLights | undefined;
  /** The settings of an engine before the element was taken off the page. */
  private kept: Patch | undefined;
  /** The attributes of the network under way, else of the present one. */
  private asked: Asked | undefined;
  /** The attributes of the present network. */
  private shown: Asked | undefined;
  private failedAt = 0;
  /** The text that the corners were set by, or that was made of them when they were set otherwise. */
  private cornersTold: string | undefined;
  /** The page did not write that text: its names are nobody's mistake. */
  private cornersChosen = false;
  /** A flag: the engine is just given what the page wrote. */
  private takingCorners = false;

  /** The keys that show what is played. */
  protected abstract get keyboard(): PianoKeyboard | null;

  /** Makes the engine. */
  protected abstract createInstrument(options: InstrumentOptions): I;

  /** The timbre that plays is another one. */
  protected abstract timbreChanged(): void;

  /** Shows how loud it is. @param peak of the output, linear */
  protected abstract showLevel(peak: number): void;

  /** A person is about to change something. @param group changes of one group that follow one another are one change */
  protected abstract beforeChange(group?: string): void;

  /** The engine behind the element, once loading began. */
  get instrument(): I | undefined {
    return this.engine;
  }

  /**
   * Loads the weights, if that has not begun. Resolves when notes can be rendered.
   * @throws CHECKPOINT_*, ABORTED, WORKER_FAILED
   */
  override async load(): Promise<void> {
    const engine = this.getEngine();
    prepareVoices();
    await this.tried(() => engine.load());
  }

  /**
   * Makes the AudioContext run; call it in a gesture. Playing a key does it by itself.
   * @throws AUDIO_CONTEXT_*, INSECURE_CONTEXT
   */
  async start(): Promise<void> {
    const engine = this.getEngine();
    if (!engine.description) void this.load().catch(() => {});
    try {
      await engine.start({ context: this.context, destination: this.destination });
    } catch (error) {
      // Taken off the page meanwhile.
      if (engine === this.engine) throw error;
    }
    if (engine !== this.engine) return;
    this.running = engine.running;
    this.started = true;
    // It sounds: that is all that is said by it.
    if (this.failure?.code.startsWith('AUDIO_CONTEXT_')) this.failure = undefined;
  }

  /** Plays a note. @param pitch MIDI pitch 0-127 @param velocity 1-127; 0 is a note-off, as in MIDI @throws PITCH_RANGE, VELOCITY_RANGE */
  noteOn(pitch: number, velocity = 100, origin?: NoteOrigin): void {
    if (velocity === 0) return this.noteOff(pitch, origin);
    const engine = this.getEngine();
    if (!engine.running || engine.isLost) void this.start().catch((error) => this.fail(error));
    engine.noteOn(pitch, velocity, 0, origin);
    if (engine.description && performance.now() - this.failedAt > FAILURE_SHOWN) this.failure = undefined;
    this.timbreChanged();
  }

  /** Lets a note go. @throws PITCH_RANGE */
  noteOff(pitch: number, origin?: NoteOrigin): void {
    this.engine?.noteOff(pitch, 0, origin);
  }

  /** Releases every note and key; notes ring out as their envelope says. */
  allNotesOff(): void {
    this.engine?.allNotesOff();
    this.keyboard?.releaseAll();
  }

  /** Times in seconds, `sustain` a gain. @throws OPTION_INVALID naming the field, where it is set */
  get envelope(): Envelope {
    return this.engine?.envelope ?? this.kept?.envelope ?? DEFAULT_ENVELOPE;
  }
  set envelope(envelope: Envelope) {
    this.getEngine().setEnvelope(envelope);
    this.requestUpdate();
  }

  /** The player's settings as plain JSON; `restore` takes it back. */
  get patch(): Patch {
    const { x, y, volume, room, velocityResponse: velocity } = this;
    return { ...this.getEngine().patch, x, y, volume, room, velocity };
  }

  /**
   * Sets what a patch says. With the checkpoint that is loaded it is done at once; another one is loaded first. A patch made
   * with the player's own files asks for these.
   * @throws PATCH_INVALID, CHECKPOINT_*, ABORTED; then nothing was changed, and it sounds as before
   */
  async restore(patch: unknown): Promise<void> {
    const engine = this.getEngine();
    const { checkpoint } = engine;
    await this.tried(() => engine.restore(patch));
    const { x, y, volume, room } = engine;
    const { curve: velocityCurve, brightness: velocityBrightness } = engine.velocityResponse;
    Object.assign(this, { x, y, volume, room, velocityCurve, velocityBrightness });
    if (engine.checkpoint !== checkpoint) {
      this.checkpoint = engine.checkpoint;
      this.asked = this.shown = { checkpoint: this.checkpoint, backend: this.backend };
    }
    this.corners = this.tellCorners();
    this.timbreChanged();
    this.requestUpdate();
  }

  protected get velocityResponse(): VelocityResponse {
    return { curve: this.velocityCurve, brightness: this.velocityBrightness };
  }

  protected override failureEvent(error: TimbrelError): Event {
    return new InstrumentFailureEvent(error);
  }

  protected override fail(error: unknown): void {
    this.failedAt = performance.now();
    super.fail(error);
  }

  protected override leave(): void {
    this.lights?.clear();
    this.keyboard?.releaseAll();
    this.kept = this.engine?.patch;
    this.engine?.dispose();
    this.engine = this.asked = this.shown = undefined;
    this.running = this.started = false;
  }

  protected override adjust(settings: Readonly<Record<string, unknown>>): void {
    this.beforeChange(Object.keys(settings).join());
    super.adjust(settings);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // An attribute may hold anything: what is no number is as if it had not been given.
    this.x = within01(this.x, 0.5);
    this.y = within01(this.y, 0.5);
    this.volume = within01(this.volume, 0.8);
    this.room = within01(this.room, DEFAULT_ROOM);
    this.velocityBrightness = within01(this.velocityBrightness, 0.5);
    if (!VELOCITY_CURVES.includes(this.velocityCurve)) this.velocityCurve = 'even';
    const { engine } = this;
    if (changed.has('velocityCurve') || changed.has('velocityBrightness'))
      engine?.setVelocityResponse(this.velocityResponse);
    if (changed.has('volume')) engine?.setVolume(this.volume);
    if (changed.has('room')) engine?.setRoom(this.room);
    if (changed.has('corners') && engine && this.corners !== this.cornersTold) {
      this.takeCorners();
      this.takingCorners = true;
      engine.setCorners(this.corners);
      this.takingCorners = false;
      this.tellUnknown(engine.unknownTimbres);
    }
    if (changed.has('x') || changed.has('y')) {
      engine?.morph(this.x, this.y);
      this.timbreChanged();
    }
    const { checkpoint, backend } = this.asked ?? {};
    if (this.hasUpdated && (changed.has('checkpoint') || changed.has('backend')))
      if (checkpoint !== this.checkpoint || backend !== this.backend)
        void this.exchange(this.source).catch(() => {});
  }

  /** The engine, made when it is first needed. */
  protected getEngine(): I {
    if (this.engine) return this.engine;
    const { checkpoint, backend, corners, kept } = this;
    this.asked = { checkpoint, backend };
    const engine = this.createInstrument({ source: this.source, backend, corners });
    this.engine = engine;
    engine.setVolume(within01(this.volume, 0.8));
    engine.setRoom(within01(this.room, DEFAULT_ROOM));
    engine.setVelocityResponse(this.velocityResponse);
    engine.morph(within01(this.x, 0.5), within01(this.y, 0.5));
    if (kept) {
      // Else the page has set others meanwhile.
      if (corners === this.cornersTold) engine.setCorners(kept.corners);
      engine.setEnvelope(kept.envelope);
    }
    if (corners !== this.cornersTold) this.takeCorners();
    this.lights = new KeyLights(engine, () => this.keyboard);
    const heard = <K extends keyof InstrumentEventMap>(
      type: K,
      listener: (event: InstrumentEventMap[K]) => void,
    ) => engine.addEventListener(type, (event) => this.engine === engine && listener(event));
    heard('loading', ({ progress }) => (this.loading = progress));
    heard('network', () => this.onNetwork(engine));
    heard('render', () => this.requestUpdate());
    heard('live', () => this.requestUpdate());
    heard('setting', ({ setting }) => this.reflect(engine, setting));
    heard('meter', ({ peak }) => this.showLevel(peak));
    heard('instrument-error', ({ error }) => this.fail(error));
    heard('audio-state', ({ running }) => (this.running = running));
    heard('backend', ({ error }) => {
      if (error) this.fail(error);
      this.requestUpdate();
    });
    return engine;
  }

  /** Takes what was set at the engine itself, by a script of the page: the attributes and the controls say what sounds. */
  protected reflect(engine: I, setting: InstrumentSetting): void {
    const { x, y, volume, room, velocityResponse } = engine;
    if (setting === 'place') Object.assign(this, { x, y });
    else if (setting === 'volume') this.volume = volume;
    else if (setting === 'room') this.room = room;
    else if (setting === 'velocity') {
      this.velocityCurve = velocityResponse.curve;
      this.velocityBrightness = velocityResponse.brightness;
    } else if (setting === 'corners' && !this.takingCorners) {
      this.corners = this.tellCorners();
      this.timbreChanged();
    }
    this.requestUpdate();
  }

  /** Loads another network. A bad one costs the player nothing: the attributes say what sounds. */
  protected async exchange(source: Source | undefined): Promise<void> {
    const engine = this.getEngine();
    const { checkpoint, backend } = this;
    const asked = (this.asked = { checkpoint, backend });
    this.takeBack(this.failure);
    try {
      await this.tried(() => engine.exchange(source, { backend }));
    } catch (error) {
      if (this.asked === asked && this.shown) Object.assign(this, (this.asked = this.shown));
      throw error;
    }
  }

  protected setCorners(corners: Corners<PatchCorner>): void {
    this.beforeChange();
    this.completeCorners(corners);
  }

  /** Sets corners as a part of the change before, with which they are taken back. */
  protected completeCorners(corners: Corners<PatchCorner>): void {
    this.getEngine().setCorners(corners);
    super.adjust({ corners: this.tellCorners() });
    this.timbreChanged();
  }

  /** The corners are what the page wrote. */
  private takeCorners(): void {
    this.cornersTold = this.corners;
    this.cornersChosen = false;
  }

  /** The corners were set otherwise than by their text, which says what they are as far as it can: a sound has no place in it. */
  private tellCorners(): string {
    this.cornersChosen = true;
    return (this.cornersTold = cornersText(this.getEngine().corners));
  }

  private onNetwork(engine: I): void {
    const isFirst = this.shown === undefined;
    this.shown = this.asked;
    if (!this.cornersChosen) this.tellUnknown(writtenNames(this.corners, engine.unknownTimbres));
    // In the place of names that another network had stand seeds now.
    if (!isFirst && engine.unknownTimbres.length > 0) this.corners = this.tellCorners();
    this.dispatchEvent(new InstrumentLoadEvent());
    this.timbreChanged();
    this.requestUpdate();
  }

  /** Tells the page of names that no timbre has. It is no failure of the player's: no message on the page. */
  private tellUnknown(unknown: readonly string[]): void {
    if (unknown.length === 0) return;
    const error = unknownTimbres(unknown, this.engine?.timbres ?? []);
    console.warn(error.message);
    this.dispatchEvent(new InstrumentFailureEvent(error));
  }
}

const within01 = (value: number, otherwise: number) =>
  Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : otherwise;
