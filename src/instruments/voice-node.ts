/** The AudioWorkletNode of the voice engine, typed: commands in, reports out, transports to model workers. */
import { TimbrelError } from '../errors/timbrel-error.js';
import {
  VOICE_PROCESSOR_NAME,
  type VoiceCommand,
  type VoiceProcessorOptions,
  type VoiceReport,
} from '../messages/voice-processor.js';

const processorURL = () => new URL('./voice-processor.js', import.meta.url).href;

/** Fetches the processor's script into the browser's cache: there is no context to load it into before the first gesture. */
export function prepareVoices(): void {
  if (prepared || typeof document !== 'object') return;
  prepared = true;
  void fetch(processorURL()).catch(() => {});
}
let prepared = false;

/** One load of the processor's module per context. */
const loaded = new WeakMap<BaseAudioContext, Promise<void>>();

async function loadModule(context: BaseAudioContext): Promise<void> {
  let loading = loaded.get(context);
  if (!loading) {
    loading = context.audioWorklet.addModule(processorURL());
    loaded.set(context, loading);
  }
  try {
    await loading;
  } catch (cause) {
    loaded.delete(context);
    throw new TimbrelError(
      'WORKER_FAILED',
      'The audio processor could not be loaded. Is voice-processor.js beside the script, readable from this ' +
        'origin (Access-Control-Allow-Origin), and allowed by the Content-Security-Policy (script-src)?',
      { cause },
    );
  }
}

export class VoiceNode {
  /** Mono. */
  readonly output: AudioNode;
  onReport: (report: VoiceReport) => void = () => {};

  private constructor(private readonly node: AudioWorkletNode) {
    this.output = node;
    node.port.onmessage = (event: MessageEvent<VoiceReport>) => this.onReport(event.data);
  }

  static async create(context: BaseAudioContext, options: VoiceProcessorOptions): Promise<VoiceNode> {
    await loadModule(context);
    return new VoiceNode(
      new AudioWorkletNode(context, VOICE_PROCESSOR_NAME, {
        numberOfInputs: 0,
        numberOfOutputs: 1,
        outputChannelCount: [1],
        processorOptions: options,
      }),
    );
  }

  send(command: VoiceCommand, transfer: Transferable[] = []): void {
    this.node.port.postMessage(command, transfer);
  }

  dispose(): void {
    this.send({ type: 'close' });
    this.node.port.onmessage = null;
    this.node.port.close();
    this.node.disconnect();
  }
}
