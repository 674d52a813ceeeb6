/** NSynth: sounds as short lists of numbers that can be mixed, stretched and played (Engel et al. 2017). */
import type { Source } from '../../checkpoints/resolve-source.js';
import { NSYNTH_FILES } from '../../checkpoints/shipped/nsynth.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { checkSeed } from '../../random/random.js';
import { checkCallbacks, checkedOptions, shown, type OptionNames } from '../../errors/check-arguments.js';
import { WorkerClient } from '../../workers/client.js';
import type { Spawn } from '../../workers/spawn.js';
import { checkedAudio, type AudioInput } from '../audio-argument.js';
import { LOAD_OPTIONS, checkedBackend, checkedPrecision, type ModelLoadOptions } from '../load-options.js';
import { resolveModelSource } from '../registry.js';
import { mixEmbeddings, stretchEmbedding } from './embeddings.js';
import type { DecodedPart, NSynthDescription, NSynthMethods, NSynthPrecision } from './protocol.js';

export interface NSynthLoadOptions extends ModelLoadOptions {
  /** The decoder's weights in memory. Default 'int8', a quarter of the memory that each sample reads in float32. */
  readonly precision?: NSynthPrecision;
  /** The default, true: a download is kept, and so is every note that a WaveNet decodes; kept ones are used. */
  readonly keep?: boolean;
}

export interface NSynthEncodeOptions {
  /** Hz, of arrays; default 16000. */
  readonly sampleRate?: number;
  /** Gets the share that is done, 0 to 1. */
  readonly onProgress?: (done: number) => void;
  /** Gives up: the promise rejects with ABORTED. */
  readonly signal?: AbortSignal;
}

export interface NSynthDecodeOptions {
  /** Same seed, same sound; default 0. */
  readonly seed?: number | string;
  /** Default 1, as the model learnt; less is smoother, 0 takes the likeliest level of each sample. */
  readonly temperature?: number;
  /**
   * A sample that is drawn is brought so near to the mean of all that might be: 1 leaves it as the model learnt, 0 takes the mean, a tone
   * without its noise. Default: that of the checkpoint, mostly 1.
   */
  readonly spread?: number;
  /** Gets the samples as they come, from sample `at` on, of voice `voice` of `decodeAll`. */
  readonly onSamples?: (samples: Float32Array, at: number, voice: number) => void;
  /** Gives up: the promise rejects with ABORTED. */
  readonly signal?: AbortSignal;
}

const DECODE_OPTIONS: OptionNames<NSynthDecodeOptions> = {
  seed: true,
  temperature: true,
  spread: true,
  onSamples: true,
  signal: true,
};

export interface NSynthDecodeAllOptions extends NSynthDecodeOptions {
  /** A seed for each voice; default: all draw with `seed`. */
  readonly seeds?: readonly (number | string)[];
}

export interface NSynthScoreOptions {
  readonly signal?: AbortSignal;
}

/** Frames of a stretched sound at most: nine hours. */
const MOST_FRAMES = 1e6;

const PRECISIONS: readonly NSynthPrecision[] = ['int8', 'int16', 'float32'];

export class NSynth {
  private constructor(
    private readonly worker: WorkerClient<NSynthMethods>,
    /** The model that was loaded: size of an embedding, samples of a frame, what a sample costs, where it runs. */
    readonly description: NSynthDescription,
  ) {}

  /**
   * @param source a catalogue id, a URL or path of a checkpoint (Magenta's of TensorFlow, also in an archive; a magenta.js folder with
   *   a config.json), or dropped files
   * @param spawn of the worker, in tests
   * @throws CHECKPOINT_*, OPTION_INVALID, BACKEND_UNAVAILABLE, ABORTED, WORKER_FAILED, WASM_UNAVAILABLE
   */
  static async load(source?: Source, options?: NSynthLoadOptions, spawn?: Spawn): Promise<NSynth> {
    const { signal, onProgress, ...rest } = checkedOptions(options, { ...LOAD_OPTIONS, precision: true });
    const args = loadArgs(source, rest);
    const worker = new WorkerClient<NSynthMethods>('nsynth', spawn);
    return new NSynth(worker, await worker.start('load', args, { signal, onProgress }));
  }

  /**
   * The embedding of a sound. A note of the original has 64000 samples, released after three of its four seconds, at any level.
   * @param audio of any length from a frame on; what is no whole frame at its end is cut
   * @returns [frames, embeddingSize], frames = floor(samples at 16 kHz / frameSamples)
   * @throws AUDIO_INVALID, OPTION_INVALID, ABORTED, DISPOSED
   */
  async encode(audio: AudioInput, options?: NSynthEncodeOptions): Promise<Float32Array> {
    const names = { sampleRate: true, onProgress: true, signal: true } as const;
    const { sampleRate, onProgress, signal } = checkedOptions(options, names);
    checkCallbacks({ onProgress });
    return this.worker.call(
      'encode',
      { audio: checkedAudio(audio, sampleRate) },
      { signal, onPart: onProgress },
    );
  }

  /**
   * The sound of an embedding.
   * @param embedding [frames, embeddingSize]
   * @returns frames * frameSamples samples at 16 kHz; each is one of 256 levels
   * @throws EMBEDDING_INVALID, OPTION_INVALID, ABORTED, DISPOSED
   */
  async decode(embedding: Float32Array, options?: NSynthDecodeOptions): Promise<Float32Array> {
    const [sound] = await this.decodeAll([embedding], checkedOptions(options, DECODE_OPTIONS));
    return sound;
  }

  /**
   * The sounds of several embeddings, in lockstep: many take little longer than one, and each is what it would be alone.
   * @throws as {@link decode}
   */
  async decodeAll(
    embeddings: readonly Float32Array[],
    options?: NSynthDecodeAllOptions,
  ): Promise<Float32Array[]> {
    const names = { ...DECODE_OPTIONS, seeds: true } as const;
    const given = checkedOptions(options, names);
    const { seed = 0, seeds, temperature = 1, spread = this.description.spread, onSamples, signal } = given;
    if (!Array.isArray(embeddings)) throw invalid('embeddings', embeddings, 'a list of embeddings');
    if (!(temperature >= 0 && temperature < Infinity))
      throw invalid('temperature', temperature, 'a number, 0 or more');
    if (!(spread >= 0 && spread <= 1)) throw invalid('spread', spread, 'a number from 0 to 1');
    if (seeds !== undefined && (!Array.isArray(seeds) || seeds.length !== embeddings.length))
      throw invalid('seeds', seeds, `a list of ${embeddings.length}, one for each embedding`);
    const voices = seeds ?? embeddings.map(() => seed);
    voices.forEach(checkSeed);
    checkCallbacks({ onSamples });
    embeddings.forEach((embedding, i) => this.checkEmbedding(embedding, `embeddings[${i}]`));
    if (embeddings.length === 0) return [];
    const onPart = onSamples && (({ samples, at, voice }: DecodedPart) => onSamples(samples, at, voice));
    const args = { embeddings, seeds: voices, temperature, spread };
    return [...(await this.worker.call('decode', args, { signal, onPart }))];
  }

  /**
   * The weighted sum, frame by frame. Mix sounds of equal pitch: the pitch is part of the embedding.
   * @param embeddings of one length
   * @throws EMBEDDING_INVALID, OPTION_INVALID
   */
  mix(embeddings: readonly Float32Array[], weights: readonly number[]): Float32Array {
    embeddings.forEach((embedding, i) => this.checkEmbedding(embedding, `embeddings[${i}]`));
    return mixEmbeddings(embeddings, weights);
  }

  /**
   * The same sound over another number of frames, at the same pitch.
   * @throws EMBEDDING_INVALID, OPTION_INVALID
   */
  stretch(embedding: Float32Array, frames: number): Float32Array {
    this.checkEmbedding(embedding);
    if (!(Number.isInteger(frames) && frames >= 1 && frames <= MOST_FRAMES))
      throw invalid('frames', frames, `a whole number from 1 to ${MOST_FRAMES}`);
    return stretchEmbedding(embedding, frames, this.description.embeddingSize);
  }

  /**
   * Judges how likely the decoder thinks a sound is.
   * @param audio at 16 kHz
   * @param embedding default: the sound's own
   * @returns nats of each sample's level after those before it, over whole frames, and in all
   * @throws AUDIO_INVALID, EMBEDDING_INVALID, ABORTED, DISPOSED
   */
  async logProbability(
    audio: AudioInput,
    embedding?: Float32Array,
    options?: NSynthScoreOptions,
  ): Promise<{ readonly total: number; readonly perSample: Float64Array }> {
    const { signal } = checkedOptions(options, { signal: true });
    if (embedding !== undefined) this.checkEmbedding(embedding);
    const perSample = await this.worker.call('score', { audio: checkedAudio(audio), embedding }, { signal });
    return { total: perSample.reduce((sum, value) => sum + value, 0), perSample };
  }

  /** Frees the worker and all its memory. Work under way is rejected with DISPOSED. */
  dispose(): void {
    this.worker.terminate();
  }

  /** @throws EMBEDDING_INVALID */
  private checkEmbedding(embedding: unknown, name = 'embedding'): void {
    const { embeddingSize } = this.description;
    const wrong = (what: string) =>
      new TimbrelError(
        'EMBEDDING_INVALID',
        `${name} ${what}; expected a Float32Array of [frames, ${embeddingSize}], at least one frame`,
      );
    if (!(embedding instanceof Float32Array)) throw wrong(`is ${shown(embedding)}`);
    if (embedding.length === 0 || embedding.length % embeddingSize !== 0)
      throw wrong(`has ${embedding.length} numbers`);
    const bad = embedding.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw wrong(`holds ${embedding[bad]} at index ${bad}`);
  }
}

const invalid = (name: string, value: unknown, expected: string) =>
  new TimbrelError('OPTION_INVALID', `${name} is ${shown(value)}; expected ${expected}`);

/** @throws OPTION_INVALID, CHECKPOINT_UNKNOWN, CHECKPOINT_OTHER_MODEL, BACKEND_UNAVAILABLE */
export function loadArgs(
  source: Source | undefined,
  {
    backend,
    precision = 'int8',
    ...download
  }: Pick<NSynthLoadOptions, 'backend' | 'precision' | 'mirrors' | 'keep'>,
): NSynthMethods['load']['args'] {
  return {
    source: resolveModelSource('NSynth', source, download, NSYNTH_FILES),
    backend: checkedBackend('NSynth', backend, ['auto', 'webgpu', 'wasm', 'cpu']),
    precision: checkedPrecision(precision, PRECISIONS),
    keep: download.keep ?? true,
  };
}
