/** A session with a MusicVAE: pieces come to the corners, the point between them is heard, and all of it can be varied. */
import { counted } from '../../errors/counted.js';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import { NetworkSlot, type LoadingOptions } from '../../instruments/network-slot.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { rewrite } from '../../models/music-vae/rewrite.js';
import { isDrumKind, windowSeconds, type Reader } from '../../models/music-vae/windows.js';
import { parseChordList } from '../../music/chord-list.js';
import { openingTempo, type NoteSequence } from '../../music/note-sequence.js';
import { parseNoteSequence } from '../../music/note-sequence-json.js';
import { checkedSequence } from '../../models/sequence-argument.js';
import { shown } from '../../errors/check-arguments.js';
import { SequenceChangeEvent, SequenceLoadEvent, SequencePlayEvent } from '../sequence-model/events.js';
import { Playback } from '../sequence-model/playback.js';
import { nextSeed } from '../sequence-model/seeds.js';
import { playedNotes } from '../sequence-model/sketch.js';
import type { NoteDestination } from '../sequence-model/note-destination.js';
import type { Lease } from '../../workers/shared.js';
import { CornerFiles } from './corner-files.js';
import { Morph, PLACES, type CornerPiece, type LatentModel, type PathPoint } from './morph.js';
import { PhraseInput } from './phrase-input.js';
import { fillWindow, playedPhrase } from './played-phrase.js';
import { piecesOf } from './pieces.js';

/** The window before a model is loaded: two bars of sixteenths, as most have. */
const TWO_BARS: Reader = { kind: 'melody', steps: 32, stepsPerQuarter: 4 };
/** The number of steps is more than anybody looks through. */
const MOST_STEPS = 100;
/** A neighbour keeps so much of a piece. */
const SIMILARITY = 0.8;

/** A loaded MusicVAE, as far as a session asks it. */
export interface MorphModel extends LatentModel {
  readonly description: Reader & { readonly controls: readonly string[] };
  /** Its worker died. */
  readonly ended: boolean;
  dispose(): void;
}

/** The player's settings. */
export interface MorphSessionSettings {
  readonly source: Source | undefined;
  /** Quarters a minute. */
  readonly tempo: number;
  readonly temperature: number;
  /** A list of chord symbols, for models that are conditioned on them. */
  readonly chords: string;
  /** Seeds of the corners that nothing was put at; an empty one leaves its corner empty. */
  readonly seeds: readonly string[];
}

/** A host shows a session, and makes it sound. */
export interface MorphHost {
  /** The settings as they are now: a session asks whenever it needs to know. */
  readonly settings: MorphSessionSettings;
  /** Loads a model, or takes a share in it. */
  load(source: Source | undefined, options: Required<LoadingOptions>): Promise<Lease<MorphModel>>;
  /** Opens what the notes are played on. */
  open(kind: Reader['kind']): Promise<NoteDestination>;
  /** Gets `sequence-load`, `sequence-change` and `sequence-play`. */
  tell(event: Event): void;
  /** Something that is shown changed. */
  update(): void;
  /** The model loads; undefined once that has ended. */
  progress(progress: LoadProgress | undefined): void;
  /** Something failed of which no caller is told. */
  fail(error: unknown): void;
}

/** The piece that is seen and heard. */
interface Shown {
  readonly sequence: NoteSequence;
  /** Its code; undefined where it was rewritten window by window. */
  readonly latent?: Float32Array;
  /** The step of the strip it is. */
  readonly step?: number;
  /** For people: how it came about. */
  readonly words: string;
}

/** The way between two corners, as it was decoded last. */
export interface Strip {
  readonly from: number;
  readonly to: number;
  readonly pieces: readonly PathPoint[];
}

const NOTHING: Shown = { sequence: { notes: [] }, words: '' };

export class MorphSession {
  readonly files = new CornerFiles();
  readonly morph: Morph;
  readonly playback: Playback;
  readonly phrases: PhraseInput;
  shown: Shown = NOTHING;
  strip: Strip = { from: 0, to: 1, pieces: [] };
  /** The piece that is shown, as it is played. */
  notes: readonly PlayedNote[] = [];
  /** The next phrase is for a corner, or taps that become drums; undefined while none is waited for. */
  listening: number | 'taps' | undefined;

  private readonly network: NetworkSlot<Lease<MorphModel>>;
  private rewriting = new AbortController();
  /** The model that has the corners, or is being given them. */
  private begun: { readonly model: MorphModel; readonly done: Promise<void> } | undefined;

  constructor(private readonly host: MorphHost) {
    this.network = new NetworkSlot({ progress: (progress) => host.progress(progress) });
    this.morph = new Morph(() => this.morphSettings, {
      corners: () => host.update(),
      decoded: (sequence) => this.showPoint(sequence),
      failed: (error) => host.fail(error),
    });
    this.playback = new Playback(
      () => host.open(this.kind),
      () => {
        host.update();
        host.tell(new SequencePlayEvent(this.playback.playing));
      },
    );
    this.phrases = new PhraseInput({
      sound: (pitch, velocity) => {
        const { target } = this.playback;
        if (velocity > 0) target?.noteOn(pitch, velocity, 0);
        else target?.noteOff(pitch, 0);
      },
      phrase: (notes) => void this.onPhrase(notes),
    });
  }

  /** The model; undefined before it is loaded. */
  get model(): MorphModel | undefined {
    return this.network.present?.value;
  }

  get kind(): Reader['kind'] {
    return this.reader.kind;
  }

  /** The model reads these notes, in pieces of this length. */
  get reader(): Reader {
    return this.model?.description ?? TWO_BARS;
  }

  get takesChords(): boolean {
    return this.model?.description.controls.includes('chords') ?? false;
  }

  /** Length of the piece that is shown, silence at its end included, seconds. */
  get duration(): number {
    const { sequence, latent } = this.shown;
    const least = windowSeconds(this.reader, openingTempo(sequence));
    return latent ? least : Math.max(least, sequence.totalTime ?? 0);
  }

  /** Loads the model, if that has not begun. @throws CHECKPOINT_*, ABORTED, WORKER_FAILED */
  async load(): Promise<MorphModel> {
    if (this.model?.ended) this.network.dispose();
    const { source } = this.host.settings;
    const { value: model } = await this.network.get((options) => this.host.load(source, options));
    await this.begin(model);
    return model;
  }

  /** Loads the model that the settings name now. @throws as {@link load}; the present one stays then */
  async exchange(): Promise<void> {
    const { source } = this.host.settings;
    const { value } = await this.network.exchange((options) => this.host.load(source, options));
    await this.begin(value);
  }

  /** Forgets a model; the next to be needed is the one that the settings name then. */
  forget(): void {
    this.network.dispose();
  }

  /**
   * Puts a piece at a corner: of a longer one its first window that has notes.
   * @throws OPTION_INVALID, NOTE_SEQUENCE_INVALID, PRIMER_EMPTY, and what `encode` does
   */
  async setCorner(place: number, sequence: NoteSequence, name: string): Promise<void> {
    checkPlace(place);
    const given = checkedSequence(sequence);
    await this.load();
    const pieces = piecesOf(given, this.reader);
    await this.morph.place(place, pieces[0], name);
    this.files.set(place, pieces, name);
  }

  /** Puts kept pieces at all corners. @throws NOTE_SEQUENCE_INVALID */
  setPieces(pieces: readonly (CornerPiece | null)[]): void {
    const checked = pieces.map((piece) =>
      piece ? { ...piece, sequence: parseNoteSequence(piece.sequence) } : undefined,
    );
    for (const place of PLACES.keys()) this.files.forget(place);
    this.morph.setPieces(checked).catch((error) => {
      // Other pieces, or another model, came meanwhile.
      if (!(error instanceof TimbrelError && error.code === 'ABORTED')) this.host.fail(error);
    });
  }

  /** Goes to another window of the file at a corner. */
  async stepCorner(place: number, by: number): Promise<void> {
    const piece = this.files.step(place, by);
    if (piece) await this.morph.place(place, piece.sequence, piece.name);
  }

  /** Draws the piece of a corner from the prior. */
  async drawCorner(place: number, seed = nextSeed()): Promise<void> {
    checkPlace(place);
    await this.load();
    this.files.forget(place);
    await this.morph.draw(place, seed);
  }

  /** Puts the piece that is shown at a corner. */
  async keepAt(place: number): Promise<void> {
    const { latent, words } = this.shown;
    if (!latent) return;
    this.files.forget(place);
    await this.morph.placeLatent(place, latent, words);
  }

  /** Decodes a piece near to the point on the pad. */
  async another(seed = nextSeed()): Promise<void> {
    await this.load();
    const near = await this.morph.neighbour(SIMILARITY, seed);
    if (!near) throw empty('There is no piece yet');
    this.show({ ...near, words: `another like it` });
  }

  /** Decodes the steps between two corners. @param count from 2 @throws OPTION_INVALID, PRIMER_EMPTY, and what `decode` does */
  async interpolate(from: number, to: number, count: number): Promise<void> {
    checkPlace(from);
    checkPlace(to);
    if (!(Number.isInteger(count) && count >= 2 && count <= MOST_STEPS))
      throw invalid(`count is ${shown(count)}; expected a whole number from 2 to ${MOST_STEPS}`);
    await this.load();
    const pieces = await this.morph.path(from, to, count);
    if (pieces.length === 0)
      throw empty(
        `At corner ${PLACES[this.morph.corners[from]?.latent ? to : from]} there is no piece that this network reads`,
      );
    this.strip = { from, to, pieces };
    this.host.update();
  }

  showStep(step: number): void {
    const { pieces } = this.strip;
    if (pieces[step]) this.show({ ...pieces[step], step, words: `step ${step + 1} of ${pieces.length}` });
  }

  /** Lets the model read a piece of any length window by window and write each again. */
  async rewrite(sequence: NoteSequence, words: string): Promise<NoteSequence> {
    const model = await this.load();
    this.rewriting.abort();
    const { signal } = (this.rewriting = new AbortController());
    const { temperature, chords } = this.morphSettings;
    const options = { temperature, seed: SEED, chords: chords.length > 0 ? chords : undefined, signal };
    const written = await rewrite(model, checkedSequence(sequence), this.reader, options);
    this.show({ sequence: written, words: written.notes.length > 0 ? words : `${words}: silence` });
    return written;
  }

  /** Plays the piece that is shown again and again. @throws as {@link Playback.ready} does */
  async play({ from = 0, at }: { from?: number; at?: number }): Promise<void> {
    // The kind of the model says what it is played on; a gesture has to be used before anything is waited for.
    if (this.model) await this.playback.ready();
    await this.load();
    await this.playback.ready();
    this.playback.play(from, at);
  }

  /** Waits for a phrase; undefined gives it up. */
  listenFor(what: number | 'taps' | undefined): void {
    this.listening = what;
    this.phrases.ask(what !== undefined);
    if (what !== undefined) this.playback.ready().catch((error) => this.host.fail(error));
    this.host.update();
  }

  /** Tempo and loop, as they are set now. */
  setPlayback(): void {
    const { tempo } = this.host.settings;
    this.playback.set({
      notes: this.notes,
      tempo: tempo / openingTempo(this.shown.sequence),
      loop: this.duration,
      open: false,
      legato: true,
    });
    this.phrases.bar = 240 / tempo;
  }

  /** Ends everything: the model, what sounds, what is listened to. The corners stay. */
  close(): void {
    this.rewriting.abort();
    this.phrases.disconnect();
    this.morph.leave();
    this.playback.close();
    this.network.dispose();
  }

  private get morphSettings() {
    const { tempo, temperature, chords } = this.host.settings;
    return { tempo, temperature, seed: SEED, chords: this.takesChords ? parseChordList(chords) : [] };
  }

  /** Chords or temperature are others: corners that could not be drawn are tried again. @throws what `decode` does */
  async refresh(): Promise<void> {
    await this.drawSeeds();
    this.morph.refresh();
  }

  /** Gives the corners to a model, once, however many wait for it. */
  private begin(model: MorphModel): Promise<void> {
    if (this.begun?.model === model) return this.begun.done;
    const done = this.fill(model);
    this.begun = { model, done };
    // Those who waited are told; whoever comes later has the model.
    done.catch(() => {
      if (this.begun?.done === done) this.begun = { model, done: Promise.resolve() };
    });
    return done;
  }

  private async fill(model: MorphModel): Promise<void> {
    await this.morph.use(model);
    try {
      await this.drawSeeds();
    } finally {
      this.host.tell(new SequenceLoadEvent());
    }
  }

  private async drawSeeds(): Promise<void> {
    for (const [place, seed] of this.host.settings.seeds.entries())
      if (seed && !this.morph.corners[place]) await this.morph.draw(place, seed);
  }

  private showPoint(sequence: NoteSequence): void {
    const { length } = sequence.notes;
    this.show({ sequence, latent: this.morph.latent, words: counted(length, 'note') });
  }

  private show(shown: Shown): void {
    this.shown = shown;
    this.notes = playedNotes(shown.sequence);
    this.setPlayback();
    this.host.update();
    this.host.tell(new SequenceChangeEvent(shown.sequence, true));
  }

  private async onPhrase(notes: readonly PlayedNote[]): Promise<void> {
    const { listening, kind } = this;
    this.listening = undefined;
    this.host.update();
    const { tempo } = this.host.settings;
    const phrase = playedPhrase(notes, { qpm: tempo, heard: this.playback.playing }, isDrumKind(kind));
    try {
      if (listening === 'taps')
        await this.rewrite(fillWindow(phrase, windowSeconds(this.reader, tempo)), 'drums from your taps');
      else if (listening !== undefined) await this.setCorner(listening, phrase, 'played');
    } catch (error) {
      this.host.fail(error);
    }
  }
}

const invalid = (what: string) => new TimbrelError('OPTION_INVALID', what);
const empty = (what: string) =>
  new TimbrelError('PRIMER_EMPTY', `${what}: draw one, play one in, or drop a MIDI file`);

/** @throws OPTION_INVALID */
function checkPlace(place: number): void {
  if (Object.hasOwn(PLACES, place) && Number.isInteger(place)) return;
  throw invalid(`place is ${shown(place)}; expected a whole number from 0 (A) to ${PLACES.length - 1} (D)`);
}

/** One seed for all decoding: at a temperature, too, a point stays one piece. */
const SEED = '0';
