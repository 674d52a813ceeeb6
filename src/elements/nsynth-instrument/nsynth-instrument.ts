import { type CSSResultGroup, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { TimbrelError, throwIfAborted } from '../../errors/timbrel-error.js';
import type { InstrumentSetting } from '../../instruments/events.js';
import { MicrophoneRecording } from '../../instruments/microphone.js';
import {
  NSynthInstrument,
  STRETCHES,
  correctedSound,
  type HeardSound,
} from '../../instruments/nsynth-instrument.js';
import type { PatchCorner, SoundCorner } from '../../instruments/patch.js';
import type { InstrumentOptions } from '../../instruments/timbre-instrument.js';
import type { Corners } from '../../latent/latent.js';
import type { AudioInput } from '../../models/audio-argument.js';
import { checkedOptions, type OptionNames } from '../../errors/check-arguments.js';
import { defineElement } from '../internal/define.js';
import { slider } from '../internal/fields.js';
import type { FileKind } from '../internal/file-kind.js';
import type { DropPlace, FileTaker } from '../internal/model-element.js';
import type { MorphPad } from '../morph-pad/morph-pad.js';
import { PLACES, type OtherSound } from '../timbre-instrument/corner-fields.js';
import { TimbreInstrumentElement } from '../timbre-instrument/timbre-instrument.js';
import { renderCards, type CornerState } from './corner-cards.js';
import { CornerRecordings } from './corner-recordings.js';
import { styles } from './nsynth-instrument.styles.js';
import { PRESETS } from './presets.js';
import { isNoteSource, noteSources, type NoteSource } from './note-sources.js';
import { decodeSound } from './sound-file.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../timbre-instrument/events.js';
export type { NoteSource } from './note-sources.js';

/** The note of an instrument that is heard, unless another pitch is asked for. */
const MIDDLE_C = 60;

export interface SoundOptions {
  /** The corner shows it; default: the name of the file. */
  readonly name?: string;
  /** Hz, of arrays; default 16000. */
  readonly sampleRate?: number;
  /** MIDI pitch of the sound, where it is known; null: it has none. Left out, it is found; of an instrument that renders it, middle C. */
  readonly pitch?: number | null;
}

const SOUND_OPTIONS: OptionNames<SoundOptions> = { name: true, sampleRate: true, pitch: true };

interface Heard extends SoundOptions {
  readonly name: string;
  /** It is at the corner already, and is heard anew. */
  readonly isThere?: boolean;
}

/** A sound that was put at a corner, as it came: with another pitch or another network it is heard again. */
interface GivenSound {
  readonly audio: AudioInput;
  readonly name: string;
  readonly sampleRate?: number;
  /** The corner that was made of it. */
  readonly corner: SoundCorner;
  /** The network that heard it. */
  readonly network: unknown;
  /** It was heard at all keys. */
  readonly isWhole: boolean;
}

/**
 * @tagname nsynth-instrument
 * @summary Any sound as an instrument: NSynth played by keys, MIDI and a morph pad, with sounds dropped or recorded at its corners.
 *
 * @csspart card - One of the four cards.
 * @csspart card-failure - What went wrong at a corner, over its card.
 * @csspart corners - The four cards: sound file, microphone, and the pitch of a sound.
 */
export class NSynthInstrumentElement extends TimbreInstrumentElement<NSynthInstrument> {
  static override styles: CSSResultGroup = [TimbreInstrumentElement.styles, styles];

  /** The length over which a note unfolds, as a factor from 0.25 to 4: 2 is half as fast. Its pitch stays. */
  @property({ type: Number, reflect: true }) stretch = 1;

  @state() private states: readonly CornerState[] = [{}, {}, {}, {}];
  @state() private aimed: number | undefined;

  @query('morph-pad') private readonly pad!: MorphPad | null;

  private readonly given: (GivenSound | undefined)[] = [];
  private readonly hearing: (AbortController | undefined)[] = [];
  private sourcesShown = 0;
  private readonly recordings = new CornerRecordings(
    () => MicrophoneRecording.start(),
    (place, recording) => this.tell(place, { recording }),
  );

  constructor() {
    super();
    this.addEventListener('instrument-load', () => this.hearAgain());
    // Instruments of the page come and go; the menus name those that are there when somebody comes to them.
    for (const type of ['pointerover', 'focusin'] as const)
      this.addEventListener(type, () => this.lookAround(), { passive: true });
  }

  /**
   * Makes a timbre of a sound, for a corner: 0 top left, 1 top right, 2 bottom left, 3 bottom right. What sounds cross-fades to it.
   * It can be played before the promise resolves: as soon as it was heard at its own key it is at the corner, and every key plays that.
   * @param sound a file that the browser can decode, samples, channels or a decoded buffer, whose first seconds count; or a
   *   `<gansynth-instrument>`, of whose present timbre a note is rendered
   * @throws AUDIO_FORMAT where there is no sound in the file; AUDIO_INVALID for silence, less than a tenth of a second, and what is no
   *   number; OPTION_INVALID, CHECKPOINT_*, ABORTED where another timbre was chosen meanwhile; the corner is as before then, or what can
   *   be played already
   */
  async putSound(
    corner: number,
    sound: Blob | AudioInput | NoteSource,
    options: SoundOptions = {},
  ): Promise<void> {
    const given = checkedOptions(options, SOUND_OPTIONS);
    if (![0, 1, 2, 3].includes(corner))
      throw new TimbrelError('OPTION_INVALID', `corner is ${String(corner)}; expected 0, 1, 2 or 3`);
    if (isNoteSource(sound)) return this.putNote(corner, sound, given);
    const { name = (sound as Partial<File>).name ?? 'sound', sampleRate, pitch } = given;
    const audio = () => (sound instanceof Blob ? decodeSound(sound, name) : sound);
    await this.hear(corner, audio, { name, sampleRate, pitch });
  }

  /** The note is a sound like others from then on: what the instrument plays later does not change it. */
  private putNote(corner: number, source: NoteSource, { name = 'note', pitch }: SoundOptions): Promise<void> {
    const key = pitch ?? MIDDLE_C;
    return this.hear(corner, (signal) => source.renderNote(key, signal), { name, pitch: key });
  }

  override async restore(patch: unknown): Promise<void> {
    const before = PLACES.map((_, place) => this.onItsWay(place));
    await super.restore(patch);
    this.stretch = this.getEngine().stretch;
    // What was begun meanwhile was asked for later than the patch.
    for (const [place, sound] of before.entries()) if (this.onItsWay(place) === sound) this.clear(place);
  }

  protected override get heading(): string {
    return 'NSynth';
  }

  protected override get presets() {
    return PRESETS;
  }

  protected override createInstrument(options: InstrumentOptions): NSynthInstrument {
    const engine = new NSynthInstrument(options);
    engine.setStretch(inRange(this.stretch));
    return engine;
  }

  protected override renderBeside(): unknown {
    const { instrument, states, aimed } = this;
    const corners = instrument?.description && instrument.corners;
    return renderCards(
      { corners, states, aimed },
      {
        open: (place, files) => this.putFiles(files, place),
        record: (place) => void this.listen(place),
        correct: (place, pitch) => this.correct(place, pitch),
        dismiss: (place) => this.tell(place, {}),
      },
    );
  }

  /** A random timbre is a mixture of those that have names. */
  protected override drawsFrom(timbres: readonly unknown[]): boolean {
    return timbres.length > 0;
  }

  protected override get otherSounds(): readonly OtherSound[] {
    const sources = noteSources(this.getRootNode() as Document | ShadowRoot);
    this.sourcesShown = sources.length;
    return sources.map(({ label, source }) => ({
      label: `A note of ${label}`,
      // Told at its corner.
      put: (place) => void this.putSound(place, source, { name: label }).catch(() => {}),
    }));
  }

  protected override renderOwnControls(): unknown {
    const { stretch } = this;
    const [least, most] = STRETCHES.map(Math.log2);
    const range = { min: least, max: most, step: 0.1 };
    return slider('Stretch', Math.log2(stretch), range, `× ${stretch.toFixed(2)}`, (value) =>
      this.adjust({ stretch: 2 ** value }),
    );
  }

  protected override reflect(engine: NSynthInstrument, setting: InstrumentSetting): void {
    if (setting === 'stretch') this.stretch = engine.stretch;
    super.reflect(engine, setting);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    this.stretch = inRange(this.stretch);
    if (changed.has('stretch')) this.instrument?.setStretch(this.stretch);
  }

  protected override leave(): void {
    super.leave();
    for (const place of PLACES.keys()) this.giveUp(place);
  }

  protected override takerOf(kind: FileKind): FileTaker | undefined {
    return kind === 'sound' ? (files, at) => this.putFiles(files, this.placeAt(at)) : super.takerOf(kind);
  }

  protected override onDragOver(event: DragEvent): void {
    super.onDragOver(event);
    const { clientX, clientY } = event;
    this.aimed = this.placeAt({ clientX, clientY, path: event.composedPath() });
  }

  protected override onDragLeave(): void {
    super.onDragLeave();
    this.aimed = undefined;
  }

  protected override onDrop(event: DragEvent): void {
    super.onDrop(event);
    this.aimed = undefined;
  }

  /** A timbre that is chosen stands at once. */
  protected override choose(place: number, name: string | undefined): void {
    this.clear(place);
    super.choose(place, name);
  }

  protected override randomize(): void {
    for (const place of PLACES.keys()) this.clear(place);
    super.randomize();
  }

  /** The corner that is nearest to where files are dropped; to the point on the pad where they were chosen elsewhere. */
  private placeAt(at: DropPlace | undefined): number {
    const card = at?.path.find(
      (target): target is HTMLElement => target instanceof HTMLElement && target.dataset.place !== undefined,
    );
    if (card) return Number(card.dataset.place);
    const box = this.pad?.getBoundingClientRect();
    if (!at || !box) return placeOf(this.x, this.y);
    return placeOf((at.clientX - box.left) / box.width, (at.clientY - box.top) / box.height);
  }

  /** Several sounds go to corner after corner. */
  private putFiles(files: readonly File[], first: number): void {
    // What fails is told at its corner.
    for (const [i, file] of files.slice(0, 4).entries()) this.putSound((first + i) % 4, file).catch(() => {});
  }

  private lookAround(): void {
    const { length } = noteSources(this.getRootNode() as Document | ShadowRoot);
    if (length !== this.sourcesShown) this.requestUpdate();
  }

  /** The sound that is on its way to a corner, by the microphone or through the network: another value for each, undefined for none. */
  private onItsWay(place: number): unknown {
    return this.hearing[place] ?? this.recordings.at(place);
  }

  /** Gives that sound up. */
  private giveUp(place: number): void {
    this.recordings.giveUp(place);
    this.hearing[place]?.abort();
    this.hearing[place] = undefined;
    const { hearing, recording, ...rest } = this.states[place];
    if (hearing ?? recording) this.tell(place, rest);
  }

  /** Something else is at a corner: nothing that was said there is true any more. */
  private clear(place: number): void {
    this.giveUp(place);
    this.tell(place, {});
  }

  private tell(place: number, state: CornerState): void {
    this.states = this.states.with(place, state);
  }

  /**
   * Hears a sound for a corner; one that is heard there already is given up. It is put there as soon as it can be played, and once more
   * when it was heard at all keys. A failure is told there, and nothing is lost.
   */
  private async hear(
    place: number,
    sound: (signal: AbortSignal) => AudioInput | Promise<AudioInput>,
    { name, sampleRate, pitch, isThere = false }: Heard,
  ): Promise<void> {
    this.giveUp(place);
    const abort = (this.hearing[place] = new AbortController());
    const { signal } = abort;
    let { remark } = this.states[place];
    let isPlayable = false;
    const said = isThere ? pitch : undefined;
    const tellShare = (share: number) =>
      this.tell(place, { remark, hearing: { name, share, isPlayable, pitch: said } });
    tellShare(0);
    try {
      await this.load();
      const audio = await sound(signal);
      const put = (heard: HeardSound, isWhole: boolean) => {
        this.place(place, { audio, name, sampleRate, corner: heard.corner, network: this.source, isWhole });
        remark = heard.cut ? `first ${heard.seconds.toFixed(1)} s` : undefined;
      };
      const onPlayable = (heard: HeardSound) => {
        isPlayable = true;
        put(heard, false);
      };
      const options = { name, sampleRate, pitch, signal, onProgress: tellShare, onPlayable };
      const heard = await this.getEngine().embed(audio, options);
      throwIfAborted(signal, 'Hearing the sound');
      put(heard, true);
      this.tell(place, { remark });
    } catch (error) {
      if (this.hearing[place] === abort) {
        const failure = error instanceof TimbrelError && error.code !== 'ABORTED' ? error : undefined;
        // A network that cannot be loaded is no failure of the corner's, and is told already.
        const told = failure !== undefined && failure === this.failure;
        this.tell(place, { remark, failure: told ? undefined : failure });
        if (failure && !told) this.dispatchEvent(this.failureEvent(failure));
      }
      throw error;
    } finally {
      if (this.hearing[place] === abort) this.hearing[place] = undefined;
    }
  }

  private place(place: number, given: GivenSound): void {
    const { corners } = this.getEngine();
    // Meanwhile another patch was opened.
    if (given.isWhole && this.given[place]?.corner !== corners[place]) return;
    this.given[place] = given;
    const placed = corners.with(place, given.corner) as unknown as Corners<PatchCorner>;
    if (given.isWhole) this.completeCorners(placed);
    else this.setCorners(placed);
  }

  /** @param pitch MIDI; null: the sound has none */
  private correct(place: number, pitch: number | null): void {
    const corner = this.getEngine().corners[place];
    if (!('sound' in corner)) return;
    const given = this.given[place];
    if (given?.corner === corner) return this.hearOf(place, given, pitch);
    // Of a patch there is no sound that could be heard again.
    const corrected = correctedSound(corner, pitch);
    this.setCorners(this.getEngine().corners.with(place, corrected) as unknown as Corners<PatchCorner>);
  }

  /** Another network has numbers of its own for the same sounds. One that was given up is heard to its end. */
  private hearAgain(): void {
    const { corners } = this.getEngine();
    for (const [place, given] of this.given.entries()) {
      if (!given || given.corner !== corners[place]) continue;
      if (given.isWhole && given.network === this.source) continue;
      this.hearOf(place, given, given.corner.sound.pitch);
    }
  }

  private hearOf(place: number, { audio, name, sampleRate }: GivenSound, pitch: number | null): void {
    this.hear(place, () => audio, { name, sampleRate, pitch, isThere: true }).catch(() => {});
  }

  private async listen(place: number): Promise<void> {
    try {
      const wav = await this.recordings.press(place);
      if (wav) await this.putSound(place, wav, { name: 'recording' });
    } catch (error) {
      // What `putSound` throws was told.
      if (this.states[place].failure === error || !(error instanceof TimbrelError)) return;
      if (error.code === 'ABORTED' || error === this.failure) return;
      this.tell(place, { failure: error });
      this.dispatchEvent(this.failureEvent(error));
    }
  }
}

const placeOf = (x: number, y: number) => Number(x >= 0.5) + 2 * Number(y >= 0.5);

function inRange(stretch: number): number {
  const [least, most] = STRETCHES;
  return Number.isFinite(stretch) ? Math.min(most, Math.max(least, stretch)) : 1;
}

defineElement('nsynth-instrument', NSynthInstrumentElement);

declare global {
  interface HTMLElementTagNameMap {
    'nsynth-instrument': NSynthInstrumentElement;
  }
}
