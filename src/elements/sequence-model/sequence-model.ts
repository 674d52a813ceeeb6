import { html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { AudioContextLike, AudioNodeLike } from '../../instruments/context.js';
import type { NoteTarget, PlayedNote } from '../../instruments/sequence-player.js';
import { listMidiOutputs, type MidiOutputPort } from '../../midi/outputs.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import type { ContinueOptions } from '../../models/continuation/event-model.js';
import { numberField, slider, switchField, textField } from '../internal/fields.js';
import type { FileKind } from '../internal/file-kind.js';
import { partsOf } from '../internal/exported-parts.js';
import { ModelElement, type FileTaker } from '../internal/model-element.js';
import type { NoteOffEvent, NoteOnEvent } from '../note-events.js';
import type { PianoRoll } from '../piano-roll/piano-roll.js';
import type { Composition, Length, Span } from './compose.js';
import { SequenceChangeEvent, SequenceFailureEvent, SequencePlayEvent } from './events.js';
import type { SequenceModelKind, WritingModel } from './kind.js';
import { download } from '../internal/download.js';
import { midiFileOf, primerOfMidi } from './midi-files.js';
import { barOf } from './primer.js';
import { styles } from './sequence-model.styles.js';
import { SequenceSession, type SessionSettings } from './sequence-session.js';
import { renderSettings } from './settings.js';
import { qpmOf, type Sketch, type Take } from './sketch.js';
import { isPlayable, openNoteDestination, playableElements, soundsByItself } from './note-destination.js';
import { renderActions, renderStatus, renderTakes, type Action } from './views.js';

/**
 * The elements of the sequence models share this: a primer comes in, the model writes on, and it is seen, heard, kept and saved.
 * Abstract; the elements that are defined are `<melody-rnn>` and its like.
 *
 * @fires {SequenceLoadEvent} sequence-load - The model is loaded.
 * @fires {SequenceChangeEvent} sequence-change - The music changed: `sequence`; `complete` is false while it is written.
 * @fires {SequencePlayEvent} sequence-play - Playback began or ended: `playing`.
 * @fires {SequenceFailureEvent} sequence-failure - Something failed; `error` is a coded TimbrelError.
 * @fires {SettingChangeEvent} setting-change - A person set `property` to `value`: temperature, seed, tempo and the like.
 *
 * @slot title - The heading.
 * @slot input - Other things to play on: a `<midi-input>`.
 * @slot - What the roll says while it is empty.
 * @csspart base - The whole element.
 * @csspart header - Heading and state.
 * @csspart status - The line that says what the element does; also `error`.
 * @csspart roll - The `<piano-roll>`.
 * @csspart actions - Buttons: writing, playback, keeping.
 * @csspart transport - Play, loop, tempo.
 * @csspart files - Keep, undo, open and save.
 * @csspart controls - What the model can be told.
 * @csspart input - What is played on.
 * @csspart keyboard - The `<piano-keyboard>`.
 * @csspart settings - Configuration, checkpoint, what plays.
 * @csspart takes - What was kept.
 * @csspart take - One of them.
 */
export abstract class SequenceModelElement<O extends ContinueOptions = ContinueOptions> extends ModelElement {
  static override styles: CSSResultGroup = styles;

  /** The differences of this model from the others: each element's class has its own. */
  static readonly kind: unknown;

  /** Magenta's name of a configuration; empty: the first that the checkpoint fits. */
  @property({ reflect: true }) configuration = '';
  /** The target that plays: the id of an instrument of the page, or `midi:` and the id of a port. Empty: the first instrument, or the drum kit. */
  @property({ reflect: true }) instrument = '';
  /** Id of an element whose `note-on` and `note-off` are heard besides the element's own keys: keyboard, MIDI input, instrument. */
  @property({ reflect: true }) input = '';
  /** 'none' leaves the keys out. */
  @property({ reflect: true }) keys: 'auto' | 'none' = 'auto';
  /** 'none': the page plays `notes` by its own transport. The element has none and plays nothing, except its answer to a phrase. */
  @property({ reflect: true }) transport: 'auto' | 'none' = 'auto';
  /** 'page': letters of the computer keyboard play the element's keys wherever the focus is. */
  @property({ attribute: 'computer-keyboard', reflect: true }) computerKeyboard: 'page' | 'none' = 'none';
  /** The length of what is written, in sixteenths. */
  @property({ type: Number, reflect: true }) steps = 64;
  /** Below 1 the likely becomes likelier, above it the surprising. */
  @property({ type: Number, reflect: true }) temperature = 1;
  /** Same seed, same notes. Empty: another one each time; the status line says which, and takes it up. */
  @property({ reflect: true }) seed = '';
  /** Quarters per minute: of what is played in, and of playback. */
  @property({ type: Number, reflect: true }) tempo = 120;
  /** Playback begins again at the end. */
  @property({ type: Boolean, reflect: true }) loop = false;
  /** Playback begins with the writing. */
  @property({ type: Boolean, reflect: true }) live = false;
  /** A phrase that is played is answered in tempo. */
  @property({ type: Boolean, attribute: 'call-response', reflect: true }) callResponse = false;
  /** The context of the drum kit: native, standardized-audio-context's or Tone's. Set it before the first sound. */
  @property({ attribute: false }) context: AudioContextLike | undefined;
  /** The node that the drum kit's sound goes to; by default the context's destination. */
  @property({ attribute: false }) destination: AudioNodeLike | undefined;

  /** So many of roll and keys are there: each is made in a task of its own. */
  @state() private revealed = 0;
  @state() private ports: readonly MidiOutputPort[] | undefined;
  @query('piano-roll') private readonly roll!: PianoRoll | null;

  private readonly session: SequenceSession<O> = this.createSession();
  private listening: AbortController | undefined;
  private heard: Event | undefined;
  private frame = 0;

  constructor() {
    super();
    // An instrument inside is heard where it is named as the input.
    this.addEventListener('note-on', (event) => soundsByItself(event) || this.onNote(event, event.velocity));
    this.addEventListener('note-off', (event) => soundsByItself(event) || this.onNote(event, 0));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen();
    if (this.revealed === 0) void this.reveal();
  }

  /** The model; undefined before it is loaded. */
  get model(): WritingModel<O> | undefined {
    return this.session.model;
  }

  /** Primer and what was written, seconds. */
  get sequence(): NoteSequence {
    return this.session.sequence;
  }

  /** The same, as it is played. */
  get notes(): readonly PlayedNote[] {
    return this.session.notes;
  }

  /** The music that is continued. Setting it can be undone. @throws NOTE_SEQUENCE_INVALID, PRIMER_EMPTY; the present one is kept then */
  get primer(): NoteSequence {
    return this.session.sketches.present.primer;
  }
  set primer(sequence: NoteSequence) {
    this.session.primer = sequence;
  }

  /** All that is there, as plain JSON: what was given, what was written, its seed. Setting it can be undone. @throws NOTE_SEQUENCE_INVALID */
  get sketch(): Sketch {
    return this.session.sketches.present;
  }
  set sketch(sketch: Sketch) {
    this.session.open(sketch);
  }

  /** The length of primer and continuation, silence at the end included, seconds. */
  get duration(): number {
    return this.session.sketches.present.length;
  }

  get takes(): readonly Take[] {
    return this.session.sketches.takes;
  }

  get playing(): boolean {
    return this.session.playback.playing;
  }

  /** The place of playback, seconds of the sequence. */
  get position(): number {
    return this.session.playback.position;
  }

  /** The target that plays the notes, once {@link ready}. */
  get target(): NoteTarget | undefined {
    return this.session.playback.target;
  }

  /** Loads the model, if that has not begun. @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, ABORTED, WORKER_FAILED */
  async load(): Promise<void> {
    await this.tried(() => this.session.load());
  }

  /**
   * Writes on where the primer ends; what was written before is written anew, and `undo` brings it back.
   * @throws what the model does; also told by `sequence-failure`
   */
  async generate(): Promise<NoteSequence> {
    return this.tried(() => this.session.generate());
  }

  /** Takes all that is there for the primer, and writes on. @throws as {@link generate} */
  async goOn(): Promise<NoteSequence> {
    return this.tried(() => this.session.goOn());
  }

  /** Ends the writing; what came so far stays. */
  cancel(): void {
    this.session.cancel();
  }

  /** Makes it ready to sound; call it in a gesture. @throws OPTION_INVALID, AUDIO_CONTEXT_*, MIDI_* */
  async ready(): Promise<void> {
    await this.session.playback.ready();
  }

  /** @param options from: seconds of the sequence, default where it stopped; at: time on the clock of what plays, default now */
  async play(options: { from?: number; at?: number } = {}): Promise<void> {
    await this.tried(() => this.session.play(options));
  }

  /** Stops what plays. */
  stop(): void {
    this.session.playback.stop();
  }

  /** @param position seconds of the sequence */
  seek(position: number): void {
    this.session.playback.seek(position);
    this.showPosition(position);
  }

  /** Puts what is there among the takes. */
  keep(): void {
    this.session.keep();
  }

  undo(): void {
    this.session.undo();
  }

  /** Goes back to a take. */
  recall(take: Take): void {
    this.session.recall(take);
  }

  /** Nothing given, nothing written; can be undone. */
  clear(): void {
    this.session.adopt({ notes: [], tempos: [{ time: 0, qpm: this.tempo }] });
  }

  /**
   * Takes a MIDI file for the primer: where its tempo or meter changes, the first part of it that the model can continue.
   * @throws MIDI_FILE_INVALID, PRIMER_EMPTY; what was there is kept then
   */
  async openMidi(file: Blob): Promise<void> {
    await this.tried(async () => {
      const { primer, notice } = await primerOfMidi(file, this.kind);
      this.tempo = qpmOf({ primer });
      this.session.adopt(primer, notice);
    });
  }

  /** Primer and what was written, as a MIDI file, in the tempo that is set. */
  async midi(): Promise<Blob> {
    await this.updateComplete;
    return midiFileOf(this.sequence, this.tempo);
  }

  /** Moves the playhead; the page may do so too, where another player plays the notes. @param position seconds of the sequence */
  showPosition(position: number): void {
    if (this.roll) this.roll.playhead = position;
  }

  protected get kind(): SequenceModelKind<O> {
    return (this.constructor as unknown as { kind: SequenceModelKind<O> }).kind;
  }

  /** The length to write. */
  protected get writtenLength(): Length {
    return { steps: this.steps };
  }

  /** Options of this model's own. */
  protected ownOptions(_span?: Span): Partial<O> {
    return {};
  }

  /** Playback begins with the writing. */
  protected get playsAtOnce(): boolean {
    return this.live && this.transport !== 'none';
  }

  /** Its own options may change while it writes. */
  protected get writesInParts(): boolean {
    return false;
  }

  /** A last word on what was written. */
  protected finish(composition: Composition): Composition {
    return composition;
  }

  /** The controls of how much to write, and of this model's own. */
  protected renderOwnControls(): unknown {
    return numberField('Steps', this.steps, { min: 1, max: 4096, step: 16 }, (steps) =>
      this.adjust({ steps }),
    );
  }

  /** The keys that are played on to give a primer. */
  protected renderKeys(): TemplateResult {
    return html`<piano-keyboard
      part="keyboard"
      exportparts=${partsOf('piano-keyboard')}
      first="48"
      last="84"
      computer-keyboard=${this.computerKeyboard}
      label="Keys of ${this.kind.model}"
    ></piano-keyboard>`;
  }

  protected override failureEvent(error: TimbrelError): Event {
    return new SequenceFailureEvent(error);
  }

  protected override leave(): void {
    this.listening?.abort();
    this.session.close();
  }

  /** A MIDI file is a primer. */
  protected override takerOf(kind: FileKind): FileTaker | undefined {
    if (kind === 'midi') return ([file]) => this.openMidi(file);
    return kind === 'checkpoint' ? (files) => this.useFiles(files) : undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    // An attribute may hold anything: what makes no sense is as if it had not been given.
    this.tempo = this.tempo > 0 && this.tempo < 1000 ? this.tempo : 120;
    this.temperature = this.temperature >= 0 ? this.temperature : 1;
    if (changed.has('checkpoint')) this.files = undefined;
    if (changed.has('tempo') || changed.has('loop')) this.session.setPlayback();
    if (!this.hasUpdated) return;
    if (changed.has('checkpoint') || changed.has('configuration')) this.reload();
    if (changed.has('instrument')) this.session.playback.close();
    if (changed.has('input')) this.listen();
    if (changed.has('callResponse') && this.callResponse) this.prepareToAnswer();
  }

  protected override render() {
    const { kind, session } = this;
    const { present, takes } = session.sketches;
    const played = session.recorder.notes;
    return html`
      <div
        part="base"
        class="base ${this.dropping ? 'dropping' : ''}"
        @dragover=${(event: DragEvent) => this.onDragOver(event)}
        @dragleave=${() => this.onDragLeave()}
        @drop=${(event: DragEvent) => this.onDrop(event)}
      >
        <header part="header">
          <slot name="title"><h2>${kind.model}</h2></slot>
          ${renderStatus({
            failure: this.failure,
            loading: this.loading,
            soundStopped: this.soundStopped,
            resume: () => void this.ready().catch((error) => this.fail(error)),
            writing: session.isWriting,
            listening: played.length > 0,
            sketch: present,
            configuration: this.model?.description.configuration,
            notice: session.notice,
            seed: this.seed,
            setSeed: (seed) => this.adjust({ seed }),
            dismiss: () => (this.failure = undefined),
          })}
        </header>
        <div class="stage">
          ${
            this.revealed > 0
              ? html`<piano-roll
                  part="roll"
                  exportparts=${partsOf('piano-roll')}
                  label=${kind.what}
                  .notes=${played.length > 0 ? played : session.notes}
                  .primerEnd=${played.length > 0 ? Infinity : present.start}
                  .seconds=${present.length}
                  .bar=${barOf(present.primer)}
                  ?drums=${kind.drums}
                  .marks=${session.chords}
                  @roll-seek=${(event: Event & { position: number }) => session.playback.seek(event.position)}
                  ><slot>Play a phrase, drop a MIDI file, or let it begin by itself.</slot></piano-roll
                >`
              : nothing
          }
        </div>
        ${renderActions({
          writing: session.isWriting,
          playing: this.playing,
          empty: session.notes.length === 0,
          hasWritten: present.written !== undefined,
          canUndo: session.sketches.canUndo,
          loop: this.loop,
          tempo: this.tempo,
          transport: this.transport !== 'none',
          act: (action) => this.act(action),
          setLoop: (loop) => this.adjust({ loop }),
          setTempo: (tempo) => this.adjust({ tempo }),
          open: (file) => void this.openMidi(file).catch(() => {}),
        })}
        <div part="controls" class="controls">${this.renderOwnControls()}${this.renderModelControls()}</div>
        ${this.keys === 'none' || this.revealed < 2 ? nothing : html`<div part="input">${this.renderKeys()}</div>`}
        <slot name="input"></slot>
        ${this.renderSettings()}
        ${renderTakes(
          takes,
          (take) => this.recall(take),
          (take) => session.forgetTake(take),
        )}
      </div>
    `;
  }

  private renderModelControls() {
    return [
      slider(
        'Temperature',
        this.temperature,
        { min: 0, max: 2, step: 0.05 },
        this.temperature.toFixed(2),
        (value) => this.adjust({ temperature: value }),
      ),
      textField('Seed', this.seed, { placeholder: 'new', name: 'seed' }, (value) =>
        this.adjust({ seed: value }),
      ),
      this.transport === 'none'
        ? nothing
        : switchField('Play at once', this.live, (on) => this.adjust({ live: on })),
      switchField('Call and response', this.callResponse, (on) => this.adjust({ callResponse: on })),
    ];
  }

  private renderSettings() {
    const { configuration, checkpoint, instrument, kind, files, ports } = this;
    return renderSettings({
      ...{ configuration, checkpoint, instrument, ports },
      ...{ model: kind.model, configurations: kind.configurations, drums: kind.drums },
      dropped: files?.length ?? 0,
      instruments: playableElements(this.tree),
      setConfiguration: (value) => this.adjust({ configuration: value }),
      setCheckpoint: (value) => this.adjust({ checkpoint: value }),
      setInstrument: (value) => this.adjust({ instrument: value }),
      askForMidi: () => void this.tried(async () => (this.ports = await listMidiOutputs())).catch(() => {}),
    });
  }

  /** The tree in which ids are looked up. */
  private get tree(): Document | ShadowRoot {
    return this.getRootNode() as Document | ShadowRoot;
  }

  private get settings(): SessionSettings<O> {
    const { source, configuration, temperature, tempo, loop, callResponse } = this;
    return {
      ...{ source, configuration, temperature, tempo, loop, callResponse },
      seed: this.seed || undefined,
      live: this.playsAtOnce,
      length: this.writtenLength,
      inParts: this.writesInParts,
      options: (span) => this.ownOptions(span),
      finish: (composition) => this.finish(composition),
    };
  }

  private createSession(): SequenceSession<O> {
    const settings = () => this.settings;
    return new SequenceSession<O>(this.kind, {
      get settings() {
        return settings();
      },
      open: () => {
        const { instrument, context, destination, sound, tree: root } = this;
        return openNoteDestination({ instrument, drums: this.kind.drums, root, context, destination, sound });
      },
      tell: (event) => this.tell(event),
      update: () => this.requestUpdate(),
      progress: (progress) => (this.loading = progress),
      fail: (error) => this.fail(error),
    });
  }

  private tell(event: Event): void {
    if (event instanceof SequenceChangeEvent) this.failure = undefined;
    if (event instanceof SequencePlayEvent) this.follow();
    this.dispatchEvent(event);
  }

  /** Moves the playhead with the music, some sixty times a second. */
  private readonly follow = () => {
    cancelAnimationFrame(this.frame);
    this.showPosition(this.position);
    if (this.playing) this.frame = requestAnimationFrame(this.follow);
  };

  /** Does what a button asks for. Failures are told by the status line and by `sequence-failure`. */
  private act(action: Action): void {
    if (action === 'save') void this.midi().then((file) => download(file, `${this.kind.what}.mid`));
    else void Promise.resolve(this[action]()).catch(() => {});
  }

  private useFiles(files: readonly File[]): void {
    this.files = files;
    this.reload();
  }

  private reload(): void {
    if (!this.model && this.preload === 'none' && !this.files) return this.session.forget();
    void this.tried(() => this.session.exchange()).catch(() => {});
  }

  private prepareToAnswer(): void {
    void this.load().catch(() => {});
    this.ready().catch((error) => this.fail(error));
  }

  private listen(): void {
    this.listening?.abort();
    const { signal } = (this.listening = new AbortController());
    const source = this.input && this.tree.getElementById(this.input);
    if (!source || source.contains(this)) return;
    // On the way in, before they could be heard as the element's own; and an instrument plays its notes by itself, as does a piano that is
    // listened to.
    const options = { signal, capture: true };
    const silent = () => isPlayable(source) || ('soundsByItself' in source && source.soundsByItself === true);
    source.addEventListener('note-on', (event) => this.onNote(event, event.velocity, silent()), options);
    source.addEventListener('note-off', (event) => this.onNote(event, 0, silent()), options);
  }

  /** Each note once: what is played inside the element may come from its input, and bubbles too. */
  private onNote(event: NoteOnEvent | NoteOffEvent, velocity: number, silent = false): void {
    if (event === this.heard) return;
    this.heard = event;
    this.session.hear(event.pitch, velocity, silent, event);
  }

  private async reveal(): Promise<void> {
    await import('../piano-roll/piano-roll.js');
    this.revealed = 1;
    await new Promise((resolve) => setTimeout(resolve));
    await import('../piano-keyboard/piano-keyboard.js');
    this.revealed = 2;
  }
}
