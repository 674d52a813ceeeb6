/** The notes of an instrument that are decoded while they sound, as the page begins them: see src/messages/live-notes.ts. */
import type { LiveCommand, LiveNotice } from '../messages/live-notes.js';
import { renderedPitch, type PitchRange } from './render-order.js';
import type { LiveModel } from './timbre-model.js';

/** After this long, ms, it is tried again where the machine did not keep up. */
const RETRY_MS = 20_000;
/** Keys so far outside of the range of the model are only re-pitched: they read what is decoded too fast. */
const OUTSIDE = 12;

export interface LiveListener {
  /** The machine keeps up, or no longer. */
  changed(keepsUp: boolean): void;
  /** Hands the audio thread its end. */
  toAudio(port: MessagePort): void;
}

export class LiveNotes<P> {
  private page: MessagePort | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private behind = false;

  constructor(
    private readonly model: LiveModel<P>,
    private readonly range: PitchRange,
    private readonly listener: LiveListener,
  ) {}

  /** Notes that begin now are decoded while they sound. */
  get active(): boolean {
    return this.page !== undefined && !this.behind;
  }

  get keepsUp(): boolean {
    return !this.behind;
  }

  /** Joins a worker of `pool` and the audio thread. @param latent of the timbre that plays */
  connect(pool: P, latent: Float32Array): void {
    this.disconnect();
    const [page, audio] = [new MessageChannel(), new MessageChannel()];
    this.page = page.port1;
    page.port1.onmessage = ({ data }: MessageEvent<LiveNotice>) => data.type === 'behind' && this.onBehind();
    this.model.connect(pool, { page: page.port2, audio: audio.port2 }).then(
      () => this.listener.toAudio(audio.port1),
      () => this.page === page.port1 && this.disconnect(),
    );
    this.setTimbre(latent);
  }

  begin(note: number, pitch: number): void {
    const rendered = renderedPitch(pitch, this.range);
    if (this.active && Math.abs(pitch - rendered) <= OUTSIDE)
      this.post({ type: 'begin', note, pitch: rendered });
  }

  setTimbre(latent: Float32Array): void {
    this.post({ type: 'timbre', timbre: this.model.timbre(latent) });
  }

  disconnect(): void {
    this.post({ type: 'close' });
    this.page?.close();
    this.page = undefined;
    clearTimeout(this.timer);
    this.behind = false;
  }

  private onBehind(): void {
    this.setBehind(true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.setBehind(false), RETRY_MS);
  }

  private setBehind(behind: boolean): void {
    this.behind = behind;
    this.listener.changed(!behind);
  }

  private post(command: LiveCommand): void {
    this.page?.postMessage(command);
  }
}
