/** The loop that writes tokens until there are enough, letting messages in and listening for an abort. */
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import { END_TOKEN, eventOfToken } from '../../../music/performance-tokens.js';
import { draw, logProbabilityOf, type SamplingOptions } from '../../sampling.js';
import { yieldToMessages } from '../../yield.js';
import type { TokenAmount, WrittenTokens } from '../protocol.js';
import type { SoundingKeys } from './sounding-keys.js';

export interface WriteTokensOptions {
  readonly sampling: SamplingOptions;
  readonly forbid: readonly number[];
  /** Seconds after which a note becomes likelier to end with each second more; without it, or Infinity, the model alone decides. */
  readonly endNotesAfter?: number;
  /** Nats for each stroke of a key of late and each unit of temperature below 1; without it, or 0, the model alone decides. */
  readonly spareKeys?: number;
  readonly signal?: AbortSignal;
  readonly onToken?: (token: number, logProbability: number) => void;
}

const MILLISECONDS_AT_A_TIME = 8;
/** An abort is heard after so many tokens at most, however fast they are. */
const TOKENS_AT_A_TIME = 32;

/** The limit is more than any chord, of all notes off and on: a model that writes so many in one step will not leave it. */
const MOST_TOKENS_OF_A_STEP = 2000;

/**
 * @param next the logits after all that was written, which it may change
 * @param append takes a token in
 * @param sounding the keys that sound after all that was written
 * @throws GENERATION_STALLED, ABORTED
 */
export async function writeTokens(
  next: () => Promise<Float32Array>,
  append: (token: number) => void,
  amount: TokenAmount,
  random: () => number,
  sounding: SoundingKeys,
  { sampling, forbid, endNotesAfter = Infinity, spareKeys = 0, signal, onToken }: WriteTokensOptions,
): Promise<WrittenTokens> {
  throwIfAborted(signal, 'Generating');
  // What a cold draw makes likelier still is what came before: without this it ends on one key.
  const sparing = spareKeys * Math.max(0, 1 - (sampling.temperature ?? 1));
  const isHelped = endNotesAfter < Infinity || sparing > 0;
  const tokens: number[] = [];
  const logProbabilities: number[] = [];
  let left = 'tokens' in amount ? amount.tokens : amount.steps;
  let standing = 0;
  let until = performance.now() + MILLISECONDS_AT_A_TIME;
  while (left > 0) {
    const logits = await next();
    for (const token of forbid) logits[token] = -Infinity;
    // How likely a token is, is said of the model, among what is allowed.
    const plain = isHelped ? logits.slice() : logits;
    if (endNotesAfter < Infinity) sounding.remind(logits, endNotesAfter);
    if (sparing > 0) sounding.spare(logits, sparing);
    const { index: token } = draw(logits, sampling, random);
    const logProbability = logProbabilityOf(plain, token);
    append(token);
    sounding.hear(token);
    tokens.push(token);
    logProbabilities.push(logProbability);
    onToken?.(token, logProbability);
    if (token === END_TOKEN) return { tokens, logProbabilities, ended: true };
    const event = eventOfToken(token);
    const steps = event?.type === 'timeShift' ? event.value : 0;
    left -= 'tokens' in amount ? 1 : steps;
    standing = steps > 0 ? 0 : standing + 1;
    if (standing >= MOST_TOKENS_OF_A_STEP) {
      throw new TimbrelError(
        'GENERATION_STALLED',
        `The model wrote ${standing} events, and no time passed; a higher temperature or another seed helps`,
      );
    }
    if (performance.now() < until && tokens.length % TOKENS_AT_A_TIME !== 0) continue;
    await yieldToMessages();
    throwIfAborted(signal, 'Generating');
    until = performance.now() + MILLISECONDS_AT_A_TIME;
  }
  return { tokens, logProbabilities, ended: false };
}
