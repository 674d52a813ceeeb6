/** The loop that writes tokens until there are enough, letting messages in and listening for an abort. */
import { TimbrelError, throwIfAborted } from '../../../errors/timbrel-error.js';
import { END_TOKEN, eventOfToken } from '../../../music/performance-tokens.js';
import { draw, type Draw, type SamplingOptions } from '../../sampling.js';
import { yieldToMessages } from '../../yield.js';
import type { TokenAmount, WrittenTokens } from '../protocol.js';

export interface WriteTokensOptions {
  readonly sampling: SamplingOptions;
  readonly forbid: readonly number[];
  readonly signal?: AbortSignal;
  readonly onToken?: (token: number, logProbability: number) => void;
}

const MILLISECONDS_AT_A_TIME = 8;
/** An abort is heard after so many tokens at most, however fast they are. */
const TOKENS_AT_A_TIME = 32;

/** More than any chord, of all notes off and on: a model that writes so many in one step will not leave it. */
const MOST_TOKENS_OF_A_STEP = 2000;

/**
 * @param next the logits after all that was written, which it may change
 * @param append takes a token in
 * @throws GENERATION_STALLED, ABORTED
 */
export async function writeTokens(
  next: () => Promise<Float32Array>,
  append: (token: number) => void,
  amount: TokenAmount,
  random: () => number,
  { sampling, forbid, signal, onToken }: WriteTokensOptions,
): Promise<WrittenTokens> {
  throwIfAborted(signal, 'Generating');
  const tokens: number[] = [];
  const logProbabilities: number[] = [];
  let left = 'tokens' in amount ? amount.tokens : amount.steps;
  let standing = 0;
  let until = performance.now() + MILLISECONDS_AT_A_TIME;
  while (left > 0) {
    const { index: token, logProbability } = drawAllowed(await next(), sampling, forbid, random);
    append(token);
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

/** The token's likelihood is said of the model among what is allowed. */
function drawAllowed(
  logits: Float32Array,
  sampling: SamplingOptions,
  forbid: readonly number[],
  random: () => number,
): Draw {
  for (const token of forbid) logits[token] = -Infinity;
  return draw(logits, sampling, random);
}
