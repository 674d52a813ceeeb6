/** The corners of the pad: names of timbres, seeds, latents from a patch. */
import type { NamedTimbre } from '../checkpoints/timbres.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { Corners } from '../latent/latent.js';
import { unpackLatent } from './packed-latent.js';
import type { PatchCorner } from './patch.js';

/** The model, as much of it as a pad asks. */
export interface PadModel {
  readonly latentSize: number;
  readonly corners: Corners<string>;
  mix(corners: Corners<Float32Array>, x: number, y: number): Float32Array;
  /** @param timbres those of the network; none before it is loaded */
  random(seed: string, timbres: readonly NamedTimbre[]): Float32Array;
}

export interface ReadCorners {
  readonly corners: Corners<PatchCorner>;
  /** Names that no timbre of the checkpoint has. */
  readonly unknown: readonly string[];
}

const mapCorners = <A, B>(corners: Corners<A>, map: (corner: A, place: number) => B) =>
  corners.map(map) as unknown as Corners<B>;

/** Four texts of an attribute, empty where it has none. */
function textsOf(attribute: string): Corners<string> {
  const [a = '', b = '', c = '', d = ''] = attribute.split(',').map((text) => text.trim());
  return [a, b, c, d];
}

const seedIn = (text: string) => (/^seed:/i.test(text) ? { seed: text.slice(5) } : undefined);

/** Four corners as they are written, before a checkpoint can say which names it has. */
export const writtenCorners = (attribute: string, defaults: Corners<string>): Corners<PatchCorner> =>
  mapCorners(textsOf(attribute), (text, place) => seedIn(text) ?? { name: text || defaults[place] });

/**
 * Reads four corners: names (in any case) or `seed:TEXT`, separated by commas. In the place of a name that the checkpoint does
 * not know stands the default of that corner, else one of its own timbres, or a seed where it names none.
 */
export function parseCorners(
  attribute: string,
  timbres: readonly NamedTimbre[],
  defaults: Corners<string>,
): ReadCorners {
  const unknown: string[] = [];
  const corners = mapCorners(textsOf(attribute), (text, place): PatchCorner => {
    const seed = seedIn(text);
    if (seed) return seed;
    const named = findTimbre(text, timbres);
    if (text && !named) unknown.push(text);
    const timbre = named ?? findTimbre(defaults[place], timbres) ?? timbres.at(place);
    return timbre ? { name: timbre.name } : { seed: String(place + 1) };
  });
  return { corners, unknown };
}

/** The same corners with another checkpoint: in the place of a name that it does not have stands a seed, 1 to 4 as a rule. */
export function knownCorners(corners: Corners<PatchCorner>, timbres: readonly NamedTimbre[]): ReadCorners {
  const unknown: string[] = [];
  const taken = new Set(seedsOf(corners));
  const known = mapCorners(corners, (corner): PatchCorner => {
    if (!('name' in corner)) return corner;
    const timbre = findTimbre(corner.name, timbres);
    if (timbre) return { name: timbre.name };
    unknown.push(corner.name);
    const seed = unusedSeed(taken);
    taken.add(seed);
    return { seed };
  });
  return { corners: known, unknown };
}

export const seedsOf = (corners: readonly PatchCorner[]) =>
  corners.flatMap((corner) => ('seed' in corner ? [corner.seed] : []));

/** The lowest number after `from` that is no seed yet: two corners of one seed would be one timbre. */
export function unusedSeed(taken: ReadonlySet<string>, from = 0): string {
  let seed = from + 1;
  while (taken.has(String(seed))) seed++;
  return String(seed);
}

/** Seeds that are drawn are short enough to be read out, and so many that no two players draw the same. */
const SEEDS = 1_000_000;

/** Draws a number for a seed. */
export const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] % SEEDS;

const findTimbre = (wanted: string, timbres: readonly NamedTimbre[]) =>
  timbres.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());

/** The failure to tell of corners that name no timbre. */
export function unknownTimbres(unknown: readonly string[], timbres: readonly NamedTimbre[]): TimbrelError {
  const known = timbres.length > 0 ? timbres.map(({ name }) => name).join(', ') : 'none';
  return new TimbrelError(
    'TIMBRE_UNKNOWN',
    `The checkpoint has no timbre ${unknown.map((name) => JSON.stringify(name)).join(', ')}; another one stands at that corner. It names ${known}`,
  );
}

/** The latents of four corners. A name that the checkpoint does not know is a seed, and so is a sound of another model. */
export function cornerLatents(
  corners: Corners<PatchCorner>,
  timbres: readonly NamedTimbre[],
  model: Pick<PadModel, 'latentSize' | 'random'>,
): Corners<Float32Array> {
  return mapCorners(corners, (corner) => {
    if ('latent' in corner) return Float32Array.from(corner.latent);
    if ('sound' in corner) {
      const { name, latent } = corner.sound;
      return unpackLatent(latent, model.latentSize) ?? model.random(name, timbres);
    }
    const named = 'name' in corner ? findTimbre(corner.name, timbres) : undefined;
    return named?.latent ?? model.random('seed' in corner ? corner.seed : corner.name, timbres);
  });
}
