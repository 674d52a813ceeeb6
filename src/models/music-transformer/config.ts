/** A checkpoint says this of itself: config.json, in the names of T2T's hyperparameters. Without one, the tensors say all but the heads. */
import { fieldsOf, invalidConfig, wholeNumber } from '../../checkpoints/config-json.js';

export interface TransformerConfig {
  readonly heads?: number;
  /** It is false where `pos` is "none". */
  readonly hasTiming?: boolean;
  /** Positions that attention reaches back to, where it was trained for so many. */
  readonly memory?: number;
  /** Seconds after which notes are made likelier to end, of weights that forget them. */
  readonly endNotesAfter?: number;
}

/** Positions kept where nobody says how many: the length that the published models were trained on. */
export const DEFAULT_MEMORY = 2048;
export const LARGEST_MEMORY = 65536;

/** @throws CHECKPOINT_FORMAT, CHECKPOINT_OTHER_MODEL */
export function parseConfig(json: unknown): TransformerConfig {
  if (json === undefined || json === null) return {};
  const { num_heads, pos, tokens_in_memory, end_notes_after } = fieldsOf(json, 'MusicTransformer');
  if (pos !== undefined && pos !== 'timing' && pos !== 'none')
    throw invalidConfig(`pos is ${JSON.stringify(pos)}; expected "timing" or "none"`);
  if (end_notes_after !== undefined && !(typeof end_notes_after === 'number' && end_notes_after >= 0))
    throw invalidConfig(`end_notes_after is ${JSON.stringify(end_notes_after)}; expected seconds, 0 or more`);
  return {
    heads: wholeNumber('num_heads', num_heads, 1, 1024),
    hasTiming: pos === undefined ? undefined : pos === 'timing',
    memory: wholeNumber('tokens_in_memory', tokens_in_memory, 2, LARGEST_MEMORY),
    endNotesAfter: end_notes_after,
  };
}
