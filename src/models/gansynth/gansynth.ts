/** The public GANSynth: loads in a worker of its own, computes there, answers with plain arrays. */
import type { Source } from '../../checkpoints/resolve-source.js';
import { GANSYNTH_FILES } from '../../checkpoints/shipped/gansynth.js';
import type { NamedTimbre } from '../../checkpoints/timbres.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { checkLatent, sampleLatent, slerp } from '../../latent/latent.js';
import { checkedOptions, shown, type OptionNames } from '../../errors/check-arguments.js';
import { WorkerClient } from '../../workers/client.js';
import { LOAD_OPTIONS, checkedBackend, type ModelLoadOptions } from '../load-options.js';
import { resolveModelSource } from '../registry.js';
import { LATENT_SIZE, MAX_PITCH, MIN_PITCH, MOST_REFINEMENT, isRefinement } from './config.js';
import type { BackendChange, GANSynthDescription, GANSynthMethods } from './protocol.js';

/** 'auto', the default backend, starts on WebAssembly and moves to WebGPU when that proves right and faster. */
export interface GANSynthLoadOptions extends ModelLoadOptions {
  /**
   * Rounds in which the phases of a note's image come to agree before it is heard: attacks are sharper, and held notes do not
   * flutter; each takes as long as the inversion of the image itself. 0, as Magenta has it, to 64. Default: what the checkpoint
   * says, 0 where it says nothing.
   */
  readonly refinement?: number;
}

const GANSYNTH_LOAD_OPTIONS: OptionNames<GANSynthLoadOptions> = { ...LOAD_OPTIONS, refinement: true };

export interface GANSynthGenerateOptions {
  /** MIDI pitch, a whole number from 24 to 84. */
  readonly pitch: number;
  /** A name among {@link GANSynth.timbres}, in capitals or not ... */
  readonly timbre?: string;
  /** ... or the timbre itself, [256]. One of the two. */
  readonly z?: Float32Array;
  /** Draws the timbre where none is given. Default 0. */
  readonly seed?: number | string;
  readonly signal?: AbortSignal;
}

export class GANSynth {
  private constructor(
    private readonly worker: GANSynthClient,
    /** Facts about the loaded network: widths, size, backend, named timbres. */
    public description: GANSynthDescription,
  ) {
    worker.onEvent = ({ backend }) => (this.description = { ...this.description, backend });
  }

  /**
   * Loads a checkpoint: of magenta.js (float32 or quantised), or of TensorFlow, also in an archive.
   * @param source nothing: the default the package ships; `'gansynth/acoustic_only'`: a catalogue id;
   *   a URL or path of a folder, file or TensorFlow prefix; or the files of one, as dropped by the user
   * @throws CHECKPOINT_* (see docs/errors.md), ABORTED, OPTION_INVALID, WORKER_FAILED, GPU_UNAVAILABLE,
   *   WASM_UNAVAILABLE
   */
  static async load(source?: Source, options?: GANSynthLoadOptions): Promise<GANSynth> {
    const { signal, onProgress, ...rest } = checkedOptions(options, GANSYNTH_LOAD_OPTIONS);
    // What is refused here has no worker yet that would have to be ended.
    const args = loadArgs(source, rest);
    const worker: GANSynthClient = new WorkerClient('gansynth');
    return new GANSynth(worker, await worker.start('load', args, { signal, onProgress }));
  }

  /** Timbres the checkpoint names; empty for most. */
  get timbres(): readonly NamedTimbre[] {
    return this.description.timbres;
  }

  /**
   * Renders one note.
   * @returns 64000 samples at 16 kHz (3 s held, 1 s released), nominally within [-1, 1], not clipped
   * @throws PITCH_RANGE, LATENT_INVALID, TIMBRE_UNKNOWN, OPTION_INVALID, ABORTED, DISPOSED
   */
  generate(options: GANSynthGenerateOptions): Promise<Float32Array> {
    return this.compute('generate', options);
  }

  /**
   * Renders the network's image of one note.
   * @returns 128 x 1024 x 2, row-major: time frame, mel bin, {log mel power, instantaneous frequency}, in (-1, 1)
   * @throws as {@link generate}
   */
  spectrogram(options: GANSynthGenerateOptions): Promise<Float32Array> {
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
    this.worker.terminate();
  }

  private latentOf(name: string): Float32Array {
    const wanted = String(name).toLowerCase();
    const found = this.timbres.find((timbre) => timbre.name.toLowerCase() === wanted);
    if (found) return found.latent;
    const names = this.timbres.map((timbre) => timbre.name).join(', ');
    throw new TimbrelError(
      'TIMBRE_UNKNOWN',
      `timbre is ${shown(name)}; this checkpoint names ${names || 'none: draw one by seed, or give z'}`,
    );
  }

  private async compute(
    method: 'generate' | 'spectrogram',
    options: GANSynthGenerateOptions,
  ): Promise<Float32Array> {
    const { pitch, timbre, z, seed = 0, signal } = checkedOptions(options, GENERATE_OPTIONS);
    checkPitch(pitch);
    if (timbre !== undefined && z !== undefined)
      throw new TimbrelError('OPTION_INVALID', 'timbre and z say the same; give one');
    const latent = z ?? (timbre === undefined ? this.sampleLatent(seed) : this.latentOf(timbre));
    checkLatent(latent, LATENT_SIZE);
    return this.worker.call(method, { pitch, latent }, { signal });
  }
}

const GENERATE_OPTIONS: OptionNames<GANSynthGenerateOptions> = {
  pitch: true,
  timbre: true,
  z: true,
  seed: true,
  signal: true,
};

export type GANSynthClient = WorkerClient<GANSynthMethods, BackendChange>;

/** @throws OPTION_INVALID, CHECKPOINT_UNKNOWN, CHECKPOINT_OTHER_MODEL, BACKEND_UNAVAILABLE */
export function loadArgs(
  source: Source | undefined,
  {
    backend,
    refinement,
    ...download
  }: Pick<GANSynthLoadOptions, 'backend' | 'refinement' | 'mirrors' | 'keep'>,
): GANSynthMethods['load']['args'] {
  if (refinement !== undefined && !isRefinement(refinement)) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `refinement is ${shown(refinement)}; expected a whole number from 0 to ${MOST_REFINEMENT}`,
    );
  }
  return {
    source: resolveModelSource('GANSynth', source, download, GANSYNTH_FILES),
    backend: checkedBackend('GANSynth', backend, ['auto', 'webgpu', 'wasm', 'cpu']),
    refinement,
  };
}

function checkPitch(pitch: number | undefined): asserts pitch is number {
  if (!Number.isInteger(pitch) || Number(pitch) < MIN_PITCH || Number(pitch) > MAX_PITCH) {
    throw new TimbrelError(
      'PITCH_RANGE',
      `pitch is ${shown(pitch)}; GANSynth renders whole MIDI pitches from ${MIN_PITCH} to ${MAX_PITCH}`,
    );
  }
}
