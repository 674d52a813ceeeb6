/** An NSynth as it runs inside a model worker: a checkpoint of either kind, and what is done with it. */
import { toMono, type Channels } from '../../../audio/mono.js';
import type { CheckpointSource, LoadProgress } from '../../../checkpoints/checkpoint-source.js';
import { openCheckpoint } from '../../../checkpoints/checkpoint.js';
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import { yieldToMessages } from '../../yield.js';
import { SAMPLE_RATE, parseConfig } from '../config.js';
import type { DecodedPart, NSynthDescription, NSynthPrecision } from '../protocol.js';
import type { Autoencoder } from './autoencoder.js';
import { createSpectralAutoencoder } from './spectral-autoencoder.js';
import { readSpectralWeights, spectralNames } from './spectral-weights.js';
import { createWaveNetAutoencoder } from './wavenet-autoencoder.js';
import { nsynthNames, readNSynthWeights } from './weights.js';

export interface NSynthLoadOptions {
  readonly backend?: 'wasm' | 'cpu';
  readonly precision?: NSynthPrecision;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface DecodeOptions {
  readonly seeds: readonly (number | string)[];
  readonly temperature: number;
  readonly signal?: AbortSignal;
  readonly onPart?: (part: DecodedPart) => void;
}

export class NSynthModel {
  private constructor(private readonly autoencoder: Autoencoder) {}

  /**
   * @param readKernels reads a file that lies beside the worker's script
   * @throws CHECKPOINT_*, ABORTED, WASM_UNAVAILABLE
   */
  static async load(
    source: CheckpointSource,
    options: NSynthLoadOptions,
    readKernels: (name: string) => Promise<BufferSource>,
  ): Promise<NSynthModel> {
    const { backend = 'wasm', precision = 'int8', signal, onProgress } = options;
    const opened = await openCheckpoint(source, { signal, onProgress });
    const config = parseConfig(await opened.readJSON('config.json'));
    const spectral = config.decoderType === 'spectral';
    const names = (spectral ? spectralNames : nsynthNames)([...opened.entries.keys()]);
    const tensors = await opened.readTensors(names, { signal, onProgress });
    throwIfAborted(signal, 'Loading NSynth');
    if (spectral) {
      const weights = readSpectralWeights(tensors, config);
      return new NSynthModel(await createSpectralAutoencoder(weights, { backend, readKernels }));
    }
    const { hopLength } = config;
    const made = { hopLength, backend, precision, readKernels };
    return new NSynthModel(await createWaveNetAutoencoder(readNSynthWeights(tensors, config), made));
  }

  describe(): NSynthDescription {
    const { facts, bytes } = this.autoencoder;
    return { ...facts, bytes };
  }

  /** @returns [frames, embeddingSize]; a rest that is no whole frame is cut @throws AUDIO_INVALID, ABORTED */
  async encode(
    audio: Channels,
    { signal, onShare = () => {} }: { signal?: AbortSignal; onShare?: (done: number) => void } = {},
  ): Promise<Float32Array<ArrayBuffer>> {
    const pause = givingUp(signal, 'Encoding');
    return this.autoencoder.encode(this.wholeFrames(audio), { pause, onShare });
  }

  /** @returns frames * frameSamples samples each @throws ABORTED */
  decode(
    embeddings: readonly Float32Array[],
    { seeds, temperature, signal, onPart = () => {} }: DecodeOptions,
  ): Promise<Float32Array<ArrayBuffer>[]> {
    const pause = givingUp(signal, 'Decoding');
    return this.autoencoder.decode(embeddings, { seeds, temperature, onPart, pause });
  }

  /** @returns nats, [frames * frameSamples] @throws AUDIO_INVALID, EMBEDDING_INVALID, OPTION_INVALID, ABORTED */
  async score(
    audio: Channels,
    { embedding, signal }: { embedding?: Float32Array; signal?: AbortSignal } = {},
  ): Promise<Float64Array<ArrayBuffer>> {
    const { autoencoder } = this;
    const { embeddingSize, frameSamples } = autoencoder.facts;
    if (!autoencoder.score) {
      throw new TimbrelError(
        'OPTION_INVALID',
        'This checkpoint has a spectral decoder, which draws no samples: only those of a WaveNet have probabilities',
      );
    }
    const samples = this.wholeFrames(audio);
    const frames = samples.length / frameSamples;
    if (embedding && embedding.length !== frames * embeddingSize) {
      throw new TimbrelError(
        'EMBEDDING_INVALID',
        `The embedding has ${embedding.length} numbers, the sound ${frames} frames of ${embeddingSize}`,
      );
    }
    const pause = givingUp(signal, 'Scoring');
    const given = embedding ?? (await autoencoder.encode(samples, { pause, onShare: () => {} }));
    return autoencoder.score(samples, given, { pause });
  }

  /** @throws AUDIO_INVALID for less than a frame */
  private wholeFrames(audio: Channels): Float32Array {
    const samples = toMono(audio, SAMPLE_RATE);
    const { frameSamples } = this.autoencoder.facts;
    if (samples.length < frameSamples) {
      throw new TimbrelError(
        'AUDIO_INVALID',
        `The sound has ${samples.length} samples at ${SAMPLE_RATE} Hz; a frame has ${frameSamples}`,
      );
    }
    return samples.subarray(0, samples.length - (samples.length % frameSamples));
  }
}

const givingUp = (signal: AbortSignal | undefined, what: string) => async () => {
  await yieldToMessages();
  throwIfAborted(signal, what);
};
