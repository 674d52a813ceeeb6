/** What stands at the corners of the pad: names of timbres, seeds, latents from a patch. */
import { html, nothing } from 'lit';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { PatchCorner } from '../../instruments/patch.js';
import { sampleLatent } from '../../latent/latent.js';
import type { NamedTimbre } from '../../checkpoints/timbres.js';
import { LATENT_SIZE } from '../../models/gansynth/config.js';

/** Timbres at the corners unless the page or the player chose others. */
const DEFAULTS = ['flute', 'french horn', 'electric piano', 'strings'];
const PLACES = ['Top left', 'Top right', 'Bottom left', 'Bottom right'];
const RANDOM = '*';

export interface ReadCorners {
  readonly corners: PatchCorner[];
  /** What names no timbre of the checkpoint. */
  readonly unknown: readonly string[];
}

/**
 * Four corners from the attribute: names (in any case) or `seed:TEXT`, separated by commas. In the place of a name that the
 * checkpoint does not know stands the default of that corner, else one of its own timbres, or a seed where it names none.
 */
export function parseCorners(attribute: string, timbres: readonly NamedTimbre[]): ReadCorners {
  const wanted = attribute.split(',').map((text) => text.trim());
  const unknown: string[] = [];
  const corners = PLACES.map((_, i): PatchCorner => {
    const text = wanted[i] ?? '';
    if (/^seed:/i.test(text)) return { seed: text.slice(5) };
    const named = find(text, timbres);
    if (text && !named) unknown.push(text);
    const timbre = named ?? find(DEFAULTS[i], timbres) ?? timbres[i];
    return timbre ? { name: timbre.name } : { seed: String(i + 1) };
  });
  return { corners, unknown };
}

/** The same corners with another checkpoint: in the place of a name that it does not have stands a seed, 1 to 4 as a rule. */
export function knownCorners(corners: readonly PatchCorner[], timbres: readonly NamedTimbre[]): ReadCorners {
  const unknown: string[] = [];
  const taken = new Set(seedsOf(corners));
  const known = corners.map((corner): PatchCorner => {
    if (!('name' in corner)) return corner;
    const timbre = find(corner.name, timbres);
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

/** Those of `names` that the attribute names: its author can do something about them. */
export function writtenNames(attribute: string, names: readonly string[]): readonly string[] {
  const written = attribute.split(',').map((text) => text.trim().toLowerCase());
  return names.filter((name) => written.includes(name.toLowerCase()));
}

const find = (wanted: string, timbres: readonly NamedTimbre[]) =>
  timbres.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());

/** What to say of corners that name no timbre. */
export function unknownTimbres(unknown: readonly string[], timbres: readonly NamedTimbre[]): TimbrelError {
  const known = timbres.length > 0 ? timbres.map(({ name }) => name).join(', ') : 'none';
  return new TimbrelError(
    'TIMBRE_UNKNOWN',
    `The checkpoint has no timbre ${unknown.map((name) => JSON.stringify(name)).join(', ')}; another one stands at that corner. It names ${known}`,
  );
}

export function cornerLabel(corner: PatchCorner): string {
  return 'name' in corner ? corner.name : 'seed' in corner ? `random ${corner.seed}` : 'drawn';
}

/** The latent [256] of a corner; a name that the checkpoint does not know is a seed. */
export function cornerLatent(corner: PatchCorner, timbres: readonly NamedTimbre[]): Float32Array {
  if ('latent' in corner) return Float32Array.from(corner.latent);
  const named = 'name' in corner ? find(corner.name, timbres) : undefined;
  return named?.latent ?? sampleLatent('seed' in corner ? corner.seed : corner.name, LATENT_SIZE);
}

/** One select per corner. `choose` gets the place and the timbre's name, or undefined for a new random one. */
export function renderCorners(
  corners: readonly PatchCorner[],
  timbres: readonly NamedTimbre[],
  choose: (place: number, name: string | undefined) => void,
) {
  // The same room before the checkpoint has told its timbres.
  if (corners.length === 0)
    return PLACES.map(
      (place) =>
        html`<select aria-label="${place} corner" disabled>
          <option>${place}</option>
        </select>`,
    );
  return corners.map((corner, place) => {
    const label = cornerLabel(corner);
    const onChange = (event: Event) => {
      const { value } = event.target as HTMLSelectElement;
      choose(place, value === RANDOM ? undefined : value);
    };
    return html`<select aria-label="${PLACES[place]} corner" @change=${onChange}>
      ${timbres.some(({ name }) => name === label) ? nothing : html`<option selected>${label}</option>`}
      ${timbres.map(({ name }) => html`<option value=${name} ?selected=${name === label}>${name}</option>`)}
      <option value=${RANDOM}>random …</option>
    </select>`;
  });
}
