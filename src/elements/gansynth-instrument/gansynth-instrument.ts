import { html, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { TimbrelError, throwIfAborted } from '../../errors/timbrel-error.js';
import type { AudioContextLike, AudioNodeLike } from '../../instruments/context.js';
import type { BackendEvent, InstrumentEventMap, RenderEvent } from '../../instruments/events.js';
import { DEFAULT_ENVELOPE, GANSynthInstrument } from '../../instruments/gansynth-instrument.js';
import type { Corners } from '../../latent/latent.js';
import type { Backend } from '../../models/load-options.js';
import type { Envelope } from '../../messages/voice-processor.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import { defineElement } from '../internal/define.js';
import type { MidiInput } from '../midi-input/midi-input.js';
import type { MorphPad } from '../morph-pad/morph-pad.js';
import type { PianoKeyboard } from '../piano-keyboard/piano-keyboard.js';
import type { RainbowGram } from '../rainbow-gram/rainbow-gram.js';
import { createPatch, parsePatch, type Patch, type PatchCorner } from '../../instruments/patch.js';
import { renderEnvelope, renderVolume } from './controls.js';
import {
  cornerLabel,
  cornerLatent,
  knownCorners,
  parseCorners,
  renderCorners,
  seedsOf,
  unknownTimbres,
  unusedSeed,
  writtenNames,
  type ReadCorners,
} from './corners.js';
import { patchAmong } from '../internal/dropped-files.js';
import { ModelElement } from '../internal/model-element.js';
import { InstrumentFailureEvent, InstrumentLoadEvent } from './events.js';
import type { AllSoundOffEvent, PitchBendEvent, SostenutoEvent } from '../midi-input/events.js';
import type { NoteOffEvent, NoteOnEvent } from '../note-events.js';
import type { NoteOrigin } from '../../midi/note-origin.js';
import { RingingInstruments } from './ringing.js';
import { renderFailure } from '../internal/status.js';
import { renderStatus } from './status.js';
import { styles } from './gansynth-instrument.styles.js';

// For the types of events, in `addEventListener` and by name.
export type * from './events.js';

/**
 * The pieces, each made in a task of its own: together they would keep the page from answering for longer than a person
 * notices.
 */
const PIECES: readonly (() => Promise<unknown>)[] = [
  () => import('../morph-pad/morph-pad.js'),
  () => import('../piano-keyboard/piano-keyboard.js'),
  () => import('../rainbow-gram/rainbow-gram.js'),
  () => import('../midi-input/midi-input.js'),
];

/** A message that was there for so long goes when the player plays on, ms. */
const FAILURE_SHOWN = 4000;
/** The picture follows the pad when it has rested this long, ms. */
const PICTURE_DELAY = 200;

/** What an engine was made for. */
interface Loaded {
  /** The attributes at that time. */
  readonly checkpoint: string;
  readonly backend: Backend;
  /** Made of the player's own files, whatever `checkpoint` says: their size, as a patch names them. */
  readonly files?: string;
}

/**
 * @tagname gansynth-instrument
 * @summary A polyphonic neural synthesizer: GANSynth played by keys, MIDI and a morph pad.
 *
 * @fires {InstrumentLoadEvent} instrument-load - The model is there; notes can be rendered.
 * @fires {InstrumentFailureEvent} instrument-failure - Something failed; `error` is a coded TimbrelError.
 *
 * @slot title - The heading.
 * @csspart base - The whole instrument.
 * @csspart header - Heading, state and level.
 * @csspart status - The line that says what the instrument does.
 * @csspart failure - What went wrong, with a button that dismisses it.
 * @csspart controls - Corner timbres, envelope and volume.
 * @csspart pad - The `<morph-pad>`.
 * @csspart picture - The `<rainbow-gram>`.
 * @csspart keyboard - The `<piano-keyboard>`.
 * @csspart midi - The `<midi-input>`.
 */
export class GANSynthInstrumentElement extends ModelElement {
  static override styles = styles;

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
  /** 'page': letters of the computer keyboard play wherever the focus is, except in a text field. 'none': they do not. */
  @property({ attribute: 'computer-keyboard', reflect: true }) computerKeyboard: 'page' | 'none' = 'page';
  /** The AudioContext to play in: native, standardized-audio-context's or Tone's `rawContext`. Set it before the first note. */
  @property({ attribute: false }) context: AudioContextLike | undefined;
  /** Where the sound goes; by default the context's destination, with `null` nowhere. Set it before the first note. */
  @property({ attribute: false }) destination: AudioNodeLike | null | undefined;

  @state() private envelope: Envelope = DEFAULT_ENVELOPE;
  @state() private rendered = 0;
  @state() private running = false;
  /** It ran, or was to run: what stops it now is no want of a gesture. */
  @state() private started = false;
  /** There is no network, because it could not be loaded. */
  @state() private lost = false;
  @state() private level = 0;
  /** How many of {@link PIECES} are there. */
  @state() private revealed = 0;
  @state() private cornerChoice: readonly PatchCorner[] = [];

  @query('piano-keyboard') private readonly keyboard!: PianoKeyboard;
  @query('rainbow-gram') private readonly picture!: RainbowGram;
  @query('.level > div') private readonly levelBar!: HTMLElement;
  @query('midi-input') private readonly midi!: MidiInput;

  private engine: GANSynthInstrument | undefined;
  private loadAbort: AbortController | undefined;
  private pictureTimer: ReturnType<typeof setTimeout> | undefined;
  private loaded: Promise<void> | undefined;
  /** The exchange under way, or the last one: rejects when that failed. */
  private exchanging: Promise<void> = Promise.resolve();
  /** What the present engine was made for. */
  private present: Loaded | undefined;
  /** What the exchange under way is for, else as {@link present}. */
  private target: Loaded | undefined;
  private readonly ringing = new RingingInstruments();
  private failedAt = 0;
  private seeds = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.revealed === 0) void this.reveal();
  }

  /** The engine behind the element, once loading began. */
  get instrument(): GANSynthInstrument | undefined {
    return this.engine;
  }

  /**
   * Loads the weights, if that has not begun. Resolves when notes can be rendered.
   * @throws CHECKPOINT_*, ABORTED, WORKER_FAILED
   */
  override async load(): Promise<void> {
    if (!this.loaded) this.reload(this.source);
    return this.loaded;
  }

  /**
   * Makes the AudioContext run; call it in a gesture. Playing a key does it by itself.
   * @throws AUDIO_CONTEXT_*, INSECURE_CONTEXT
   */
  async start(): Promise<void> {
    void this.load().catch(() => {});
    const { engine } = this;
    try {
      await engine?.start({ context: this.context, destination: this.destination });
    } catch (error) {
      // Given up meanwhile, since its checkpoint is no good: that has been said.
      if (engine === this.engine) throw error;
      return;
    }
    if (!engine || engine !== this.engine) return;
    this.running = engine.running;
    this.started = true;
    if (this.engine?.description) this.failure = undefined;
  }

  /** @param pitch MIDI pitch 0-127 @param velocity 1-127; 0 is a note-off, as in MIDI @throws PITCH_RANGE, VELOCITY_RANGE */
  noteOn(pitch: number, velocity = 100, origin?: NoteOrigin): void {
    if (velocity === 0) return this.noteOff(pitch, origin);
    if (!this.engine?.running) void this.start().catch((error) => this.fail(error));
    this.ringing.noteOff(pitch, origin);
    this.engine?.noteOn(pitch, velocity, 0, origin);
    if (this.engine?.description && performance.now() - this.failedAt > FAILURE_SHOWN)
      this.failure = undefined;
    this.keyboard?.press(pitch, origin?.note);
    this.schedulePicture();
  }

  /** @throws PITCH_RANGE */
  noteOff(pitch: number, origin?: NoteOrigin): void {
    this.engine?.noteOff(pitch, 0, origin);
    this.ringing.noteOff(pitch, origin);
    this.keyboard?.release(pitch, origin?.note);
  }

  /** Releases every note and key; notes ring out as their envelope says. */
  allNotesOff(): void {
    this.engine?.allNotesOff();
    this.ringing.allNotesOff();
    this.keyboard?.releaseAll();
  }

  /** What the player set, as plain JSON; `restore` takes it back. */
  get patch(): Patch {
    return createPatch({
      checkpoint: this.present?.files ?? this.checkpoint,
      corners: this.cornerChoice,
      x: this.x,
      y: this.y,
      envelope: this.envelope,
      volume: this.volume,
    });
  }

  /**
   * Sets what a patch says. With the checkpoint that is loaded it is done at once; another one is loaded first. A patch made
   * with the player's own files asks for these.
   * @throws PATCH_INVALID, CHECKPOINT_*, ABORTED; then nothing was changed, and it sounds as before
   */
  async restore(patch: unknown): Promise<void> {
    const { corners, x, y, envelope, volume, checkpoint } = parsePatch(patch);
    if (checkpoint !== (this.target?.files ?? this.checkpoint)) {
      if (checkpoint.startsWith(OWN_FILES)) throw filesWanted();
      this.checkpoint = checkpoint;
      this.reload(this.source);
    }
    // An exchange under way, for this checkpoint: the corners are names of its timbres.
    if (this.target !== this.present) await this.exchanging;
    Object.assign(this, { x, y, volume });
    this.setEnvelope(envelope);
    this.setCorners(
      this.engine?.description ? this.told(knownCorners(corners, this.engine.timbres)) : corners,
    );
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // An attribute may hold anything: what is no number is as if it had not been given.
    this.x = within01(this.x, 0.5);
    this.y = within01(this.y, 0.5);
    this.volume = within01(this.volume, 0.8);
    if (changed.has('volume')) {
      this.engine?.setVolume(this.volume);
      this.ringing.setVolume(this.volume);
    }
    if (changed.has('corners') && this.engine?.description)
      this.setCorners(this.told(parseCorners(this.corners, this.engine.timbres)));
    if ((changed.has('x') || changed.has('y')) && this.engine) {
      this.engine.morph(this.x, this.y);
      this.schedulePicture();
    }
    if ((changed.has('checkpoint') || changed.has('backend')) && this.hasUpdated && !this.isTarget())
      this.reload(this.source);
  }

  protected override updated(): void {
    // By the object model: a Content-Security-Policy may forbid style attributes.
    this.levelBar.style.transform = `scaleX(${Math.min(1, this.level)})`;
  }

  protected override render() {
    return html`
      <div
        part="base"
        class="base ${this.dropping ? 'dropping' : ''}"
        @pointerdown=${this.onGesture}
        @keydown=${this.onGesture}
        @note-on=${(event: NoteOnEvent) => this.fromChild(event, () => this.noteOn(event.pitch, event.velocity, event))}
        @note-off=${(event: NoteOffEvent) => this.fromChild(event, () => this.noteOff(event.pitch, event))}
        @pitch-bend=${(event: PitchBendEvent) => {
          this.engine?.pitchBend(event.semitones, 0, event.channel);
          this.ringing.pitchBend(event.semitones, event.channel);
        }}
        @sustain=${(event: { down: boolean } & Event) => {
          this.engine?.sustain(event.down);
          this.ringing.sustain(event.down);
        }}
        @sostenuto=${(event: SostenutoEvent) => this.engine?.sostenuto(event.down, 0, event.channel)}
        @all-sound-off=${(event: AllSoundOffEvent) => this.engine?.allSoundOff(event.channel)}
        @dragover=${(event: DragEvent) => this.onDragOver(event)}
        @dragleave=${() => this.onDragLeave()}
        @drop=${(event: DragEvent) => this.onDrop(event)}
      >
        <header part="header">
          <slot name="title"><h2>GANSynth</h2></slot>
          ${renderStatus({
            loading: this.loading,
            backend: this.engine?.description?.backend,
            running: this.running,
            paused: this.started && !this.running,
            resume: () => this.onGesture(),
            lost: this.lost,
            rendered: this.rendered,
          })}
          <div
            class="level"
            role="meter"
            aria-label="Output level"
            aria-valuemin="0"
            aria-valuemax="1"
            aria-valuenow=${this.level.toFixed(2)}
          >
            <div></div>
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
          <div class="place">
            ${this.revealed > 2 ? html`<rainbow-gram part="picture"></rainbow-gram>` : nothing}
          </div>
          ${this.renderControls()}
        </div>
        <div class="keys">
          ${
            this.revealed > 1
              ? html`<piano-keyboard
                  part="keyboard"
                  first="36"
                  last="84"
                  .computerKeyboard=${this.computerKeyboard}
                ></piano-keyboard>`
              : nothing
          }
        </div>
        ${this.revealed > 3 ? html`<midi-input part="midi"></midi-input>` : nothing}
      </div>
    `;
  }

  private renderPad() {
    return html`<morph-pad
      part="pad"
      .corners=${this.cornerChoice.map(cornerLabel)}
      .x=${this.x}
      .y=${this.y}
      @morph-input=${this.onMorph}
      @morph-change=${this.onMorph}
    ></morph-pad>`;
  }

  private async reveal(): Promise<void> {
    for (const [i, load] of PIECES.entries()) {
      await load();
      await new Promise((resolve) => setTimeout(resolve));
      this.revealed = i + 1;
      await this.updateComplete;
    }
    this.schedulePicture();
  }

  private renderControls() {
    return html`
      <div part="controls" class="controls">
        <fieldset>
          <legend>Corners</legend>
          ${renderCorners(this.cornerChoice, this.engine?.timbres ?? [], (place, name) =>
            this.setCorners(
              this.cornerChoice.with(place, name === undefined ? { seed: this.nextSeed() } : { name }),
            ),
          )}
        </fieldset>
        ${renderEnvelope(this.envelope, (envelope) => this.setEnvelope(envelope))}
        ${renderVolume(this.volume, (volume) => (this.volume = volume))}
        <button type="button" ?disabled=${this.lost} @click=${this.randomize}>Random corners</button>
        <label class="file">
          <input type="file" multiple aria-label="Open a network" @change=${this.onChoose} />
          <span aria-hidden="true">Open a network</span>
        </label>
      </div>
    `;
  }

  private createEngine(source: Source | undefined): GANSynthInstrument {
    const engine = new GANSynthInstrument({ source, backend: this.backend });
    const heard = <K extends keyof InstrumentEventMap>(
      type: K,
      listener: (event: InstrumentEventMap[K]) => void,
    ) => engine.addEventListener(type, (event) => this.engine === engine && listener(event));
    heard('render', (event) => this.onRender(event));
    heard('meter', (event) => (this.level = event.peak));
    heard('instrument-error', (event) => this.fail(event.error));
    heard('audio-state', ({ running }) => (this.running = running));
    heard('backend', (event) => this.onBackend(event));
    engine.setVolume(this.volume);
    engine.setEnvelope(this.envelope);
    return engine;
  }

  /**
   * Loads `source`. The first engine takes notes at once, and they sound when it is loaded; a later one takes the place of
   * the present one only then, so that a bad checkpoint costs the player nothing.
   */
  private async exchange(source: Source | undefined): Promise<void> {
    this.loadAbort?.abort();
    const abort = (this.loadAbort = new AbortController());
    if (!this.engine?.description) this.discard();
    const present = this.engine;
    const { target } = this;
    const engine = this.createEngine(source);
    this.engine ??= engine;
    this.failure = undefined;
    this.lost = false;
    try {
      await engine.load({
        signal: abort.signal,
        onProgress: (progress) => abort.signal.aborted || (this.loading = progress),
      });
      if (present && this.started)
        await engine.start({ context: this.context, destination: this.destination });
      // Taken off the page, or told to load another one, while the audio thread was made ready.
      throwIfAborted(abort.signal, 'Loading the checkpoint');
    } catch (error) {
      engine.dispose();
      const given = error instanceof TimbrelError && error.code === 'ABORTED';
      if (this.engine === engine) {
        this.discard();
        this.loaded = this.target = undefined;
        this.lost = !given;
      } else if (this.loadAbort === abort) {
        this.loaded = Promise.resolve();
        // The attributes say what sounds; a patch saved now opens as that.
        this.target = this.present;
        if (this.present) ({ checkpoint: this.checkpoint, backend: this.backend } = this.present);
      }
      if (!given) this.fail(error);
      throw error;
    } finally {
      if (this.loadAbort === abort) this.loading = undefined;
    }
    if (present) this.ringing.add(present);
    this.engine = engine;
    this.present = target;
    const chosen = this.cornerChoice.length === 4;
    const { corners, unknown } = chosen
      ? knownCorners(this.cornerChoice, engine.timbres)
      : parseCorners(this.corners, engine.timbres);
    this.setCorners(this.told({ corners, unknown: writtenNames(this.corners, unknown) }));
    this.dispatchEvent(new InstrumentLoadEvent());
  }

  private reload(source: Source | undefined): void {
    const { checkpoint, backend } = this;
    this.target = { checkpoint, backend, files: typeof source === 'object' ? ownFiles(source) : undefined };
    this.exchanging = this.loaded = this.exchange(source);
    this.exchanging.catch(() => {});
  }

  private isTarget(): boolean {
    const { checkpoint, backend } = this.target ?? {};
    return checkpoint === this.checkpoint && backend === this.backend;
  }

  protected override leave(): void {
    this.loadAbort?.abort();
    this.midi?.releaseAll?.();
    this.keyboard?.releaseAll();
    clearTimeout(this.pictureTimer);
    this.discard();
    this.ringing.dispose();
    this.loaded = this.present = this.target = undefined;
  }

  private discard(): void {
    this.engine?.dispose();
    this.engine = undefined;
    this.running = this.started = false;
  }

  private setCorners(corners: readonly PatchCorner[]): void {
    this.cornerChoice = corners;
    const timbres = this.engine?.timbres ?? [];
    const latents = corners.map((corner) => cornerLatent(corner, timbres));
    this.engine?.setCorners(latents as unknown as Corners<Float32Array>);
    this.engine?.morph(this.x, this.y);
    this.rendered = 0;
    this.schedulePicture();
  }

  /** Tells the page of names that no timbre has. What it says is no failure of the player's: no message on the page. */
  private told({ corners, unknown }: ReadCorners): readonly PatchCorner[] {
    if (unknown.length > 0) {
      const error = unknownTimbres(unknown, this.engine?.timbres ?? []);
      console.warn(error.message);
      this.dispatchEvent(new InstrumentFailureEvent(error));
    }
    return corners;
  }

  private setEnvelope(envelope: Envelope): void {
    this.envelope = envelope;
    this.engine?.setEnvelope(envelope);
  }

  private nextSeed(): string {
    // A new one at every press, the same ones after every load: what a player found can be found again.
    const seed = unusedSeed(new Set(seedsOf(this.cornerChoice)), this.seeds);
    this.seeds = Number(seed);
    return seed;
  }

  private randomize(): void {
    this.setCorners([0, 1, 2, 3].map(() => ({ seed: this.nextSeed() })));
  }

  private schedulePicture(): void {
    clearTimeout(this.pictureTimer);
    this.pictureTimer = setTimeout(() => void this.drawPicture().catch(() => {}), PICTURE_DELAY);
  }

  private async drawPicture(): Promise<void> {
    if (this.engine?.description && this.picture) this.picture.spectrogram = await this.engine.spectrogram();
  }

  private fromChild(event: Event, play: () => void): void {
    // The keyboard shows its own presses; only notes from elsewhere light it.
    event.stopPropagation();
    try {
      play();
    } catch (error) {
      this.fail(error);
    }
  }

  private onGesture(): void {
    // What could not be loaded is tried again by a note, not by a click that dismisses the message.
    if (!this.engine?.running && !this.lost) void this.start().catch((error) => this.fail(error));
  }

  private onMorph(event: Event): void {
    const { x, y } = event.target as MorphPad;
    Object.assign(this, { x, y });
  }

  protected override failureEvent(error: TimbrelError): Event {
    return new InstrumentFailureEvent(error);
  }

  protected override take(files: readonly File[]): void {
    void this.open(files);
  }

  /** A patch, or the files of a checkpoint, that the player dropped or chose. */
  private async open(files: readonly File[]): Promise<void> {
    const patch = await patchAmong(files);
    if (patch === undefined) this.reload(files);
    else await this.restore(patch).catch((error) => this.fail(error));
  }

  private onChoose(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length > 0) void this.open(files);
  }

  private onRender(event: RenderEvent): void {
    if (event.current) this.rendered = Math.min(61, this.rendered + 1);
  }

  private onBackend(event: BackendEvent): void {
    if (event.error) this.fail(event.error);
    this.requestUpdate();
  }

  protected override fail(error: unknown): void {
    this.failedAt = performance.now();
    super.fail(error);
  }
}

const within01 = (value: number, otherwise: number) =>
  Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : otherwise;

/** Begins what a patch says of a checkpoint of the player's own. */
const OWN_FILES = 'files:';
const ownFiles = (files: readonly File[]) => `${OWN_FILES}${files.reduce((sum, { size }) => sum + size, 0)}`;

const filesWanted = () =>
  new TimbrelError(
    'CHECKPOINT_MISSING',
    "The patch was made with a network of the player's own files, and those are not loaded: open them first, then the patch",
  );

defineElement('gansynth-instrument', GANSynthInstrumentElement);

declare global {
  interface HTMLElementTagNameMap {
    'gansynth-instrument': GANSynthInstrumentElement;
  }
}
