/** A recording from the microphone, lossless: sound as it comes, without what makes speech clear and music poor. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { createAudioContext, resumeContext } from './context.js';
import { WavRecorder } from './wav-recorder.js';

const AS_IT_COMES = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };

export class MicrophoneRecording {
  private readonly block: Float32Array<ArrayBuffer>;

  private constructor(
    private readonly stream: MediaStream,
    private readonly context: AudioContext,
    private readonly meter: AnalyserNode,
    private readonly recorder: WavRecorder,
    private readonly began: number,
  ) {
    this.block = new Float32Array(meter.fftSize);
  }

  /**
   * Asks for the microphone and begins; call it in a gesture.
   * @throws MICROPHONE_DENIED, MICROPHONE_UNAVAILABLE, INSECURE_CONTEXT, AUDIO_CONTEXT_SUSPENDED, AUDIO_CONTEXT_UNSUPPORTED
   */
  static async start(): Promise<MicrophoneRecording> {
    const stream = await askForMicrophone();
    let context: AudioContext | undefined;
    try {
      context = createAudioContext();
      await resumeContext(context);
      const source = context.createMediaStreamSource(stream);
      const meter = context.createAnalyser();
      meter.fftSize = 1024;
      source.connect(meter);
      const recorder = await WavRecorder.start(source);
      return new MicrophoneRecording(stream, context, meter, recorder, context.currentTime);
    } catch (error) {
      release(stream, context);
      throw error;
    }
  }

  /** Peak of the last 20 ms, 0 to 1. */
  get level(): number {
    this.meter.getFloatTimeDomainData(this.block);
    return this.block.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0);
  }

  get seconds(): number {
    return this.context.currentTime - this.began;
  }

  /** Ends it and lets go of the microphone. @returns a WAV file @throws AUDIO_CONTEXT_SUSPENDED where nothing was recorded */
  async stop(): Promise<Blob> {
    try {
      return await this.recorder.stop();
    } finally {
      release(this.stream, this.context);
    }
  }
}

/** Asks for the microphone, without what browsers do to voices. @throws MICROPHONE_DENIED, MICROPHONE_UNAVAILABLE, INSECURE_CONTEXT */
export async function askForMicrophone(): Promise<MediaStream> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices?.getUserMedia) {
    if (!isSecureContext)
      throw new TimbrelError('INSECURE_CONTEXT', `${location.origin} may not listen: serve it by HTTPS`);
    throw new TimbrelError('MICROPHONE_UNAVAILABLE', 'This browser gives pages no microphone');
  }
  try {
    return await devices.getUserMedia({ audio: AS_IT_COMES });
  } catch (cause) {
    const { name, message } = cause as DOMException;
    const denied = name === 'NotAllowedError' || name === 'SecurityError';
    throw new TimbrelError(
      denied ? 'MICROPHONE_DENIED' : 'MICROPHONE_UNAVAILABLE',
      denied
        ? `This page may not listen (${message}): allow it in the settings of the browser for this site`
        : `The microphone cannot be used (${name}: ${message}): plug one in, or end what uses it`,
      { cause },
    );
  }
}

function release(stream: MediaStream, context: AudioContext | undefined): void {
  for (const track of stream.getTracks()) track.stop();
  void context?.close();
}
