/** An NSynth as it runs inside a model worker: a checkpoint of either kind, and what is done with it. */
import { toMonoInParts, type Channels } from '../../../audio/mono.js';
import type { CheckpointSource, LoadProgress } from '../../../checkpoints/checkpoint-source.js';
import { openCheckpoint, type Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import { framePitches, type SpectralStream } from '../../../ops/nsynth/spectral-networks.js';
import { yieldToMessages } from '../../yield.js';
import type { NamedTimbre } from '../../../checkpoints/timbres.js';
import { SAMPLE_RATE, parseConfig, type NSynthConfig } from '../config.js';
import type {
  DecodedPart,
  EmbeddedSound,
  EmbeddingPart,
  NSynthDescription,
  NSynthOptions,
  NSynthPrecision,
} from '../protocol.js';
import { EMBEDDING_SIZE, noteOf } from '../timbre-bank.js';
import type { Autoencoder, Work } from './autoencoder.js';
import { embedSound } from './embed-sound.js';
import { TIMBRES_TENSOR, readNamedTimbres } from './named-timbres.js';
import { heldNote } from './live-note.js';
import { createSpectralAutoencoder } from './spectral-autoencoder.js';
import { createHearing, createSpectralLayers } from './spectral-hearing.js';
import {
  readHearingWeights,
  readSpectralWeights,
  spectralNames,
  type HearingWeights,
  type SpectralWeights,
} from './spectral-weights.js';
import { createWaveNetAutoencoder } from './wavenet-autoencoder.js';
import { nsynthNames, readNSynthDecoder, readNSynthWeights, type NSynthWeights } from './weights.js';

export interface NSynthLoadOptions {
  readonly backend?: NSynthOptions['backend'];
  readonly precision?: NSynthPrecision;
  readonly keep?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface DecodeOptions {
  readonly seeds: readonly (number | string)[];
  readonly temperature: number;
  /** Default 1. */
  readonly spread?: number;
  readonly signal?: AbortSignal;
  readonly onPart?: (part: DecodedPart) => void;
}

export interface EmbedOptions {
  /** MIDI pitch of the sound; null: it has none. Left out, it is found. */
  readonly pitch?: number | null;
  readonly signal?: AbortSignal;
  readonly onPart?: (part: EmbeddingPart) => void;
  /** It is awaited between parts of the work as soon as the sound can be played. */
  readonly giveWay?: () => Promise<void>;
}

/** The content of a checkpoint, decoded; other workers take it as it is. */
export interface NSynthContent {
  readonly weights:
    | { readonly spectral: SpectralWeights }
    | { readonly waveNet: NSynthWeights; readonly hearing?: HearingWeights };
  readonly hopLength: number;
  readonly spread: number;
  readonly timbres: readonly NamedTimbre[];
}

type ReadKernels = (name: string) => Promise<BufferSource>;

export class NSynthModel {
  private constructor(
    private readonly autoencoder: Autoencoder,
    /** Structured-cloneable: {@link create} makes the same model of it in another worker. */
    readonly content: NSynthContent,
  ) {}

  /**
   * @param readKernels reads a file that lies beside the worker's script
   * @throws CHECKPOINT_*, BACKEND_UNAVAILABLE, ABORTED, WASM_UNAVAILABLE, and GPU_* where 'webgpu' was asked for
   */
  static async load(
    source: CheckpointSource,
    options: NSynthLoadOptions,
    readKernels: ReadKernels,
  ): Promise<NSynthModel> {
    const { signal, onProgress } = options;
    const opened = await openCheckpoint(source, { signal, onProgress });
    const config = parseConfig(await opened.readJSON('config.json'));
    const spectral = config.decoderType === 'spectral';
    const there = [...opened.entries.keys()];
    const names = [
      ...(config.encoderType === 'spectral' ? spectralNames(there) : []),
      ...(spectral ? [] : nsynthNames(there)),
    ];
    if (config.timbres && opened.entries.has(TIMBRES_TENSOR)) names.push(TIMBRES_TENSOR);
    const tensors = await opened.readTensors(names, { signal, onProgress });
    const weights = spectral
      ? { spectral: readSpectralWeights(tensors, config) }
      : readWaveNet(tensors, config);
    const { hopLength, spread } = config;
    const content = { weights, hopLength, spread, timbres: readNamedTimbres(tensors, config) };
    return NSynthModel.create(content, options, readKernels);
  }

  /** @throws BACKEND_UNAVAILABLE, ABORTED, WASM_UNAVAILABLE, and GPU_* where 'webgpu' was asked for */
  static async create(
    content: NSynthContent,
    { backend = 'auto', precision = 'int8', keep = false, signal }: NSynthLoadOptions,
    readKernels: ReadKernels,
  ): Promise<NSynthModel> {
    throwIfAborted(signal, 'Loading NSynth');
    const { weights, hopLength } = content;
    const options = { hopLength, backend, precision, keep, readKernels };
    const autoencoder =
      'spectral' in weights
        ? await createSpectralAutoencoder(weights.spectral, { ...options, backend: spectralBackend(backend) })
        : await createWaveNetAutoencoder(weights.waveNet, {
            ...options,
            encode: weights.hearing && (await hearingOf(weights.hearing, backend, readKernels)),
          });
    return new NSynthModel(autoencoder, content);
  }

  describe(): NSynthDescription {
    const { facts, bytes } = this.autoencoder;
    const { timbres, spread } = this.content;
    return { ...facts, bytes, timbres, spread };
  }

  /** @returns [frames, embeddingSize]; a rest that is no whole frame is cut @throws AUDIO_INVALID, ABORTED */
  async encode(
    audio: Channels,
    { signal, onShare = () => {} }: { signal?: AbortSignal; onShare?: (done: number) => void } = {},
  ): Promise<Float32Array<ArrayBuffer>> {
    const pause = givingUp(signal, 'Encoding');
    return this.autoencoder.encode(await this.wholeFrames(audio, pause), { pause, onShare });
  }

  /** Makes a timbre of a sound. @throws AUDIO_INVALID, ABORTED, CHECKPOINT_OTHER_MODEL */
  async embed(
    audio: Channels,
    { pitch, signal, onPart = () => {}, giveWay = () => Promise.resolve() }: EmbedOptions,
  ): Promise<EmbeddedSound> {
    this.checkPlayable();
    const giveUp = givingUp(signal, 'Hearing the sound');
    let isPlayable = false;
    const pause = async () => {
      if (isPlayable) await giveWay();
      await giveUp();
    };
    const encode = (samples: Float32Array, pitches: Float32Array) =>
      this.autoencoder.encode(samples, { pause, onShare: () => {}, pitches });
    const mono = await toMonoInParts(audio, SAMPLE_RATE, pause);
    return embedSound(mono, pitch, {
      ...{ encode, pitches: framePitches, pause },
      onPart: (part) => {
        isPlayable = true;
        onPart(part);
      },
    });
  }

  /** @returns 64000 samples @throws ABORTED, CHECKPOINT_OTHER_MODEL */
  async note(row: Float32Array, pitch: number, stretch: number, signal: AbortSignal): Promise<Float32Array> {
    this.checkPlayable();
    if (stretch < 1) return heldNote(this.stream, row, pitch, stretch, givingUp(signal, 'Decoding'));
    const [sound] = await this.decode([noteOf(row, pitch, stretch)], { seeds: [0], temperature: 1, signal });
    return sound;
  }

  /** Begins streams of the decoder, for notes that are decoded while they sound. @throws CHECKPOINT_OTHER_MODEL */
  get stream(): () => SpectralStream {
    this.checkPlayable();
    return this.autoencoder.stream!;
  }

  /** @returns frames * frameSamples samples each @throws ABORTED */
  decode(
    embeddings: readonly Float32Array[],
    { seeds, temperature, spread, signal, onPart = () => {} }: DecodeOptions,
  ): Promise<Float32Array<ArrayBuffer>[]> {
    const pause = givingUp(signal, 'Decoding');
    return this.autoencoder.decode(embeddings, { seeds, temperature, spread, onPart, pause });
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
    const pause = givingUp(signal, 'Scoring');
    const samples = await this.wholeFrames(audio, pause);
    const frames = samples.length / frameSamples;
    if (embedding && embedding.length !== frames * embeddingSize) {
      throw new TimbrelError(
        'EMBEDDING_INVALID',
        `The embedding has ${embedding.length} numbers, the sound ${frames} frames of ${embeddingSize}`,
      );
    }
    const given = embedding ?? (await autoencoder.encode(samples, { pause, onShare: () => {} }));
    return autoencoder.score(samples, given, { pause });
  }

  /** @throws CHECKPOINT_OTHER_MODEL for one that takes minutes for a note, or has embeddings of another size */
  private checkPlayable(): void {
    const { decoder, embeddingSize } = this.autoencoder.facts;
    if (decoder === 'spectral' && embeddingSize === EMBEDDING_SIZE) return;
    throw new TimbrelError(
      'CHECKPOINT_OTHER_MODEL',
      `This checkpoint has a ${decoder} decoder and embeddings of ${embeddingSize} numbers; an instrument plays spectral ones of ` +
        `${EMBEDDING_SIZE}. Render notes of this one beforehand: timbrel nsynth grid`,
    );
  }

  /** @throws AUDIO_INVALID for less than a frame */
  private async wholeFrames(audio: Channels, pause: Work['pause']): Promise<Float32Array> {
    const samples = await toMonoInParts(audio, SAMPLE_RATE, pause);
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

/** @throws CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE where decoder and encoder do not fit */
function readWaveNet(tensors: ReadonlyMap<string, Tensor>, config: NSynthConfig) {
  if (config.encoderType === 'wavenet') return { waveNet: readNSynthWeights(tensors, config) };
  const { decoder, parameterCount } = readNSynthDecoder(tensors, config);
  const hearing = readHearingWeights(tensors, config.bottleneckWidth);
  const told = decoder.outConditioning.kernel.rows;
  if (told === hearing.embeddingSize)
    return { waveNet: { decoder, parameterCount: parameterCount + hearing.parameterCount }, hearing };
  const message = `The encoder writes ${hearing.embeddingSize} numbers a frame, and the decoder reads ${told}`;
  throw new TimbrelError('CHECKPOINT_SHAPE', message);
}

/** @throws WASM_UNAVAILABLE */
async function hearingOf(
  { encoder }: HearingWeights,
  backend: NSynthOptions['backend'],
  readKernels: ReadKernels,
) {
  const layers = await createSpectralLayers({ backend: backend === 'cpu' ? 'cpu' : 'wasm', readKernels });
  return createHearing(layers, encoder);
}

/** @throws BACKEND_UNAVAILABLE */
function spectralBackend(backend: NSynthOptions['backend']): 'wasm' | 'cpu' {
  if (backend === 'auto') return 'wasm';
  if (backend !== 'webgpu') return backend;
  const message =
    'This checkpoint has a spectral decoder, which WebAssembly computes many times as fast as it sounds; there are auto, wasm, cpu';
  throw new TimbrelError('BACKEND_UNAVAILABLE', message);
}

const givingUp = (signal: AbortSignal | undefined, what: string) => async () => {
  await yieldToMessages();
  throwIfAborted(signal, what);
};
