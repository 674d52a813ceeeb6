/** The audio side of an instrument: a context, voices on its audio thread, and the level and ways out of them. */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { VoiceCommand, VoiceProcessorOptions, VoiceReport } from '../messages/voice-processor.js';
import type { OptionNames } from '../errors/check-arguments.js';
import {
  ContextKeeper,
  createAudioContext,
  keepAwake,
  nativeContext,
  nativeNode,
  type AudioContextLike,
  type AudioNodeLike,
} from './context.js';
import { Room } from './room.js';
import { VoiceNode } from './voice-node.js';

export interface StartOptions {
  /** Native, standardized-audio-context's or Tone's `rawContext`. Default: one of our own. */
  readonly context?: AudioContextLike;
  /** The node to connect to; `null` for nowhere (connect `output` yourself). Default: the context's destination. */
  readonly destination?: AudioNodeLike | null;
}

export const START_OPTIONS: OptionNames<StartOptions> = { context: true, destination: true };

/** An instrument asks this of its audio side. A plugin or a test has one of its own. */
export interface AudioOutput {
  readonly context: BaseAudioContext;
  readonly output: GainNode;
  /** Resolves when the audio thread listens. */
  readonly ready: Promise<void>;
  onReport: (report: VoiceReport) => void;
  /** The context began to run, or stopped. */
  onState: (running: boolean) => void;
  /** A context that stopped could not be brought back for a note. */
  onFailure: (error: TimbrelError) => void;
  /** Call it when the audio thread listens. */
  send(command: VoiceCommand, transfer?: Transferable[]): void;
  /** @param gain linear */
  setVolume(gain: number): void;
  /** @param amount 0 (none) to 1 */
  setRoom(amount: number): void;
  /** Ends what still sounds in the room: every voice was silenced. */
  silenceRoom(): void;
  connect(destination: AudioNodeLike): void;
  /** @throws AUDIO_CONTEXT_SUSPENDED, AUDIO_CONTEXT_CLOSED */
  resume(): Promise<void>;
  /** Brings a context that stopped back for a note, and waits for nothing. */
  wake(): void;
  dispose(): void;
}

/** The settings of an audio side at its beginning. */
export interface OutputLevels {
  /** Linear gain. */
  readonly volume: number;
  /** The share of the room, 0 to 1. */
  readonly room: number;
}

/** Opens the audio side. It is called in a gesture, so that nothing may be waited for before the context is resumed. */
export type OpenAudio = (
  options: StartOptions,
  voices: VoiceProcessorOptions,
  levels: OutputLevels,
) => AudioOutput;

export class VoiceOutput implements AudioOutput {
  readonly context: BaseAudioContext;
  readonly output: GainNode;
  readonly ready: Promise<void>;
  onReport: (report: VoiceReport) => void = () => {};
  onState: (running: boolean) => void = () => {};
  onFailure: (error: TimbrelError) => void = () => {};
  private readonly keeper: ContextKeeper;
  private readonly room: Room;
  private readonly owned: boolean;
  private node: VoiceNode | undefined;
  private disposed = false;
  /** Ends of silent sources; see keepAwake. */
  private readonly awake: (() => void)[] = [];

  /** @throws AUDIO_CONTEXT_*, INSECURE_CONTEXT; `ready` rejects with WORKER_FAILED */
  constructor(
    { context, destination }: StartOptions,
    voices: VoiceProcessorOptions,
    { volume, room }: OutputLevels,
  ) {
    this.context = context ? nativeContext(context) : createAudioContext();
    this.owned = !context;
    this.keeper = new ContextKeeper(this.context, {
      everywhere: this.owned,
      changed: (running) => this.onState(running),
      failed: (error) => this.onFailure(error),
    });
    // Some browsers start sound only while the gesture's own handler runs: ask before the first wait. Who starts us hears of a failure.
    this.keeper.resume().catch(() => {});
    this.output = new GainNode(this.context, { gain: volume });
    this.room = new Room(this.context, room);
    this.room.output.connect(this.output);
    if (destination !== null) this.connect(destination ?? this.context.destination);
    this.ready = this.open(voices);
    this.ready.catch(() => {});
  }

  send(command: VoiceCommand, transfer: Transferable[] = []): void {
    this.node?.send(command, transfer);
  }

  setVolume(gain: number): void {
    this.output.gain.setTargetAtTime(gain, this.context.currentTime, 0.01);
  }

  setRoom(amount: number): void {
    this.room.setAmount(amount);
  }

  silenceRoom(): void {
    this.room.silence();
  }

  connect(destination: AudioNodeLike): void {
    const native = nativeNode(destination);
    if (native instanceof AudioNode) this.output.connect(native);
    else this.output.connect(native);
    this.awake.push(keepAwake(destination));
  }

  resume(): Promise<void> {
    return this.keeper.resume();
  }

  wake(): void {
    this.keeper.wake();
  }

  dispose(): void {
    this.disposed = true;
    this.keeper.close();
    this.node?.dispose();
    this.output.disconnect();
    for (const end of this.awake.splice(0)) end();
    const { context } = this;
    if (this.owned && context instanceof AudioContext && context.state !== 'closed') void context.close();
  }

  private async open(voices: VoiceProcessorOptions): Promise<void> {
    const node = await VoiceNode.create(this.context, voices);
    if (this.disposed) {
      node.dispose();
      throw new TimbrelError('DISPOSED', 'The instrument was disposed while its audio started');
    }
    node.output.connect(this.room.input);
    node.onReport = (report) => this.onReport(report);
    this.node = node;
  }
}
