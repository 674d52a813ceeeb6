/** A recording of what an instrument plays, from one press of a button to the next. */
import { WavRecorder } from '../../instruments/wav-recorder.js';

export class Recording {
  private recorder: WavRecorder | undefined;

  get active(): boolean {
    return this.recorder !== undefined;
  }

  /** @param output what is heard */
  async start(output: AudioNode): Promise<void> {
    this.recorder = await WavRecorder.start(output, { channels: 2 });
  }

  /** @returns a WAV file @throws AUDIO_CONTEXT_SUSPENDED where nothing was heard */
  async stop(): Promise<Blob | undefined> {
    const { recorder } = this;
    this.recorder = undefined;
    return recorder?.stop();
  }
}
