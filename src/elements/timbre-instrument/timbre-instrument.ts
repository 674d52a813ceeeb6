import { html, nothing, type CSSResultGroup, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import { prepareOutput, type AudioContextLike, type AudioNodeLike } from '../../instruments/context.js';
import { seedsOf, unknownTimbres, unusedSeed } from '../../instruments/corners.js';
import type { InstrumentEventMap } from '../../instruments/events.js';
import type { Patch, PatchCorner } from '../../instruments/patch.js';
import { VELOCITY_CURVES, type VelocityResponse } from '../../instruments/velocity.js';
import {
  DEFAULT_ENVELOPE,
  type InstrumentOptions,
  type TimbreInstrument,
} from '../../instruments/timbre-instrument.js';
import type { Corners } from '../../latent/latent.js';
import type { Envelope } from '../../messages/voice-processor.js';
import type { NoteOrigin } from '../../midi/note-origin.js';
import type { Backend } from '../../models/load-options.js';
import type { FileKind } from '../internal/file-kind.js';
import { partsOf } from '../internal/exported-parts.js';
import { ModelElement, type FileTaker } from '../internal/model-element.js';
import { renderFailure } from '../internal/status.js';
import type { AllSoundOffEvent, PitchBendEvent, SostenutoEvent } from '../midi-input/events.js';
import type { MidiInput } from '../midi-input/midi-input.js';
import type { MorphPad } from '../morph-pad/morph-pad.js';
import type { NoteOffEvent, NoteOnEvent } from '../note-events.js';
import type { PianoKeyboard } from '../piano-keyboard/piano-keyboard.js';
import { renderEnvelope, renderVelocity, renderVolume } from './controls.js';
import { cornerLabel, cornersText, renderCorners, renderPlaces, writtenNames } from './corner-fields.js';
import { SequencePlayEvent } from '../sequence-model/events.js';
import type { PlayableElement } from '../sequence-model/note-destination.js';
import { InstrumentFailureEvent, InstrumentLoadEvent } from './events.js';
import { patchIn } from './patch-files.js';
import { renderSong, Song } from './song.js';
import { renderStatus } from './status.js';
import { styles } from './timbre-instrument.styles.js';

/** A message that was there for so long goes when the player plays on, ms. */
const FAILURE_SHOWN = 4000;
/** The picture follows the pad when it has rested this long, ms. */
const PICTURE_DELAY = 200;

/** The attributes that say which network is loaded. */
interface Asked {
  readonly checkpoint: string;
  readonly backend: Backend;
}

/**
 * The elements of playable timbres share keys, MIDI and a pad with four timbres, on an instrument.
 * Abstract: `<gansynth-instrument>` is one that is defined.
 *
 * @fires {InstrumentLoadEvent} instrument-load - The model is there; notes can be rendered.
 * @fires {InstrumentFailureEvent} instrument-failure - Something failed; `error` is a coded TimbrelError.
 * @fires {SettingChangeEvent} setting-change - A person set `property` to `value`: corners, x, y, envelope, volume, the touch.
 * @fires {NoteOnEvent} note-on - A note was played on it, by a key or a MIDI device: `pitch`, `velocity`.
 * @fires {NoteOffEvent} note-off - It was let go: `pitch`.
 * @fires {SequencePlayEvent} sequence-play - A MIDI file began or ended: `playing`.
 *
 * @slot title - The heading.
 * @csspart base - The whole instrument.
 * @csspart header - Heading, state and level.
 * @csspart status - The line that says what the instrument does.
 * @csspart song - The button that stops a MIDI file, or plays it again.
 * @csspart failure - What went wrong, with a button that dismisses it.
 * @csspart meter - The output level.
 * @csspart level - The bar in it.
 * @csspart controls - Corner timbres, envelope and volume.
 * @csspart pad - The `<morph-pad>`.
 * @csspart keyboard - The `<piano-keyboard>`.
 * @csspart midi - The `<midi-input>`.
 */
export abstract class TimbreInstrumentElement<
  I extends TimbreInstrument = TimbreInstrument,
> extends ModelElement {
  static override styles: CSSResultGroup = styles;

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
  /** The touch: 'soft' takes a light stroke for a strong one, 'hard' the other way round. */
  @property({ attribute: 'velocity-curve', reflect: true }) velocityCurve: VelocityResponse['curve'] = 'even';
  /** 0: a soft stroke is quieter only; 1: it is as much darker as can be. */
  @property({ type: Number, attribute: 'velocity-brightness', reflect: true }) velocityBrightness = 0.5;
  /** 'page': letters of the computer keyboard play wherever the focus is, except in a text field. 'none': they do not. */
  @property({ attribute: 'computer-keyboard', reflect: true }) computerKeyboard: 'page' | 'none' = 'page';
  /** The AudioContext to play in: native, standardized-audio-context's or Tone's `rawContext`. Set it before the first note. */
  @property({ attribute: false }) context: AudioContextLike | undefined;
  /** The node that the sound goes to; by default the context's destination, with `null` nowhere. Set it before the first note. */
  @property({ attribute: false }) destination: AudioNodeLike | null | undefined;

  @state() private running = false;
  /** It ran, or was to run: what stops it now is no want of a gesture. */
  @state() private started = false;
  @state() private level = 0;
  /** So many of pad, keyboard, picture and MIDI are there. */
  @state() private revealed = 0;

  @query('piano-keyboard') private readonly keyboard!: PianoKeyboard;
  @query('.level > div') private readonly levelBar!: HTMLElement;
  @query('midi-input') private readonly midi!: MidiInput;

  private engine: I | undefined;
  /** The settings of an engine before the element was taken off the page. */
  private kept: Patch | undefined;
  /** The attributes of the network under way, else of the present one. */
  private asked: Asked | undefined;
  /** The attributes of the present network. */
  private shown: Asked | undefined;
  private pictureTimer: ReturnType<typeof setTimeout> | undefined;
  private failedAt = 0;
  /** The corners as the player chose them last. */
  private chosen: string | undefined;
  private song: Song | undefined;
  private seeds = 0;

  constructor() {
    super();
    // Who is about to play is not made to wait at the first key; a page that is only looked at asks for no output.
    for (const type of ['pointerover', 'focusin'] as const)
      this.addEventListener(type, prepareOutput, { once: true, passive: true });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.revealed === 0) void this.reveal();
  }

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
    if (engine.description) this.failure = undefined;
  }

  /** Plays a note. @param pitch MIDI pitch 0-127 @param velocity 1-127; 0 is a note-off, as in MIDI @throws PITCH_RANGE, VELOCITY_RANGE */
  noteOn(pitch: number, velocity = 100, origin?: NoteOrigin): void {
    if (velocity === 0) return this.noteOff(pitch, origin);
    const engine = this.getEngine();
    if (!engine.running || engine.isLost) void this.start().catch((error) => this.fail(error));
    engine.noteOn(pitch, velocity, 0, origin);
    if (engine.description && performance.now() - this.failedAt > FAILURE_SHOWN) this.failure = undefined;
    this.keyboard?.press(pitch, origin?.note);
    this.schedulePicture();
  }

  /** Lets a note go. @throws PITCH_RANGE */
  noteOff(pitch: number, origin?: NoteOrigin): void {
    this.engine?.noteOff(pitch, 0, origin);
    this.keyboard?.release(pitch, origin?.note);
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

  /**
   * Plays a MIDI file from its beginning, its drums on a kit; another one that plays stops. Call it in a gesture.
   * @throws MIDI_FILE_INVALID, PRIMER_EMPTY, AUDIO_CONTEXT_*
   */
  async playMidi(file: Blob): Promise<void> {
    await this.tried(async () => {
      const song = await Song.of(file, this as unknown as PlayableElement & this, this.sound, () => {
        this.requestUpdate();
        this.dispatchEvent(new SequencePlayEvent(song.playing));
      });
      this.song?.close();
      this.song = song;
      await song.play();
    });
  }

  /** The player's settings as plain JSON; `restore` takes it back. */
  get patch(): Patch {
    const { x, y, volume, velocityResponse: velocity } = this;
    return { ...this.getEngine().patch, x, y, volume, velocity };
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
    const { x, y, volume } = engine;
    const { curve: velocityCurve, brightness: velocityBrightness } = engine.velocityResponse;
    Object.assign(this, { x, y, volume, velocityCurve, velocityBrightness });
    if (engine.checkpoint !== checkpoint) {
      this.checkpoint = engine.checkpoint;
      this.asked = this.shown = { checkpoint: this.checkpoint, backend: this.backend };
    }
    this.schedulePicture();
    this.requestUpdate();
  }

  /** Makes the engine. */
  protected abstract createInstrument(options: InstrumentOptions): I;

  /** The heading, unless the page has another one. */
  protected abstract get heading(): string;

  /** Loads the code of the picture. */
  protected loadPicture(): Promise<unknown> {
    return Promise.resolve();
  }

  /** The picture of the present timbre. */
  protected renderPicture(): unknown {
    return nothing;
  }

  /** The fields of the corners, among the controls. @param engine undefined before it is made */
  protected renderCornerFields(engine: I | undefined): unknown {
    const corners = engine?.description
      ? renderCorners(engine.corners, engine.timbres, (place, name) => this.choose(place, name))
      : renderPlaces();
    return html`<fieldset>
      <legend>Corners</legend>
      ${corners}
    </fieldset>`;
  }

  /** Controls that only this instrument has. */
  protected renderOwnControls(): unknown {
    return nothing;
  }

  /** Draws the present timbre into the picture. */
  protected drawPicture(_engine: I): Promise<void> {
    return Promise.resolve();
  }

  protected override failureEvent(error: TimbrelError): Event {
    return new InstrumentFailureEvent(error);
  }

  protected override fail(error: unknown): void {
    this.failedAt = performance.now();
    super.fail(error);
  }

  protected override leave(): void {
    this.midi?.releaseAll?.();
    this.keyboard?.releaseAll();
    clearTimeout(this.pictureTimer);
    this.kept = this.engine?.patch;
    this.song?.close();
    this.song = undefined;
    this.engine?.dispose();
    this.engine = this.asked = this.shown = undefined;
    this.running = this.started = false;
  }

  /** A patch is opened, a MIDI file is played, a checkpoint plays from now on. */
  protected override takerOf(kind: FileKind): FileTaker | undefined {
    if (kind === 'patch') return async ([file]) => this.restore(await patchIn(file));
    if (kind === 'midi') return ([file]) => this.playMidi(file);
    return kind === 'checkpoint' ? (files) => this.exchange(files) : undefined;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // An attribute may hold anything: what is no number is as if it had not been given.
    this.x = within01(this.x, 0.5);
    this.y = within01(this.y, 0.5);
    this.volume = within01(this.volume, 0.8);
    this.velocityBrightness = within01(this.velocityBrightness, 0.5);
    if (!VELOCITY_CURVES.includes(this.velocityCurve)) this.velocityCurve = 'even';
    const { engine } = this;
    if (changed.has('velocityCurve') || changed.has('velocityBrightness'))
      engine?.setVelocityResponse(this.velocityResponse);
    if (changed.has('volume')) engine?.setVolume(this.volume);
    if (changed.has('corners') && engine && this.corners !== this.chosen) {
      engine.setCorners(this.corners);
      this.tellUnknown(engine.unknownTimbres);
    }
    if (changed.has('x') || changed.has('y')) {
      engine?.morph(this.x, this.y);
      this.schedulePicture();
    }
    const { checkpoint, backend } = this.asked ?? {};
    if (this.hasUpdated && (changed.has('checkpoint') || changed.has('backend')))
      if (checkpoint !== this.checkpoint || backend !== this.backend)
        void this.exchange(this.source).catch(() => {});
  }

  protected override updated(): void {
    // By the object model: a Content-Security-Policy may forbid style attributes.
    this.levelBar.style.transform = `scaleX(${Math.min(1, this.level)})`;
  }

  protected override render() {
    const { engine } = this;
    return html`
      <div
        part="base"
        class="base ${this.dropping ? 'dropping' : ''}"
        @pointerdown=${this.onGesture}
        @keydown=${this.onGesture}
        @note-on=${(event: NoteOnEvent) => this.fromChild(() => this.noteOn(event.pitch, event.velocity, event))}
        @note-off=${(event: NoteOffEvent) => this.fromChild(() => this.noteOff(event.pitch, event))}
        @pitch-bend=${(event: PitchBendEvent) => this.engine?.pitchBend(event.semitones, 0, event.channel)}
        @sustain=${(event: { down: boolean } & Event) => this.engine?.sustain(event.down)}
        @sostenuto=${(event: SostenutoEvent) => this.engine?.sostenuto(event.down, 0, event.channel)}
        @all-sound-off=${(event: AllSoundOffEvent) => this.engine?.allSoundOff(event.channel)}
        @dragover=${(event: DragEvent) => this.onDragOver(event)}
        @dragleave=${() => this.onDragLeave()}
        @drop=${(event: DragEvent) => this.onDrop(event)}
      >
        <header part="header">
          <slot name="title"><h2>${this.heading}</h2></slot>
          ${renderStatus({
            loading: this.loading,
            backend: engine?.description?.backend,
            running: this.running,
            paused: this.started && !this.running,
            resume: () => this.onGesture(),
            lost: engine?.isLost ?? false,
            rendered: engine?.rendered ?? 0,
            of: engine?.pitchCount ?? 0,
          })}
          ${renderSong(this.song, (song) => this.onSong(song))}
          <div
            part="meter"
            class="level"
            role="meter"
            aria-label="Output level"
            aria-valuemin="0"
            aria-valuemax="1"
            aria-valuenow=${this.level.toFixed(2)}
          >
            <div part="level"></div>
          </div>
        </header>
        ${renderFailure(this.failure, {
          part: 'failure',
          class: 'failure',
          words: this.failure?.message ?? '',
          dismiss: () => (this.failure = undefined),
        })}
        <div class="stage">
          <div class="place">${this.revealed > 0 ? this.renderPad() : nothing}</div>
          <div class="place">${this.revealed > 2 ? this.renderPicture() : nothing}</div>
          ${this.renderControls()}
        </div>
        <div class="keys">
          ${
            this.revealed > 1
              ? html`<piano-keyboard
                  part="keyboard"
                  exportparts=${partsOf('piano-keyboard')}
                  first="36"
                  last="84"
                  .computerKeyboard=${this.computerKeyboard}
                ></piano-keyboard>`
              : nothing
          }
        </div>
        <div class="devices">
          ${
            this.revealed > 3
              ? html`<midi-input part="midi" exportparts=${partsOf('midi-input')}></midi-input>`
              : nothing
          }
        </div>
      </div>
    `;
  }

  private get velocityResponse(): VelocityResponse {
    return { curve: this.velocityCurve, brightness: this.velocityBrightness };
  }

  private renderPad() {
    return html`<morph-pad
      part="pad"
      exportparts=${partsOf('morph-pad')}
      .corners=${this.engine?.description ? this.engine.corners.map(cornerLabel) : []}
      .x=${this.x}
      .y=${this.y}
      @morph-input=${this.onMorph}
      @morph-change=${this.onMorph}
    ></morph-pad>`;
  }

  private renderControls() {
    const { engine } = this;
    return html`
      <div part="controls" class="controls">
        ${this.renderCornerFields(engine)}
        ${renderEnvelope(this.envelope, (envelope) => this.adjust({ envelope }))}
        ${renderVolume(this.volume, (volume) => this.adjust({ volume }))}
        ${renderVelocity(this.velocityResponse, (changed) => this.adjust(changed))}
        ${this.renderOwnControls()}
        <button type="button" ?disabled=${engine?.isLost} @click=${this.randomize}>Random corners</button>
        <label class="file">
          <input type="file" multiple aria-label="Open a network" @change=${this.onChoose} />
          <span aria-hidden="true">Open a network</span>
        </label>
      </div>
    `;
  }

  /** The pieces come one after the other: together they would keep the page from answering for longer than a person notices. */
  private async reveal(): Promise<void> {
    const pieces = [
      () => import('../morph-pad/morph-pad.js'),
      () => import('../piano-keyboard/piano-keyboard.js'),
      () => this.loadPicture(),
      () => import('../midi-input/midi-input.js'),
    ];
    for (const [i, load] of pieces.entries()) {
      await load();
      await new Promise((resolve) => setTimeout(resolve));
      this.revealed = i + 1;
      await this.updateComplete;
    }
    this.schedulePicture();
  }

  /** The engine, made when it is first needed. */
  protected getEngine(): I {
    if (this.engine) return this.engine;
    const { checkpoint, backend, corners, kept } = this;
    this.asked = { checkpoint, backend };
    const engine = this.createInstrument({ source: this.source, backend, corners });
    this.engine = engine;
    engine.setVolume(within01(this.volume, 0.8));
    engine.setVelocityResponse(this.velocityResponse);
    engine.morph(within01(this.x, 0.5), within01(this.y, 0.5));
    if (kept) {
      engine.setCorners(kept.corners);
      engine.setEnvelope(kept.envelope);
    }
    const heard = <K extends keyof InstrumentEventMap>(
      type: K,
      listener: (event: InstrumentEventMap[K]) => void,
    ) => engine.addEventListener(type, (event) => this.engine === engine && listener(event));
    heard('loading', ({ progress }) => (this.loading = progress));
    heard('network', () => this.onNetwork(engine));
    heard('render', () => this.requestUpdate());
    heard('meter', ({ peak }) => (this.level = peak));
    heard('instrument-error', ({ error }) => this.fail(error));
    heard('audio-state', ({ running }) => (this.running = running));
    heard('backend', ({ error }) => {
      if (error) this.fail(error);
      this.requestUpdate();
    });
    return engine;
  }

  /** Loads another network. A bad one costs the player nothing: the attributes say what sounds. */
  private async exchange(source: Source | undefined): Promise<void> {
    const engine = this.getEngine();
    const { checkpoint, backend } = this;
    const asked = (this.asked = { checkpoint, backend });
    this.failure = undefined;
    try {
      await this.tried(() => engine.exchange(source, { backend }));
    } catch (error) {
      if (this.asked === asked && this.shown) Object.assign(this, (this.asked = this.shown));
      throw error;
    }
  }

  private onNetwork(engine: I): void {
    this.shown = this.asked;
    this.failure = undefined;
    // Names that the player chose from the network before are nobody's mistake.
    if (this.corners !== this.chosen) this.tellUnknown(writtenNames(this.corners, engine.unknownTimbres));
    this.dispatchEvent(new InstrumentLoadEvent());
    this.schedulePicture();
    this.requestUpdate();
  }

  /** Tells the page of names that no timbre has. It is no failure of the player's: no message on the page. */
  private tellUnknown(unknown: readonly string[]): void {
    if (unknown.length === 0) return;
    const error = unknownTimbres(unknown, this.engine?.timbres ?? []);
    console.warn(error.message);
    this.dispatchEvent(new InstrumentFailureEvent(error));
  }

  /** A person's choice stands in the attribute too, as far as it can be written there: a drawn timbre cannot. */
  protected setCorners(corners: Corners<PatchCorner>): void {
    this.getEngine().setCorners(corners);
    this.chosen = cornersText(corners);
    this.adjust({ corners: this.chosen });
    this.schedulePicture();
  }

  /** @param name of a timbre; undefined for a random one */
  protected choose(place: number, name: string | undefined): void {
    const corner = name === undefined ? { seed: this.nextSeed() } : { name };
    this.setCorners(this.getEngine().corners.with(place, corner) as unknown as Corners<PatchCorner>);
  }

  protected randomize(): void {
    const corner = () => ({ seed: this.nextSeed() });
    this.setCorners([corner(), corner(), corner(), corner()]);
  }

  private nextSeed(): string {
    // A new one at every press, the same ones after every load: what a player found can be found again.
    const seed = unusedSeed(new Set(seedsOf(this.getEngine().corners)), this.seeds);
    this.seeds = Number(seed);
    return seed;
  }

  private schedulePicture(): void {
    clearTimeout(this.pictureTimer);
    this.pictureTimer = setTimeout(() => {
      if (this.engine?.description) void this.drawPicture(this.engine).catch(() => {});
    }, PICTURE_DELAY);
  }

  /** Plays what a key or a device asks for. The event goes on: the page may hear what is played. */
  private fromChild(play: () => void): void {
    try {
      play();
    } catch (error) {
      this.fail(error);
    }
  }

  private onGesture(): void {
    // What could not be loaded is tried again by a note, not by a click that dismisses the message.
    if (!this.engine?.running && !this.engine?.isLost) void this.start().catch((error) => this.fail(error));
  }

  private onSong(song: Song): void {
    if (song.playing) song.stop();
    else void this.tried(() => song.play()).catch(() => {});
  }

  private onMorph(event: Event): void {
    const { x, y } = event.target as MorphPad;
    this.adjust({ x, y });
  }

  private onChoose(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length > 0) void this.take(files);
  }
}

const within01 = (value: number, otherwise: number) =>
  Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : otherwise;
