/**
 * MidiMe: of all that a MusicVAE can write, what is like one person's own music (Dinculescu, Engel & Roberts 2019). A small space of
 * four dimensions, learned in seconds from their MIDI files, here, and sent nowhere.
 */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { checkLatent } from '../../latent/latent.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { checkSeed, gaussianVector } from '../../random/random.js';
import { checkCallbacks, checkedOptions, type OptionNames } from '../../errors/check-arguments.js';
import {
  decodeMidiMe,
  encodeMidiMe,
  type MidiMeNetwork,
  type MidiMeOptions,
  type MidiMeProgress,
} from './midi-me-network.js';
import {
  CONTROL_OPTIONS,
  DECODE_OPTIONS,
  checkList,
  checkedCount,
  type MusicVAEControlOptions,
  type MusicVAEDecodeOptions,
  type MusicVAE,
} from './music-vae.js';
import { checkSeeds, pieceSeed } from './seeds.js';

export interface TrainMidiMeOptions extends MidiMeOptions, MusicVAEControlOptions {
  /** Gets every step: how far it is, and how well it gives back what it learned from. */
  readonly onProgress?: (progress: MidiMeProgress) => void;
}

const TRAIN_OPTIONS: OptionNames<TrainMidiMeOptions> = {
  ...CONTROL_OPTIONS,
  size: true,
  layers: true,
  steps: true,
  batch: true,
  beta: true,
  seed: true,
  onProgress: true,
};

const DEFAULT_SAMPLING_TEMPERATURE = 0.5;

export class MidiMe {
  private constructor(
    private readonly model: MusicVAE,
    private readonly network: MidiMeNetwork,
  ) {}

  /**
   * Learns from music. It goes on using the model, which is to live as long.
   * @param sequences pieces of the model's length at most, as `melodyWindows` and `drumWindows` of timbrel/music cut them out of whole
   *   files; at least two that differ, better fifty
   * @throws as MusicVAE.encode; OPTION_INVALID, ABORTED
   */
  static async train(
    model: MusicVAE,
    sequences: readonly NoteSequence[],
    options?: TrainMidiMeOptions,
  ): Promise<MidiMe> {
    const checked = checkedOptions(options, TRAIN_OPTIONS);
    const { chords, key, extra, signal, onProgress, ...training } = checked;
    checkCallbacks({ onProgress });
    checkSeed(training.seed ?? 0);
    if (training.layers !== undefined) checkList('layers', training.layers, 'numbers of units', 0);
    const latents = await model.encode(sequences, { chords, key, extra, signal });
    const network = await model.trainMidiMe(latents, training, { signal, onProgress });
    return new MidiMe(model, { ...network, kind: model.description.kind });
  }

  /**
   * One that was saved.
   * @param model one with the weights with which it was trained
   * @throws CHECKPOINT_FORMAT, CHECKPOINT_SHAPE, CHECKPOINT_OTHER_MODEL
   */
  static open(model: MusicVAE, file: Uint8Array): MidiMe {
    const network = decodeMidiMe(file);
    const { latentSize, kind } = model.description;
    if (network.kind !== undefined && network.kind !== kind) {
      throw new TimbrelError(
        'CHECKPOINT_OTHER_MODEL',
        `This MidiMe was trained with a model of ${network.kind}, and this one is of ${kind}: open it with that model`,
      );
    }
    if (network.latentSize === latentSize) return new MidiMe(model, network);
    throw new TimbrelError(
      'CHECKPOINT_SHAPE',
      `This MidiMe was trained with a model of ${network.latentSize} dimensions, and this one has ${latentSize}: open it with that model`,
    );
  }

  /** The dimensions of its space. */
  get size(): number {
    return this.network.size;
  }

  /** A file of some hundred kilobytes. */
  save(): Uint8Array {
    return encodeMidiMe(this.network);
  }

  /** Places music in the small space. @returns [size] each. @throws as MusicVAE.encode */
  async encode(
    sequences: readonly NoteSequence[],
    options?: MusicVAEControlOptions,
  ): Promise<Float32Array[]> {
    return this.model.reduceMidiMe(
      this.network,
      await this.model.encode(sequences, checkedOptions(options, CONTROL_OPTIONS)),
    );
  }

  /**
   * The music of points of the small space: -2 to 2 in each dimension is where most of it lies.
   * @param points [size] each
   * @throws OPTION_INVALID, LATENT_INVALID, and as MusicVAE.decode
   */
  async decode(points: readonly Float32Array[], options?: MusicVAEDecodeOptions): Promise<NoteSequence[]> {
    checkedOptions(options, DECODE_OPTIONS);
    checkList('points', points, 'points');
    points.forEach((point, i) => checkLatent(point, this.size, `points[${i}]`));
    return this.model.decode(await this.model.expandMidiMe(this.network, points), options);
  }

  /** New pieces; seeds and temperature are as for MusicVAE.sample. @throws as {@link decode} */
  async sample(count: number, options?: MusicVAEDecodeOptions): Promise<NoteSequence[]> {
    const checked = checkedOptions(options, DECODE_OPTIONS);
    const { seed = 0, temperature = DEFAULT_SAMPLING_TEMPERATURE, ...rest } = checked;
    checkSeeds(seed, checkedCount(count));
    const points = Array.from({ length: count }, (_, i) => gaussianVector(pieceSeed(seed, i), this.size));
    return this.decode(points, { ...rest, seed, temperature });
  }
}
