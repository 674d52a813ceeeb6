/** The way from a sound source of our own to a context: opened in a gesture, kept running, and closed where it was made here. */
import { checkedOptions, type OptionNames } from '../errors/check-arguments.js';
import {
  ContextKeeper,
  createAudioContext,
  nativeContext,
  nativeNode,
  type AudioContextLike,
  type AudioNodeLike,
  type SoundListener,
} from './context.js';

export interface ContextOutputOptions {
  /** Default: one of our own. */
  readonly context?: AudioContextLike;
  /** The node to connect to; default: the context's destination. */
  readonly destination?: AudioNodeLike;
}

export const CONTEXT_OUTPUT_OPTIONS: OptionNames<ContextOutputOptions> = { context: true, destination: true };

export class ContextOutput {
  private gain: GainNode | undefined;
  private owned = false;
  private keeper: ContextKeeper | undefined;

  /** @param volume linear gain @param listener hears when the sound stops and goes on, and that a note could not bring it back */
  constructor(
    private volume: number,
    private readonly listener?: SoundListener,
  ) {}

  /** The node to connect to, once it is open. */
  get node(): GainNode | undefined {
    return this.gain;
  }

  get context(): BaseAudioContext | undefined {
    return this.gain?.context;
  }

  /** Opens the context; where it is open, nothing. Nothing is waited for, so that a gesture still counts. @throws AUDIO_CONTEXT_*, INSECURE_CONTEXT */
  open(given: ContextOutputOptions): GainNode {
    const options = checkedOptions(given, CONTEXT_OUTPUT_OPTIONS);
    if (this.gain) return this.gain;
    this.owned = !options.context;
    const context = options.context ? nativeContext(options.context) : createAudioContext();
    this.gain = new GainNode(context, { gain: this.volume });
    this.keeper = new ContextKeeper(context, {
      everywhere: this.owned,
      changed: (running) => this.listener?.changed(running),
      failed: (error) => this.listener?.failed(error),
    });
    const destination = nativeNode(options.destination ?? context.destination);
    if (destination instanceof AudioNode) this.gain.connect(destination);
    else this.gain.connect(destination);
    return this.gain;
  }

  /** @throws AUDIO_CONTEXT_SUSPENDED, AUDIO_CONTEXT_CLOSED */
  async resume(): Promise<void> {
    await this.keeper?.resume();
  }

  /** Brings a context that stopped back for a note, and waits for nothing. */
  wake(): void {
    this.keeper?.wake();
  }

  /** @param gain linear */
  setVolume(gain: number): void {
    this.volume = gain;
    if (this.gain) this.gain.gain.setTargetAtTime(gain, this.gain.context.currentTime, 0.01);
  }

  dispose(): void {
    const { gain } = this;
    this.keeper?.close();
    gain?.disconnect();
    if (this.owned && gain?.context instanceof AudioContext && gain.context.state !== 'closed')
      void gain.context.close();
    this.gain = this.keeper = undefined;
  }
}
