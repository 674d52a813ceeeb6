import { html, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { AudioContextLike, AudioNodeLike } from '../../instruments/context.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import type { MusicVAE } from '../../models/music-vae/music-vae.js';
import { isDrumKind } from '../../models/music-vae/windows.js';
import { openingTempo, type NoteSequence } from '../../music/note-sequence.js';
import { actionStyles } from '../internal/action.styles.js';
import { defineElement } from '../internal/define.js';
import { choice, slider, textField } from '../internal/fields.js';
import { hearNamed } from '../internal/hear-named.js';
import { shareModel } from '../internal/share-model.js';
import type { FileKind } from '../internal/file-kind.js';
import { partsOf } from '../internal/exported-parts.js';
import type { FileTaker } from '../internal/model-element.js';
import { panelStyles } from '../internal/panel.styles.js';
import { PlayingElement } from '../internal/playing-element.js';
import { renderProgress, renderResume, renderTrouble, SOUND_STOPPED } from '../internal/status.js';
import type { MorphPad } from '../morph-pad/morph-pad.js';
import type { PianoRoll } from '../piano-roll/piano-roll.js';
import { SequenceChangeEvent, SequenceFailureEvent, SequencePlayEvent } from '../sequence-model/events.js';
import { download } from '../internal/download.js';
import { midiFileOf, readMusicFile } from '../sequence-model/midi-files.js';
import { openNoteDestination, playableElements } from '../sequence-model/note-destination.js';
import { MorphSession, type MorphSessionSettings } from './morph-session.js';
import { PLACES, type CornerPiece } from './morph.js';
import { styles } from './music-vae.styles.js';
import { renderActions, renderCard, renderPads, renderStrip } from './views.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';
export type { CornerPiece } from './morph.js';

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
 * @fires {SettingChangeEvent} setting-change - A person set `property` to `value`: x, y, temperature, tempo and the like.
 *
 * @slot title - The heading.
 * @slot input - Other things to play on: a `<midi-input>`.
 * @slot for-sound - A link to what plays sounds, in the answer to one that is dropped and not taken.
 * @slot for-patch - A link to what opens sounds of an instrument, in the answer to one that is dropped and not taken.
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
export class MusicVAEElement extends PlayingElement {
  static override styles = [panelStyles, actionStyles, styles];

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
  /** The number of corners that are shown: 4, or 2 for a line from A to B, whose point is `x`. */
  @property({ type: Number, attribute: 'corner-count', reflect: true }) cornerCount: 2 | 4 = 4;
  /** 'none' leaves the pad to the page, which sets `x` and `y`. */
  @property({ reflect: true }) pad: 'own' | 'none' = 'own';

  /** The context of the drum kit; an instrument has its own. */
  @property({ attribute: false }) context: AudioContextLike | undefined;
  /** The node that the drum kit's sound goes to; by default the context's destination. */
  @property({ attribute: false }) destination: AudioNodeLike | undefined;

  @state() private stripCount = 5;
  @query('piano-roll.result') private readonly roll!: PianoRoll | null;

  protected override readonly session = this.createSession();
  private following: AbortController | undefined;
  private frame = 0;
  /** The button that was pressed to be listened to. */
  private listenedAt: Element | null = null;
  /** The corner that files are dropped on. */
  private dropPlace: number | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen();
    void this.reveal();
  }

  /** The model; undefined before it is loaded. */
  get model(): MusicVAE | undefined {
    return this.session.model as MusicVAE | undefined;
  }

  /** The piece that is seen and heard, seconds. */
  get sequence(): NoteSequence {
    return this.session.shown.sequence;
  }

  /** The notes of the piece that is seen and heard, as they are played. */
  get notes(): readonly PlayedNote[] {
    return this.session.notes;
  }

  /** Length of the piece, silence at its end included, seconds. */
  get duration(): number {
    return this.session.duration;
  }

  /** The pieces at the corners: top left, top right, bottom left, bottom right; undefined while one is empty. */
  get corners(): readonly (NoteSequence | undefined)[] {
    return this.session.morph.corners.map((corner) => corner?.sequence);
  }

  /**
   * The corners as plain JSON, null where one is empty. They can be set: the model reads the pieces, and draws anew what was drawn.
   * @throws NOTE_SEQUENCE_INVALID; the present ones stay then
   */
  get pieces(): readonly (CornerPiece | null)[] {
    return this.session.morph.corners.map(
      (corner) =>
        (corner && {
          name: corner.name,
          sequence: corner.sequence,
          ...(corner.seed !== undefined && { seed: corner.seed }),
        }) ||
        null,
    );
  }
  set pieces(pieces: readonly (CornerPiece | null)[]) {
    this.session.setPieces(pieces);
  }

  /** Loads the model, if that has not begun. @throws CHECKPOINT_*, ABORTED, WORKER_FAILED */
  async load(): Promise<void> {
    await this.tried(() => this.session.load());
  }

  /**
   * Puts a piece at a corner: of a longer one its first window that has notes.
   * @param place 0 top left, 1 top right, 2 bottom left, 3 bottom right
   * @throws OPTION_INVALID, NOTE_SEQUENCE_INVALID, PRIMER_EMPTY, and what the model's `encode` does; the corner is then as it was
   */
  async setCorner(place: number, sequence: NoteSequence, name = 'given'): Promise<void> {
    await this.tried(() => this.session.setCorner(place, sequence, name));
  }

  /** Draws the piece of a corner from the prior; the same seed gives the same piece. */
  async drawCorner(place: number, seed?: string): Promise<void> {
    await this.tried(() => this.session.drawCorner(place, seed));
  }

  /** Decodes a piece near to the point on the pad; the same seed gives the same piece. */
  async another(seed?: string): Promise<void> {
    await this.tried(() => this.session.another(seed));
  }

  /**
   * Decodes the steps between two corners and shows them as a strip.
   * @param count 2 to 100, both ends included
   * @throws OPTION_INVALID, PRIMER_EMPTY where a corner has no piece, and what the model's `decode` does
   */
  async interpolate(from = 0, to = 1, count = this.stripCount): Promise<void> {
    await this.tried(() => this.session.interpolate(from, to, count));
  }

  /**
   * Rewrites a piece of any length window by window: a groove checkpoint gives it a drummer's timing and loudness.
   * @throws what the model's `encode` and `decode` do
   */
  async rewrite(sequence: NoteSequence, words = 'rewritten'): Promise<NoteSequence> {
    return this.tried(() => this.session.rewrite(sequence, words));
  }

  /** Plays the piece again and again; what the pad decodes meanwhile goes on from the same place in the bar. */
  async play(options: { from?: number; at?: number } = {}): Promise<void> {
    await this.tried(() => this.session.play(options));
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
    this.temperature = this.temperature >= 0 && this.temperature < Infinity ? this.temperature : 0;
    this.x = within01(this.x);
    this.y = within01(this.y);
    if (changed.has('checkpoint')) this.files = undefined;
    if (changed.has('checkpoint') && this.hasUpdated) this.reload();
    if (changed.has('instrument') && this.hasUpdated) this.session.playback.close();
    if ((changed.has('input') || changed.has('from') || changed.has('instrument')) && this.hasUpdated)
      this.listen();
    if (changed.has('x') || changed.has('y'))
      this.session.morph.moveTo(this.x, this.cornerCount === 2 ? 0 : this.y);
    if ((changed.has('temperature') || changed.has('chords')) && this.hasUpdated)
      void this.tried(() => this.session.refresh()).catch(() => {});
    if (changed.has('from') && this.hasUpdated) this.rewriteOther();
    if (changed.has('tempo')) this.session.setPlayback();
  }

  protected override render() {
    const { session, pad, cornerCount } = this;
    const stage = `stage ${pad === 'none' ? 'cards-only' : ''} ${cornerCount === 2 ? 'two' : ''}`;
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
          ${
            renderTrouble(this.failure, () => (this.failure = undefined)) ??
            html`<p part="status" class="status" role="status">
              ${this.loading ? renderProgress(this.loading) : this.soundStopped ? SOUND_STOPPED : session.shown.words}
              ${this.soundStopped && !this.loading ? renderResume(() => void this.ready().catch((error) => this.fail(error))) : nothing}
            </p>`
          }
        </header>
        <div class=${stage}>
          ${PLACES.slice(0, cornerCount).map((_, place) => this.renderCorner(place))}
          ${pad === 'none' ? nothing : this.renderPad()}
        </div>
        ${session.listening === undefined ? nothing : html`<div part="input">${this.renderKeys()}</div>`}
        <slot name="input"></slot>
        <piano-roll
          part="roll"
          exportparts=${partsOf('piano-roll')}
          class="result"
          label="the piece"
          .notes=${session.notes}
          .seconds=${session.duration}
          .bar=${240 / openingTempo(this.sequence)}
          ?drums=${isDrumKind(session.kind)}
          @roll-seek=${(event: Event & { position: number }) => session.playback.seek(event.position)}
          >The piece under your finger comes here.</piano-roll
        >
        ${this.renderActions()} ${this.renderStrip()} ${this.renderControls()}
      </div>
    `;
  }

  private renderCorner(place: number) {
    const { session } = this;
    const listening = session.listening === place;
    const told = (work: Promise<unknown>) => void this.tried(() => work).catch(() => {});
    return renderCard(place, {
      corner: session.morph.corners[place],
      reader: session.reader,
      listening,
      part: session.files.part(place),
      others: this.others.map(({ id }) => id),
      draw: () => told(session.drawCorner(place)),
      listen: () => this.listenFor(listening ? undefined : place),
      open: (file) => void this.openMidi(file, place).catch(() => {}),
      step: (by) => told(session.stepCorner(place, by)),
      take: (id) => told(this.takeFrom(id, place)),
      goTo: () => this.adjust({ x: place % 2, y: place >> 1 }),
    });
  }

  private renderPad() {
    const onMorph = (event: Event) => {
      const { x, y } = event.target as MorphPad;
      this.adjust({ x, y });
    };
    return html`<morph-pad
      part="pad"
      exportparts=${partsOf('morph-pad')}
      label="Between the corners"
      .corners=${PLACES}
      .x=${this.x}
      .y=${this.y}
      @morph-input=${onMorph}
      @morph-change=${onMorph}
    ></morph-pad>`;
  }

  private renderKeys() {
    const { listening, kind, phrases } = this.session;
    if (listening === 'taps' || isDrumKind(kind))
      return renderPads(listening === 'taps', (pitch) => phrases.strike(pitch));
    return html`<piano-keyboard first="48" last="84" computer-keyboard="page" label="Keys"></piano-keyboard>`;
  }

  private renderActions() {
    const { session, playing } = this;
    const { shown, listening, kind } = session;
    const told = (work: Promise<unknown>) => void work.catch(() => {});
    return renderActions({
      playing,
      tempo: this.tempo,
      primary: this.primary === 'own',
      transport: this.transport !== 'none',
      empty: session.notes.length === 0,
      places: shown.latent ? PLACES.slice(0, this.cornerCount) : [],
      taps: kind === 'groove' ? listening === 'taps' : undefined,
      toggle: () => (playing ? this.stop() : told(this.play())),
      setTempo: (tempo) => this.adjust({ tempo }),
      another: () => told(this.another()),
      keepAt: (place) => told(this.tried(() => session.keepAt(place))),
      tap: () => this.listenFor(listening === 'taps' ? undefined : 'taps'),
      save: () => told(this.midi().then((file) => download(file, `${kind}.mid`))),
    });
  }

  /** Waits for a phrase, and puts the pads under the fingers of those who play with keys. */
  private listenFor(what: number | 'taps' | undefined): void {
    this.listenedAt = this.renderRoot instanceof ShadowRoot ? this.renderRoot.activeElement : null;
    this.session.listenFor(what);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.pads button')?.focus());
  }

  /** The pads go when the phrase is over; the focus goes back to where it came from, unless it is elsewhere by now. */
  protected override updated(): void {
    const { listenedAt } = this;
    if (this.session.listening !== undefined || !(listenedAt instanceof HTMLElement)) return;
    this.listenedAt = null;
    if (document.activeElement === document.body) listenedAt.focus();
  }

  private renderStrip() {
    const { session } = this;
    const { from, to, pieces } = session.strip;
    return renderStrip({
      ...{ from, to, pieces, count: this.stripCount, places: PLACES.slice(0, this.cornerCount) },
      playing: session.shown.step,
      reader: session.reader,
      choose: (first, last) => {
        session.strip = { from: first, to: last, pieces: [] };
        this.requestUpdate();
      },
      setCount: (steps) => (this.stripCount = Math.min(16, Math.max(3, Math.round(steps) || 5))),
      make: () => void this.interpolate(from, to).catch(() => {}),
      play: (step) => session.showStep(step),
    });
  }

  private renderControls() {
    const { session, others } = this;
    return html`<div part="controls" class="controls">
      ${slider(
        'Surprise',
        this.temperature,
        { min: 0, max: 1.5, step: 0.05 },
        this.temperature.toFixed(2),
        (value) => this.adjust({ temperature: value }),
      )}
      ${session.takesChords ? textField('Chords', this.chords, { wide: true }, (value) => this.adjust({ chords: value })) : nothing}
      ${
        session.kind === 'groove' && others.length > 0
          ? choice(
              'Humanise',
              this.from,
              [['', 'nothing'], ...others.map(({ id }) => [id, id] as const)],
              (id) => this.adjust({ from: id }),
            )
          : nothing
      }
    </div>`;
  }

  /** Elements of the page that wrote music, and have an id. */
  private get others(): readonly SequenceHolder[] {
    if (!this.isConnected) return [];
    const root = this.tree;
    return [...root.querySelectorAll<HTMLElement>('[id]')].filter(
      (element): element is SequenceHolder => element !== this && 'sequence' in element,
    );
  }

  protected override failureEvent(error: TimbrelError): Event {
    return new SequenceFailureEvent(error);
  }

  /** A MIDI file is a piece for a corner. */
  protected override takerOf(kind: FileKind): FileTaker | undefined {
    if (kind === 'midi') return (files) => this.openFrom(this.nearest, files);
    return kind === 'checkpoint' ? (files) => this.useFiles(files) : undefined;
  }

  protected override onDrop(event: DragEvent): void {
    const card = event.composedPath().find((node) => node instanceof HTMLElement && node.dataset.place);
    this.dropPlace = card instanceof HTMLElement ? Number(card.dataset.place) : undefined;
    super.onDrop(event);
  }

  /** The corner a file is for that was dropped beside the cards: the first empty one, else the nearest to the point. */
  private get nearest(): number {
    if (this.dropPlace !== undefined) return this.dropPlace;
    const empty = this.session.morph.corners.slice(0, this.cornerCount).indexOf(undefined);
    return empty >= 0 ? empty : Math.round(this.x) + (this.cornerCount === 2 ? 0 : 2 * Math.round(this.y));
  }

  /** Several files go to a corner each, from one on round the pad. */
  private async openFrom(first: number, files: readonly File[]): Promise<void> {
    for (const [i, file] of files.slice(0, this.cornerCount).entries())
      await this.openMidi(file, (first + i) % this.cornerCount).catch(() => {});
  }

  protected override leave(): void {
    this.following?.abort();
    this.session.close();
  }

  private createSession(): MorphSession {
    const settings = () => this.settings;
    return new MorphSession({
      get settings() {
        return settings();
      },
      load: (source, options) =>
        shareModel('MusicVAE', source, options, async (made) => {
          const { MusicVAE } = await import('../../models/music-vae/music-vae.js');
          return MusicVAE.load(source, made);
        }),
      open: (kind) => {
        const { instrument, context, destination, sound, tree: root } = this;
        const drums = isDrumKind(kind) ? true : kind === 'melody' ? false : ('both' as const);
        return openNoteDestination({ instrument, drums, root, context, destination, sound });
      },
      tell: (event) => {
        if (event instanceof SequenceChangeEvent) this.workedOn();
        if (event instanceof SequencePlayEvent) this.follow();
        this.dispatchEvent(event);
      },
      update: () => this.requestUpdate(),
      progress: (progress) => (this.loading = progress),
      fail: (error) => this.failAtWork(error),
    });
  }

  private get settings(): MorphSessionSettings {
    const { source, tempo, temperature, chords, seeds, cornerCount } = this;
    return {
      ...{ source, tempo, temperature, chords },
      seeds: seeds
        .split(',')
        .slice(0, cornerCount)
        .map((seed) => seed.trim()),
    };
  }

  /** The tree in which ids are looked up. */
  private get tree(): Document | ShadowRoot {
    return this.getRootNode() as Document | ShadowRoot;
  }

  private useFiles(files: readonly File[]): void {
    this.files = files;
    this.reload();
  }

  private reload(): void {
    if (!this.model && this.preload === 'none' && !this.files) return this.session.forget();
    void this.tried(() => this.session.exchange()).catch(() => {});
  }

  private async openMidi(file: Blob, place: number): Promise<void> {
    await this.tried(async () => {
      const sequence = await readMusicFile(file);
      const { name = 'file' } = file as Partial<File>;
      await this.setCorner(place, sequence, name.replace(/\.[^.]+$/, ''));
    });
  }

  private async takeFrom(id: string, place: number): Promise<void> {
    const other = this.others.find((element) => element.id === id);
    if (other) await this.setCorner(place, other.sequence, id);
  }

  /** Moves the playhead with the music, some sixty times a second. */
  private readonly follow = () => {
    cancelAnimationFrame(this.frame);
    this.showPosition(this.position);
    if (this.playing) this.frame = requestAnimationFrame(this.follow);
  };

  private listen(): void {
    this.following?.abort();
    const { signal } = (this.following = new AbortController());
    const { tree, from } = this;
    this.session.phrases.connect(this, tree, () => {
      const named = this.input || this.instrument;
      const source = named ? tree.getElementById(named) : (playableElements(tree)[0] ?? null);
      return source?.contains(this) ? null : source;
    });
    if (!from) return;
    const find = () => tree.getElementById(from);
    hearNamed(tree, find, 'sequence-change', ({ complete }) => complete && this.rewriteOther(), signal);
  }

  /** Rewrites what the element that is named by `from` wrote, if it wrote anything. */
  private rewriteOther(): void {
    const other = this.from ? this.tree.getElementById(this.from) : null;
    const sequence = other && 'sequence' in other ? (other as SequenceHolder).sequence : undefined;
    if (sequence && sequence.notes.length > 0)
      void this.rewrite(sequence, `${this.from}, humanised`).catch(() => {});
  }

  /** Defines the parts that are not there with the first paint. */
  private async reveal(): Promise<void> {
    await import('../morph-pad/morph-pad.js');
    await import('../piano-roll/piano-roll.js');
    await import('../piano-keyboard/piano-keyboard.js');
  }
}

interface SequenceHolder extends HTMLElement {
  readonly sequence: NoteSequence;
}

const within01 = (value: number) => (Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0.5);

defineElement('music-vae', MusicVAEElement);

declare global {
  interface HTMLElementTagNameMap {
    'music-vae': MusicVAEElement;
  }
}
