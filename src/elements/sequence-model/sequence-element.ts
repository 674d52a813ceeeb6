import { type PropertyValues } from 'lit';
import { property, query } from 'lit/decorators.js';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { AudioContextLike, AudioNodeLike } from '../../instruments/context.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import type { ContinueOptions } from '../../models/continuation/event-model.js';
import type { FileKind } from '../internal/file-kind.js';
import { hearNamed } from '../internal/hear-named.js';
import type { FileTaker } from '../internal/model-element.js';
import { PlayingElement } from '../internal/playing-element.js';
import type { NoteOffEvent, NoteOnEvent } from '../note-events.js';
import type { PianoRoll } from '../piano-roll/piano-roll.js';
import type { Composition, Length, Span } from './compose.js';
import { musicBefore, type Stretch } from './edit-sketch.js';
import { SequenceChangeEvent, SequenceFailureEvent, SequencePlayEvent } from './events.js';
import type { SequenceModelKind, WritingModel } from './kind.js';
import { midiFileOf, primerOfMidi } from './midi-files.js';
import { isPlayable, openNoteDestination, soundsByItself } from './note-destination.js';
import { SequenceSession, type Before, type SessionSettings } from './sequence-session.js';
import { parseSketch, qpmOf, wholeOf, type Sketch, type Take } from './sketch.js';

/** The elements of the sequence models as a page asks them: properties, methods and a session. What they look like is in {@link SequenceModelElement}. */
export abstract class SequenceElement<O extends ContinueOptions = ContinueOptions> extends PlayingElement {
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
  /** 'lane': one track among others, 96 px high; the rest is under "More". */
  @property({ reflect: true }) layout: 'panel' | 'lane' = 'panel';
  /** Seconds of the sequence that the roll has room for at least: tracks are as long as the longest. */
  @property({ type: Number, reflect: true }) room = 0;
  /** 'page': letters of the computer keyboard play the element's keys wherever the focus is. */
  @property({ attribute: 'computer-keyboard', reflect: true }) computerKeyboard: 'page' | 'none' = 'none';
  /** The length of what is written, in sixteenths. */
  @property({ type: Number, reflect: true }) steps = 64;
  /** Below 1 the likely becomes likelier, above it the surprising. */
  @property({ type: Number, reflect: true }) temperature = 1;
  /** Makes what is written repeatable: from one seed come the same notes. Empty: another one each time; the status line says which, and takes it up. */
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

  @query('piano-roll') private readonly roll!: PianoRoll | null;

  protected override readonly session: SequenceSession<O> = this.createSession();
  private listening: AbortController | undefined;
  private heard: Event | undefined;
  private frame = 0;

  constructor() {
    super();
    // Who is about to let it write is not made to wait for the network at the first press.
    for (const type of ['pointerover', 'focusin'] as const)
      this.addEventListener(type, () => void this.load().catch(() => {}), { once: true, passive: true });
    // An instrument inside is heard where it is named as the input.
    this.addEventListener('note-on', (event) => soundsByItself(event) || this.onNote(event, event.velocity));
    this.addEventListener('note-off', (event) => soundsByItself(event) || this.onNote(event, 0));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen();
  }

  /** The model; undefined before it is loaded. */
  get model(): WritingModel<O> | undefined {
    return this.session.model;
  }

  /** Primer and what was written, seconds. */
  get sequence(): NoteSequence {
    return this.session.sequence;
  }

  /** The notes of primer and what was written, as they are played. */
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

  /** All that is there, as plain JSON: what was given, what was written, its seed. Setting it can be undone, unless it is the first piece. @throws NOTE_SEQUENCE_INVALID */
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

  /** Bars, counted from 0, that stay as they are when the others are written anew. A new piece has none. */
  get keptBars(): readonly number[] {
    return this.session.kept;
  }
  set keptBars(bars: readonly number[]) {
    this.session.kept = [...new Set(bars)].sort((a, b) => a - b);
    this.requestUpdate();
  }

  /** The pieces that were kept. They can be set, as plain JSON. @throws NOTE_SEQUENCE_INVALID; the present ones stay then */
  get takes(): readonly Take[] {
    return this.session.sketches.takes;
  }
  set takes(takes: readonly Take[]) {
    this.session.sketches.takes = takes.map((take) => ({ ...parseSketch(take), name: String(take.name) }));
    this.requestUpdate();
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
    return this.asked(() => this.session.generate());
  }

  /**
   * Writes bars anew, each from what stands before it. Where nothing is written yet it writes all, as {@link generate} does.
   * @param bar counted from 0; by default the one that is chosen, else all that was written and is not kept
   * @throws as {@link generate}
   */
  async rewrite(bar = this.chosenBar): Promise<NoteSequence> {
    const whole = bar === undefined && (!this.sketch.written || this.keptBars.length === 0);
    return whole ? this.generate() : this.asked(() => this.session.rewrite(bar));
  }

  /** Takes all that is there for the primer, and writes on. @throws as {@link generate} */
  async goOn(): Promise<NoteSequence> {
    return this.asked(() => this.session.goOn());
  }

  /** Music is asked for: what was said before was read. */
  private asked(write: () => Promise<NoteSequence>): Promise<NoteSequence> {
    this.failure = undefined;
    return this.tried(write);
  }

  /** Ends the writing; what came so far stays. */
  cancel(): void {
    this.session.cancel();
  }

  /** Plays what is there. @param options from: seconds of the sequence, default where it stopped; at: time on the clock of what plays, default now */
  async play(options: { from?: number; at?: number } = {}): Promise<void> {
    await this.tried(() => this.session.play(options));
  }

  /** Moves playback, and the line on the roll, to a place. @param position seconds of the sequence */
  seek(position: number): void {
    this.session.playback.seek(position);
    this.showPosition(position);
  }

  /** Puts what is there among the takes. */
  keep(): void {
    this.session.keep();
  }

  /** Takes the last change of the notes back. */
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

  /** Shows this part of the roll, as another roll shows it. @param start seconds @param span seconds seen at once */
  showView(start: number, span: number): void {
    void this.roll?.showView(start, span);
  }

  /** The bar that the player chose, counted from 0. */
  protected get chosenBar(): number | undefined {
    return this.session.sketches.chosenBar;
  }
  protected set chosenBar(bar: number | undefined) {
    this.session.sketches.chosenBar = bar;
    this.requestUpdate();
  }

  protected get kind(): SequenceModelKind<O> {
    return (this.constructor as unknown as { kind: SequenceModelKind<O> }).kind;
  }

  /** The length to write. */
  protected get writtenLength(): Length {
    return { steps: this.steps };
  }

  /** Only the last so many seconds of what is written are kept; undefined: all. */
  protected get writtenKept(): number | undefined {
    return undefined;
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

  /** Its own `stop` ends the writing too. */
  protected get stopEndsWriting(): boolean {
    return false;
  }

  /** A sentence on how the present piece is written, for the status line; empty: there is nothing to say. */
  protected get remark(): string {
    return '';
  }

  /** A last word on what was written. */
  protected finish(composition: Composition): Composition {
    return composition;
  }

  /** Gives the music that a stretch is written anew from: all that stands before it. */
  protected rewrittenFrom(sketch: Sketch, { from }: Stretch): Before<O> {
    return { music: musicBefore(wholeOf(sketch), from) };
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

  /** The tree in which ids are looked up. */
  protected get tree(): Document | ShadowRoot {
    return this.getRootNode() as Document | ShadowRoot;
  }

  private get settings(): SessionSettings<O> {
    const { source, configuration, temperature, tempo, loop, callResponse } = this;
    return {
      ...{ source, configuration, temperature, tempo, loop, callResponse },
      seed: this.seed || undefined,
      live: this.playsAtOnce,
      length: this.writtenLength,
      kept: this.writtenKept,
      inParts: this.writesInParts,
      options: (span) => this.ownOptions(span),
      finish: (composition) => this.finish(composition),
      before: (sketch, stretch) => this.rewrittenFrom(sketch, stretch),
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
      fail: (error) => this.failAtWork(error),
    });
  }

  private tell(event: Event): void {
    if (event instanceof SequenceChangeEvent) {
      this.workedOn();
      // Another piece stands at its beginning. Where the page plays, the page says where.
      const isOwn = this.transport !== 'none' && this.roll?.playhead !== undefined;
      if (isOwn && !this.playing) this.showPosition(this.position);
    }
    if (event instanceof SequencePlayEvent) {
      if (event.playing) this.roll?.followPlayhead();
      this.follow();
    }
    this.dispatchEvent(event);
  }

  /** Moves the playhead with the music, some sixty times a second. */
  private readonly follow = () => {
    cancelAnimationFrame(this.frame);
    this.showPosition(this.position);
    if (this.playing) this.frame = requestAnimationFrame(this.follow);
  };

  /** Does what a button asks for. Failures are told by the status line and by `sequence-failure`. */
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
    const { tree, input } = this;
    if (!input) return;
    const find = () => {
      const source = tree.getElementById(input);
      return source?.contains(this) ? null : source;
    };
    // An instrument plays its notes by itself, as does a piano that is listened to.
    const silent = (source: EventTarget) =>
      isPlayable(source) || ('soundsByItself' in source && source.soundsByItself === true);
    // On the way in, before they could be heard as the element's own.
    hearNamed(tree, find, 'note-on', (on, source) => this.onNote(on, on.velocity, silent(source)), signal);
    hearNamed(tree, find, 'note-off', (off, source) => this.onNote(off, 0, silent(source)), signal);
  }

  /** Each note once: what is played inside the element may come from its input, and bubbles too. */
  private onNote(event: NoteOnEvent | NoteOffEvent, velocity: number, silent = false): void {
    if (event === this.heard) return;
    this.heard = event;
    this.session.hear(event.pitch, velocity, silent, event);
  }
}
