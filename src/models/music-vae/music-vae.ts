/** MusicVAE: short pieces as points of a space in which what lies between two points is music too (Roberts et al. 2018). */
import type { Source } from '../../checkpoints/resolve-source.js';
import { MUSIC_VAE_FILES } from '../../checkpoints/shipped/music-vae.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import {
  attributeVector,
  interpolateLatents,
  similarLatent,
  walkLatent,
  type Interpolation,
} from '../../latent/interpolation.js';
import { checkLatent } from '../../latent/latent.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { checkToSequenceOptions } from '../../music/to-sequence.js';
import { checkSeed, gaussianVector } from '../../random/random.js';
import { checkedSequence } from '../sequence-argument.js';
import { checkCallbacks, checkedOptions, shown, type OptionNames } from '../../errors/check-arguments.js';
import { WorkerClient } from '../../workers/client.js';
import type { Spawn } from '../../workers/spawn.js';
import {
  LOAD_OPTIONS,
  checkedBackend,
  checkedPrecision,
  type ModelLoadOptions,
  type WeightPrecision,
} from '../load-options.js';
import { resolveModelSource } from '../registry.js';
import { SAMPLING_OPTIONS, type SamplingOptions } from '../sampling.js';
import type { Controls } from './controls.js';
import type { MidiMeNetwork, MidiMeOptions, MidiMeProgress } from './midi-me-network.js';
import type { MusicVAEDescription, MusicVAEMethods, PieceEvaluation, PieceScore } from './protocol.js';
import { checkSeeds, pieceSeed, type Seeds } from './seeds.js';

export interface MusicVAELoadOptions extends ModelLoadOptions {
  /** A name of Magenta's table, e.g. 'cat-mel_2bar_small': for checkpoints without config.json whose tensors fit several. */
  readonly configuration?: string;
  /** Default 'int16': twice as fast as float32 or more, and the same music but for close calls. */
  readonly precision?: WeightPrecision;
}

const MUSIC_VAE_LOAD_OPTIONS: OptionNames<MusicVAELoadOptions> = {
  ...LOAD_OPTIONS,
  configuration: true,
  precision: true,
};

/** The controls that the checkpoint is conditioned on (`description.controls`), and no others. */
export interface MusicVAEControlOptions {
  /** Chord symbols, spread evenly over the piece. */
  readonly chords?: readonly string[];
  /** Pitch class of the tonic, 0 (C) to 11 (B). */
  readonly key?: number;
  /** Extra controls by their names: the numbers of one row, for all of the piece, or of every row. */
  readonly extra?: Readonly<Record<string, Float32Array>>;
  /** Gives up: the promise rejects with ABORTED. */
  readonly signal?: AbortSignal;
}

/** @internal */
export const CONTROL_OPTIONS: OptionNames<MusicVAEControlOptions> = {
  chords: true,
  key: true,
  extra: true,
  signal: true,
};

export interface MusicVAEEncodeOptions extends MusicVAEControlOptions {
  /** Default 0: the mean of the distribution that a piece has in latent space; 1 draws from it. */
  readonly temperature?: number;
  readonly seed?: number | string;
}

const ENCODE_OPTIONS: OptionNames<MusicVAEEncodeOptions> = {
  ...CONTROL_OPTIONS,
  temperature: true,
  seed: true,
};

export interface MusicVAEDecodeOptions extends MusicVAEControlOptions, SamplingOptions {
  /**
   * Same seed, same music; default 0. Of several pieces piece i has the seed `${seed}/${i}`, the first one the seed itself; a list has one
   * for each.
   */
  readonly seed?: Seeds;
  /** Quarters per minute of what is written, default 120. */
  readonly qpm?: number;
  /** Gets each piece as soon as it is written. */
  readonly onSequence?: (sequence: NoteSequence, index: number) => void;
}

/** @internal */
export const DECODE_OPTIONS: OptionNames<MusicVAEDecodeOptions> = {
  ...CONTROL_OPTIONS,
  ...SAMPLING_OPTIONS,
  seed: true,
  qpm: true,
  onSequence: true,
};

export interface MusicVAEInterpolateOptions extends MusicVAEDecodeOptions {
  /** Default 'spherical', as Magenta's Python; 'linear' is what magenta.js does. */
  readonly interpolation?: Interpolation;
}

export interface MusicVAEWalkOptions extends MusicVAEDecodeOptions {
  /** The piece that it begins with; default: a point of the seed. */
  readonly from?: NoteSequence;
  /** The distance of each piece from the one before: 0 (the same) to 1 (a new one), default 0.3. */
  readonly stride?: number;
}

const DEFAULT_SAMPLING_TEMPERATURE = 0.5;
const DEFAULT_STRIDE = 0.3;
/** The limit: more come of a mistake. */
const MAX_PIECES = 10_000;

export class MusicVAE {
  private constructor(
    private readonly worker: WorkerClient<MusicVAEMethods>,
    /** The model that was loaded: kind of music, length of a piece, size of a point, controls, where it runs. */
    readonly description: MusicVAEDescription,
  ) {}

  /**
   * @param source nothing: the melodies that the package ships; else a catalogue id, a URL or path of a checkpoint (a magenta.js
   *   folder, a TensorFlow prefix, a tar, tgz or zip of one), or dropped files
   * @param spawn of the worker, in tests
   * @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, BACKEND_UNAVAILABLE, ABORTED, WORKER_FAILED, WASM_UNAVAILABLE
   */
  static async load(source?: Source, options?: MusicVAELoadOptions, spawn?: Spawn): Promise<MusicVAE> {
    const {
      configuration,
      backend,
      precision = 'int16',
      signal,
      onProgress,
      ...download
    } = checkedOptions(options, MUSIC_VAE_LOAD_OPTIONS);
    const args = {
      source: resolveModelSource('MusicVAE', source, download, MUSIC_VAE_FILES),
      configuration,
      backend: checkedBackend('MusicVAE', backend, ['wasm', 'cpu']),
      precision: checkedPrecision(precision),
    };
    const worker = new WorkerClient<MusicVAEMethods>('music-vae', spawn);
    return new MusicVAE(worker, await worker.start('load', args, { signal, onProgress }));
  }

  /**
   * The points of pieces.
   * @param sequences in seconds or quantised, each `description.steps` long at most; a shorter one ends in silence
   * @returns [latentSize] each
   * @throws OPTION_INVALID, SEQUENCE_TOO_LONG, NOTES_MISSING, MELODY_POLYPHONIC, PITCH_RANGE, PROGRAMS_MIXED, CONTROL_INVALID,
   *   CHORD_SYMBOL_UNKNOWN, CHORD_UNENCODABLE, TEMPO_CHANGES, METER_CHANGES, METER_INVALID, NOTE_SEQUENCE_INVALID, ABORTED, DISPOSED
   */
  async encode(sequences: readonly NoteSequence[], options?: MusicVAEEncodeOptions): Promise<Float32Array[]> {
    const { temperature = 0, seed = 0, signal, ...controls } = checkedOptions(options, ENCODE_OPTIONS);
    checkSeed(seed);
    const args = {
      sequences: checkedSequences(sequences),
      temperature,
      seed,
      controls: controlsOf(controls),
    };
    return [...(await this.worker.call('encode', args, { signal }))];
  }

  /**
   * The pieces of points, all in lockstep: sixteen take little longer than one.
   * @param latents [latentSize] each
   * @param options `temperature` is 0 by default: the likeliest event at each step
   * @returns sequences in seconds
   * @throws OPTION_INVALID, LATENT_INVALID, CONTROL_INVALID, CHORD_SYMBOL_UNKNOWN, CHORD_UNENCODABLE, ABORTED, DISPOSED
   */
  async decode(latents: readonly Float32Array[], options?: MusicVAEDecodeOptions): Promise<NoteSequence[]> {
    const {
      seed = 0,
      qpm = 120,
      signal,
      onSequence,
      temperature = 0,
      topK,
      topP,
      ...controls
    } = checkedOptions(options, DECODE_OPTIONS);
    checkToSequenceOptions({ qpm });
    checkCallbacks({ onSequence });
    checkList('latents', latents, 'points');
    checkSeeds(seed, latents.length);
    latents.forEach((z, i) => checkLatent(z, this.description.latentSize, `latents[${i}]`));
    const sampling = { temperature, topK, topP };
    const sequences = await this.worker.call(
      'decode',
      { latents, seed, qpm, sampling, controls: controlsOf(controls) },
      { signal, onPart: onSequence && (({ sequence, index }) => onSequence(sequence, index)) },
    );
    return [...sequences];
  }

  /**
   * New pieces, of points of the prior: piece i is that of `sampleLatent` of its seed (see {@link MusicVAEDecodeOptions.seed}).
   * @param options `temperature` is 0.5 by default
   * @throws as {@link decode}
   */
  async sample(count: number, options?: MusicVAEDecodeOptions): Promise<NoteSequence[]> {
    const checked = checkedOptions(options, DECODE_OPTIONS);
    const { seed = 0, temperature = DEFAULT_SAMPLING_TEMPERATURE, ...rest } = checked;
    return this.decode(this.prior(seed, checkedCount(count)), { ...rest, seed, temperature });
  }

  /**
   * Writes the pieces between two, or in the field of four.
   * @param sequences two, or four: A top left, B bottom left, C top right, D bottom right
   * @param count of the pieces from A to B, both ends included; of four [columns, rows] of the field, or one number for both
   * @returns the pieces in order; those of a field row by row
   * @throws as {@link encode} and {@link decode}
   */
  async interpolate(
    sequences: readonly NoteSequence[],
    count: number | readonly [columns: number, rows: number],
    options?: MusicVAEInterpolateOptions,
  ): Promise<NoteSequence[]> {
    const names = { ...DECODE_OPTIONS, interpolation: true } as const;
    const { interpolation, ...rest } = checkedOptions(options, names);
    const latents = await this.encode(sequences, encodingOf(rest));
    return this.decode(interpolateLatents(latents, count, interpolation), rest);
  }

  /**
   * Pieces like one that is given.
   * @param similarity 0 (anything) to 1 (the same again)
   * @throws as {@link encode} and {@link decode}
   */
  async similar(
    sequence: NoteSequence,
    count: number,
    similarity: number,
    options?: MusicVAEDecodeOptions,
  ): Promise<NoteSequence[]> {
    const { seed = 0, ...rest } = checkedOptions(options, DECODE_OPTIONS);
    const noise = this.prior(seed, checkedCount(count));
    const [z] = await this.encode([sequence], encodingOf(rest));
    const latents = noise.map((point) => similarLatent(z, point, similarity));
    return this.decode(latents, { ...rest, seed });
  }

  /**
   * A walk: pieces of which each is like the one before, and which never comes to an end.
   * @param count of the pieces, the beginning included
   * @throws as {@link encode} and {@link decode}
   */
  async walk(count: number, options?: MusicVAEWalkOptions): Promise<NoteSequence[]> {
    const names = { ...DECODE_OPTIONS, from: true, stride: true } as const;
    const { seed = 0, from, stride = DEFAULT_STRIDE, ...rest } = checkedOptions(options, names);
    const [first, ...points] = this.prior(seed, checkedCount(count));
    const [start] = from ? await this.encode([from], encodingOf(rest)) : [first];
    return this.decode(walkLatent(start, points, stride), { ...rest, seed });
  }

  /**
   * The direction in latent space in which an attribute grows: what distinguishes the pieces that have it from those that have not.
   * `addAttribute` moves a point along it.
   * @returns [latentSize]
   * @throws as {@link encode}
   */
  async attribute(
    having: readonly NoteSequence[],
    lacking: readonly NoteSequence[],
    options?: MusicVAEControlOptions,
  ): Promise<Float32Array> {
    const checked = checkedOptions(options, CONTROL_OPTIONS);
    const latents = await this.encode([...checkedSequences(having), ...checkedSequences(lacking)], checked);
    return attributeVector(latents.slice(0, having.length), latents.slice(having.length));
  }

  /** A point of the prior, the standard normal distribution; the same seed gives the same point everywhere. @throws OPTION_INVALID */
  sampleLatent(seed: number | string): Float32Array {
    return gaussianVector(seed, this.description.latentSize);
  }

  /**
   * Judges how likely the decoder thinks a piece is.
   * @param options `z`: given this point; default: the mean of the piece's own distribution, so that this tells how well it is
   *   reconstructed
   * @returns nats of each step after those before it, and in all; of a groove those of its hits. `divergence`: nats between the
   *   piece's distribution and the prior, where no point was given; total - divergence is a bound of its log-likelihood
   * @throws as {@link encode}; LATENT_INVALID
   */
  async logProbability(
    sequence: NoteSequence,
    options?: MusicVAEControlOptions & { readonly z?: Float32Array },
  ): Promise<{ readonly total: number; readonly perEvent: Float64Array; readonly divergence?: number }> {
    const { logProbabilities: perEvent, divergence } = await this.score(sequence, options);
    return { total: perEvent.reduce((sum, value) => sum + value, 0), perEvent, divergence };
  }

  /**
   * Scores as {@link logProbability} does, and tells at which steps the decoder would have written the same.
   * @throws as {@link logProbability}
   */
  async score(
    sequence: NoteSequence,
    options?: MusicVAEControlOptions & { readonly z?: Float32Array },
  ): Promise<PieceScore> {
    const { z, signal, ...controls } = checkedOptions(options, { ...CONTROL_OPTIONS, z: true });
    if (z !== undefined) checkLatent(z, this.description.latentSize);
    const args = { sequence: checkedSequence(sequence), z, controls: controlsOf(controls) };
    return this.worker.call('score', args, { signal });
  }

  /** Pieces as events beside what the model makes of them; for evaluation. @internal */
  async evaluate(
    pieces: readonly Float32Array[],
    { signal, ...controls }: MusicVAEControlOptions = {},
  ): Promise<readonly PieceEvaluation[]> {
    return this.worker.call('evaluate', { pieces, controls: controlsOf(controls) }, { signal });
  }

  /** @internal */
  trainMidiMe(
    latents: readonly Float32Array[],
    options: MidiMeOptions,
    { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: MidiMeProgress) => void },
  ): Promise<MidiMeNetwork> {
    return this.worker.call('trainMidiMe', { latents, options }, { signal, onPart: onProgress });
  }

  /** @internal */
  async expandMidiMe(network: MidiMeNetwork, points: readonly Float32Array[]): Promise<Float32Array[]> {
    return [...(await this.worker.call('expandMidiMe', { network, points }))];
  }

  /** @internal */
  async reduceMidiMe(network: MidiMeNetwork, latents: readonly Float32Array[]): Promise<Float32Array[]> {
    return [...(await this.worker.call('reduceMidiMe', { network, latents }))];
  }

  /** The worker died, or was disposed of. @internal */
  get ended(): boolean {
    return this.worker.ended;
  }

  /** Frees the worker and all its memory. Work under way is rejected with DISPOSED. */
  dispose(): void {
    this.worker.terminate();
  }

  /** Points of the prior for the pieces of a seed. */
  private prior(seed: Seeds, count: number): Float32Array[] {
    checkSeeds(seed, count);
    return Array.from({ length: count }, (_, i) => this.sampleLatent(pieceSeed(seed, i)));
  }
}

/** Picks the options for writing that hold for reading too. */
const encodingOf = ({ chords, key, extra, signal }: MusicVAEControlOptions): MusicVAEEncodeOptions => ({
  chords,
  key,
  extra,
  signal,
});

const controlsOf = ({ chords, key, extra }: Omit<MusicVAEControlOptions, 'signal'>): Controls => ({
  chords,
  key,
  extra,
});

/** @throws OPTION_INVALID @internal */
export function checkList(name: string, list: unknown, of: string, least = 1): void {
  if (Array.isArray(list) && list.length >= least && list.length <= MAX_PIECES) return;
  const given = Array.isArray(list) ? `a list of ${list.length}` : shown(list);
  throw new TimbrelError(
    'OPTION_INVALID',
    `${name} is ${given}; expected a list of ${least} to ${MAX_PIECES} ${of}`,
  );
}

/** @throws OPTION_INVALID, NOTE_SEQUENCE_INVALID */
function checkedSequences(sequences: readonly NoteSequence[]): NoteSequence[] {
  checkList('sequences', sequences, 'note sequences');
  return sequences.map(checkedSequence);
}

/** @throws OPTION_INVALID @internal */
export function checkedCount(count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= MAX_PIECES) return count;
  throw new TimbrelError(
    'OPTION_INVALID',
    `count is ${shown(count)}; expected a whole number from 1 to ${MAX_PIECES}`,
  );
}
