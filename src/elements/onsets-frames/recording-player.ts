/** Plays a recording on the audio clock, beside the notes that were found in it: pieces of it, one behind the other. */
import type { OpenedRecording } from './recording-files.js';

/** Seconds of a piece ... */
const PIECE = 20;
/** ... and seconds before its time that it is read. */
const AHEAD = 10;
const TIMER_MS = 500;

export class RecordingPlayer {
  private sources = new Set<AudioBufferSourceNode>();
  private timer: ReturnType<typeof setInterval> | undefined;
  /** Counts the times that it began: what is read for an earlier one comes too late. */
  private run = 0;

  constructor(
    private readonly recording: OpenedRecording,
    private readonly context: BaseAudioContext,
    /** A piece could not be read. */
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** @param from seconds of the recording @param at context time */
  play(from: number, at: number): void {
    this.stop();
    const run = ++this.run;
    const { sampleRate, length } = this.recording;
    let next = Math.max(0, Math.round(from * sampleRate));
    let due = at;
    let reading = false;
    const handOver = async () => {
      if (reading || next >= length || due - this.context.currentTime > AHEAD) return;
      reading = true;
      try {
        const channels = await this.recording.read(next, next + PIECE * sampleRate);
        if (run !== this.run) return;
        const [{ length: samples }] = channels;
        this.schedule(channels, due);
        next += samples || length;
        due += samples / sampleRate;
      } catch (error) {
        this.stop();
        this.onFailure(error);
      } finally {
        reading = false;
      }
    };
    this.timer = setInterval(() => void handOver(), TIMER_MS);
    void handOver();
  }

  stop(): void {
    this.run++;
    clearInterval(this.timer);
    for (const source of this.sources) source.stop();
    this.sources = new Set();
  }

  private schedule(channels: readonly Float32Array<ArrayBuffer>[], due: number): void {
    const { context, sources } = this;
    const [{ length }] = channels;
    if (length === 0) return;
    const buffer = new AudioBuffer({
      length,
      numberOfChannels: channels.length,
      sampleRate: this.recording.sampleRate,
    });
    channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    source.onended = () => sources.delete(source);
    sources.add(source);
    // Read too late: the rest of it.
    const late = Math.max(0, context.currentTime - due);
    if (late < buffer.duration) source.start(due + late, late);
  }
}
