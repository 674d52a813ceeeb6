/** The notes of one instrument that are decoded while they sound: keeps each a little ahead of where its voice plays. */
import type { LiveAnswer, LiveAudio, LiveCommand, LiveNotice } from '../../../messages/live-notes.js';
import type { SpectralStream } from '../../../ops/nsynth/spectral-networks.js';
import { FRAME_SAMPLES } from '../timbre-bank.js';
import type { LiveTimbreFacts } from '../protocol.js';
import type { LiveDepth } from './live-depth.js';
import { LiveNote, LiveTimbre } from './live-note.js';

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
  private dry = 0;
  private looking = false;
  private settledAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param begin begins a stream of the decoder @param depth is kept when these are gone: the machine stays what it is */
  constructor(
    private readonly begin: () => SpectralStream,
    private readonly page: MessagePort,
    private readonly audio: MessagePort,
    private readonly depth: LiveDepth,
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
    this.fill();
    this.look();
  }

  private answered({ notes, dry, emptied }: LiveAnswer): void {
    this.looking = false;
    this.buffers.push(...emptied);
    const ahead = new Map(notes.map((each) => [each.note, each.ahead]));
    for (const [number, playing] of this.playing) {
      const there = ahead.get(number);
      if (there !== undefined) playing.ahead = there;
      else if (playing.asked) this.ended(number);
    }
    if (dry === this.dry) this.depth.inTime(performance.now());
    else if (this.depth.late(performance.now())) this.fallBehind();
    this.dry = dry;
    this.fill();
    this.settleOne();
    if (this.playing.size > 0) this.timer = setTimeout(() => this.look(), LOOK_MS);
  }

  /** Decodes a frame at a time, of the note that is nearest to its end. */
  private fill(): void {
    const wanted = this.depth.frames * FRAME_SAMPLES;
    for (;;) {
      let next: [number, Playing] | undefined;
      for (const each of this.playing) if (each[1].ahead < (next?.[1].ahead ?? wanted)) next = each;
      if (!next) return;
      const [note, playing] = next;
      const samples = this.buffers.pop() ?? new Float32Array(FRAME_SAMPLES);
      samples.set(playing.note.next());
      this.post({ type: 'samples', note, samples }, [samples.buffer]);
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

  /** The machine does not keep up. */
  private fallBehind(): void {
    this.endAll();
    this.tell({ type: 'behind' });
  }

  private endAll(): void {
    for (const number of [...this.playing.keys()]) {
      this.post({ type: 'end', note: number });
      this.ended(number);
    }
  }

  private ended(number: number): void {
    this.playing.delete(number);
    this.tell({ type: 'ended', note: number });
  }

  private tell(notice: LiveNotice): void {
    this.page.postMessage(notice);
  }

  private post(message: LiveAudio, transfer: Transferable[] = []): void {
    this.audio.postMessage(message, transfer);
  }
}
