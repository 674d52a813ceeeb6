/** Records what flows in, mono, into buffers that the page provides. `process()` copies and nothing else. */
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
    const input = inputs[0][0];
    if (input === undefined) return this.recording;
    if (this.length + input.length <= this.samples.length) {
      this.samples.set(input, this.length);
      this.length += input.length;
    } else this.lost += input.length;
    return this.recording;
  }
}

registerProcessor(RECORDER_PROCESSOR_NAME, RecorderProcessor);
