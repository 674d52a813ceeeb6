/** A session with a sequence model: a primer comes in, the model writes on, and it is heard, kept and taken back. */
import { TimbrelError, throwIfAborted } from '../../errors/timbrel-error.js';
import { PhraseRecorder, type PhraseEvent } from '../../instruments/phrase-recorder.js';
import { NetworkSlot, type LoadingOptions } from '../../instruments/network-slot.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import { midiClock } from '../../midi/outputs.js';
import type { NoteOrigin } from '../../midi/note-origin.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { checkedNoteSequence } from '../../music/note-sequence-json.js';
import type { ContinueOptions } from '../../models/continuation/event-model.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { Lease } from '../../workers/shared.js';
import { editedSketch, stretchesBeside, stretchOfBar, withStretch, type Stretch } from './edit-sketch.js';
import { compose, type Composition, type Length, type Span } from './compose.js';
import { SequenceChangeEvent, SequenceLoadEvent, SequencePlayEvent } from './events.js';
import type { SequenceModelKind, WritingModel } from './kind.js';
import { Playback } from './playback.js';
import { partFor, partOf } from '../../models/continuation/continued-part.js';
import { barOf, phraseSequence } from './primer.js';
import { nextSeed } from './seeds.js';
import {
  Sketches,
  chordsOf,
  notesOf,
  parseSketch,
  qpmOf,
  sketchOf,
  wholeOf,
  type Sketch,
  type Take,
} from './sketch.js';
import type { NoteDestination } from './note-destination.js';

/** The writing keeps so far ahead of the listening, s of listening ... */
const AHEAD = 3;
/** ... and gives what it wrote in parts of so many seconds of the sequence: the first is waited for. */
const PART = 0.75;
/** Notes are handed to what plays them so far ahead of their time, s of listening: what is written later than that comes too late. */
const HANDED_OVER = 0.15;
/** A bar line nearer than this is missed: an answer that begins on it would begin late, s. */
const LEAD = 0.05;

/** A key that was touched ends what plays, whether that was meant or not. */
const CUT_OFF = 'Undo brings back what played before';

/** Music that bars are written anew from, and the model's own options that hold for these bars. */
export interface Before<O extends ContinueOptions> {
  readonly music: NoteSequence;
  readonly options?: Partial<O>;
}

/** The player's settings. */
export interface SessionSettings<O extends ContinueOptions> {
  readonly source: Source | undefined;
  readonly configuration: string;
  /** Without it each piece has another one. */
  readonly seed: string | undefined;
  readonly temperature: number;
  /** Quarters per minute. */
  readonly tempo: number;
  readonly loop: boolean;
  /** Playback begins with the writing. */
  readonly live: boolean;
  /** A phrase is answered. */
  readonly callResponse: boolean;
  /** The length of what is written. */
  readonly length: Length;
  /** Only the last so many seconds of what is written are kept; all without it. */
  readonly kept?: number;
  /** The model's own options may change while it writes. */
  readonly inParts: boolean;
  /** Options of this model's own; of a part, those that hold up to its end. */
  options(span?: Span): Partial<O>;
  /** Has the last word on what was written. */
  finish(composition: Composition): Composition;
  /** Gives what a stretch of a sketch is written from, when it is written anew. */
  before(sketch: Sketch, stretch: Stretch): Before<O>;
}

/** Settings that one piece may have of its own. */
export type OwnSettings = Partial<Pick<SessionSettings<ContinueOptions>, 'live' | 'length' | 'seed'>>;

/** A host shows a session, and makes it sound. */
export interface SessionHost<O extends ContinueOptions> {
  /** The settings as they are now: a session asks whenever it needs to know. */
  readonly settings: SessionSettings<O>;
  /** Opens what the notes are played on. */
  open(): Promise<NoteDestination>;
  /** Gets `sequence-load`, `sequence-change` and `sequence-play`. */
  tell(event: Event): void;
  /** Something that is shown changed. */
  update(): void;
  /** The model loads; undefined once that has ended. */
  progress(progress: LoadProgress | undefined): void;
  /** Something failed of which no caller is told. */
  fail(error: unknown): void;
}

export class SequenceSession<O extends ContinueOptions> {
  readonly sketches = new Sketches();
  readonly recorder = new PhraseRecorder(midiClock);
  readonly playback: Playback;
  /** The present sketch, as it is played. */
  notes: readonly PlayedNote[] = [];
  chords: readonly { readonly time: number; readonly text: string }[] = [];
  /** The part of a file that was taken, where that is not all. */
  notice = '';

  private readonly network: NetworkSlot<Lease<WritingModel<O>>>;
  /** The model whose coming was told. */
  private told: WritingModel<O> | undefined;
  private writing: AbortController | undefined;
  /** Playback waits for the writing. */
  private ranOut = false;

  constructor(
    readonly kind: SequenceModelKind<O>,
    private readonly host: SessionHost<O>,
  ) {
    this.network = new NetworkSlot({ progress: (progress) => host.progress(progress) });
    this.playback = new Playback(
      () => host.open(),
      () => {
        host.update();
        host.tell(new SequencePlayEvent(this.playback.playing));
      },
    );
    this.recorder.addEventListener('phrase', (event) => void this.onPhrase(event as PhraseEvent));
  }

  /** The model; undefined before it is loaded. */
  get model(): WritingModel<O> | undefined {
    return this.network.present?.value;
  }

  /** Bars, counted from 0, that {@link rewrite} leaves as they are. */
  get kept(): readonly number[] {
    return this.sketches.kept;
  }
  set kept(bars: readonly number[]) {
    this.sketches.kept = bars;
  }

  get isWriting(): boolean {
    return this.writing !== undefined;
  }

  /** Primer and what was written, seconds. */
  get sequence(): NoteSequence {
    return wholeOf(this.sketches.present);
  }

  /** Loads the model, if that has not begun. @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, ABORTED, WORKER_FAILED */
  async load(): Promise<WritingModel<O>> {
    if (this.model?.ended) this.network.dispose();
    const { value: model } = await this.network.get((options) => this.loadModel(options));
    // Once, however many wait for it.
    if (model !== this.told) this.host.tell(new SequenceLoadEvent());
    this.told = model;
    return model;
  }

  /** Loads the model that the settings name now. @throws as {@link load}; the present one stays then */
  async exchange(): Promise<void> {
    this.cancel();
    const { value } = await this.network.exchange((options) => this.loadModel(options));
    this.told = value;
    this.host.tell(new SequenceLoadEvent());
  }

  /** Forgets a model that was never asked to write: the next to write loads the one that the settings name then. */
  forget(): void {
    this.network.dispose();
  }

  /**
   * Ends the phrase that is being played, and takes it: whoever asks for music right behind the last key means with it. Without this it
   * would land after a pause, and stop what has just begun.
   */
  takePhrase(): void {
    const { notes } = this.recorder;
    if (notes.length > 0) this.adopt(this.phraseOf(notes));
  }

  /**
   * Writes on where the primer ends, a phrase that is being played included.
   * @param own settings that hold for this piece alone
   * @throws what the model does
   */
  async generate(own: OwnSettings = {}): Promise<NoteSequence> {
    this.takePhrase();
    return this.write(this.sketches.present.primer, own);
  }

  /** Takes all that is there for the primer, and writes on. @throws as {@link generate} */
  async goOn(): Promise<NoteSequence> {
    this.takePhrase();
    return this.write(this.sequence, {}, true);
  }

  /**
   * Writes bars anew, each from what stands before it; the others stay.
   * @param bar the bar, counted from 0; without one all that was written and is not kept
   * @throws what the model does
   */
  async rewrite(bar?: number): Promise<NoteSequence> {
    // Asked for in this piece: a phrase that is not over would bring another.
    this.recorder.clear();
    const { present } = this.sketches;
    const stretches = bar === undefined ? stretchesBeside(present, this.kept) : [stretchOfBar(present, bar)];
    const { signal, end } = this.beginWriting();
    try {
      const model = await this.load();
      const { seed = nextSeed() } = this.host.settings;
      let begun = false;
      const show = (sketch: Sketch, complete: boolean) => {
        if (signal.aborted) return;
        if (begun) this.sketches.replace(sketch);
        else this.sketches.change(sketch);
        begun = true;
        this.changed(complete);
      };
      for (const [i, stretch] of stretches.entries()) {
        const before = this.sketches.present;
        // Its first notes stand at the beginning where it was written from nothing but itself.
        const placed = (composition: Composition) => {
          const { written, start } = this.host.settings.finish(composition);
          const notes = written.notes.map(({ startTime = 0, endTime = 0, ...note }) => ({
            ...note,
            startTime: startTime - start + stretch.from,
            endTime: endTime - start + stretch.from,
          }));
          return withStretch(before, stretch, notes);
        };
        const { music, options } = this.host.settings.before(before, stretch);
        const composition = await compose(model, music, {
          length: { seconds: stretch.to - stretch.from },
          pieceEnd: before.length,
          // Else all stretches would begin alike.
          whole: { seed: `${seed}/${i}`, ...this.host.settings.options(), ...options } as Partial<O>,
          now: (span) => this.optionsNow(span),
          signal,
          onNotes: (soFar) => show(placed(soFar), false),
        });
        show(placed(composition), i === stretches.length - 1);
      }
      return this.sequence;
    } finally {
      end();
    }
  }

  /** Ends the writing; what came so far stays. */
  cancel(): void {
    this.writing?.abort();
    this.writing = undefined;
    this.ranOut = false;
    this.setPlayback();
    this.host.update();
  }

  /** @throws NOTE_SEQUENCE_INVALID, PRIMER_EMPTY; the present primer is kept then */
  set primer(sequence: NoteSequence) {
    this.adopt(partFor(this.kind.model, checkedNoteSequence(sequence)));
  }

  /** Takes a sketch that was made before, and stops. @throws NOTE_SEQUENCE_INVALID; the present one is kept then */
  open(sketch: Sketch): void {
    const parsed = parseSketch(sketch);
    this.cancel();
    this.recorder.clear();
    this.playback.stop();
    this.playback.seek(0);
    this.sketches.begin(parsed);
    this.changed();
  }

  /** Takes notes as they were changed by hand. Can be undone. */
  edit(notes: readonly PlayedNote[]): void {
    this.cancel();
    this.sketches.change(editedSketch(this.sketches.present, this.notes, notes));
    this.changed();
  }

  /** The player keeps these bars. Can be undone. */
  keepBars(bars: readonly number[]): void {
    this.sketches.change(this.sketches.present, bars);
    this.host.update();
  }

  /** Takes a primer that the model can continue, and stops. @param notice what was left out of a file */
  adopt(primer: NoteSequence, notice = ''): void {
    this.cancel();
    this.recorder.clear();
    this.playback.stop();
    this.playback.seek(0);
    this.sketches.push(sketchOf(primer));
    this.changed();
    this.notice = notice;
  }

  /** Plays from where it stopped, or from the beginning behind the end. @throws as {@link Playback.ready} does */
  async play({ from, at }: { from?: number; at?: number }): Promise<void> {
    this.takePhrase();
    await this.playback.ready();
    const { position } = this.playback;
    const atEnd = position >= this.sketches.present.length - 0.01;
    this.playback.play(from ?? (atEnd ? 0 : position), at);
  }

  keep(): void {
    this.sketches.keep();
    this.host.update();
  }

  forgetTake(take: Take): void {
    this.sketches.forget(take);
    this.host.update();
  }

  undo(): void {
    this.cancel();
    this.recorder.clear();
    this.sketches.undo();
    this.changed();
  }

  recall(take: Take, samePiece = false): void {
    this.cancel();
    this.recorder.clear();
    this.sketches.recall(take, samePiece);
    this.changed();
  }

  /** A key: it sounds, and is part of a phrase. @param velocity 0 for its end @param silent it is heard elsewhere */
  hear(pitch: number, velocity: number, silent: boolean, origin?: NoteOrigin): void {
    if (velocity > 0) this.recorder.noteOn(pitch, velocity, origin);
    else this.recorder.noteOff(pitch, origin);
    this.host.update();
    if (silent) return;
    const sound = () => {
      const { target } = this.playback;
      if (velocity > 0) target?.noteOn(pitch, velocity, 0, origin);
      else target?.noteOff(pitch, 0, origin);
    };
    if (this.playback.target) sound();
    else this.playback.ready().then(sound, (error) => velocity > 0 && this.host.fail(error));
  }

  /** Tempo and loop, as they are set now. */
  setPlayback(): void {
    const { present } = this.sketches;
    const { tempo, loop } = this.host.settings;
    const bar = barOf(present.primer);
    this.playback.set({
      notes: this.notes,
      tempo: this.speed,
      loop: loop ? Math.ceil(present.length / bar - 1e-6) * bar : 0,
      open: this.isWriting,
    });
    Object.assign(this.recorder, { bar: 240 / tempo, rest: Math.max(0.8, 120 / tempo) });
  }

  /** Ends everything: the model, what sounds, what is listened to. What was made is kept. */
  close(): void {
    this.cancel();
    this.recorder.clear();
    this.playback.close();
    this.network.dispose();
  }

  private loadModel(options: Required<LoadingOptions>) {
    const { source, configuration } = this.host.settings;
    return this.kind.load(source, { configuration: configuration || undefined, ...options });
  }

  /** Ends what was written before. @returns a signal of the end of this writing, and what ends it */
  private beginWriting(): { signal: AbortSignal; end(): void } {
    this.cancel();
    const abort = (this.writing = new AbortController());
    this.host.update();
    const end = () => {
      if (this.writing === abort) this.writing = undefined;
      this.setPlayback();
      this.host.update();
    };
    return { signal: abort.signal, end };
  }

  /** Options as they are set now. */
  private optionsNow(span: Span): Partial<O> {
    const { temperature, options } = this.host.settings;
    return { temperature, ...options(span) } as Partial<O>;
  }

  /** @param goesOn with the piece that is there, whose bars stay the player's; otherwise another one comes in its place */
  private async write(primer: NoteSequence, own: OwnSettings = {}, goesOn = false): Promise<NoteSequence> {
    const { live = this.host.settings.live } = own;
    const { signal, end } = this.beginWriting();
    try {
      // In the gesture, before anything is waited for.
      const sounding = live ? this.playback.ready() : undefined;
      sounding?.catch(() => {});
      const model = await this.load();
      await sounding;
      const { seed = nextSeed(), tempo, length, kept, inParts, options } = { ...this.host.settings, ...own };
      const given = primer.notes.length > 0 ? primer : { ...primer, tempos: [{ time: 0, qpm: tempo }] };
      let begun = false;
      let known = 0;
      const grow = (composition: Composition) => {
        if (signal.aborted) return;
        if (begun && live && inParts) this.waitWhereItRanOut(known);
        known = composition.until;
        const { written, start, end: length } = this.host.settings.finish(composition);
        const sketch = { primer: given, written, start, length, seed };
        if (begun) this.sketches.replace(sketch);
        else if (goesOn) this.sketches.change(sketch);
        else this.sketches.push(sketch);
        this.changed(false);
        if (!begun && live) this.playback.play(start);
        else if (this.ranOut) this.goOnBehind(known, known >= composition.end);
        begun = true;
      };
      const composition = await compose(model, given, {
        length,
        whole: { seed, ...options() } as Partial<O>,
        now: (span) => this.optionsNow(span),
        kept,
        part: live && inParts ? PART : undefined,
        // Without a beat a rest at the beginning is none: who presses a button would wait for it.
        withoutRest: this.kind.free && primer.notes.length === 0,
        signal,
        onNotes: grow,
        wanted: (time) => this.untilWanted(time, signal),
      });
      // A model may have been done before it was told: what it wrote is nobody's then.
      throwIfAborted(signal, 'Writing');
      grow(composition);
      this.changed();
      return this.sequence;
    } finally {
      end();
    }
  }

  /** Waits while playback is far from `time`. */
  private async untilWanted(time: number, signal: AbortSignal): Promise<void> {
    const { playback } = this;
    while (!signal.aborted && playback.playing && time - playback.position > AHEAD * this.speed)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Stops before what was not there in time, so that none of it is lost. @param known it was written up to here */
  private waitWhereItRanOut(known: number): void {
    const { playback } = this;
    if (!playback.playing || playback.position + HANDED_OVER * this.speed <= known) return;
    playback.stop();
    playback.seek(known);
    this.ranOut = true;
  }

  /** Plays on when enough is written, or all. */
  private goOnBehind(known: number, complete: boolean): void {
    const { playback } = this;
    if (!playback.playing && !complete && known - playback.position < AHEAD * this.speed) return;
    this.ranOut = false;
    if (!playback.playing) playback.play(playback.position);
  }

  /** Seconds of the sequence in a second of listening. */
  private get speed(): number {
    return this.host.settings.tempo / qpmOf(this.sketches.present);
  }

  private changed(complete = true): void {
    const { present, chosenBar = 0 } = this.sketches;
    if (chosenBar * barOf(present.primer) >= present.length) this.sketches.chosenBar = undefined;
    this.notes = notesOf(present);
    this.chords = chordsOf(present);
    this.notice = '';
    this.setPlayback();
    this.host.update();
    this.host.tell(new SequenceChangeEvent(this.sequence, complete));
  }

  private phraseOf(notes: readonly PlayedNote[]): NoteSequence {
    const { model, drums } = this.kind;
    return partOf(model, phraseSequence(notes, this.host.settings.tempo, drums));
  }

  private async onPhrase({ notes, nextBar }: PhraseEvent): Promise<void> {
    const { playback } = this;
    const { tempo, callResponse } = this.host.settings;
    try {
      const primer = this.phraseOf(notes);
      const isCutOff = playback.playing && this.notes.length > 0;
      this.adopt(primer, isCutOff ? CUT_OFF : '');
      if (!callResponse) return;
      await playback.ready();
      // Of the recorder's clock and of the one that is played on.
      const between = playback.currentTime - midiClock.currentTime;
      await this.write(primer, { live: false });
      const bar = 240 / tempo;
      const due = nextBar + between;
      const late = Math.max(0, Math.ceil((playback.currentTime + LEAD - due) / bar));
      playback.play(this.sketches.present.start, due + late * bar);
    } catch (error) {
      // Another phrase came before this one was answered.
      if (!(error instanceof TimbrelError && error.code === 'ABORTED')) this.host.fail(error);
    }
  }
}
