/** The public GANSynth: loads in a worker of its own, computes there, answers with plain arrays. */
import { resolveSource, type DownloadOptions, type Source } from '../checkpoints/resolve-source.js';
import { DEFAULT_CHECKPOINTS } from '../checkpoints/shipped.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { checkLatent, sampleLatent, slerp } from '../latent/latent.js';
import type { Backend } from '../models/load-options.js';
import type { GANSynthDescription } from '../models/gansynth/protocol.js';
import type { LoadProgress } from '../checkpoints/checkpoint-source.js';
import type { NamedTimbre } from '../checkpoints/timbres.js';
import { LATENT_SIZE, MAX_PITCH, MIN_PITCH } from '../models/gansynth/config.js';
import { ModelClient } from './client.js';
import { checkedOptions, shown } from './given.js';

export interface LoadOptions extends DownloadOptions {
  /** 'auto' (the default) starts on WebAssembly and moves to WebGPU when that proves right and faster. */
  readonly backend?: Backend;
  /** Gives up loading: the promise rejects with ABORTED. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
}

export interface GenerateOptions {
  /** MIDI pitch, a whole number from 24 to 84. */
  readonly pitch: number;
  /** [256] The timbre. */
  readonly z?: Float32Array;
  /** Draws `z` where none is given. Default 0. */
  readonly seed?: number | string;
  readonly signal?: AbortSignal;
}

export class GANSynth {
  private disposed = false;

  private constructor(
    private readonly client: ModelClient,
    private readonly handle: number,
    /** What was loaded: widths, size, backend, named timbres. */
    public description: GANSynthDescription,
  ) {
    client.onUnasked = (answer) => {
      if (answer.type !== 'backendChanged') return;
      this.description = { ...this.description, backend: answer.backend };
    };
  }

  /**
   * Loads a checkpoint: of magenta.js (float32 or quantised), or of TensorFlow, also in an archive.
   * @param source nothing: the default the package ships; `'gansynth/acoustic_only'`: a catalogue id;
   *   a URL or path of a folder, file or TensorFlow prefix; or the files of one, as dropped by the user
   * @throws CHECKPOINT_* (see docs/errors.md), ABORTED, WORKER_FAILED, GPU_UNAVAILABLE, WASM_UNAVAILABLE
   */
  static async load(source?: Source, options?: LoadOptions): Promise<GANSynth> {
    const client = new ModelClient();
    try {
      const { model, description } = await loadGANSynth(client, source, checkedOptions(options));
      return new GANSynth(client, model, description);
    } catch (error) {
      client.terminate();
      throw error;
    }
  }

  /** Timbres the checkpoint names; empty for most. */
  get timbres(): readonly NamedTimbre[] {
    return this.description.timbres;
  }

  /**
   * Renders one note.
   * @returns 64000 samples at 16 kHz (3 s held, 1 s released), nominally within [-1, 1], not clipped
   * @throws PITCH_RANGE, LATENT_INVALID, ABORTED, DISPOSED
   */
  generate(options: GenerateOptions): Promise<Float32Array> {
    return this.compute('generate', options);
  }

  /**
   * Renders the network's image of one note.
   * @returns 128 x 1024 x 2, row-major: time frame, mel bin, {log mel power, instantaneous frequency}, in (-1, 1)
   * @throws PITCH_RANGE, LATENT_INVALID, ABORTED, DISPOSED
   */
  spectrogram(options: GenerateOptions): Promise<Float32Array> {
    return this.compute('spectrogram', options);
  }

  /** [256] A timbre drawn from the prior; the same seed gives the same timbre everywhere. */
  sampleLatent(seed: number | string): Float32Array {
    return sampleLatent(seed, LATENT_SIZE);
  }

  /** Spherical interpolation: `t` = 0 gives `a`, 1 gives `b`. @throws LATENT_INVALID, OPTION_INVALID */
  interpolate(a: Float32Array, b: Float32Array, t: number): Float32Array {
    checkLatent(a, LATENT_SIZE, 'a');
    checkLatent(b, LATENT_SIZE, 'b');
    if (!Number.isFinite(t))
      throw new TimbrelError('OPTION_INVALID', `t is ${shown(t)}; expected a number, 0 for a to 1 for b`);
    return slerp(a, b, t);
  }

  /** Frees the worker and all its memory. Work under way is rejected with DISPOSED. */
  dispose(): void {
    this.disposed = true;
    this.client.terminate();
  }

  private async compute(type: 'generate' | 'spectrogram', options: GenerateOptions): Promise<Float32Array> {
    if (this.disposed) throw new TimbrelError('DISPOSED', 'This GANSynth was disposed; load another');
    const { pitch, z, seed = 0, signal } = checkedOptions(options);
    checkPitch(pitch);
    const latent = z ?? this.sampleLatent(seed);
    checkLatent(latent, LATENT_SIZE);
    const answer = await this.client.request({ type, model: this.handle, pitch, latent }, { signal });
    if (answer.type !== 'array')
      throw new TimbrelError('INTERNAL', `The worker answered ${answer.type} to ${type}`);
    return answer.data;
  }
}

const BACKENDS: readonly Backend[] = ['auto', 'webgpu', 'wasm', 'cpu'];

/** Loads a GANSynth into the worker behind `client`. */
export async function loadGANSynth(
  client: ModelClient,
  source: Source | undefined,
  options: LoadOptions,
): Promise<{ model: number; description: GANSynthDescription }> {
  const { backend = 'auto', signal, onProgress, mirrors, keep } = options;
  if (!BACKENDS.includes(backend)) {
    throw new TimbrelError(
      'BACKEND_UNAVAILABLE',
      `There is no backend ${JSON.stringify(backend)}; there are ${BACKENDS.join(', ')}`,
    );
  }
  const answer = await client.request(
    {
      type: 'loadGANSynth',
      source: resolveSource(source ?? DEFAULT_CHECKPOINTS.GANSynth, { model: 'GANSynth', mirrors, keep }),
      backend,
    },
    { signal, onProgress },
  );
  if (answer.type !== 'loaded')
    throw new TimbrelError('INTERNAL', `The worker answered ${answer.type} to a load`);
  return answer;
}

function checkPitch(pitch: number | undefined): asserts pitch is number {
  if (!Number.isInteger(pitch) || Number(pitch) < MIN_PITCH || Number(pitch) > MAX_PITCH) {
    throw new TimbrelError(
      'PITCH_RANGE',
      `pitch is ${shown(pitch)}; GANSynth renders whole MIDI pitches from ${MIN_PITCH} to ${MAX_PITCH}`,
    );
  }
}
