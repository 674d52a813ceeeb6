/** A checkpoint says this of itself: config.json. */
import { fieldsOf, wholeNumber } from '../../../checkpoints/config-json.js';
import { MOST_REFINEMENT } from '../config.js';

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
