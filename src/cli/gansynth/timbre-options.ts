/** The options by which a command is told what a note sounds like. */
import type { GANSynth } from '../../models/gansynth/gansynth.js';
import { nearestNames } from '../../errors/nearest-name.js';
import { wholeNumber, type Options, type Values } from '../options.js';
import { usageError } from '../usage.js';

export const TIMBRE_OPTIONS = {
  timbre: {
    type: 'string',
    value: 'NAME',
    multiple: true,
    description: 'A timbre that the checkpoint names (`timbrel gansynth timbres` lists them)',
  },
  'all-timbres': { type: 'boolean', description: 'Every timbre that the checkpoint names' },
  between: {
    type: 'string',
    value: 'A,B',
    description: 'Timbres on the way from one to another, --steps of them',
  },
  steps: { type: 'number', description: 'With --between: both ends and what lies between them', default: 5 },
  seed: { type: 'string', value: 'SEED', description: 'Draws a timbre where none is named', default: '0' },
} as const satisfies Options;

export interface Timbre {
  /** The timbre as a file is named. */
  readonly name: string;
  readonly z: Float32Array;
}

/** The timbres that were asked for, each once. @throws USAGE with the names that there are */
export function chosenTimbres(model: GANSynth, values: Values<typeof TIMBRE_OPTIONS>): Timbre[] {
  const { timbre: names, between, seed } = values;
  const chosen: Timbre[] = values['all-timbres']
    ? model.timbres.map(({ name, latent }) => ({ name, z: latent }))
    : names.map((name) => namedTimbre(model, name));
  if (between !== undefined) chosen.push(...timbresBetween(model, between, values.steps));
  if (chosen.length === 0) chosen.push({ name: `seed-${seed}`, z: model.sampleLatent(seed) });
  return chosen.filter(({ name }, i) => chosen.findIndex((other) => other.name === name) === i);
}

/** @throws USAGE with the names that there are */
export function namedTimbre({ timbres }: GANSynth, name: string, option = '--timbre'): Timbre {
  const wanted = name.trim().toLowerCase();
  const found = timbres.find((timbre) => timbre.name.toLowerCase() === wanted);
  if (found) return { name: found.name, z: found.latent };
  const names = timbres.map((timbre) => timbre.name);
  const [meant] = nearestNames(name, names, 1);
  const guess = meant === undefined ? '' : `, did you mean ${meant}?`;
  throw usageError(
    `${option} is ${JSON.stringify(name)}${guess}; the checkpoint names ${names.join(', ') || 'none'}`,
  );
}

function timbresBetween(model: GANSynth, between: string, steps: number): Timbre[] {
  const ends = between.split(',');
  if (ends.length !== 2)
    throw usageError(`--between is ${JSON.stringify(between)}; expected two names with a comma between`);
  const [a, b] = ends.map((name) => namedTimbre(model, name, '--between'));
  wholeNumber('steps', steps, 2);
  return Array.from({ length: steps }, (_, i) => ({
    name: `${a.name}-${b.name}-${i + 1}`,
    z: model.interpolate(a.z, b.z, i / (steps - 1)),
  }));
}
