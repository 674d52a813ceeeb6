import { html, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { AudioContextLike, AudioNodeLike } from '../../instruments/context.js';
import { NetworkSlot } from '../../instruments/network-slot.js';
import type { NoteTarget, PlayedNote } from '../../instruments/sequence-player.js';
import type { MusicVAE } from '../../models/music-vae/music-vae.js';
import { DEFAULT_QPM, type NoteSequence } from '../../music/note-sequence.js';
import { defineElement } from '../internal/define.js';
import { inWords } from '../internal/failures.js';
import { choice, slider, textField } from '../internal/fields.js';
import { ModelElement } from '../internal/model-element.js';
import { panelStyles } from '../internal/panel.styles.js';
import { renderFailure, renderProgress } from '../internal/status.js';
import type { MorphPad } from '../morph-pad/morph-pad.js';
import type { PianoRoll } from '../piano-roll/piano-roll.js';
import {
  SequenceChangeEvent,
  SequenceFailureEvent,
  SequenceLoadEvent,
  SequencePlayEvent,
} from '../sequence-model/events.js';
import { download, isMidiFile, midiFileOf, readMidiFile } from '../sequence-model/midi-files.js';
import { Playback } from '../sequence-model/playback.js';
import { openSounding, playableElements } from '../sequence-model/sounding.js';
import { phraseSequence } from '../sequence-model/primer.js';
import { nextSeed } from '../sequence-model/seeds.js';
import { CornerFiles } from './corner-files.js';
import { MorphSession, PLACES, type PathPoint } from './morph-session.js';
import { styles } from './music-vae.styles.js';
import { PhraseInput } from './phrase-input.js';
import { isDrumKind, piecesOf, secondsOf, type PieceKind } from './pieces.js';
import { rewrite } from './rewrite.js';
import { playedNotes, renderCard, renderPads, renderStrip } from './views.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';

/** The model's window before a model is loaded: two bars of sixteenths, as most have. */
const TWO_BARS = { steps: 32, stepsPerQuarter: 4 };
/** What a neighbour keeps of the piece that it is drawn near to. */
const SIMILARITY = 0.8;

/** The piece that is seen and heard. */
interface Shown {
  readonly sequence: NoteSequence;
  /** Its code; undefined where it was rewritten window by window. */
  readonly latent?: Float32Array;
  /** The step of the strip it is; undefined for any other. */
  readonly step?: number;
  readonly words: string;
}

/**
 * MusicVAE: four pieces at the corners of a pad, and under the finger the piece between them, which plays on while it changes.
 * Corners take dropped MIDI files, phrases that are played, pieces that are drawn, and what other elements wrote. A groove
 * checkpoint plays what another element wrote as a drummer would, and makes drums of taps.
 *
 * @tagname music-vae
 * @summary MusicVAE: morphs between four melodies or beats; gives drums a human timing.
 *
 * @fires {SequenceLoadEvent} sequence-load - The model is loaded.
 * @fires {SequenceChangeEvent} sequence-change - The piece changed: `sequence`.
 * @fires {SequencePlayEvent} sequence-play - Playback began or ended: `playing`.
 * @fires {SequenceFailureEvent} sequence-failure - Something failed; `error` is a coded TimbrelError.
 *
 * @slot title - The heading.
 * @slot input - Other things to play on: a `<midi-input>`.
 * @csspart base - The whole element.
 * @csspart header - Heading and state.
 * @csspart status - The line that says what the element does; also `error`.
 * @csspart corner - The card of a corner.
 * @csspart pad - The `<morph-pad>`.
 * @csspart roll - The `<piano-roll>` of the piece that plays.
 * @csspart actions - Buttons: playback, another like it, saving.
 * @csspart strip - The steps between two corners.
 * @csspart controls - What the model can be told.
 * @csspart input - What is played on.
 */
export class MusicVAEElement extends ModelElement {
  static override styles = [panelStyles, styles];

  /** Id of the instrument that plays, or `midi:` and a port. Empty: the first of the page; drums play on the drum kit. */
  @property({ reflect: true }) instrument = '';
  /** Id of an element whose keys are listened to for "Play in". Empty: the instrument's own. */
  @property({ reflect: true }) input = '';
  /** Id of an element whose music is rewritten as it comes: a groove checkpoint humanises it. */
  @property({ reflect: true }) from = '';
  /** Place on the pad, 0 left to 1 right. */
  @property({ type: Number, reflect: true }) x = 0.5;
  /** Place on the pad, 0 top to 1 bottom. */
  @property({ type: Number, reflect: true }) y = 0.5;
  /** Quarters a minute. */
  @property({ type: Number, reflect: true }) tempo = 120;
  /** 0, the default, takes the likeliest at every step, so that a point is always one piece; above it each decoding differs. */
  @property({ type: Number, reflect: true }) temperature = 0;
  /** Seeds of the corners that nothing was put at, separated by commas. Empty: they stay empty. */
  @property({ reflect: true }) seeds = '1, 2, 3, 4';
  /** Chord symbols over the piece, for checkpoints that are conditioned on them: "C Am F G7". */
  @property({ reflect: true }) chords = 'C';
  /** 'none' leaves the playing to the page. */
  @property({ reflect: true }) transport: 'own' | 'none' = 'own';
  /** How many corners are shown: 4, or 2 for a line from A to B, whose point is `x`. */
  @property({ type: Number, attribute: 'corner-count', reflect: true }) cornerCount: 2 | 4 = 4;
  /** 'none' leaves the pad to the page, which sets `x` and `y`. */
  @property({ reflect: true }) pad: 'own' | 'none' = 'own';

  /** The context of the drum kit; an instrument has its own. */
  @property({ attribute: false }) context: AudioContextLike | undefined;
  @property({ attribute: false }) destination: AudioNodeLike | undefined;

  @state() private shown: Shown | undefined;
  @state() private listening: number | 'taps' | undefined;
  @state() private strip = { from: 0, to: 1, count: 5, pieces: [] as readonly PathPoint[] };
  @state() private revealed = 0;
  @query('piano-roll.result') private readonly roll!: PianoRoll | null;

  private readonly network = new NetworkSlot<MusicVAE>((progress) => (this.loading = progress));
  private readonly session = new MorphSession(
    () => {
      const { tempo, temperature } = this;
      return { tempo, temperature, seed: '0', chords: this.takesChords ? this.symbols : [] };
    },
    {
      corners: () => this.requestUpdate(),
      decoded: (sequence) =>
        this.show({ sequence, latent: this.session.latent, words: `${sequence.notes.length} notes` }),
      failed: (error) => this.fail(error),
    },
  );
  private readonly cornerFiles = new CornerFiles();
  private readonly phrases = new PhraseInput({
    sound: (pitch, velocity) => {
      if (velocity > 0) this.target?.noteOn(pitch, velocity, 0);
      else this.target?.noteOff(pitch, 0);
    },
    phrase: (notes) => void this.onPhrase(notes),
  });
  private readonly playback = new Playback(
    () => this.openSounding(),
    () => this.onPlayback(),
  );
  private following: AbortController | undefined;
  private rewriting: AbortController | undefined;
  private frame = 0;
  private notesShown: readonly PlayedNote[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen();
    if (this.revealed === 0) void this.reveal();
  }

  /** What was loaded; undefined before. */
  get model(): MusicVAE | undefined {
    return this.network.present;
  }

  /** The piece that is seen and heard, seconds. */
  get sequence(): NoteSequence {
    return this.shown?.sequence ?? { notes: [] };
  }

  /** The same, as it is played. */
  get notes(): readonly PlayedNote[] {
    return this.notesShown;
  }

  /** Length of the piece, silence at its end included, seconds. */
  get duration(): number {
    const { sequence } = this;
    const least = secondsOf(this.window, qpmOf(sequence));
    return this.shown?.latent ? least : Math.max(least, sequence.totalTime ?? 0);
  }

  get playing(): boolean {
    return this.playback.playing;
  }

  /** Where playback is, seconds of the piece. */
  get position(): number {
    return this.playback.position;
  }

  /** What plays the notes, once {@link ready}. */
  get target(): NoteTarget | undefined {
    return this.playback.target;
  }

  /** The pieces at the corners: top left, top right, bottom left, bottom right; undefined while one is empty. */
  get corners(): readonly (NoteSequence | undefined)[] {
    return this.session.corners.map((corner) => corner?.sequence);
  }

  /** Loads the model, if that has not begun. @throws CHECKPOINT_*, ABORTED, WORKER_FAILED */
  async load(): Promise<void> {
    await this.tried(async () => {
      const before = this.model;
      const model = await this.network.get((options) => this.loadNetwork(options));
      if (model === before) return;
      await this.begin(model);
    });
  }

  /**
   * Puts a piece at a corner: of a longer one its first window that has notes.
   * @param place 0 top left, 1 top right, 2 bottom left, 3 bottom right
   * @throws PRIMER_EMPTY, NOTE_SEQUENCE_INVALID; the corner is then as it was
   */
  async setCorner(place: number, sequence: NoteSequence, name = 'given'): Promise<void> {
    await this.tried(async () => {
      await this.load();
      const pieces = piecesOf(sequence, this.kind, this.window);
      await this.session.place(place, pieces[0], name);
      this.cornerFiles.set(place, pieces, name);
    });
  }

  /** Draws the piece of a corner from the prior; the same seed gives the same piece. */
  async drawCorner(place: number, seed = nextSeed()): Promise<void> {
    await this.tried(async () => {
      await this.load();
      this.cornerFiles.forget(place);
      await this.session.draw(place, seed);
    });
  }

  /** Decodes a piece near to the one that is shown; its seed is told. */
  async another(seed = nextSeed()): Promise<void> {
    await this.tried(async () => {
      await this.load();
      const near = await this.session.neighbour(SIMILARITY, seed);
      if (near) this.show({ ...near, words: `another like it, seed ${seed}` });
    });
  }

  /** Decodes the steps between two corners and shows them as a strip. */
  async interpolate(from = this.strip.from, to = this.strip.to, count = this.strip.count): Promise<void> {
    await this.tried(async () => {
      await this.load();
      this.strip = { from, to, count, pieces: await this.session.path(from, to, count) };
    });
  }

  /**
   * Rewrites a piece of any length window by window: a groove checkpoint gives it a drummer's timing and loudness.
   * @throws PRIMER_EMPTY, and what the model does
   */
  async rewrite(sequence: NoteSequence, words = 'rewritten'): Promise<NoteSequence> {
    return this.tried(async () => {
      await this.load();
      this.rewriting?.abort();
      const { signal } = (this.rewriting = new AbortController());
      const { temperature, seed } = { temperature: this.temperature, seed: '0' };
      const written = await rewrite(this.model as MusicVAE, sequence, this.window, {
        ...{ temperature, seed, signal },
      });
      this.show({ sequence: written, words });
      return written;
    });
  }

  /** Makes it ready to sound; call it in a gesture. @throws OPTION_INVALID, AUDIO_CONTEXT_*, MIDI_* */
  async ready(): Promise<void> {
    await this.playback.ready();
  }

  /** Plays the piece again and again; what the pad decodes meanwhile goes on from the same place in the bar. */
  async play(options: { from?: number; at?: number } = {}): Promise<void> {
    await this.tried(async () => {
      await this.ready();
      await this.load();
      this.playback.play(options.from ?? 0, options.at);
    });
  }

  stop(): void {
    this.playback.stop();
  }

  /** Moves the playhead; the page may do so too, where another player plays the notes. @param position seconds of the piece */
  showPosition(position: number): void {
    if (this.roll) this.roll.playhead = position;
  }

  /** The piece as a MIDI file, in the tempo that is set. */
  async midi(): Promise<Blob> {
    return midiFileOf(this.sequence, this.tempo);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // An attribute may hold anything: what makes no sense is as if it had not been given.
    this.tempo = this.tempo > 0 && this.tempo < 1000 ? this.tempo : 120;
    this.temperature = this.temperature >= 0 ? this.temperature : 0;
    this.x = within01(this.x);
    this.y = within01(this.y);
    if (changed.has('checkpoint')) this.files = undefined;
    if (changed.has('checkpoint') && this.hasUpdated) this.reload();
    if (changed.has('instrument') && this.hasUpdated) this.playback.close();
    if ((changed.has('input') || changed.has('from') || changed.has('instrument')) && this.hasUpdated)
      this.listen();
    if (changed.has('x') || changed.has('y'))
      this.session.moveTo(this.x, this.cornerCount === 2 ? 0 : this.y);
    if ((changed.has('temperature') || changed.has('chords')) && this.hasUpdated) this.session.refresh();
    if (changed.has('tempo')) this.setPlayback();
  }

  protected override render() {
    return html`
      <div
        part="base"
        class="base ${this.dropping ? 'dropping' : ''}"
        @dragover=${(event: DragEvent) => this.onDragOver(event)}
        @dragleave=${() => this.onDragLeave()}
        @drop=${(event: DragEvent) => this.onDrop(event)}
      >
        <header part="header">
          <slot name="title"><h2>MusicVAE</h2></slot>
          <p part="status" class="status" role="status">
            ${this.loading ? renderProgress(this.loading) : (this.shown?.words ?? '')}
          </p>
        </header>
        ${renderFailure(this.failure, {
          ...{ part: 'status error', class: 'status', words: this.failure ? inWords(this.failure) : '' },
          dismiss: () => (this.failure = undefined),
        })}
        <div class="stage ${this.pad === 'none' ? 'cards-only' : ''} ${this.cornerCount === 2 ? 'two' : ''}">
          ${PLACES.slice(0, this.cornerCount).map((_, place) => this.renderCorner(place))}
          ${this.pad === 'none' ? nothing : this.renderPad()}
        </div>
        ${this.listening === undefined ? nothing : html`<div part="input">${this.renderKeys()}</div>`}
        <slot name="input"></slot>
        <piano-roll
          part="roll"
          class="result"
          label="the piece"
          .notes=${this.notesShown}
          .seconds=${this.duration}
          .bar=${240 / qpmOf(this.sequence)}
          ?drums=${isDrumKind(this.kind)}
          @roll-seek=${(event: Event & { position: number }) => this.playback.seek(event.position)}
          >The piece under your finger comes here.</piano-roll
        >
        ${this.renderActions()} ${this.renderStripOf()} ${this.renderControls()}
      </div>
    `;
  }

  private renderCorner(place: number) {
    return renderCard(place, {
      corner: this.session.corners[place],
      drums: isDrumKind(this.kind),
      seconds: secondsOf(this.window, this.tempo),
      listening: this.listening === place,
      part: this.cornerFiles.part(place),
      others: this.others.map(({ id }) => id),
      draw: () => void this.drawCorner(place).catch(() => {}),
      listen: () => this.listenFor(this.listening === place ? undefined : place),
      open: (file) => void this.openMidi(file, place).catch(() => {}),
      step: (by) => void this.step(place, by).catch(() => {}),
      take: (id) => void this.takeFrom(id, place).catch(() => {}),
      goTo: () => Object.assign(this, { x: place % 2, y: place >> 1 }),
    });
  }

  private renderPad() {
    const onMorph = (event: Event) => {
      const { x, y } = event.target as MorphPad;
      Object.assign(this, { x, y });
    };
    return html`<morph-pad
      part="pad"
      label="Between the corners"
      .corners=${PLACES}
      .x=${this.x}
      .y=${this.y}
      @morph-input=${onMorph}
      @morph-change=${onMorph}
    ></morph-pad>`;
  }

  private renderKeys() {
    if (this.listening === 'taps' || isDrumKind(this.kind))
      return renderPads(this.listening === 'taps', (pitch) => this.phrases.strike(pitch));
    return html`<piano-keyboard
      first="48"
      last="84"
      computer-keyboard="focus"
      label="Keys"
    ></piano-keyboard>`;
  }

  private renderActions() {
    const { playing } = this;
    const none = this.shown === undefined;
    return html`<div part="actions" class="bar">
      ${
        this.transport === 'none'
          ? nothing
          : html`<button
                type="button"
                class="main"
                data-action=${playing ? 'stop' : 'play'}
                @click=${() => (playing ? this.stop() : void this.play().catch(() => {}))}
              >
                ${playing ? 'Stop' : 'Play'}
              </button>
              ${slider('Tempo', this.tempo, { min: 40, max: 240, step: 1 }, `${Math.round(this.tempo)} bpm`, (tempo) => (this.tempo = tempo))}`
      }
      <button type="button" data-action="another" @click=${() => void this.another().catch(() => {})}>
        Another like this
      </button>
      ${
        this.shown?.latent
          ? html`<select
              aria-label="Put the piece at a corner"
              @change=${(event: Event) => this.onPutAt(event)}
            >
              <option value="">Put at …</option>
              ${PLACES.map((letter, place) => html`<option value=${place}>${letter}</option>`)}
            </select>`
          : nothing
      }
      ${
        this.kind === 'groove'
          ? html`<button
              type="button"
              data-action="tap"
              aria-pressed=${this.listening === 'taps'}
              @click=${() => this.listenFor(this.listening === 'taps' ? undefined : 'taps')}
            >
              Tap a rhythm
            </button>`
          : nothing
      }
      <span class="space"></span>
      <button
        type="button"
        data-action="save"
        ?disabled=${none}
        @click=${() => void this.midi().then((file) => download(file, `${this.kind}.mid`))}
      >
        Save MIDI
      </button>
    </div>`;
  }

  private renderStripOf() {
    const { from, to, count, pieces } = this.strip;
    return renderStrip({
      ...{ from, to, count, pieces },
      playing: this.shown?.step,
      seconds: secondsOf(this.window, this.tempo),
      drums: isDrumKind(this.kind),
      choose: (first, last) => (this.strip = { from: first, to: last, count, pieces: [] }),
      setCount: (steps) =>
        (this.strip = { from, to, count: Math.min(16, Math.max(3, Math.round(steps) || 5)), pieces: [] }),
      make: () => void this.interpolate().catch(() => {}),
      play: (step) => this.show({ ...pieces[step], step, words: `step ${step + 1} of ${pieces.length}` }),
    });
  }

  private renderControls() {
    const { kind, others } = this;
    return html`<div part="controls" class="controls">
      ${slider('Surprise', this.temperature, { min: 0, max: 1.5, step: 0.05 }, this.temperature.toFixed(2), (value) => (this.temperature = value))}
      ${this.takesChords ? textField('Chords', this.chords, { wide: true }, (value) => (this.chords = value)) : nothing}
      ${
        kind === 'groove' && others.length > 0
          ? choice(
              'Humanise',
              this.from,
              [['', 'nothing'], ...others.map(({ id }) => [id, id] as const)],
              (id) => (this.from = id),
            )
          : nothing
      }
    </div>`;
  }

  private get kind(): PieceKind {
    return this.model?.description.kind ?? 'melody';
  }

  private get window() {
    return this.model?.description ?? TWO_BARS;
  }

  private get takesChords(): boolean {
    return this.model?.description.controls.includes('chords') ?? false;
  }

  private get symbols(): string[] {
    return this.chords.split(/[\s,|]+/).filter(Boolean);
  }

  /** Elements of the page that wrote music, and have an id. */
  private get others(): readonly SequenceHolder[] {
    if (!this.isConnected) return [];
    const root = this.getRootNode() as Document | ShadowRoot;
    return [...root.querySelectorAll<HTMLElement>('[id]')].filter(
      (element): element is SequenceHolder => element !== this && 'sequence' in element,
    );
  }

  protected override failureEvent(error: TimbrelError): Event {
    return new SequenceFailureEvent(error);
  }

  /** A MIDI file is a piece for a corner, anything else a checkpoint. */
  protected override take(files: readonly File[]): void {
    const midi = files.find(isMidiFile);
    if (midi) void this.openMidi(midi, this.nearest).catch(() => {});
    else {
      this.files = files;
      this.reload();
    }
  }

  protected override onDrop(event: DragEvent): void {
    const card = event.composedPath().find((node) => node instanceof HTMLElement && node.dataset.place);
    this.dropPlace = card instanceof HTMLElement ? Number(card.dataset.place) : undefined;
    super.onDrop(event);
  }
  private dropPlace: number | undefined;

  /** The corner a file is for that was dropped beside the cards: the first empty one, else the nearest to the point. */
  private get nearest(): number {
    if (this.dropPlace !== undefined) return this.dropPlace;
    const empty = this.session.corners.indexOf(undefined);
    return empty >= 0 ? empty : Math.round(this.x) + 2 * Math.round(this.y);
  }

  protected override leave(): void {
    this.following?.abort();
    this.rewriting?.abort();
    this.phrases.disconnect();
    this.session.leave();
    this.playback.close();
    this.network.dispose();
  }

  private async loadNetwork(options: {
    signal: AbortSignal;
    onProgress: (progress: { stage: 'download' | 'prepare'; loaded: number; total: number }) => void;
  }): Promise<MusicVAE> {
    const { MusicVAE } = await import('../../models/music-vae/music-vae.js');
    return MusicVAE.load(this.source, options);
  }

  private async begin(model: MusicVAE): Promise<void> {
    await this.session.use(model);
    const seeds = this.seeds.split(',').map((seed) => seed.trim());
    for (let place = 0; place < this.cornerCount; place++)
      if (seeds[place] && !this.session.corners[place]) await this.session.draw(place, seeds[place]);
    this.dispatchEvent(new SequenceLoadEvent());
  }

  private reload(): void {
    if (!this.model && this.preload === 'none' && !this.files) return this.network.dispose();
    void this.tried(async () => {
      await this.begin(await this.network.exchange((options) => this.loadNetwork(options)));
    }).catch(() => {});
  }

  private async openMidi(file: Blob, place: number): Promise<void> {
    await this.tried(async () => {
      const sequence = await readMidiFile(file);
      const { name = 'file' } = file as Partial<File>;
      await this.setCorner(place, sequence, name.replace(/\.[^.]+$/, ''));
    });
  }

  private async takeFrom(id: string, place: number): Promise<void> {
    const other = this.others.find((element) => element.id === id);
    if (other) await this.setCorner(place, other.sequence, id);
  }

  /** Another window of the file at a corner. */
  private async step(place: number, by: number): Promise<void> {
    const piece = this.cornerFiles.step(place, by);
    if (piece) await this.tried(() => this.session.place(place, piece.sequence, piece.name));
  }

  private onPutAt(event: Event): void {
    const select = event.target as HTMLSelectElement;
    const { latent, words = '' } = this.shown ?? {};
    const place = Number(select.value);
    if (select.value !== '' && latent) {
      this.cornerFiles.forget(place);
      void this.session.placeLatent(place, latent, words).catch((error) => this.fail(error));
    }
    select.value = '';
  }

  private show(shown: Shown): void {
    this.shown = shown;
    this.notesShown = playedNotes(shown.sequence);
    this.setPlayback();
    this.dispatchEvent(new SequenceChangeEvent(shown.sequence, true));
  }

  private setPlayback(): void {
    const tempo = this.tempo / qpmOf(this.sequence);
    this.playback.set({ notes: this.notesShown, tempo, loop: this.duration, open: false });
    this.phrases.bar = 240 / this.tempo;
  }

  private openSounding() {
    const { instrument, context, destination, kind } = this;
    const root = this.getRootNode() as Document | ShadowRoot;
    const drums = isDrumKind(kind) ? true : kind === 'melody' ? false : ('both' as const);
    return openSounding({ instrument, drums, root, context, destination });
  }

  private onPlayback(): void {
    this.follow();
    this.requestUpdate();
    this.dispatchEvent(new SequencePlayEvent(this.playing));
  }

  /** Moves the playhead with the music, some sixty times a second. */
  private readonly follow = () => {
    cancelAnimationFrame(this.frame);
    this.showPosition(this.position);
    if (this.playing) this.frame = requestAnimationFrame(this.follow);
  };

  /** Waits for a phrase: a corner's number, or taps; undefined to stop waiting. */
  private listenFor(what: number | 'taps' | undefined): void {
    this.listening = what;
    this.phrases.ask(what !== undefined);
    if (what !== undefined) this.ready().catch((error) => this.fail(error));
    void this.load().catch(() => {});
    if (!isDrumKind(this.kind)) void import('../piano-keyboard/piano-keyboard.js');
  }

  private async onPhrase(notes: readonly PlayedNote[]): Promise<void> {
    const { listening, kind } = this;
    this.listening = undefined;
    const phrase = phraseSequence(notes, this.tempo, isDrumKind(kind));
    try {
      if (listening === 'taps') await this.rewrite(phrase, 'drums from your taps');
      else if (listening !== undefined) await this.setCorner(listening, phrase, 'played');
    } catch {
      // It was told.
    }
  }

  private listen(): void {
    this.following?.abort();
    const { signal } = (this.following = new AbortController());
    const root = this.getRootNode() as Document | ShadowRoot;
    const named = this.input || this.instrument;
    const source = named ? root.getElementById(named) : (playableElements(root)[0] ?? null);
    this.phrases.connect(this, source?.contains(this) ? null : source);
    const other = this.from ? root.getElementById(this.from) : null;
    other?.addEventListener(
      'sequence-change',
      ({ sequence, complete }) => {
        if (complete && sequence.notes.length > 0)
          void this.rewrite(sequence, `${this.from}, humanised`).catch(() => {});
      },
      { signal },
    );
  }

  private async reveal(): Promise<void> {
    await Promise.all([import('../morph-pad/morph-pad.js'), import('../piano-roll/piano-roll.js')]);
    this.revealed = 1;
  }
}

interface SequenceHolder extends HTMLElement {
  readonly sequence: NoteSequence;
}

const qpmOf = ({ tempos }: NoteSequence): number => tempos?.[0]?.qpm ?? DEFAULT_QPM;
const within01 = (value: number) => (Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0.5);

defineElement('music-vae', MusicVAEElement);

declare global {
  interface HTMLElementTagNameMap {
    'music-vae': MusicVAEElement;
  }
}
