/** An NSynth as it runs inside a model worker: a checkpoint, its encoder and its decoder. */
import { muLawClass, muLawLevel } from '../../../audio/mu-law.js';
import { toMono, type Channels } from '../../../audio/mono.js';
import type { CheckpointSource, LoadProgress } from '../../../checkpoints/checkpoint-source.js';
import { openCheckpoint } from '../../../checkpoints/checkpoint.js';
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import { createReferenceDecoder, createReferenceEncoder } from '../../../ops/nsynth/reference.js';
import { createWasmDecoder } from '../../../ops/nsynth/wasm-decoder.js';
import { createWasmEncoder } from '../../../ops/nsynth/wasm-encoder.js';
import { loadNSynthModule } from '../../../ops/nsynth/wasm-kernels.js';
import { decoderMacs, type WaveNetDecoder, type WaveNetEncoder } from '../../../ops/nsynth/wavenet.js';
import { yieldToMessages } from '../../yield.js';
import { SAMPLE_RATE, parseConfig } from '../config.js';
import type { DecodedPart, NSynthDescription, NSynthPrecision } from '../protocol.js';
import { decodeVoices, scoreClasses } from './decode-voices.js';
import { nsynthNames, readNSynthWeights, type NSynthWeights } from './weights.js';

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

interface Networks {
  readonly encoder: WaveNetEncoder;
  readonly decoder: WaveNetDecoder;
}

export class NSynthModel {
  private constructor(
    private readonly networks: Networks,
    private readonly facts: Omit<NSynthDescription, 'bytes'>,
  ) {}

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
    const names = nsynthNames([...opened.entries.keys()]);
    const weights = readNSynthWeights(await opened.readTensors(names, { signal, onProgress }), config);
    throwIfAborted(signal, 'Loading NSynth');
    const networks =
      backend === 'wasm' ? await inKernels(weights, precision, readKernels) : asReference(weights);
    return new NSynthModel(networks, {
      model: 'NSynth',
      decoder: 'wavenet',
      embeddingSize: networks.decoder.embeddingSize,
      frameSamples: config.hopLength,
      samplesPerStep: 1,
      backend,
      precision: backend === 'wasm' ? precision : 'float32',
      parameterCount: weights.parameterCount,
      macsPerSample: decoderMacs(weights.decoder),
    });
  }

  describe(): NSynthDescription {
    const { encoder, decoder } = this.networks;
    return { ...this.facts, bytes: encoder.bytes + decoder.bytes };
  }

  /** @returns [frames, embeddingSize]; a rest that is no whole frame is cut @throws AUDIO_INVALID, ABORTED */
  async encode(
    audio: Channels,
    { signal, onShare = () => {} }: { signal?: AbortSignal; onShare?: (done: number) => void } = {},
  ): Promise<Float32Array<ArrayBuffer>> {
    return this.encodeFrames(this.wholeFrames(audio), signal, onShare);
  }

  /** @returns frames * frameSamples samples each @throws EMBEDDING_INVALID, OPTION_INVALID, ABORTED */
  decode(embeddings: readonly Float32Array[], options: DecodeOptions): Promise<Float32Array<ArrayBuffer>[]> {
    const { signal, onPart = () => {}, ...settings } = options;
    const pause = givingUp(signal, 'Decoding');
    return decodeVoices(this.networks.decoder, embeddings, { ...this.pace(), ...settings, pause, onPart });
  }

  /** @returns nats, [frames * frameSamples] @throws AUDIO_INVALID, EMBEDDING_INVALID, ABORTED */
  async score(
    audio: Channels,
    { embedding, signal }: { embedding?: Float32Array; signal?: AbortSignal } = {},
  ): Promise<Float64Array<ArrayBuffer>> {
    const samples = this.wholeFrames(audio);
    const frames = samples.length / this.facts.frameSamples;
    const { decoder } = this.networks;
    if (embedding && embedding.length !== frames * decoder.embeddingSize) {
      throw new TimbrelError(
        'EMBEDDING_INVALID',
        `The embedding has ${embedding.length} numbers, the sound ${frames} frames of ${decoder.embeddingSize}`,
      );
    }
    const given = embedding ?? (await this.encodeFrames(samples, signal));
    const classes = Uint8Array.from(samples, (x) => muLawClass(x, decoder.levels));
    return scoreClasses(decoder, given, classes, { ...this.pace(), pause: givingUp(signal, 'Scoring') });
  }

  private pace() {
    const { frameSamples: hopLength, macsPerSample } = this.facts;
    return { hopLength, macsPerSample };
  }

  private encodeFrames(
    samples: Float32Array,
    signal?: AbortSignal,
    onShare?: (done: number) => void,
  ): Promise<Float32Array<ArrayBuffer>> {
    const { encoder, decoder } = this.networks;
    const half = decoder.levels / 2;
    const levels = Float32Array.from(samples, (x) => muLawLevel(x, decoder.levels) / half);
    return encoder.encode(levels, this.facts.frameSamples, givingUp(signal, 'Encoding'), onShare);
  }

  /** @throws AUDIO_INVALID for less than a frame */
  private wholeFrames(audio: Channels): Float32Array {
    const samples = toMono(audio, SAMPLE_RATE);
    const { frameSamples } = this.facts;
    if (samples.length < frameSamples) {
      throw new TimbrelError(
        'AUDIO_INVALID',
        `The sound has ${samples.length} samples at ${SAMPLE_RATE} Hz; a frame has ${frameSamples}`,
      );
    }
    return samples.subarray(0, samples.length - (samples.length % frameSamples));
  }
}

async function inKernels(
  { encoder, decoder }: NSynthWeights,
  precision: NSynthPrecision,
  readKernels: (name: string) => Promise<BufferSource>,
): Promise<Networks> {
  const module = await loadNSynthModule(readKernels);
  return {
    encoder: await createWasmEncoder(module, encoder),
    decoder: await createWasmDecoder(module, decoder, precision),
  };
}

const asReference = ({ encoder, decoder }: NSynthWeights): Networks => ({
  encoder: createReferenceEncoder(encoder),
  decoder: createReferenceDecoder(decoder),
});

const givingUp = (signal: AbortSignal | undefined, what: string) => async () => {
  await yieldToMessages();
  throwIfAborted(signal, what);
};
