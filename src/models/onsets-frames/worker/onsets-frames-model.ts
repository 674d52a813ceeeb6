/** Onsets and Frames as it runs inside a model worker: a checkpoint, its network, and the recordings under way. */
import type { CheckpointSource } from '../../../checkpoints/checkpoint-source.js';
import { openCheckpoint, type OpenedCheckpoint } from '../../../checkpoints/checkpoint.js';
import type { ReadTensorsOptions } from '../../../checkpoints/opened-checkpoint.js';
import { MAX_STEP } from '../../../audio/resampler.js';
import { LogMel } from '../../../audio/log-mel.js';
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import type { WeightPrecision } from '../../load-options.js';
import { configOf, type TranscriberConfig } from '../config.js';
import type { Head, OnsetsAndFramesDescription } from '../protocol.js';
import { OwnConvolutions, SharedConvolutions, type Borrowed } from './convolutions.js';
import { borrowOver, lendOver } from './lending.js';
import { createOps, type Ops } from './kernels.js';
import { TranscriberNetwork } from './network.js';
import { Recording, type RecordingOptions } from './recording.js';
import { readTranscriberWeights, transcriberNames, type TranscriberWeights } from './weights.js';

export interface ModelOptions extends ReadTensorsOptions {
  readonly backend?: 'wasm' | 'cpu';
  readonly precision?: WeightPrecision;
}

export class OnsetsFramesModel {
  private readonly mel: LogMel;
  private readonly network: TranscriberNetwork;
  private borrowed: Borrowed | undefined;

  private constructor(
    private readonly config: TranscriberConfig,
    private readonly weights: TranscriberWeights,
    { convolutions, layers }: Ops,
    private readonly precision: WeightPrecision,
  ) {
    this.mel = new LogMel(config.mel);
    this.network = new TranscriberNetwork(convolutions, layers, weights);
  }

  /** @throws CHECKPOINT_*, ABORTED, WASM_UNAVAILABLE */
  static async load(source: CheckpointSource, options: ModelOptions = {}): Promise<OnsetsFramesModel> {
    return OnsetsFramesModel.of(await openCheckpoint(source, options), options);
  }

  /** @param ops in tests @throws CHECKPOINT_*, ABORTED, WASM_UNAVAILABLE */
  static async of(
    opened: OpenedCheckpoint,
    options: ModelOptions = {},
    ops?: Ops,
  ): Promise<OnsetsFramesModel> {
    const { backend = 'wasm', precision = 'float32' } = options;
    const names = [...opened.entries.keys()];
    const config = configOf(await opened.readJSON('config.json'), names);
    const tensors = await opened.readTensors(transcriberNames(names, config.drums), options);
    const weights = readTranscriberWeights(tensors, config);
    throwIfAborted(options.signal, 'Loading OnsetsAndFrames');
    const made = ops ?? (await createOps(backend, precision));
    return new OnsetsFramesModel(
      config,
      weights,
      made,
      made.layers.backend === 'cpu' ? 'float32' : precision,
    );
  }

  describe(): OnsetsAndFramesDescription {
    const { config, network, weights } = this;
    const { mel, hopLength, floor, drums, lookAhead } = config;
    const units = ({ forward }: { forward: TranscriberWeights['onsets']['reader']['forward'] }) =>
      forward.cells[0].bias.length / 4;
    const { onsets, offsets, frames, parameterCount } = weights;
    const heads: Head[] = ['onsets', ...(offsets ? (['offsets'] as const) : [])];
    if (frames) heads.push('frames');
    const framesAhead = lookAhead.reduce((sum, ahead) => sum + ahead, 0);
    const { isStreaming } = network;
    return {
      model: 'OnsetsAndFrames',
      heads: [...heads, 'velocities'],
      lstmUnits: {
        onsets: units(onsets.reader),
        ...(offsets && { offsets: units(offsets.reader) }),
        ...(frames && { frames: units(frames.reader) }),
      },
      isStreaming,
      drums,
      sampleRate: mel.sampleRate,
      secondsPerFrame: hopLength / mel.sampleRate,
      bins: mel.bins,
      // The window reaches half its length ahead, and a sound may come a hop before the next frame.
      lag: isStreaming ? (mel.windowLength / 2 + (framesAhead + 1) * hopLength) / mel.sampleRate : Infinity,
      floor,
      backend: network.backend,
      precision: this.precision,
      parameterCount,
      macsPerSecond: (network.macsPerFrame * mel.sampleRate) / hopLength,
      bytes: network.bytes,
    };
  }

  /** @throws OPTION_INVALID where the rate is one that cannot be resampled */
  begin(options: RecordingOptions): Recording {
    const { sampleRate } = this.config.mel;
    const [least, most] = [Math.ceil(sampleRate / 64), sampleRate * MAX_STEP];
    if (!(options.sampleRate >= least && options.sampleRate <= most)) {
      throw new TimbrelError(
        'OPTION_INVALID',
        `sampleRate is ${options.sampleRate}; expected a number of Hz from ${least} to ${most}`,
      );
    }
    const { network, config, mel, borrowed } = this;
    const { bins } = config.mel;
    const convolutions =
      options.whole && borrowed
        ? new SharedConvolutions(network, bins, borrowed)
        : new OwnConvolutions(network, bins);
    return new Recording(network, convolutions, config, mel, options);
  }

  /** Recordings that begin from now on, and are there as a whole, are shared with another worker. */
  borrow(port: MessagePort): void {
    this.borrowed = borrowOver(port);
  }

  /** Computes rows for another worker, as long as the port is open. */
  lend(port: MessagePort): void {
    lendOver(port, this.network, this.config.mel.bins);
  }

  dispose(): void {
    this.network.dispose();
  }
}
