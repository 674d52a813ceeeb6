/** Records what flows in, its channels interleaved, into buffers that the page provides. `process()` copies and nothing else. */
import {
  RECORDER_PROCESSOR_NAME,
  type RecordedChunk,
  type RecorderCommand,
  type RecorderSetup,
} from '../messages/recorder-processor.js';

/** Frames of a call. */
const QUANTUM = 128;

class RecorderProcessor extends AudioWorkletProcessor {
  private samples: Float32Array = new Float32Array(0);
  private length = 0;
  private lost = 0;
  private recording = true;
  private readonly channels: number;

  constructor({ processorOptions }: { readonly processorOptions: RecorderSetup }) {
    super();
    this.channels = processorOptions.channels;
    this.port.onmessage = (event: MessageEvent<RecorderCommand>) => {
      const { samples, length, lost } = this;
      const last = event.data.type === 'stop';
      this.recording = !last;
      this.samples = event.data.type === 'exchange' ? event.data.samples : new Float32Array(0);
      this.length = 0;
      const chunk: RecordedChunk = { samples, length, lost, last };
      this.port.postMessage(chunk, [samples.buffer]);
    };
  }

  process(inputs: Float32Array[][]): boolean {
    const [input] = inputs;
    const count = this.channels;
    // Where nothing plays there is no channel, and time goes on: a rest is recorded too.
    const frames = input.length > 0 ? input[0].length : QUANTUM;
    if (this.length + count * frames <= this.samples.length) {
      if (input.length === 0) this.samples.fill(0, this.length, this.length + count * frames);
      for (let channel = 0; channel < input.length; channel++)
        for (let i = 0, at = this.length + channel; i < frames; i++, at += count)
          this.samples[at] = input[channel][i];
      this.length += count * frames;
    } else this.lost += count * frames;
    return this.recording;
  }
}

registerProcessor(RECORDER_PROCESSOR_NAME, RecorderProcessor);
