import { html, nothing, type PropertyValues } from 'lit';
import { property, query, state } from 'lit/decorators.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { AudioContextLike, AudioNodeLike } from '../../instruments/context.js';
import { Microphone } from '../../instruments/live-microphone.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import { listMidiOutputs, type MidiOutputPort } from '../../midi/outputs.js';
import type { OnsetsAndFrames } from '../../models/onsets-frames/onsets-and-frames.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { actionStyles } from '../internal/action.styles.js';
import { defineElement } from '../internal/define.js';
import type { FileKind } from '../internal/file-kind.js';
import type { FileTaker } from '../internal/model-element.js';
import { renderPlaceholder } from '../internal/placeholder.js';
import { panelStyles } from '../internal/panel.styles.js';
import { PlayingElement } from '../internal/playing-element.js';
import { shareModel } from '../internal/share-model.js';
import type { PianoRoll } from '../piano-roll/piano-roll.js';
import { SequenceChangeEvent, SequenceFailureEvent, SequencePlayEvent } from '../sequence-model/events.js';
import { download, fileName } from '../internal/download.js';
import { midiFileOf } from '../sequence-model/midi-files.js';
import { openNoteDestination, playableElements } from '../sequence-model/note-destination.js';
import { renderSettings } from '../sequence-model/settings.js';
import { ListeningSession, type Hears, type ListeningSettings } from './listening-session.js';
import { styles } from './onsets-frames.styles.js';
import { lastPhrase } from './phrase.js';
import { renderActions, renderControls, renderStatus, type Action } from './views.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../setting-events.js';
export type * from './events.js';

/**
 * Onsets and Frames: a recording, or what is played before the microphone, becomes notes. They are seen while they are found, heard
 * beside the recording, saved, and handed on: to an instrument, which plays along, and to an element that answers.
 *
 * @tagname onsets-frames
 * @summary Onsets and Frames: hears a piano, in a recording or live, and writes down its notes.
 *
 * @fires {SequenceLoadEvent} sequence-load - The model is loaded.
 * @fires {SequenceChangeEvent} sequence-change - There are other notes: `sequence`; `complete` is false while it listens.
 * @fires {SequencePlayEvent} sequence-play - Playback began or ended: `playing`.
 * @fires {SequenceFailureEvent} sequence-failure - Something failed; `error` is a coded TimbrelError.
 * @fires {SettingChangeEvent} setting-change - A person set something: `property`, `value`.
 * @fires {ListenEvent} listen - Listening to the microphone began or ended: `listening`.
 * @fires {NoteOnEvent} note-on - A note was struck before the microphone: `pitch`, `velocity`.
 * @fires {NoteOffEvent} note-off - A note before the microphone ended: `pitch`.
 *
 * @slot title - The heading.
 * @slot for-midi - A link to what plays files of notes, in the answer to one that is dropped and not taken.
 * @slot for-patch - A link to what opens sounds of an instrument, in the answer to one that is dropped and not taken.
 * @slot - What the roll says while it is empty.
 * @csspart base - The whole element.
 * @csspart header - Heading and state.
 * @csspart status - The line that says what the element does; also `error`.
 * @csspart measures - How many notes were heard while it listens, and how far behind it is.
 * @csspart roll - The `<piano-roll>`.
 * @csspart actions - Buttons: listening, playback, saving.
 * @csspart transport - Playback, and what is heard of it.
 * @csspart controls - The thresholds: how sure it has to be that a note began, and that it goes on.
 * @csspart advice - A word on headphones, where an instrument plays along.
 * @csspart settings - Checkpoint, what plays.
 */
export class OnsetsFramesElement extends PlayingElement {
  static override styles = [panelStyles, actionStyles, styles];

  /** Id of the instrument that plays, `midi:` and a port; what the microphone hears plays it live. Empty: plain keys of the element's own. */
  @property({ reflect: true }) instrument = '';
  /** Id of the element that answers what was heard: a writer of music, such as `<music-transformer>`. Empty: none. */
  @property({ attribute: 'for', reflect: true }) htmlFor = '';
  /** A note begins where its stroke is likelier than this, 0.05 to 1. */
  @property({ type: Number, attribute: 'onset-threshold', reflect: true }) onsetThreshold = 0.5;
  /** A note goes on while it is likelier than this that it sounds, 0.05 to 1. */
  @property({ type: Number, attribute: 'frame-threshold', reflect: true }) frameThreshold = 0.5;
  /** The sound of playback, where there is a recording. */
  @property({ reflect: true }) hears: Hears = 'both';
  /** The player wears headphones: nothing of the instrument comes back to the microphone. */
  @property({ type: Boolean, reflect: true }) headphones = false;

  /** The context of the plain keys; an instrument has its own. Set it before the first sound. */
  @property({ attribute: false }) context: AudioContextLike | undefined;
  /** The node that the plain keys' sound goes to; by default the context's destination. */
  @property({ attribute: false }) destination: AudioNodeLike | undefined;

  /** The roll's code has come. */
  @state() private revealed = false;
  @state() private ports: readonly MidiOutputPort[] | undefined;
  @query('piano-roll') private readonly roll!: PianoRoll | null;

  protected override readonly session = this.createSession();
  private frame = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.revealed) void import('../piano-roll/piano-roll.js').then(() => (this.revealed = true));
  }

  /** The model; undefined before it is loaded. */
  get model(): OnsetsAndFrames | undefined {
    return this.session.model;
  }

  /** The notes that were found, in the order of their beginnings, seconds. Notes that were kept can be set. @throws NOTE_SEQUENCE_INVALID */
  get sequence(): NoteSequence {
    return this.session.sequence;
  }
  set sequence(sequence: NoteSequence) {
    this.session.adopt(sequence);
  }

  /** The notes that were found, as they are played. */
  get notes(): readonly PlayedNote[] {
    return this.session.notes;
  }

  /** Length of what was heard, seconds. */
  get duration(): number {
    return this.session.duration;
  }

  /** Tells that it listens to the microphone. */
  get listening(): boolean {
    return this.session.live !== undefined;
  }

  /** Seconds from a sound to the note that it becomes, while it listens. */
  get lag(): number {
    return this.session.live?.lag ?? 0;
  }

  /** The share of one core that listening takes. */
  get coreShare(): number {
    return this.session.live?.load ?? 0;
  }

  /** A flag: the things that it hears sound by themselves, others need not play them. */
  get soundsByItself(): boolean {
    return true;
  }

  /** Loads the model, if that has not begun. @throws CHECKPOINT_*, ABORTED, WORKER_FAILED */
  async load(): Promise<void> {
    await this.tried(() => this.session.load());
  }

  /**
   * Finds the notes of a recording: a WAV file of any length, or what the browser can decode, up to half an hour.
   * @throws AUDIO_FORMAT, AUDIO_INVALID, ABORTED, and what the model throws; what was found before a failure stays
   */
  async transcribe(recording: Blob | AudioBuffer): Promise<NoteSequence> {
    return this.tried(() => this.session.transcribe(recording));
  }

  /**
   * Listens to the microphone up to {@link end}. Call it in a gesture: the browser asks the reader first.
   * @throws MICROPHONE_*, STREAMING_UNSUPPORTED, INSECURE_CONTEXT, AUDIO_CONTEXT_*, and what the model throws
   */
  async listen(): Promise<void> {
    await this.tried(() => this.session.listen());
  }

  /** Ends the listening, or the reading of a recording; what was found stays. */
  async end(): Promise<void> {
    await this.session.end();
  }

  /** Plays what was found, beside the recording. @param options from: seconds, default where it stopped */
  async play(options: { from?: number } = {}): Promise<void> {
    await this.tried(() => this.session.play(options));
  }

  /** Moves playback, and the line on the roll, to a place. @param position seconds */
  seek(position: number): void {
    this.session.seek(position);
    this.showPosition(position);
  }

  /** The notes as a MIDI file. */
  async midi(): Promise<Blob> {
    return midiFileOf(this.sequence, 120);
  }

  /**
   * Hands the last half minute of what was heard to the element that `for` names, which goes on from it.
   * @throws OPTION_INVALID where there is none, PRIMER_EMPTY, and what the element throws
   */
  async answer(): Promise<void> {
    await this.tried(async () => {
      const writer = this.tree.getElementById(this.htmlFor);
      if (!isWriter(writer)) {
        throw new TimbrelError(
          'OPTION_INVALID',
          `for is ${JSON.stringify(this.htmlFor)}, and no element of the page with that id goes on from a primer`,
        );
      }
      const phrase = lastPhrase(this.sequence);
      if (phrase.notes.length === 0)
        throw new TimbrelError('PRIMER_EMPTY', 'Nothing was heard yet: there is nothing to answer');
      writer.primer = phrase;
      await writer.generate();
    });
  }

  /** Moves the playhead. @param position seconds */
  showPosition(position: number): void {
    if (this.roll) this.roll.playhead = position;
  }

  protected override failureEvent(error: TimbrelError): Event {
    return new SequenceFailureEvent(error);
  }

  protected override leave(): void {
    this.session.close();
  }

  protected override takerOf(kind: FileKind): FileTaker | undefined {
    if (kind === 'sound') return ([file]) => this.transcribe(file);
    if (kind !== 'checkpoint') return undefined;
    return (files) => {
      this.files = files;
      this.reload();
    };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // An attribute may hold anything: what makes no sense is as if it had not been given.
    this.onsetThreshold = threshold(this.onsetThreshold);
    this.frameThreshold = threshold(this.frameThreshold);
    if (changed.has('checkpoint')) this.files = undefined;
    if (!this.hasUpdated) return;
    if (changed.has('checkpoint')) this.reload();
    if (changed.has('instrument')) this.session.playback.close();
    if (changed.has('onsetThreshold') || changed.has('frameThreshold'))
      void this.tried(() => this.session.redraw()).catch(() => {});
    if (changed.has('hears') && this.playing) void this.play({ from: this.position }).catch(() => {});
  }

  protected override render() {
    const { session } = this;
    const { live, reading } = session;
    return html`
      <div
        part="base"
        class="base ${this.dropping ? 'dropping' : ''}"
        @dragover=${(event: DragEvent) => this.onDragOver(event)}
        @dragleave=${() => this.onDragLeave()}
        @drop=${(event: DragEvent) => this.onDrop(event)}
      >
        <header part="header">
          <slot name="title"><h2>Onsets and Frames</h2></slot>
          ${renderStatus({
            ...{ failure: this.failure, loading: this.loading, soundStopped: this.soundStopped },
            ...{ asking: session.asking, reading, live, complete: session.complete },
            ...{ notes: session.notes.length, duration: session.duration },
            missing: session.recording?.secondsMissing ?? 0,
            dismiss: () => (this.failure = undefined),
            resume: () => void this.ready().catch((error) => this.fail(error)),
          })}
        </header>
        <div class="stage">
          ${
            this.revealed
              ? html`<piano-roll
                  part="roll"
                  label="what was heard"
                  .notes=${session.notes}
                  .seconds=${session.duration}
                  ?drums=${this.model?.description.drums === true}
                  @roll-seek=${(event: Event & { position: number }) => session.seek(event.position)}
                  >${renderPlaceholder(this, 'Drop a recording of a piano here, or press Listen and play.')}</piano-roll
                >`
              : nothing
          }
        </div>
        ${renderActions({
          busy: live !== undefined || reading !== undefined || session.asking,
          primary: this.primary === 'own',
          playing: this.playing,
          empty: session.notes.length === 0 || live !== undefined,
          recorded: session.recording !== undefined,
          hears: this.hears,
          answers: this.htmlFor,
          act: (action) => this.act(action),
          open: (file) => void this.transcribe(file).catch(() => {}),
          setHears: (hears) => this.adjust({ hears }),
        })}
        ${renderControls({
          ...{ onsetThreshold: this.onsetThreshold, frameThreshold: this.frameThreshold },
          ...{ playsAlong: this.instrument !== '', headphones: this.headphones },
          setOnsetThreshold: (onsetThreshold) => this.adjust({ onsetThreshold }),
          setFrameThreshold: (frameThreshold) => this.adjust({ frameThreshold }),
          setHeadphones: (headphones) => this.adjust({ headphones }),
        })}
        ${this.renderSettings()}
      </div>
    `;
  }

  private renderSettings() {
    const { checkpoint, instrument, files, ports } = this;
    return renderSettings({
      ...{ checkpoint, instrument, ports, configuration: '', configurations: [] },
      ...{ model: 'OnsetsAndFrames', drums: false, own: 'plain keys' },
      dropped: files?.length ?? 0,
      instruments: playableElements(this.tree),
      setConfiguration: () => {},
      setCheckpoint: (checkpoint) => this.adjust({ checkpoint }),
      setInstrument: (instrument) => this.adjust({ instrument }),
      askForMidi: () => void this.tried(async () => (this.ports = await listMidiOutputs())).catch(() => {}),
    });
  }

  /** The tree in which ids are looked up. */
  private get tree(): Document | ShadowRoot {
    return this.getRootNode() as Document | ShadowRoot;
  }

  private get settings(): ListeningSettings {
    const { source, onsetThreshold, frameThreshold, hears, headphones, instrument } = this;
    return { source, onsetThreshold, frameThreshold, hears, headphones, playsAlong: instrument !== '' };
  }

  private createSession(): ListeningSession {
    const settings = () => this.settings;
    return new ListeningSession({
      get settings() {
        return settings();
      },
      load: (source, options) =>
        shareModel('OnsetsAndFrames', source, options, async (made) => {
          const { OnsetsAndFrames } = await import('../../models/onsets-frames/onsets-and-frames.js');
          return OnsetsAndFrames.load(source, made);
        }),
      openMicrophone: (listener, signal) => Microphone.open(listener, signal),
      open: (drums) => {
        const { instrument, context, destination, sound, tree: root } = this;
        return openNoteDestination({ instrument, drums, root, context, destination, sound, plain: true });
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

  /** Moves the playhead with the music, some sixty times a second. */
  private readonly follow = () => {
    cancelAnimationFrame(this.frame);
    this.showPosition(this.position);
    if (this.playing) this.frame = requestAnimationFrame(this.follow);
  };

  /** The name of the MIDI file, after what was heard. */
  private get fileName(): string {
    return fileName(this.session.recording?.name.replace(/\.[^.]+$/, '') ?? 'heard', 'mid');
  }

  /** Does what a button asks for. Failures are told by the status line and by `sequence-failure`. */
  private act(action: Action): void {
    if (action === 'save') void this.midi().then((file) => download(file, this.fileName));
    else void Promise.resolve(this[action]()).catch(() => {});
  }

  private reload(): void {
    if (!this.model && this.preload === 'none' && !this.files) return this.session.forget();
    void this.tried(() => this.session.exchange()).catch(() => {});
  }
}

/** An element that goes on from a primer. */
interface Writer extends HTMLElement {
  primer: NoteSequence;
  generate(): Promise<unknown>;
}

const isWriter = (element: HTMLElement | null): element is Writer =>
  element !== null && 'primer' in element && typeof (element as Partial<Writer>).generate === 'function';

const threshold = (value: number) => (value >= 0.05 && value <= 1 ? value : 0.5);

defineElement('onsets-frames', OnsetsFramesElement);

declare global {
  interface HTMLElementTagNameMap {
    'onsets-frames': OnsetsFramesElement;
  }
}
