/** Records what flows in, its channels interleaved, into buffers that the page provides. `process()` copies and nothing else. */
import {
  RECORDER_PROCESSOR_NAME,
  type RecordedChunk,
  type RecorderCommand,
} from '../messages/recorder-processor.js';

class RecorderProcessor extends AudioWorkletProcessor {
  private samples: Float32Array = new Float32Array(0);
  private length = 0;
  private lost = 0;
  private recording = true;

  constructor() {
    super();
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
    const channels = inputs[0];
    const count = channels.length;
    if (count === 0) return this.recording;
    const frames = channels[0].length;
    if (this.length + count * frames <= this.samples.length) {
      for (let channel = 0; channel < count; channel++)
        for (let i = 0, at = this.length + channel; i < frames; i++, at += count)
          this.samples[at] = channels[channel][i];
      this.length += count * frames;
    } else this.lost += count * frames;
    return this.recording;
  }
}

registerProcessor(RECORDER_PROCESSOR_NAME, RecorderProcessor);
