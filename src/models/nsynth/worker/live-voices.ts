/** The notes of one instrument that are decoded while they sound: keeps each a little ahead of where its voice plays. */
import type { LiveAnswer, LiveAudio, LiveCommand, LiveNotice } from '../../../messages/live-notes.js';
import type { SpectralStream } from '../../../ops/nsynth/spectral-networks.js';
import { FRAME_SAMPLES } from '../timbre-bank.js';
import type { LiveTimbreFacts } from '../protocol.js';
import { LiveNote, LiveTimbre } from './live-note.js';

/**
 * Frames that lie ahead of a voice: as few as the machine lets, since what lies there is of the timbre before. When samples came too
 * late there is one more from then on.
 */
const AHEAD = 4;
const MOST_AHEAD = 10;
/** After so long without being late a frame less will do, ms. */
const CALM_MS = 10_000;
/** So often late within {@link LATE_MS}, with the most frames ahead, and the machine does not keep up. */
const LATE = 3;
const LATE_MS = 10_000;
/** Between two looks, ms: a quarter of a frame. */
const LOOK_MS = 8;
/** Between two searches for the level of a timbre, which take as long as many frames, ms. */
const SETTLE_MS = 60;

interface Playing {
  readonly note: LiveNote;
  /** Samples ahead, as of the last answer and what was sent since. */
  ahead: number;
  /** It was there when the audio thread was last asked: an answer without it means that it has ended. */
  asked: boolean;
}

export class LiveVoices {
  private readonly playing = new Map<number, Playing>();
  private timbre: LiveTimbre | undefined;
  private readonly buffers: Float32Array<ArrayBuffer>[] = [];
  private frames = AHEAD;
  private dry = 0;
  private late: number[] = [];
  private looking = false;
  private settledAt = 0;
  /** The time when {@link frames} was set. */
  private changedAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param begin begins a stream of the decoder */
  constructor(
    private readonly begin: () => SpectralStream,
    private readonly page: MessagePort,
    private readonly audio: MessagePort,
  ) {
    page.onmessage = ({ data }: MessageEvent<LiveCommand<LiveTimbreFacts>>) => this.receive(data);
    audio.onmessage = ({ data }: MessageEvent<LiveAnswer>) => this.answered(data);
  }

  private receive(command: LiveCommand<LiveTimbreFacts>): void {
    switch (command.type) {
      case 'begin':
        return this.start(command.note, command.pitch);
      case 'timbre': {
        const { latent, stretch } = command.timbre;
        const timbre = (this.timbre = new LiveTimbre(latent, stretch));
        for (const { note } of this.playing.values()) note.change(timbre);
        return;
      }
      case 'close':
        this.endAll();
        clearTimeout(this.timer);
        this.page.close();
        this.audio.close();
    }
  }

  private start(number: number, pitch: number): void {
    if (!this.timbre) return;
    const playing: Playing = { note: new LiveNote(this.begin, pitch, this.timbre), ahead: 0, asked: false };
    this.playing.set(number, playing);
    this.post({ type: 'begin', note: number, pitch });
    this.fill(number, playing);
    this.look();
  }

  private answered({ notes, dry, emptied }: LiveAnswer): void {
    this.looking = false;
    this.buffers.push(...emptied);
    const ahead = new Map(notes.map((each) => [each.note, each.ahead]));
    for (const [number, playing] of this.playing) {
      const there = ahead.get(number);
      if (there !== undefined) playing.ahead = there;
      else if (playing.asked) this.playing.delete(number);
    }
    if (dry > this.dry) this.onLate();
    else if (performance.now() - this.changedAt > CALM_MS) this.setFrames(Math.max(AHEAD, this.frames - 1));
    this.dry = dry;
    // The nearest to its end first.
    const inTurn = [...this.playing].sort(([, a], [, b]) => a.ahead - b.ahead);
    for (const [number, playing] of inTurn) this.fill(number, playing);
    this.settleOne();
    if (this.playing.size > 0) this.timer = setTimeout(() => this.look(), LOOK_MS);
  }

  private fill(number: number, playing: Playing): void {
    while (playing.ahead < this.frames * FRAME_SAMPLES) {
      const made = playing.note.next();
      const samples = this.buffers.pop() ?? new Float32Array(FRAME_SAMPLES);
      samples.set(made);
      this.post({ type: 'samples', note: number, samples }, [samples.buffer]);
      playing.ahead += FRAME_SAMPLES;
    }
  }

  /** Levels follow a timbre that changes, one note at a time. */
  private settleOne(): void {
    if (performance.now() - this.settledAt < SETTLE_MS) return;
    for (const { note } of this.playing.values()) {
      if (!note.unsettled) continue;
      note.settle(this.begin);
      this.settledAt = performance.now();
      return;
    }
  }

  private look(): void {
    if (this.looking) return;
    this.looking = true;
    clearTimeout(this.timer);
    for (const playing of this.playing.values()) playing.asked = true;
    this.post({ type: 'look' });
  }

  private onLate(): void {
    if (this.frames < MOST_AHEAD) return this.setFrames(this.frames + 1);
    const now = performance.now();
    this.late = [...this.late.filter((time) => now - time < LATE_MS), now];
    if (this.late.length < LATE) return;
    this.late = [];
    this.endAll();
    const notice: LiveNotice = { type: 'behind' };
    this.page.postMessage(notice);
  }

  private setFrames(frames: number): void {
    this.frames = frames;
    this.changedAt = performance.now();
  }

  private endAll(): void {
    for (const number of this.playing.keys()) this.post({ type: 'end', note: number });
    this.playing.clear();
  }

  private post(message: LiveAudio, transfer: Transferable[] = []): void {
    this.audio.postMessage(message, transfer);
  }
}
