/** Entry of the audio thread: the voice engine as an AudioWorkletProcessor. Built into one file without imports. */
import {
  VOICE_PROCESSOR_NAME,
  type VoiceCommand,
  type VoiceProcessorOptions,
  type VoiceReport,
} from '../messages/voice-processor.js';
import { VoiceEngine } from './voice-engine.js';

class VoiceProcessor extends AudioWorkletProcessor {
  private readonly engine: VoiceEngine;

  constructor(options: { processorOptions: VoiceProcessorOptions }) {
    super();
    this.engine = new VoiceEngine(options.processorOptions, sampleRate);
    const reply = (report: VoiceReport) => this.port.postMessage(report);
    this.port.onmessage = (event: MessageEvent<VoiceCommand>) =>
      this.engine.receive(event.data, currentFrame, reply);
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const channels = outputs[0];
    this.engine.process(channels[0], currentFrame);
    for (let i = 1; i < channels.length; i++) channels[i].set(channels[0]);
    return this.engine.open;
  }
}

try {
  registerProcessor(VOICE_PROCESSOR_NAME, VoiceProcessor);
} catch (error) {
  // Another copy of the script was here first. The scope cannot be asked, and its processor does the same.
  if (!(error instanceof Error && error.name === 'NotSupportedError')) throw error;
}
