/** From what a core decoder puts out to an event: its choice, its probability, and what the next step reads of it. */
import { eventWidth, type Head } from '../converters/converter.js';
import { argmax, draw, logProbabilityOf, type SamplingOptions } from '../../sampling.js';
import type { CoreWeights, NADEWeights } from './weights.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** ln sigmoid(x), without overflow. */
const logSigmoid = (x: number) => (x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x)));

/** A bit from its logit: the likelier one at temperature 0, else drawn. */
function drawBit(logit: number, temperature: number, random: () => number): number {
  if (temperature === 0) return Number(logit >= 0);
  return Number(random() < sigmoid(logit / temperature));
}

const logProbabilityOfBit = (logit: number, bit: number) => logSigmoid(bit > 0 ? logit : -logit);

/**
 * The bits of a NADE in turn, each with its logit given those before it.
 * @param output [hidden + drums]: the biases of the hidden layer, then of the bits
 * @param choose the bit, 0 or 1, for its logit
 */
function visitNADE(
  { toHidden, fromHidden }: NADEWeights,
  output: Float32Array,
  choose: (bit: number, logit: number) => number,
): void {
  const { rows: drums, columns: hidden } = toHidden;
  const sums = Float64Array.from(output.subarray(0, hidden));
  for (let bit = 0; bit < drums; bit++) {
    let logit = output[hidden + bit];
    for (let k = 0; k < hidden; k++) logit += sigmoid(sums[k]) * fromHidden.data[bit * hidden + k];
    const value = choose(bit, logit);
    for (let k = 0; k < hidden; k++) sums[k] += value * toHidden.data[bit * hidden + k];
  }
}

/** Each head with its part of the output and of the event. */
function visitHeads(
  heads: readonly Head[],
  output: Float32Array,
  event: Float32Array,
  visit: (head: Head, output: Float32Array, event: Float32Array) => void,
): void {
  let from = 0;
  let column = 0;
  for (const head of heads) {
    const width = eventWidth(head);
    visit(head, output.subarray(from, from + head.size), event.subarray(column, column + width));
    from += head.size;
    column += width;
  }
}

/**
 * Chooses an event.
 * @param output of the core decoder for one row
 * @param event is filled in
 */
export function sampleEvent(
  { heads, nade }: Pick<CoreWeights, 'heads' | 'nade'>,
  output: Float32Array,
  event: Float32Array,
  options: SamplingOptions,
  random: () => number,
): void {
  const { temperature = 1 } = options;
  if (nade) {
    visitNADE(nade, output, (bit, logit) => (event[bit] = drawBit(logit, temperature, random)));
    return;
  }
  visitHeads(heads, output, event, ({ type, size }, logits, part) => {
    if (type === 'categorical') {
      part[0] = draw(logits, options, random).index;
      return;
    }
    const bits = type === 'groove' ? size / 3 : size;
    for (let i = 0; i < bits; i++) part[i] = drawBit(logits[i], temperature, random);
    // Velocities lie between 0 and 1, offsets between -1 and 1.
    for (let i = bits; i < size; i++) part[i] = i < 2 * bits ? sigmoid(logits[i]) : Math.tanh(logits[i]);
  });
}

/** A decoder's opinion of an event that is given. */
export interface EventScore {
  /** Nats. Velocities and offsets of a groove have no probability: only its hits count. */
  readonly logProbability: number;
  /** The event is the likeliest one: its class, or every bit. */
  readonly isLikeliest: boolean;
}

export function scoreEvent(
  { heads, nade }: Pick<CoreWeights, 'heads' | 'nade'>,
  output: Float32Array,
  event: Float32Array,
): EventScore {
  let logProbability = 0;
  let isLikeliest = true;
  const addBit = (logit: number, bit: number) => {
    logProbability += logProbabilityOfBit(logit, bit);
    isLikeliest &&= logit >= 0 === bit > 0;
    return bit;
  };
  if (nade) {
    visitNADE(nade, output, (bit, logit) => addBit(logit, event[bit]));
    return { logProbability, isLikeliest };
  }
  visitHeads(heads, output, event, ({ type, size }, logits, part) => {
    if (type === 'categorical') {
      // Behind the end of a track nothing is asked of the model.
      if (part[0] < 0) return;
      logProbability += logProbabilityOf(logits, part[0]);
      isLikeliest &&= argmax(logits) === part[0];
      return;
    }
    const bits = type === 'groove' ? size / 3 : size;
    for (let i = 0; i < bits; i++) addBit(logits[i], part[i]);
  });
  return { logProbability, isLikeliest };
}

/** Writes the event as the input of the next step. @param input [sum of sizes], zeros so far */
export function eventToInput(heads: readonly Head[], event: Float32Array, input: Float32Array): void {
  let from = 0;
  let column = 0;
  for (const head of heads) {
    if (head.type !== 'categorical') input.set(event.subarray(column, column + head.size), from);
    else if (event[column] >= 0) input[from + event[column]] = 1;
    from += head.size;
    column += eventWidth(head);
  }
}
