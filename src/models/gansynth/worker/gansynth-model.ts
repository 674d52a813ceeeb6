/**
 * GANSynth as it runs inside a model worker: a checkpoint, a backend that generates, and what happens
 * when a better backend is found or the present one fails. Specification: magenta/models/gansynth.
 */
import { loadCheckpoint } from '../../../checkpoints/checkpoint.js';
import { readTimbres } from '../../../checkpoints/timbres.js';
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import type { Backend } from '../../load-options.js';
import type { CheckpointSource, LoadProgress } from '../../../checkpoints/checkpoint-source.js';
import type { GANSynthDescription } from '../protocol.js';
import type { NamedTimbre } from '../../../checkpoints/timbres.js';
import type { Generator, GeneratorWeights } from '../../../ops/gansynth/generator.js';
import { createSerialQueue } from '../../../workers/serial-queue.js';
import { LATENT_SIZE, MIN_PITCH, PITCH_COUNT } from '../config.js';
import { parseConfig } from './checkpoint-config.js';
import { createGenerator, findFasterWebGPU } from './backends.js';
import { generatorNames, readGeneratorWeights } from './weights.js';
import { yieldToMessages } from '../../yield.js';

export interface GANSynthLoadOptions {
  readonly backend: Backend;
  /** Rounds of phase refinement, for those of the checkpoint. */
  readonly refinement?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** The model goes on with another backend than before; `error` says why, unless it was for speed. */
  readonly onBackendChange?: (backend: Exclude<Backend, 'auto'>, error?: TimbrelError) => void;
}

/** The content of a checkpoint, decoded; other workers take it as it is. */
export interface GANSynthContent {
  readonly weights: GeneratorWeights;
  readonly timbres: readonly NamedTimbre[];
}

/** The functions that make generators. */
export interface GeneratorSource {
  readonly createGenerator: typeof createGenerator;
  readonly findFasterWebGPU: typeof findFasterWebGPU;
}

const BACKENDS: GeneratorSource = { createGenerator, findFasterWebGPU };

export class GANSynthModel {
  /** A generator computes one thing at a time; WebGPU is tried between notes. */
  private readonly inTurn = createSerialQueue();

  private constructor(
    private generator: Generator,
    private backend: Exclude<Backend, 'auto'>,
    /** Structured-cloneable: {@link create} makes the same model of it in another worker. */
    readonly content: GANSynthContent,
    private readonly onBackendChange: NonNullable<GANSynthLoadOptions['onBackendChange']>,
    /** 'auto' looks for WebGPU once, after the first sound. */
    private lookForWebGPU: boolean,
    private readonly backends: GeneratorSource,
  ) {}

  /** @throws CHECKPOINT_*, ABORTED, WASM_UNAVAILABLE, and GPU_* only where 'webgpu' was asked for */
  static async load(
    source: CheckpointSource,
    options: GANSynthLoadOptions,
    backends = BACKENDS,
  ): Promise<GANSynthModel> {
    const { signal, onProgress } = options;
    const checkpoint = await loadCheckpoint(source, { signal, onProgress, select: generatorNames });
    const [config, timbres] = await Promise.all([
      checkpoint.readJSON('config.json'),
      readTimbres(checkpoint, LATENT_SIZE),
    ]);
    const { refinement } = parseConfig(config);
    const weights = readGeneratorWeights(checkpoint, { refinement: options.refinement ?? refinement });
    return GANSynthModel.create({ weights, timbres }, options, backends);
  }

  /** @throws ABORTED, WASM_UNAVAILABLE, and GPU_* only where 'webgpu' was asked for */
  static async create(
    content: GANSynthContent,
    options: GANSynthLoadOptions,
    backends = BACKENDS,
  ): Promise<GANSynthModel> {
    const { backend, signal, onBackendChange = () => {} } = options;
    throwIfAborted(signal, 'Loading GANSynth');
    const first = backend === 'auto' ? 'wasm' : backend;
    const generator = await backends.createGenerator(first, content.weights);
    const auto = backend === 'auto';
    return new GANSynthModel(generator, first, content, onBackendChange, auto, backends);
  }

  /** @returns 64000 samples at 16 kHz */
  async generate(latent: Float32Array, pitch: number, signal?: AbortSignal): Promise<Float32Array> {
    const audio = await this.run(
      (generator, between) => generator.audio(this.input(latent, pitch), between),
      signal,
    );
    if (this.lookForWebGPU) {
      this.lookForWebGPU = false;
      // After the answer is on its way: the first sound does not wait for the GPU.
      setTimeout(() => void this.tryWebGPU());
    }
    return audio;
  }

  /** @returns 128 x 1024 x 2, row-major: time, mel bin, {log magnitude, instantaneous frequency} */
  spectrogram(latent: Float32Array, pitch: number, signal?: AbortSignal): Promise<Float32Array> {
    return this.run(
      (generator, between) => generator.spectrogram(this.input(latent, pitch), between),
      signal,
    );
  }

  describe(): GANSynthDescription {
    const { blocks, toRGB, refinement } = this.content.weights;
    const convolutions = [...blocks.flatMap(({ conv0, conv1 }) => [conv0, conv1]), toRGB];
    const parameterCount = convolutions.reduce((sum, conv) => sum + conv.kernel.length + conv.bias.length, 0);
    // Block b works on 2^b rows x 8 * 2^b columns; block 1 conv0 is a dense map (specs: section 3.5).
    const macs = blocks.reduce(
      (sum, { conv0, conv1 }, i) => {
        const positions = 2 * 16 * 4 ** i;
        return (
          sum +
          (i === 0 ? conv0.kernel.length : positions * conv0.kernel.length) +
          positions * conv1.kernel.length
        );
      },
      2 * 16 * 4 ** (blocks.length - 1) * toRGB.kernel.length,
    );
    return {
      backend: this.backend,
      filters: blocks.map(({ conv1 }) => conv1.shape[3]),
      refinement,
      parameterCount,
      macs,
      bytes: this.generator.bytes,
      timbres: this.content.timbres,
    };
  }

  dispose(): void {
    this.lookForWebGPU = false;
    this.generator.dispose();
  }

  /** Latent first, then the one-hot pitch (magenta/models/gansynth/lib/model.py). */
  private input(latent: Float32Array, pitch: number): Float32Array {
    const input = new Float32Array(LATENT_SIZE + PITCH_COUNT);
    input.set(latent);
    input[LATENT_SIZE + pitch - MIN_PITCH] = 1;
    return input;
  }

  private run(
    work: (generator: Generator, between: () => Promise<void>) => Promise<Float32Array>,
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    const between = async () => {
      await yieldToMessages();
      throwIfAborted(signal, 'Rendering');
    };
    return this.inTurn(async () => {
      try {
        return await work(this.generator, between);
      } catch (error) {
        if (!(error instanceof TimbrelError) || error.code !== 'GPU_LOST') throw error;
        await this.moveTo('wasm', await this.backends.createGenerator('wasm', this.content.weights), error);
        return work(this.generator, between);
      }
    });
  }

  private async tryWebGPU(): Promise<void> {
    try {
      const { content, generator } = this;
      const faster = await this.backends.findFasterWebGPU(content.weights, generator, (work) =>
        this.inTurn(work),
      );
      if (faster) await this.inTurn(() => this.moveTo('webgpu', faster));
    } catch (error) {
      // The GPU computes wrongly: worth a word to the page. That there is none is not.
      if (error instanceof TimbrelError && error.code === 'GPU_WRONG_RESULT')
        this.onBackendChange(this.backend, error);
    }
  }

  private async moveTo(
    backend: Exclude<Backend, 'auto'>,
    generator: Generator,
    error?: TimbrelError,
  ): Promise<void> {
    this.generator.dispose();
    this.generator = generator;
    this.backend = backend;
    this.onBackendChange(backend, error);
  }
}
