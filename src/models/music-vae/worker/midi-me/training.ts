/**
 * A small VAE over points of a MusicVAE's latent space: of all that the large model can write, what is like the music of one person
 * (Dinculescu, Engel & Roberts 2019, MidiMe). Dense layers and gradients by hand: it is small enough.
 */
import { TimbrelError, throwIfAborted } from '../../../../errors/timbrel-error.js';
import { createRandom, type Random } from '../../../../random/random.js';
import { yieldToMessages } from '../../../yield.js';
import type { MidiMeNetwork, MidiMeOptions, MidiMeProgress } from '../../midi-me-network.js';
import { Adam, backward, forward, initialWeights } from './layers.js';

export interface TrainMidiMeOptions extends MidiMeOptions {
  readonly signal?: AbortSignal;
  readonly onStep?: (progress: MidiMeProgress) => void;
}

const whole = (name: string, value: number, min: number, max: number) => {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new TimbrelError(
    'OPTION_INVALID',
    `${name} is ${value}; expected a whole number from ${min} to ${max}`,
  );
};

/**
 * @param latents at least two that differ
 * @throws OPTION_INVALID, ABORTED
 */
export async function trainMidiMe(
  latents: readonly Float32Array[],
  options: TrainMidiMeOptions = {},
): Promise<MidiMeNetwork> {
  const {
    size = 4,
    layers = [128, 64],
    steps = 300,
    batch = 32,
    beta = 1,
    seed = 0,
    signal,
    onStep,
  } = options;
  whole('size', size, 1, 256);
  whole('steps', steps, 1, 100_000);
  whole('batch', batch, 1, 4096);
  layers.forEach((units, i) => whole(`layers[${i}]`, units, 1, 4096));
  if (!(beta >= 0 && beta < Infinity))
    throw new TimbrelError('OPTION_INVALID', `beta is ${beta}; expected a number, 0 or more`);
  const { mean, scale } = statistics(latents);
  const latentSize = mean.length;
  const random = createRandom(seed);
  const stack = (sizes: readonly number[]) =>
    sizes.slice(1).map((outputs, i) => initialWeights(sizes[i], outputs, random));
  const encoder = stack([latentSize, ...layers, 2 * size]);
  const decoder = stack([size, ...layers.toReversed(), latentSize]);
  const network = { latentSize, size, mean, scale, encoder, decoder };
  const parameters = [...encoder, ...decoder].flatMap(({ kernel, bias }) => [kernel, bias]);
  const adam = new Adam(parameters);
  const rows = Math.min(batch, latents.length);
  let smoothed: { reconstruction: number; divergence: number } | undefined;
  for (let step = 1; step <= steps; step++) {
    const x = new Float32Array(rows * latentSize);
    for (let row = 0; row < rows; row++) {
      const latent = latents[Math.floor(random() * latents.length)];
      for (let i = 0; i < latentSize; i++) x[row * latentSize + i] = (latent[i] - mean[i]) / scale;
    }
    const { gradients, reconstruction, divergence } = lossAndGradients(network, x, rows, beta, random);
    adam.step(gradients);
    const follow = (before: number | undefined, now: number) =>
      before === undefined ? now : 0.9 * before + 0.1 * now;
    smoothed = {
      reconstruction: follow(smoothed?.reconstruction, reconstruction),
      divergence: follow(smoothed?.divergence, divergence),
    };
    onStep?.({ step, steps, ...smoothed });
    await yieldToMessages();
    throwIfAborted(signal, 'Training MidiMe');
  }
  return network;
}

/** @throws OPTION_INVALID where there is nothing to learn */
function statistics(latents: readonly Float32Array[]) {
  const size = latents[0]?.length ?? 0;
  const mean = new Float32Array(size);
  for (const latent of latents) for (let i = 0; i < size; i++) mean[i] += latent[i] / latents.length;
  let squares = 0;
  for (const latent of latents) for (let i = 0; i < size; i++) squares += (latent[i] - mean[i]) ** 2;
  const scale = Math.sqrt(squares / (size * latents.length));
  if (latents.length >= 2 && scale > 1e-6) return { mean, scale };
  throw new TimbrelError(
    'OPTION_INVALID',
    `There are ${latents.length} examples${latents.length > 1 ? ', all the same' : ''}; MidiMe needs at least two that differ, and learns more of fifty`,
  );
}

/** Normal noise, both values of each Box-Muller pair. */
function gaussians(length: number, random: Random): Float32Array {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < length) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/**
 * Mean over the batch of |x - x'|^2 / 2 + beta KL(N(mu, e^v) || N(0, 1)), with one draw of each example, and how it grows with every
 * parameter.
 * @param x [rows, latentSize], standardised
 */
export function lossAndGradients(
  { size, encoder, decoder }: MidiMeNetwork,
  x: Float32Array,
  rows: number,
  beta: number,
  random: Random,
) {
  const read = forward(encoder, x, rows);
  const noise = gaussians(rows * size, random);
  const z = new Float32Array(rows * size);
  let divergence = 0;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) {
      const mu = read.output[row * 2 * size + i];
      const logVariance = read.output[row * 2 * size + size + i];
      z[row * size + i] = mu + Math.exp(logVariance / 2) * noise[row * size + i];
      divergence += 0.5 * (Math.exp(logVariance) + mu * mu - 1 - logVariance);
    }
  }
  const written = forward(decoder, z, rows);
  let reconstruction = 0;
  const error = written.output.map((value, i) => {
    const difference = value - x[i];
    reconstruction += 0.5 * difference * difference;
    return difference / rows;
  });
  const back = backward(decoder, written.inputs, error, rows);
  const slopes = new Float32Array(rows * 2 * size);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < size; i++) {
      const at = row * 2 * size + i;
      const logVariance = read.output[at + size];
      const slope = back.input[row * size + i];
      slopes[at] = slope + (beta * read.output[at]) / rows;
      slopes[at + size] =
        slope * noise[row * size + i] * 0.5 * Math.exp(logVariance / 2) +
        (beta * 0.5 * (Math.exp(logVariance) - 1)) / rows;
    }
  }
  const front = backward(encoder, read.inputs, slopes, rows);
  const gradients = [...front.layers, ...back.layers].flatMap(({ kernel, bias }) => [kernel, bias]);
  const loss = (reconstruction + beta * divergence) / rows;
  return { loss, gradients, reconstruction: reconstruction / rows, divergence: divergence / rows };
}

/** Points of the MusicVAE to the means of their distributions in the small space. */
export function encodeWithMidiMe(network: MidiMeNetwork, latents: readonly Float32Array[]): Float32Array[] {
  const { mean, scale, encoder, size } = network;
  return latents.map((latent) => {
    const x = latent.map((value, i) => (value - mean[i]) / scale);
    return forward(encoder, x, 1).output.slice(0, size);
  });
}

/** Points of the small space to points of the MusicVAE. */
export function decodeWithMidiMe(network: MidiMeNetwork, points: readonly Float32Array[]): Float32Array[] {
  const { mean, scale, decoder } = network;
  return points.map((point) => forward(decoder, point, 1).output.map((value, i) => value * scale + mean[i]));
}
