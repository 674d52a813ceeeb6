/**
 * GANSynth's constants (magenta/models/gansynth/configs/mel_prog_hires.py, lib/specgrams_helper.py), and what a checkpoint says of itself.
 */
import { fieldsOf, isWhole, wholeNumber } from '../../checkpoints/config-json.js';

export const LATENT_SIZE = 256;
export const MIN_PITCH = 24;
export const MAX_PITCH = 84;
export const PITCH_COUNT = MAX_PITCH - MIN_PITCH + 1;
export const BLOCK_COUNT = 7;
/** Output channels of blocks 1-7 of the published models. */
export const GANSYNTH_FILTERS = [256, 256, 256, 256, 128, 64, 32] as const;
/** Rounds of phase refinement at most: more change nothing that is heard. */
export const MOST_REFINEMENT = 64;

export const isRefinement = (value: unknown): value is number => isWhole(value, 0, MOST_REFINEMENT);

export interface GANSynthConfig {
  /** Rounds in which the phases of an image come to agree before they are heard (ops/gansynth/refinement.ts). */
  readonly refinement: number;
}

/**
 * @param json config.json, or undefined: Magenta's have none, and are heard as Magenta's inversion has them
 * @throws CHECKPOINT_FORMAT, CHECKPOINT_OTHER_MODEL
 */
export function parseConfig(json: unknown): GANSynthConfig {
  const { refinement } = fieldsOf(json ?? {}, 'GANSynth');
  return { refinement: wholeNumber('refinement', refinement, 0, MOST_REFINEMENT) ?? 0 };
}
