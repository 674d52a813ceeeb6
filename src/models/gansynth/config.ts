/** GANSynth's constants: magenta/models/gansynth/configs/mel_prog_hires.py, lib/specgrams_helper.py. */

export const LATENT_SIZE = 256;
export const MIN_PITCH = 24;
export const MAX_PITCH = 84;
export const PITCH_COUNT = MAX_PITCH - MIN_PITCH + 1;
export const BLOCK_COUNT = 7;
/** Output channels of blocks 1-7 of the published models. */
export const GANSYNTH_FILTERS = [256, 256, 256, 256, 128, 64, 32] as const;
/** Rounds of phase refinement at most: more change nothing that is heard. */
export const MOST_REFINEMENT = 64;

export const isRefinement = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_REFINEMENT;
