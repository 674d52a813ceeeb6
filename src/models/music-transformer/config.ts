/** A checkpoint says this of itself: config.json, in the names of T2T's hyperparameters. Without one, the tensors say all but the heads. */
import { TimbrelError } from '../../errors/timbrel-error.js';

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
  if (typeof json !== 'object' || Array.isArray(json)) throw invalid('it is no object');
  const {
    type = 'MusicTransformer',
    num_heads,
    pos,
    tokens_in_memory,
    end_notes_after,
  } = json as Record<string, unknown>;
  if (type !== 'MusicTransformer') {
    throw new TimbrelError(
      'CHECKPOINT_OTHER_MODEL',
      `config.json says that this is a checkpoint of ${JSON.stringify(type)}; expected "MusicTransformer"`,
    );
  }
  if (pos !== undefined && pos !== 'timing' && pos !== 'none')
    throw invalid(`pos is ${JSON.stringify(pos)}; expected "timing" or "none"`);
  if (end_notes_after !== undefined && !(typeof end_notes_after === 'number' && end_notes_after >= 0))
    throw invalid(`end_notes_after is ${JSON.stringify(end_notes_after)}; expected seconds, 0 or more`);
  return {
    heads: whole('num_heads', num_heads, 1, 1024),
    hasTiming: pos === undefined ? undefined : pos === 'timing',
    memory: whole('tokens_in_memory', tokens_in_memory, 2, LARGEST_MEMORY),
    endNotesAfter: end_notes_after,
  };
}

function whole(name: string, value: unknown, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  throw invalid(`${name} is ${JSON.stringify(value)}; expected a whole number from ${min} to ${max}`);
}

const invalid = (what: string) => new TimbrelError('CHECKPOINT_FORMAT', `config.json: ${what}`);
