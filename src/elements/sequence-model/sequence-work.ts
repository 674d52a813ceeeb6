import { LitElement, type PropertyValues } from 'lit';
import { property, state } from 'lit/decorators.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { AudioContextLike, AudioNodeLike } from '../../instruments/context.js';
import { PhraseRecorder, type PhraseEvent } from '../../instruments/phrase-recorder.js';
import type { NoteTarget, PlayedNote } from '../../instruments/sequence-player.js';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import { midiClock } from '../../midi/outputs.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { parseNoteSequence } from '../../music/note-sequence-json.js';
import type { ContinueOptions } from '../../workers/event-model.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import { compose, type Composition, type Length, type Span } from './compose.js';
import { SequenceChangeEvent, SequenceFailureEvent, SequenceLoadEvent, SequencePlayEvent } from './events.js';
import type { SequenceModelKind, WritingModel } from './kind.js';
import { isMidiFile, midiFileOf, primerOfMidi } from './midi-files.js';
import { ModelSlot } from './model-slot.js';
import { Playback } from './playback.js';
import { barOf, phraseSequence, primerFor } from './primer.js';
import { nextSeed } from './seeds.js';
import { Sketches, chordsOf, notesOf, qpmOf, sketchOf, wholeOf, type Take } from './sketch.js';
import { isPlayable, openSounding } from './sounding.js';

/** What is written while it is listened to keeps so far ahead, s; a part of it takes half as long. */
const AHEAD = 3;
const PART = 1.5;
/** A bar line nearer than this is missed: an answer that begins on it would begin late, s. */
const LEAD = 0.05;

/** What the elements of the sequence models do; what they show is in sequence-model.ts. */
export abstract class SequenceWork<O extends ContinueOptions = ContinueOptions> extends LitElement {
  /** Checkpoint: a catalogue id or the URL of a folder. Empty: the weights that the package ships. */
  @property({ reflect: true }) checkpoint = '';
  /** Magenta's name of a configuration; empty: the first that the checkpoint fits. */
  @property({ reflect: true }) configuration = '';
  /** 'auto' loads the model with the page, 'none' when it is first asked to write. */
  @property({ reflect: true }) preload: 'auto' | 'none' = 'none';
  /** What plays: the id of an instrument of the page, or `midi:` and the id of a port. Empty: the first instrument, or the drum kit. */
  @property({ reflect: true }) instrument = '';
  /** Id of an element whose `note-on` and `note-off` are heard besides the element's own keys: keyboard, MIDI input, instrument. */
  @property({ reflect: true }) input = '';
  /** 'none' leaves the keys out. */
  @property({ reflect: true }) keys: 'auto' | 'none' = 'auto';
  /** 'none': the page plays `notes` by its own transport. The element has none and plays nothing, except its answer to a phrase. */
  @property({ reflect: true }) transport: 'auto' | 'none' = 'auto';
  /** 'page': letters of the computer keyboard play the element's keys wherever the focus is. */
  @property({ attribute: 'computer-keyboard', reflect: true }) computerKeyboard: 'page' | 'none' = 'none';
  /** How much is written, in sixteenths. */
  @property({ type: Number, reflect: true }) steps = 64;
  /** Below 1 the likely becomes likelier, above it the surprising. */
  @property({ type: Number, reflect: true }) temperature = 1;
  /** Same seed, same notes. Empty: another one each time; the status line says which, and takes it up. */
  @property({ reflect: true }) seed = '';
  /** Quarters per minute: of what is played in, and of playback. */
  @property({ type: Number, reflect: true }) tempo = 120;
  /** Whether playback begins again at the end. */
  @property({ type: Boolean, reflect: true }) loop = false;
  /** Whether playback begins with the writing. */
  @property({ type: Boolean, reflect: true }) live = false;
  /** Whether a phrase that is played is answered in tempo. */
  @property({ type: Boolean, attribute: 'call-response', reflect: true }) callResponse = false;
  /** Where the drum kit plays: native, standardized-audio-context's or Tone's. Set it before the first sound. */
  @property({ attribute: false }) context: AudioContextLike | undefined;
  /** Where the drum kit's sound goes; by default the context's destination. */
  @property({ attribute: false }) destination: AudioNodeLike | undefined;

  @state() protected failure: TimbrelError | undefined;
  @state() protected loading: LoadProgress | undefined;
  /** What was taken of a file, where that is not all. */
  @state() protected notice = '';
  @state() protected writing: AbortController | undefined;

  /** What tells this model from the others: each element's class has its own. */
  static readonly kind: unknown;

  protected get kind(): SequenceModelKind<O> {
    return (this.constructor as unknown as { kind: SequenceModelKind<O> }).kind;
  }

  protected readonly sketches = new Sketches();
  protected notesPlayed: readonly PlayedNote[] = [];
  protected chordMarks: readonly { readonly time: number; readonly text: string }[] = [];
  private readonly network = new ModelSlot<O>((progress) => (this.loading = progress));
  protected readonly recorder = new PhraseRecorder(midiClock);
  protected readonly playback = new Playback(() => this.openSounding(), {
    changed: () => this.onPlayback(),
    moved: (position) => this.showPosition(position),
  });
  protected files: readonly File[] | undefined;
  private listening: AbortController | undefined;
  private heard: Event | undefined;

  constructor() {
    super();
    this.recorder.addEventListener('phrase', (event) => void this.onPhrase(event as PhraseEvent));
    this.addEventListener('note-on', (event) => this.onNote(event, event.velocity));
    this.addEventListener('note-off', (event) => this.onNote(event, 0));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.listen();
    if (this.preload === 'auto') setTimeout(() => this.isConnected && void this.load().catch(() => {}));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // Moving an element within the page disconnects and reconnects it at once: keep what it does.
    queueMicrotask(() => {
      if (!this.isConnected) this.leave();
    });
  }

  /** What was loaded; undefined before. */
  get model(): WritingModel<O> | undefined {
    return this.network.model;
  }

  /** Primer and what was written, seconds. */
  get sequence(): NoteSequence {
    return wholeOf(this.sketches.present);
  }

  /** The same, as it is played. */
  get notes(): readonly PlayedNote[] {
    return this.notesPlayed;
  }

  /** What is continued. Setting it can be undone. @throws NOTE_SEQUENCE_INVALID, PRIMER_EMPTY; the present one is kept then */
  get primer(): NoteSequence {
    return this.sketches.present.primer;
  }
  set primer(sequence: NoteSequence) {
    this.adopt(primerFor(this.kind, parseNoteSequence(sequence)));
  }

  /** How long primer and what was written are, silence at the end included, seconds. */
  get duration(): number {
    return this.sketches.present.length;
  }

  get takes(): readonly Take[] {
    return this.sketches.takes;
  }

  get playing(): boolean {
    return this.playback.playing;
  }

  /** Where playback is, seconds of the sequence. */
  get position(): number {
    return this.playback.position;
  }

  /** What plays the notes, once {@link ready}. */
  get target(): NoteTarget | undefined {
    return this.playback.target;
  }

  /** Loads the model, if that has not begun. @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, ABORTED, WORKER_FAILED */
  async load(): Promise<void> {
    await this.tried(async () => {
      const before = this.network.model;
      await this.network.get(this.kind, this.source, this.configuration);
      if (this.network.model !== before) this.dispatchEvent(new SequenceLoadEvent());
    });
  }

  /**
   * Writes on where the primer ends; what was written before is written anew, and `undo` brings it back.
   * @throws what the model does; also told by `sequence-failure`
   */
  async generate(): Promise<NoteSequence> {
    return this.write(this.sketches.present.primer);
  }

  /** Takes all that is there for the primer, and writes on. @throws as {@link generate} */
  async goOn(): Promise<NoteSequence> {
    return this.write(wholeOf(this.sketches.present));
  }

  /** Ends the writing; what came so far stays. */
  cancel(): void {
    this.writing?.abort();
    this.writing = undefined;
    this.setPlayback();
  }

  /** Makes it ready to sound; call it in a gesture. @throws OPTION_INVALID, AUDIO_CONTEXT_*, MIDI_* */
  async ready(): Promise<void> {
    await this.playback.ready();
  }

  /** @param options from: seconds of the sequence, default where it stopped; at: time on the clock of what plays, default now */
  async play(options: { from?: number; at?: number } = {}): Promise<void> {
    await this.tried(async () => {
      await this.ready();
      const { from = this.position >= this.duration - 0.01 ? 0 : this.position, at } = options;
      this.playback.play(from, at);
    });
  }

  stop(): void {
    this.playback.stop();
  }

  /** @param position seconds of the sequence */
  seek(position: number): void {
    this.playback.seek(position);
    this.showPosition(position);
  }

  /** Puts what is there among the takes. */
  keep(): void {
    this.sketches.keep();
    this.requestUpdate();
  }

  undo(): void {
    this.cancel();
    this.sketches.undo();
    this.changed();
  }

  /** Back to a take. */
  recall(take: Take): void {
    this.cancel();
    this.sketches.recall(take);
    this.changed();
  }

  /** Nothing given, nothing written; can be undone. */
  clear(): void {
    this.adopt({ notes: [], tempos: [{ time: 0, qpm: this.tempo }] });
  }

  /**
   * Takes a MIDI file for the primer: where its tempo or meter changes, the first part of it that the model can continue.
   * @throws MIDI_FILE_INVALID, PRIMER_EMPTY; what was there is kept then
   */
  async openMidi(file: Blob): Promise<void> {
    await this.tried(async () => {
      const { primer, notice } = await primerOfMidi(file, this.kind);
      this.tempo = qpmOf({ primer });
      this.adopt(primer);
      this.notice = notice;
    });
  }

  /** Primer and what was written, as a MIDI file, in the tempo that is set. */
  async midi(): Promise<Blob> {
    await this.updateComplete;
    return midiFileOf(this.sequence, this.tempo);
  }

  /** How much to write. */
  protected get writtenLength(): Length {
    return { steps: this.steps };
  }

  /** Options of this model's own. */
  protected ownOptions(_span?: Span): Partial<O> {
    return {};
  }

  /** Whether its own options may change while it writes. */
  protected get writesInParts(): boolean {
    return false;
  }

  /** A last word on what was written. */
  protected finish(composition: Composition): Composition {
    return composition;
  }

  protected override willUpdate(changed: PropertyValues): void {
    // An attribute may hold anything: what makes no sense is as if it had not been given.
    this.tempo = this.tempo > 0 && this.tempo < 1000 ? this.tempo : 120;
    this.temperature = this.temperature >= 0 ? this.temperature : 1;
    if (changed.has('checkpoint')) this.files = undefined;
    if ((changed.has('checkpoint') || changed.has('configuration')) && this.hasUpdated) this.reload();
    if (changed.has('instrument') && this.hasUpdated) this.playback.close();
    if (changed.has('input') && this.hasUpdated) this.listen();
    if (changed.has('tempo') || changed.has('loop')) this.setPlayback();
    if (changed.has('callResponse') && this.callResponse && this.hasUpdated) this.prepareToAnswer();
  }

  private get source(): Source | undefined {
    return this.files ?? (this.checkpoint || undefined);
  }

  private async write(
    primer: NoteSequence,
    atOnce = this.live && this.transport !== 'none',
  ): Promise<NoteSequence> {
    this.cancel();
    const abort = (this.writing = new AbortController());
    const { signal } = abort;
    try {
      return await this.tried(async () => {
        // In the gesture, before anything is waited for.
        const sounding = atOnce ? this.ready() : undefined;
        await this.load();
        await sounding;
        const seed = this.seed || nextSeed();
        const given =
          primer.notes.length > 0 ? primer : { ...primer, tempos: [{ time: 0, qpm: this.tempo }] };
        let begun = false;
        const grow = (composition: Composition) => {
          if (signal.aborted) return;
          const { written, start, end } = this.finish(composition);
          const sketch = { primer: given, written, start, length: end, seed };
          if (begun) this.sketches.replace(sketch);
          else this.sketches.push(sketch);
          this.changed(false);
          if (!begun && atOnce) this.playback.play(start);
          begun = true;
        };
        const model = this.network.model as WritingModel<O>;
        const composition = await compose(model, given, {
          length: this.writtenLength,
          whole: { seed, ...this.ownOptions() } as Partial<O>,
          now: (span) => ({ temperature: this.temperature, ...this.ownOptions(span) }) as Partial<O>,
          part: atOnce && this.writesInParts ? PART : undefined,
          signal,
          onNotes: grow,
          wanted: (time) => this.untilWanted(time, signal),
        });
        grow(composition);
        this.changed();
        return this.sequence;
      });
    } finally {
      if (this.writing === abort) this.writing = undefined;
      this.setPlayback();
    }
  }

  /** Waits while playback is far from `time`. */
  private async untilWanted(time: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.playing && time - this.position > AHEAD)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  private adopt(primer: NoteSequence): void {
    this.cancel();
    this.playback.stop();
    this.playback.seek(0);
    this.failure = undefined;
    this.sketches.push(sketchOf(primer));
    this.changed();
  }

  private changed(complete = true): void {
    this.notesPlayed = notesOf(this.sketches.present);
    this.chordMarks = chordsOf(this.sketches.present);
    this.notice = '';
    this.setPlayback();
    this.requestUpdate();
    this.dispatchEvent(new SequenceChangeEvent(this.sequence, complete));
  }

  private setPlayback(): void {
    const { present } = this.sketches;
    const bar = barOf(present.primer);
    const loop = this.loop ? Math.ceil(present.length / bar - 1e-6) * bar : 0;
    const tempo = this.tempo / qpmOf(present);
    this.playback.set({ notes: this.notesPlayed, tempo, loop, open: this.writing !== undefined });
    Object.assign(this.recorder, { bar: 240 / this.tempo, rest: Math.max(0.8, 120 / this.tempo) });
  }

  private openSounding() {
    const { instrument, context, destination } = this;
    const root = this.getRootNode() as Document | ShadowRoot;
    return openSounding({ instrument, drums: this.kind.drums, root, context, destination });
  }

  private onPlayback(): void {
    if (!this.playing) this.showPosition(this.position);
    this.requestUpdate();
    this.dispatchEvent(new SequencePlayEvent(this.playing));
  }

  /** Moves the playhead; the page may do so too, where another player plays the notes. @param position seconds of the sequence */
  abstract showPosition(position: number): void;

  /** Each note once: what is played inside the element may come from its input, and bubbles too. */
  private onNote(event: Event & { readonly pitch: number }, velocity: number, silent = false): void {
    if (event === this.heard) return;
    this.heard = event;
    this.hear(event.pitch, velocity, silent);
  }

  /** A key: it sounds, and is part of a phrase. @param velocity 0 for its end */
  private hear(pitch: number, velocity: number, silent: boolean): void {
    if (velocity > 0) this.recorder.noteOn(pitch, velocity);
    else this.recorder.noteOff(pitch);
    this.requestUpdate();
    if (silent) return;
    const sound = () => {
      const { target } = this;
      if (velocity > 0) target?.noteOn(pitch, velocity, 0);
      else target?.noteOff(pitch, 0);
    };
    if (this.target) sound();
    else this.ready().then(sound, (error) => velocity > 0 && this.fail(error));
  }

  private async onPhrase({ notes, nextBar }: PhraseEvent): Promise<void> {
    try {
      const primer = this.kind.primerOf(phraseSequence(notes, this.tempo, this.kind.drums));
      this.adopt(primer);
      if (!this.callResponse) return;
      await this.ready();
      // Of the recorder's clock and of the one that is played on.
      const between = this.playback.currentTime - midiClock.currentTime;
      await this.write(primer, false);
      const bar = 240 / this.tempo;
      const due = nextBar + between;
      const late = Math.max(0, Math.ceil((this.playback.currentTime + LEAD - due) / bar));
      this.playback.play(this.sketches.present.start, due + late * bar);
    } catch (error) {
      if (!this.failure) this.fail(error);
    }
  }

  private prepareToAnswer(): void {
    void this.load().catch(() => {});
    this.ready().catch((error) => this.fail(error));
  }

  private listen(): void {
    this.listening?.abort();
    const { signal } = (this.listening = new AbortController());
    const source = this.input && (this.getRootNode() as Document | ShadowRoot).getElementById(this.input);
    if (!source || source.contains(this)) return;
    // An instrument keeps its notes to itself, so they are heard on the way in; and it plays them by itself.
    const options = { signal, capture: true };
    source.addEventListener(
      'note-on',
      (event) => this.onNote(event, event.velocity, isPlayable(source)),
      options,
    );
    source.addEventListener('note-off', (event) => this.onNote(event, 0, isPlayable(source)), options);
  }

  private reload(): void {
    if (!this.network.model && this.preload === 'none' && !this.files) return this.network.dispose();
    this.cancel();
    void this.tried(async () => {
      await this.network.exchange(this.kind, this.source, this.configuration);
      this.dispatchEvent(new SequenceLoadEvent());
    }).catch(() => {});
  }

  private leave(): void {
    this.cancel();
    this.listening?.abort();
    this.recorder.clear();
    this.playback.close();
    this.network.dispose();
  }

  /** A MIDI file is a primer, anything else a checkpoint. */
  protected take(files: readonly File[]): void {
    const midi = files.find(isMidiFile);
    if (midi) void this.openMidi(midi).catch(() => {});
    else if (files.length > 0) {
      this.files = files;
      this.reload();
    }
  }

  /** Runs what may fail: says so where it does, and forgets what failed before where it does not. */
  protected async tried<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.failure = undefined;
      return result;
    } catch (error) {
      if (!(error instanceof TimbrelError && error.code === 'ABORTED')) this.fail(error);
      throw error;
    }
  }

  protected fail(error: unknown): void {
    if (error === this.failure) return;
    this.failure =
      error instanceof TimbrelError ? error : new TimbrelError('INTERNAL', String(error), { cause: error });
    this.dispatchEvent(new SequenceFailureEvent(this.failure));
  }
}
