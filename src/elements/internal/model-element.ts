import { LitElement } from 'lit';
import { property, state } from 'lit/decorators.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { SoundListener } from '../../instruments/context.js';
import { droppedFiles, unreadable } from './dropped-files.js';
import { kindOf, UnexpectedFile, type FileKind } from './file-kind.js';
import { SettingChangeEvent } from '../setting-events.js';
import { leaveUnlessMoved } from './leave-unless-moved.js';

/** The place where files were dropped. */
export interface DropPlace {
  readonly clientX: number;
  readonly clientY: number;
  /** The nodes under the pointer, innermost first, shadow trees included. */
  readonly path: readonly EventTarget[];
}

/** Takes files of one kind. A failure that was not told yet is told by whoever asked. */
export type FileTaker = (files: readonly File[], at?: DropPlace) => unknown;

/**
 * Base of the elements that have a network: it loads with the page or when it is needed, is exchanged, may fail, and may come
 * from files that the player drops.
 */
export abstract class ModelElement extends LitElement {
  /** Checkpoint: a catalogue id or the URL of a folder. Empty: the weights that the package ships. */
  @property({ reflect: true }) checkpoint = '';
  /** 'auto' loads the model with the page, 'none' when it is first needed; a writer's, when a pointer or the focus comes to it. */
  @property({ reflect: true }) preload: 'auto' | 'none' = 'none';

  /** The progress of the network while it loads. */
  @state() protected loading: LoadProgress | undefined;
  /** The last failure, while it is true. */
  @state() protected failure: TimbrelError | undefined;
  /** The last failure of work that nobody waits for. */
  private workFailure: TimbrelError | undefined;
  /** The context that the notes are played on ran, and was stopped by the device or the browser. */
  @state() protected soundStopped = false;
  /** Files of the player's own, which stand for `checkpoint` until that is set anew. */
  protected files: readonly File[] | undefined;
  /** Files are dragged over the element. */
  @state() protected dropping = false;

  override connectedCallback(): void {
    super.connectedCallback();
    // In a task of its own: the page is busy enough with defining the element.
    if (this.preload !== 'none') setTimeout(() => this.isConnected && void this.load().catch(() => {}));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    leaveUnlessMoved(this, () => this.leave());
  }

  /** Loads the model, if that has not begun. @throws CHECKPOINT_*, ABORTED, WORKER_FAILED */
  abstract load(): Promise<void>;

  /** Ends all that the element does: it was taken off the page. */
  protected abstract leave(): void;

  /** Tells who takes files of a kind that a person dropped or chose; undefined where the element has no use for them. */
  protected abstract takerOf(kind: FileKind): FileTaker | undefined;

  /** The event that tells the page of a failure. */
  protected abstract failureEvent(error: TimbrelError): Event;

  /** The source of the network; undefined for the weights that the package ships. */
  protected get source(): Source | undefined {
    return this.files ?? (this.checkpoint || undefined);
  }

  /** Hears of what the notes are played on. A failure to begin is none any more once it sounds. */
  protected readonly sound: SoundListener = {
    changed: (running) => {
      this.soundStopped = !running;
      if (running && this.failure?.code === 'AUDIO_CONTEXT_SUSPENDED') this.failure = undefined;
    },
    failed: (error) => this.fail(error),
  };

  /** Runs what may fail. A failure is shown and told to the page; a success takes back the failure before it, and none that came meanwhile. */
  protected async tried<T>(work: () => Promise<T>): Promise<T> {
    const before = this.failure;
    try {
      const result = await work();
      this.takeBack(before);
      return result;
    } catch (error) {
      if (!(error instanceof TimbrelError && error.code === 'ABORTED')) this.fail(error);
      throw error;
    }
  }

  /** Takes back a failure that is over. What was said of a dropped file is an answer, and stays until it was read: whatever loads meanwhile. */
  protected takeBack(failure: TimbrelError | undefined): void {
    if (this.failure === failure && !(failure instanceof UnexpectedFile)) this.failure = undefined;
  }

  /** Shows a failure and tells the page of it, once. */
  protected fail(error: unknown): void {
    if (error === this.failure) return;
    this.failure =
      error instanceof TimbrelError ? error : new TimbrelError('INTERNAL', String(error), { cause: error });
    this.dispatchEvent(this.failureEvent(this.failure));
  }

  /** Shows a failure of work that goes on by itself, and that nobody waits for. */
  protected failAtWork(error: unknown): void {
    this.fail(error);
    this.workFailure = this.failure;
  }

  /** Work went on by itself: that takes back its own failure, and none of what a person asked for meanwhile. */
  protected workedOn(): void {
    if (this.failure === this.workFailure) this.failure = undefined;
  }

  /** A person sets properties: they change, and the page is told of each. */
  protected adjust(settings: Readonly<Record<string, unknown>>): void {
    Object.assign(this, settings);
    for (const [property, value] of Object.entries(settings))
      this.dispatchEvent(new SettingChangeEvent(property, value));
  }

  /** Takes files that a person dropped or chose. Those that are nothing for this element are told what they are, and who takes them. */
  protected async take(files: readonly File[], at?: DropPlace): Promise<void> {
    // What was said of others was read: it may take minutes until there is something to say of these.
    this.failure = undefined;
    await this.tried(async () => {
      const kind = await kindOf(files);
      const taker = this.takerOf(kind);
      if (!taker) throw new UnexpectedFile(kind, files, this.localName);
      await taker(files, at);
    }).catch(() => {});
  }

  protected onDragOver(event: DragEvent): void {
    event.preventDefault();
    this.dropping = true;
  }

  protected onDragLeave(): void {
    this.dropping = false;
  }

  protected onDrop(event: DragEvent): void {
    event.preventDefault();
    this.dropping = false;
    if (!event.dataTransfer?.types.includes('Files')) return;
    const { clientX, clientY } = event;
    const at = { clientX, clientY, path: event.composedPath() };
    droppedFiles(event.dataTransfer).then(
      (files) => (this.isConnected && files.length > 0 ? this.take(files, at) : undefined),
      (error) => this.fail(unreadable(error)),
    );
  }
}
