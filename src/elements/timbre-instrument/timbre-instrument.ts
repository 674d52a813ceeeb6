import { html, nothing, type CSSResultGroup, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { prepareOutput } from '../../instruments/context.js';
import type { TimbreInstrument } from '../../instruments/timbre-instrument.js';
import { partsOf } from '../internal/exported-parts.js';
import type { FileKind } from '../internal/file-kind.js';
import type { FileTaker } from '../internal/model-element.js';
import { renderFailure } from '../internal/status.js';
import type { AllSoundOffEvent, PitchBendEvent, SostenutoEvent } from '../midi-input/events.js';
import type { MidiInput } from '../midi-input/midi-input.js';
import type { MorphPad } from '../morph-pad/morph-pad.js';
import type { NoteOffEvent, NoteOnEvent } from '../note-events.js';
import type { PianoKeyboard } from '../piano-keyboard/piano-keyboard.js';
import type { RainbowGram } from '../rainbow-gram/rainbow-gram.js';
import { SequencePlayEvent } from '../sequence-model/events.js';
import type { PlayableElement } from '../sequence-model/note-destination.js';
import { renderEnvelope, renderSound } from './controls.js';
import { cornerLabel, renderCorners, showValues, type OtherSound } from './corner-fields.js';
import { renderHeader, type Panel } from './header.js';
import { renderBrowser, renderSettings, renderSounds } from './panels.js';
import { patchIn } from './patch-files.js';
import { Song } from './song.js';
import { SoundsElement } from './sounds-element.js';
import { styles } from './timbre-instrument.styles.js';
import { instrumentWords } from './words.js';

/** The picture follows the pad when it has rested this long, ms. */
const PICTURE_DELAY = 200;
/** The note of a first tap on the pad, and the least time that it sounds, ms. */
const TAP = { pitch: 60, length: 700 };

/** Has the space bar to itself, however it got the focus. */
const WRITTEN_IN = 'select, textarea, input:not([type=range], [type=checkbox]), [contenteditable]';

/** An instrument whose present timbre can be seen: the image is [128, 1024, 2], as `<rainbow-gram>` takes it. */
type Pictured = TimbreInstrument & { spectrogram(): Promise<Float32Array> };

/**
 * The elements of playable timbres share keys, MIDI and a pad with four timbres, on an instrument.
 * Abstract: `<gansynth-instrument>` is one that is defined.
 *
 * @fires {InstrumentLoadEvent} instrument-load - The model is there; notes can be rendered.
 * @fires {InstrumentFailureEvent} instrument-failure - Something failed; `error` is a coded TimbrelError.
 * @fires {SettingChangeEvent} setting-change - A person set `property` to `value`: corners, x, y, envelope, volume, room, the touch; `patch` where a whole sound was chosen.
 * @fires {NoteOnEvent} note-on - A note was played on it, by a key or a MIDI device: `pitch`, `velocity`.
 * @fires {NoteOffEvent} note-off - A note that was played on it was let go: `pitch`.
 * @fires {SequencePlayEvent} sequence-play - A MIDI file began or ended: `playing`.
 *
 * @slot title - The heading.
 * @slot for-sound - A link to what plays sounds, in the answer to one that is dropped and not taken.
 * @csspart base - The whole instrument.
 * @csspart header - Heading, state, buttons and level.
 * @csspart status - The line that says what the instrument does.
 * @csspart song - The button that stops a MIDI file, or plays it again.
 * @csspart panel - What unfolds below the head: sounds, or settings.
 * @csspart button - Any button of head, panels and controls.
 * @csspart legend - What stands over a group of controls.
 * @csspart browser - The name of the sound, with buttons to the previous sound and the next.
 * @csspart failure - What went wrong, with a button that dismisses it.
 * @csspart meter - The output level.
 * @csspart level - The bar in it.
 * @csspart rendered - The line that grows while notes of the timbre are prepared.
 * @csspart tap - The words over the pad until its first note.
 * @csspart corner - A corner's field, on its corner of the pad.
 * @csspart controls - Envelope, volume, room and touch.
 * @csspart pad - The `<morph-pad>`.
 * @csspart picture - The `<rainbow-gram>`.
 * @csspart keyboard - The `<piano-keyboard>`.
 * @csspart midi - The `<midi-input>`.
 */
export abstract class TimbreInstrumentElement<I extends Pictured = Pictured> extends SoundsElement<I> {
  static override styles: CSSResultGroup = styles;

  /** 'page': letters of the computer keyboard play wherever the focus is, except in a text field. 'none': they do not. */
  @property({ attribute: 'computer-keyboard', reflect: true }) computerKeyboard: 'page' | 'none' = 'page';

  /** So many of keyboard, pad, picture and MIDI are there. */
  @state() private revealed = 0;
  @state() private panel: Panel | undefined;
  @query('piano-keyboard') protected readonly keyboard!: PianoKeyboard | null;
  @query('rainbow-gram') private readonly picture!: RainbowGram | null;
  @query('.level') private readonly meter!: HTMLElement | null;
  @query('.rendered') private readonly line!: HTMLElement;
  @query('midi-input') private readonly midi!: MidiInput | null;

  private pictureTimer: ReturnType<typeof setTimeout> | undefined;
  private song: Song | undefined;
  /** Nothing else on the page has played since its song did. */
  private playedLast = false;
  /** Keys move the focus, not presses of a pointer. */
  private byTab = false;
  private page: AbortController | undefined;

  constructor() {
    super();
    // Who is about to play is not made to wait at the first key; a page that is only looked at asks for no output.
    for (const type of ['pointerover', 'focusin'] as const)
      this.addEventListener(type, prepareOutput, { once: true, passive: true });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.revealed === 0) void this.reveal();
    this.page ??= new AbortController();
    const { signal } = this.page;
    window.addEventListener('pointerdown', (event) => this.onElsewhere(event), { signal, capture: true });
    window.addEventListener('keydown', (event) => this.onPageKey(event), { signal, capture: true });
    // Some browsers press a button when the key is let go.
    const onKeyUp = (event: KeyboardEvent) => this.songOf(event) && event.preventDefault();
    window.addEventListener('keyup', onKeyUp, { signal, capture: true });
    const onPlay = (event: SequencePlayEvent) =>
      event.playing && (this.playedLast = event.composedPath()[0] === this);
    window.addEventListener('sequence-play', onPlay, { signal });
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

  /** The heading, unless the page has another one. */
  protected abstract get heading(): string;

  /** Draws what stands beside the pad, above the controls. */
  protected renderBeside(): unknown {
    return nothing;
  }

  /** Controls that only this instrument has. */
  protected renderOwnControls(): unknown {
    return nothing;
  }

  /** Many times in a second: nothing else is drawn for it. */
  protected override showLevel(peak: number): void {
    const { meter } = this;
    if (!meter) return;
    const level = Math.min(1, peak);
    meter.setAttribute('aria-valuenow', level.toFixed(2));
    const [bar] = meter.children;
    if (bar instanceof HTMLElement) bar.style.transform = `scaleX(${level})`;
  }

  /** Draws the present timbre into the picture. */
  private async drawPicture(engine: I): Promise<void> {
    const image = await engine.spectrogram();
    if (this.picture) this.picture.spectrogram = image;
  }

  protected override timbreChanged(): void {
    clearTimeout(this.pictureTimer);
    this.pictureTimer = setTimeout(() => {
      const { instrument } = this;
      if (instrument?.description) void this.drawPicture(instrument).catch(() => {});
    }, PICTURE_DELAY);
  }

  protected override leave(): void {
    this.page?.abort();
    this.page = undefined;
    this.midi?.releaseAll?.();
    clearTimeout(this.pictureTimer);
    this.song?.close();
    this.song = undefined;
    super.leave();
  }

  /** A patch is opened, a MIDI file is played, a checkpoint plays from now on. */
  protected override takerOf(kind: FileKind): FileTaker | undefined {
    if (kind === 'patch')
      return async ([file]) => this.openSound(await patchIn(file), file.name.replace(/\.[^.]*$/, ''));
    if (kind === 'midi') return ([file]) => this.playMidi(file);
    return kind === 'checkpoint' ? (files) => this.exchange(files) : undefined;
  }

  protected override updated(_changed: PropertyValues<this>): void {
    // By the object model: a Content-Security-Policy may forbid style attributes.
    const { rendered = 0, pitchCount = 1 } = this.instrument ?? {};
    this.line.style.transform = `scaleX(${rendered / pitchCount})`;
    this.keyboard?.placePoint(this.x, this.y);
    if (this.renderRoot instanceof ShadowRoot) showValues(this.renderRoot);
  }

  protected override render() {
    return html`
      <div
        part="base"
        class="base ${this.dropping ? 'dropping' : ''}"
        @pointerdown=${this.onGesture}
        @keydown=${this.onKeyDown}
        @note-on=${(event: NoteOnEvent) => this.fromChild(() => this.noteOn(event.pitch, event.velocity, event))}
        @note-off=${(event: NoteOffEvent) => this.fromChild(() => this.noteOff(event.pitch, event))}
        @pitch-bend=${(event: PitchBendEvent) => this.instrument?.pitchBend(event.semitones, 0, event.channel)}
        @sustain=${(event: { down: boolean } & Event) => this.instrument?.sustain(event.down)}
        @sostenuto=${(event: SostenutoEvent) => this.instrument?.sostenuto(event.down, 0, event.channel)}
        @all-sound-off=${(event: AllSoundOffEvent) => this.instrument?.allSoundOff(event.channel)}
        @dragover=${(event: DragEvent) => this.onDragOver(event)}
        @dragleave=${() => this.onDragLeave()}
        @drop=${(event: DragEvent) => this.onDrop(event)}
      >
        ${this.renderHead()}
        <div class="stage">
          ${renderFailure(this.failure, {
            part: 'failure',
            class: 'failure',
            words: this.failure ? instrumentWords(this.failure) : '',
            dismiss: () => (this.failure = undefined),
          })}
          <div class="pad-place">
            ${this.revealed > 1 ? this.renderPad() : nothing}
            ${
              this.running || this.instrument?.isLost
                ? nothing
                : html`<span part="tap" class="tap ${this.y > 0.5 ? 'above' : ''}">Tap to play</span>`
            }
          </div>
          <div class="beside">
            ${this.renderBeside()} ${renderBrowser(this.chosenSound, (step) => this.browse(step))}
            ${this.renderControls()}
          </div>
        </div>
        ${this.renderStrip()}
        <div class="keys">
          ${
            this.revealed > 0
              ? html`<piano-keyboard
                  part="keyboard"
                  exportparts=${partsOf('piano-keyboard')}
                  first="36"
                  last="84"
                  .computerKeyboard=${this.computerKeyboard}
                ></piano-keyboard>`
              : html`<div class="keys-to-come"></div>`
          }
        </div>
      </div>
    `;
  }

  private renderHead() {
    const { instrument, panel, song } = this;
    const status = {
      loading: this.loading,
      loaded: instrument?.description !== undefined,
      running: this.running,
      paused: this.started && !this.running,
      resume: () => this.onGesture(),
      lost: instrument?.isLost ?? false,
      keepsUp: instrument?.keepsUp ?? true,
      rendered: instrument?.rendered ?? 0,
      of: instrument?.pitchCount ?? 0,
      plays: song?.playing ? song.name : undefined,
      said: this.said,
    };
    const { active: recording } = this.recording;
    const canUndo = !this.changes.empty;
    return renderHeader(
      { heading: this.heading, status, song, recording, canUndo, panel },
      {
        toggle: (which) => (this.panel = which === this.panel ? undefined : which),
        undo: () => void this.undo().catch(() => {}),
        save: () => this.save(),
        open: (files) => void this.take(files),
        record: () => void this.record(),
        song: (played) => this.onSong(played),
      },
      [this.renderSounds(), this.renderSettings()],
    );
  }

  private renderSounds() {
    const { linked } = this;
    const isLong = this.instrument?.corners.some((corner) => 'sound' in corner);
    return renderSounds(
      {
        open: this.panel === 'sounds',
        presets: this.knownPresets,
        favourites: this.favourites.list,
        chosen: this.chosenSound,
        name: this.soundName,
        link: !linked ? 'none' : isLong ? 'long' : 'short',
      },
      {
        choose: (sound) => void this.choosePreset(sound),
        keep: (name) => this.keep(name),
        forget: (name) => this.forget(name),
        link: () => void this.copyLink(),
      },
    );
  }

  private renderSettings() {
    return renderSettings(
      {
        open: this.panel === 'settings',
        midi: this.revealed > 3,
        model: this.checkpoint || (this.files ? 'Of your own files' : 'The one that comes with it'),
        backend: this.backend,
        computes: this.instrument?.description?.backend,
      },
      {
        open: (files) => void this.take(files),
        setBackend: (backend) => super.adjust({ backend }),
      },
    );
  }

  private renderPad() {
    const { instrument } = this;
    const corners = instrument?.description && instrument.corners;
    const timbres = instrument?.timbres ?? [];
    return html`<morph-pad
      part="pad"
      exportparts=${partsOf('morph-pad')}
      .corners=${corners?.map(cornerLabel) ?? []}
      .x=${this.x}
      .y=${this.y}
      @morph-input=${this.onMorph}
      @morph-change=${this.onMorph}
      @pointerdown=${this.onTap}
      >${renderCorners(
        { corners, timbres, random: this.drawsFrom(timbres), others: this.otherSounds },
        (place, name) => this.choose(place, name),
      )}</morph-pad
    >`;
  }

  private renderControls() {
    const { volume, room, velocityResponse } = this;
    return html`<div part="controls" class="controls">
      ${renderEnvelope(this.envelope, (envelope) => this.adjust({ envelope }))}
      ${renderSound(
        { volume, room, ...velocityResponse },
        (changed) => this.adjust(changed),
        this.renderOwnControls(),
      )}
      <button
        type="button"
        part="button"
        class="random"
        ?disabled=${this.drawing || this.instrument?.isLost}
        @click=${() => this.randomize()}
      >
        ${this.drawing ? 'Looking for timbres …' : 'Random corners'}
      </button>
    </div>`;
  }

  /** The picture of the present timbre, above the keys. */
  private renderStrip() {
    return html`<div class="strip">
      ${
        this.revealed > 2
          ? html`<rainbow-gram part="picture" exportparts=${partsOf('rainbow-gram')}></rainbow-gram>`
          : nothing
      }
    </div>`;
  }

  /** Sounds that a corner can take besides timbres of the network. */
  protected get otherSounds(): readonly OtherSound[] {
    return [];
  }

  /** Random timbres can be had, of a network with these. */
  protected drawsFrom(_timbres: readonly unknown[]): boolean {
    return true;
  }

  /** The pieces come one after the other: together they would keep the page from answering for longer than a person notices. */
  private async reveal(): Promise<void> {
    const pieces = [
      () => import('../piano-keyboard/piano-keyboard.js'),
      () => import('../morph-pad/morph-pad.js'),
      () => import('../rainbow-gram/rainbow-gram.js'),
      () => import('../midi-input/midi-input.js'),
    ];
    for (const [i, load] of pieces.entries()) {
      await load();
      await new Promise((resolve) => setTimeout(resolve));
      this.revealed = i + 1;
      await this.updateComplete;
    }
    this.timbreChanged();
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
    if (!this.instrument?.running && !this.instrument?.isLost)
      void this.start().catch((error) => this.fail(error));
  }

  /** The first tap on the pad is heard: it says so there. */
  private onTap({ target }: PointerEvent): void {
    if (this.started || target instanceof HTMLSelectElement) return;
    const begun = performance.now();
    this.fromChild(() => this.noteOn(TAP.pitch));
    const end = () => setTimeout(() => this.noteOff(TAP.pitch), TAP.length - (performance.now() - begun));
    for (const type of ['pointerup', 'pointercancel'] as const)
      window.addEventListener(type, end, { once: true });
  }

  private onKeyDown(event: KeyboardEvent): void {
    this.onGesture();
    const inText = event.composedPath()[0] instanceof HTMLInputElement;
    if (event.key === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !inText) {
      event.preventDefault();
      void this.undo().catch(() => {});
    }
  }

  /** A panel closes by a press elsewhere. */
  private onElsewhere(event: Event): void {
    this.byTab = false;
    if (!this.panel) return;
    const within = (element: EventTarget) =>
      element instanceof HTMLElement && (element.id === this.panel || element.dataset.panel !== undefined);
    if (!event.composedPath().some(within)) this.panel = undefined;
  }

  private onPageKey(event: KeyboardEvent): void {
    this.byTab ||= event.key === 'Tab';
    if (event.key === 'Escape' && this.panel) this.closePanel();
    this.onSpace(event);
  }

  private closePanel(): void {
    const button = this.renderRoot.querySelector<HTMLElement>(`[data-panel=${this.panel}]`);
    const within = this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement?.closest('.panel');
    this.panel = undefined;
    // Else what has the focus would be gone with it.
    if (within) button?.focus();
  }

  /** The space bar plays and stops a file. */
  private onSpace(event: KeyboardEvent): void {
    const song = this.songOf(event);
    if (!song) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) this.onSong(song);
  }

  /** @returns the song that a press of the space bar is for, unless it is somebody else's */
  private songOf(event: KeyboardEvent): Song | undefined {
    if (event.key !== ' ' || event.defaultPrevented || !this.playedLast) return undefined;
    if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
    // Whoever got the focus by the keyboard, or is written in, has the space bar; what was clicked has it no more.
    const [target] = event.composedPath();
    if (target instanceof Element && target.matches(WRITTEN_IN)) return undefined;
    if (this.byTab && target !== document.body) return undefined;
    return event.composedPath().includes(this) || this.keyboard?.hasLetters ? this.song : undefined;
  }

  private onSong(song: Song): void {
    if (song.playing) song.stop();
    else void this.tried(() => song.play()).catch(() => {});
  }

  private onMorph(event: Event): void {
    const { x, y } = event.target as MorphPad;
    if (x !== this.x || y !== this.y) this.adjust({ x, y });
  }
}
