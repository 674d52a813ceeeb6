/** A recording as it is transcribed: audio in pieces, to the spectrogram, to activations, to notes. */
import { concatenateFloats } from '../../../bytes/concatenate.js';
import { CentredWindows } from '../../../audio/centred-windows.js';
import type { LogMel } from '../../../audio/log-mel.js';
import { applyFloor } from '../../../audio/log-mel.js';
import { meanOfChannels } from '../../../audio/mono.js';
import { StreamResampler } from '../../../audio/stream-resampler.js';
import type { Activations, CheckedThresholds } from '../../../music/activations.js';
import { DrumDecoder, NoteDecoder } from '../../../music/note-decoder.js';
import type { Note } from '../../../music/note-sequence.js';
import type { TranscriberConfig } from '../config.js';
import type { Floor, Heard, Keep, StackRows } from '../protocol.js';
import { KeptActivations } from './kept-activations.js';
import type { Convolutions } from './convolutions.js';
import { NetworkRun, type SettledFrames } from './network-run.js';
import type { TranscriberNetwork } from './network.js';

export interface RecordingOptions {
  /** Hz of what is written. */
  readonly sampleRate: number;
  readonly thresholds: CheckedThresholds;
  readonly floor?: Floor;
  readonly keep?: Keep;
  /** All of it is there, and nobody waits for the notes of a part: two workers can share it. */
  readonly whole?: boolean;
}

/** It is awaited between blocks of frames, with the share of what is left that is done. */
export type Pause = (done: number) => Promise<void>;

export class Recording {
  private readonly resampler: StreamResampler;
  private readonly windows: CentredWindows;
  private readonly run: NetworkRun;
  private decoder: NoteDecoder | DrumDecoder;
  private readonly floor: Floor;
  /** Frames of the spectrogram that did not go through the network yet: with one floor for all, all. */
  private frames: Float32Array<ArrayBuffer>[] = [];
  private peak = -Infinity;
  private readonly kept: SettledFrames[] = [];
  private readonly redrawing: KeptActivations | undefined;
  private written = 0;

  constructor(
    network: TranscriberNetwork,
    private readonly convolutions: Convolutions,
    private readonly config: TranscriberConfig,
    private readonly mel: LogMel,
    private readonly options: RecordingOptions,
  ) {
    const { mel: shape, hopLength, floor } = config;
    this.resampler = new StreamResampler(options.sampleRate, shape.sampleRate);
    this.windows = new CentredWindows(shape.windowLength, hopLength);
    this.run = new NetworkRun(network, config);
    this.decoder = this.decoderOf(options.thresholds);
    this.redrawing = options.keep === 'redrawing' ? new KeptActivations() : undefined;
    this.floor = options.floor ?? floor;
  }

  /** It can be read anew after it was closed. */
  get isRedrawable(): boolean {
    return this.redrawing !== undefined;
  }

  /** @param channels of equal lengths, averaged @throws AUDIO_INVALID and then nothing of it was taken in */
  async write(channels: readonly Float32Array[], pause: Pause): Promise<Heard> {
    const watch = new Watch();
    const mono = meanOfChannels(channels, this.written);
    this.written += mono.length;
    this.windows.write(this.resampler.write(mono), this.takeWindow);
    return this.floor === 'recording' || this.options.keep === 'spectrogram'
      ? this.heard([], watch)
      : this.heard(await this.process(watch.around(pause)), watch);
  }

  /** Reads what was kept with other thresholds; what comes later is read with them too. */
  redraw(thresholds: CheckedThresholds): Heard {
    const watch = new Watch();
    this.decoder = this.decoderOf(thresholds);
    const { secondsPerFrame } = this;
    const notes: Note[] = [];
    for (const block of this.redrawing?.blocks() ?? [])
      notes.push(...this.decoder.take({ ...block, secondsPerFrame }));
    return this.heard(notes, watch);
  }

  async close(pause: Pause): Promise<Heard & { activations?: Activations; spectrogram?: Float32Array }> {
    const watch = new Watch();
    this.windows.write(this.resampler.close(), this.takeWindow);
    this.windows.close(this.takeWindow);
    if (this.floor === 'recording') for (const frame of this.frames) applyFloor(frame, this.peak);
    if (this.options.keep === 'spectrogram')
      return { ...this.heard([], watch), spectrogram: concatenateFloats(this.frames) };
    const timed = watch.around(pause);
    // Where it reads backwards too, the convolutions are the larger half.
    const half = (done: number) => timed(done / 2);
    const notes = await this.process(half);
    notes.push(...(await this.take(this.convolutions.close(half))));
    const rest = await this.run.close((done) => timed((1 + done) / 2));
    for (const block of rest) notes.push(...this.decode(block));
    const heard = this.heard(notes, watch);
    return this.options.keep === 'activations' ? { ...heard, activations: this.activations() } : heard;
  }

  private readonly takeWindow = (samples: Float32Array, from: number): void => {
    const frame = new Float32Array(this.config.mel.bins);
    const peak = this.mel.compute(samples, from, frame);
    this.peak = Math.max(this.peak, peak);
    if (this.floor === 'frame') applyFloor(frame, peak);
    this.frames.push(frame);
  };

  /** Takes the frames that wait through the network. @returns the notes that ended */
  private async process(pause: Pause): Promise<Note[]> {
    const frames = concatenateFloats(this.frames);
    this.frames = [];
    return this.take(this.convolutions.write(frames, pause));
  }

  /** Takes what comes out of the convolutions through the rest of the network. */
  private async take(blocks: AsyncIterable<StackRows>): Promise<Note[]> {
    const notes: Note[] = [];
    for await (const rows of blocks) notes.push(...this.decode(this.run.take(rows)));
    return notes;
  }

  private decode(block: SettledFrames): Note[] {
    if (this.options.keep === 'activations') this.kept.push(block);
    this.redrawing?.add(block);
    return this.decoder.take({ ...block, secondsPerFrame: this.secondsPerFrame });
  }

  private decoderOf(thresholds: CheckedThresholds): NoteDecoder | DrumDecoder {
    return this.config.drums ? new DrumDecoder(thresholds) : new NoteDecoder(thresholds);
  }

  private heard(ended: readonly Note[], { seconds: computing }: Watch): Heard {
    return { ended, sounding: this.decoder.sounding(), seconds: this.decoder.seconds, computing };
  }

  private activations(): Activations {
    const [first] = this.kept;
    const all = (part: (block: SettledFrames) => Float32Array | undefined) =>
      concatenateFloats(this.kept.map((block) => part(block) ?? new Float32Array(0)));
    return {
      frameCount: this.kept.reduce((sum, { frameCount }) => sum + frameCount, 0),
      secondsPerFrame: this.secondsPerFrame,
      onsets: all(({ onsets }) => onsets),
      frames: first?.frames && all(({ frames }) => frames),
      velocities: all(({ velocities }) => velocities),
      offsets: first?.offsets && all(({ offsets }) => offsets),
    };
  }

  private get secondsPerFrame(): number {
    return this.config.hopLength / this.config.mel.sampleRate;
  }
}

/** Counts the time that is computed, without the pauses. */
class Watch {
  private spent = 0;
  private since = performance.now();

  get seconds(): number {
    return (this.spent + performance.now() - this.since) / 1000;
  }

  around(pause: Pause): Pause {
    return async (done) => {
      this.spent += performance.now() - this.since;
      await pause(done);
      this.since = performance.now();
    };
  }
}
