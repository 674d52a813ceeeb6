/** The microphone as samples: the audio thread records into buffers that go round, the page fetches them many times a second. */
import { TimbrelError } from '../errors/timbrel-error.js';
import {
  RECORDER_PROCESSOR_NAME,
  type RecordedChunk,
  type RecorderCommand,
  type RecorderSetup,
} from '../messages/recorder-processor.js';
import { createAudioContext, resumeContext } from './context.js';
import { askForMicrophone } from './microphone.js';

/** The page fetches what was heard this often, ms: half a frame of a transcriber ... */
const EXCHANGE_MS = 16;
/** ... and a buffer holds so many seconds, for a page that is busy, or hidden: timers then run once a second. */
const BUFFER_SECONDS = 3;

export interface MicrophoneListener {
  /** Receives what was heard since the last call, mono at {@link Microphone.sampleRate}. Samples that were lost are zeros. */
  heard(samples: Float32Array<ArrayBuffer>): void;
  /** The microphone was unplugged, or taken away: nothing more comes. Close it. */
  lost(error: TimbrelError): void;
}

export class Microphone {
  private readonly timer: ReturnType<typeof setInterval>;
  private readonly ended = new AbortController();
  /** The buffer that is not with the audio thread. */
  private spare: Float32Array<ArrayBuffer> | undefined;
  private lostSamples = 0;
  private count = 0;
  /** Context time of the first sample. */
  private origin = Infinity;
  private closed = false;
  private finish: () => void = () => {};

  private constructor(
    private readonly context: AudioContext,
    private readonly stream: MediaStream,
    private readonly source: MediaStreamAudioSourceNode,
    private readonly node: AudioWorkletNode,
    private readonly listener: MicrophoneListener,
  ) {
    node.port.onmessage = (event: MessageEvent<RecordedChunk>) => this.receive(event.data);
    const buffer = () => new Float32Array(Math.ceil(context.sampleRate * BUFFER_SECONDS));
    this.spare = buffer();
    this.exchange(buffer());
    this.timer = setInterval(() => this.spare && this.exchange(this.spare), EXCHANGE_MS);
    source.connect(node);
    for (const track of stream.getAudioTracks())
      track.addEventListener('ended', () => this.onEnded(), { signal: this.ended.signal });
  }

  /**
   * Asks for the microphone and begins to listen. Call it in answer to a click, touch or key.
   * @throws MICROPHONE_DENIED, MICROPHONE_UNAVAILABLE, INSECURE_CONTEXT, AUDIO_CONTEXT_*, ABORTED
   */
  static async open(listener: MicrophoneListener, signal?: AbortSignal): Promise<Microphone> {
    const context = createAudioContext();
    let stream: MediaStream | undefined;
    try {
      // In the gesture, before anything is waited for; it is waited for below, when the reader has answered.
      void context.resume().catch(() => {});
      const module = context.audioWorklet.addModule(new URL('./recorder-processor.js', import.meta.url).href);
      module.catch(() => {});
      stream = await askForMicrophone();
      await module;
      await resumeContext(context);
      if (signal?.aborted) throw new TimbrelError('ABORTED', 'Listening was given up');
      const source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
      const node = new AudioWorkletNode(context, RECORDER_PROCESSOR_NAME, {
        processorOptions: { channels: 1 } satisfies RecorderSetup,
        numberOfOutputs: 0,
        channelCount: 1,
        channelCountMode: 'explicit',
      });
      return new Microphone(context, stream, source, node, listener);
    } catch (error) {
      for (const track of stream?.getTracks() ?? []) track.stop();
      void context.close();
      throw error;
    }
  }

  get sampleRate(): number {
    return this.context.sampleRate;
  }

  /** Seconds since the first sample was heard: what has come of it is a little less. */
  get seconds(): number {
    return Math.max(0, this.context.currentTime - this.origin);
  }

  /** Ends the listening. Resolves when the last samples were handed over. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.timer);
    this.ended.abort();
    if (this.context.state === 'running') {
      const finished = new Promise<void>((resolve) => (this.finish = resolve));
      this.send({ type: 'stop' });
      // A device that was taken away may have taken the audio thread's answer with it.
      await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, 500))]);
    }
    this.node.port.onmessage = null;
    this.source.disconnect();
    for (const track of this.stream.getTracks()) track.stop();
    await this.context.close().catch(() => {});
  }

  private receive({ samples, length, lost, last }: RecordedChunk): void {
    if (last) this.finish();
    // The recorder begins with a buffer for nothing, which must not go round in the place of one of ours.
    else if (samples.length > 0) this.spare = samples as Float32Array<ArrayBuffer>;
    const gap = Math.min(lost - this.lostSamples, 10 * this.sampleRate);
    this.lostSamples = lost;
    if (length === 0 && gap === 0) return;
    const heard = new Float32Array(length + gap);
    heard.set(samples.subarray(0, length));
    this.count += heard.length;
    // Messages come late, never early.
    this.origin = Math.min(this.origin, this.context.currentTime - this.count / this.sampleRate);
    this.listener.heard(heard);
  }

  private exchange(samples: Float32Array<ArrayBuffer>): void {
    if (samples === this.spare) this.spare = undefined;
    this.send({ type: 'exchange', samples }, [samples.buffer]);
  }

  private send(command: RecorderCommand, transfer: Transferable[] = []): void {
    this.node.port.postMessage(command, transfer);
  }

  private onEnded(): void {
    this.listener.lost(
      new TimbrelError(
        'MICROPHONE_LOST',
        `The microphone was taken away after ${this.seconds.toFixed(1)} s: it was unplugged, or the browser's permission was taken back. What was heard is kept`,
      ),
    );
  }
}
