/** The notes of an instrument that are decoded while they sound, as the page begins them: see src/messages/live-notes.ts. */
import type { LiveCommand, LiveNotice } from '../messages/live-notes.js';
import { renderedPitch, type PitchRange } from './render-order.js';
import type { LiveModel } from './timbre-model.js';

/**
 * After this long, ms, it is tried again where the machine did not keep up; after twice as long each time that it does not keep up again
 * within {@link CALM_MS}.
 */
const RETRY_MS = 20_000;
const LONGEST_RETRY_MS = 640_000;
const CALM_MS = 300_000;
/** Keys so far outside of the range of the model are only re-pitched: they read what is decoded too fast. */
const OUTSIDE = 12;

export interface LiveListener {
  /** The machine keeps up, or no longer. */
  changed(keepsUp: boolean): void;
  /** A note is decoded no more. */
  ended(): void;
  /** Hands the audio thread its end. */
  toAudio(port: MessagePort): void;
}

export class LiveNotes<P> {
  private page: MessagePort | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private behind = false;
  private retryMs = RETRY_MS;
  /** Numbers of the notes that are decoded. */
  private readonly notes = new Set<number>();

  constructor(
    private readonly model: LiveModel<P>,
    private readonly range: PitchRange,
    private readonly listener: LiveListener,
  ) {}

  /** Notes that begin now are decoded while they sound. */
  get active(): boolean {
    return this.page !== undefined && !this.behind;
  }

  /** Tells whether a note is decoded while it sounds. */
  has(note: number): boolean {
    return this.notes.has(note);
  }

  get keepsUp(): boolean {
    return !this.behind;
  }

  /** Joins a worker of `pool` and the audio thread. @param latent of the timbre that plays */
  connect(pool: P, latent: Float32Array): void {
    this.disconnect();
    const [page, audio] = [new MessageChannel(), new MessageChannel()];
    this.page = page.port1;
    page.port1.onmessage = ({ data }: MessageEvent<LiveNotice>) => this.receive(data);
    this.model.connect(pool, { page: page.port2, audio: audio.port2 }).then(
      () => this.listener.toAudio(audio.port1),
      () => this.page === page.port1 && this.disconnect(),
    );
    this.setTimbre(latent);
  }

  begin(note: number, pitch: number): void {
    const rendered = renderedPitch(pitch, this.range);
    if (!this.active || Math.abs(pitch - rendered) > OUTSIDE) return;
    this.notes.add(note);
    this.post({ type: 'begin', note, pitch: rendered });
  }

  setTimbre(latent: Float32Array): void {
    this.post({ type: 'timbre', timbre: this.model.timbre(latent) });
  }

  disconnect(): void {
    this.post({ type: 'close' });
    this.page?.close();
    this.page = undefined;
    this.notes.clear();
    clearTimeout(this.timer);
    this.behind = false;
  }

  private receive(notice: LiveNotice): void {
    if (notice.type === 'behind') return this.onBehind();
    if (this.notes.delete(notice.note)) this.listener.ended();
  }

  private onBehind(): void {
    this.setBehind(true);
    this.after(this.retryMs, () => {
      this.retryMs = Math.min(LONGEST_RETRY_MS, 2 * this.retryMs);
      this.after(CALM_MS, () => (this.retryMs = RETRY_MS));
      this.setBehind(false);
    });
  }

  private after(ms: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, ms);
  }

  private setBehind(behind: boolean): void {
    this.behind = behind;
    this.listener.changed(!behind);
  }

  private post(command: LiveCommand): void {
    this.page?.postMessage(command);
  }
}
