/** Records a node of the audio graph, lossless, into a WAV file. */
import { concatenateFloats } from '../bytes/concatenate.js';
import { encodeWav } from '../audio/wav.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { checkedOptions, shown, type OptionNames } from '../errors/check-arguments.js';
import {
  RECORDER_PROCESSOR_NAME,
  type RecordedChunk,
  type RecorderCommand,
  type RecorderSetup,
} from '../messages/recorder-processor.js';

/** The page fetches what was recorded this often, ms; a buffer holds ten times as much, for a page that is busy. */
const EXCHANGE_MS = 200;

export interface WavRecorderOptions {
  /** 1, the default, mixes all to mono; 2 is stereo. */
  readonly channels?: 1 | 2;
}

const WAV_RECORDER_OPTIONS: OptionNames<WavRecorderOptions> = { channels: true };

export class WavRecorder {
  private readonly chunks: Float32Array[] = [];
  private readonly timer: ReturnType<typeof setInterval>;
  private finish: () => void = () => {};
  private lost = 0;

  private constructor(
    private readonly source: AudioNode,
    private readonly node: AudioWorkletNode,
    private readonly channels: number,
  ) {
    node.port.onmessage = (event: MessageEvent<RecordedChunk>) => {
      const { samples, length, lost, last } = event.data;
      if (length > 0) this.chunks.push(samples.slice(0, length));
      this.lost = lost;
      if (last) this.finish();
    };
    this.exchange();
    this.timer = setInterval(() => this.exchange(), EXCHANGE_MS);
    source.connect(node);
  }

  /** Begins to record what `source` plays. @throws OPTION_INVALID */
  static async start(source: AudioNode, options?: WavRecorderOptions): Promise<WavRecorder> {
    const { channels = 1 } = checkedOptions(options, WAV_RECORDER_OPTIONS);
    if (channels !== 1 && channels !== 2)
      throw new TimbrelError('OPTION_INVALID', `channels is ${shown(channels)}; expected 1 or 2`);
    const { context } = source;
    await context.audioWorklet.addModule(new URL('./recorder-processor.js', import.meta.url).href);
    const node = new AudioWorkletNode(context, RECORDER_PROCESSOR_NAME, {
      numberOfOutputs: 0,
      channelCount: channels,
      channelCountMode: 'explicit',
      processorOptions: { channels } satisfies RecorderSetup,
    });
    return new WavRecorder(source, node, channels);
  }

  /**
   * @returns a 32-bit float WAV file at the context's sample rate
   * @throws AUDIO_CONTEXT_SUSPENDED when nothing was recorded, since the context does not run
   */
  async stop(): Promise<Blob> {
    clearInterval(this.timer);
    const finished = new Promise<void>((resolve) => (this.finish = resolve));
    this.send({ type: 'stop' });
    await finished;
    this.source.disconnect(this.node);
    this.node.port.close();
    const samples = concatenateFloats(this.chunks);
    if (samples.length === 0) {
      throw new TimbrelError(
        'AUDIO_CONTEXT_SUSPENDED',
        'Nothing was recorded: the AudioContext does not run',
      );
    }
    const { source, channels } = this;
    const wav = encodeWav(samples, source.context.sampleRate, 'float32', channels);
    return new Blob([wav], { type: 'audio/wav' });
  }

  /** Samples, of all channels together, that were lost because the page was busy for longer than the buffer is. */
  get lostSamples(): number {
    return this.lost;
  }

  private exchange(): void {
    const frames = Math.ceil((this.source.context.sampleRate * EXCHANGE_MS) / 100);
    const samples = new Float32Array(frames * this.channels);
    this.send({ type: 'exchange', samples }, [samples.buffer]);
  }

  private send(command: RecorderCommand, transfer: Transferable[] = []): void {
    this.node.port.postMessage(command, transfer);
  }
}
