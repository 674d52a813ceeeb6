/** What stands at the corners of the pad: names of timbres, seeds, latents from a patch. */
import { html, nothing } from 'lit';
import type { PatchCorner } from '../../instruments/patch.js';
import { sampleLatent } from '../../latent/latent.js';
import type { NamedTimbre } from '../../messages/model-worker.js';
import { LATENT_SIZE } from '../../models/gansynth/config.js';

/** Timbres at the corners unless the page or the player chose others. */
const DEFAULTS = ['flute', 'french horn', 'electric piano', 'strings'];
const PLACES = ['Top left', 'Top right', 'Bottom left', 'Bottom right'];
const RANDOM = '*';

/**
 * Four corners from the attribute: names or `seed:TEXT`, separated by commas. What the checkpoint does not know becomes
 * one of its own timbres, or a seed where it has none.
 */
export function parseCorners(attribute: string, timbres: readonly NamedTimbre[]): PatchCorner[] {
  const wanted = attribute ? attribute.split(',').map((text) => text.trim()) : DEFAULTS;
  return PLACES.map((_, i) => {
    const text = wanted[i] ?? '';
    if (text.startsWith('seed:')) return { seed: text.slice(5) };
    if (timbres.some(({ name }) => name === text)) return { name: text };
    const timbre = timbres[i];
    return timbre ? { name: timbre.name } : { seed: String(i + 1) };
  });
}

/** The same corners with another checkpoint: a name that it does not have sounds as a seed, and is shown as one. */
export const knownCorners = (
  corners: readonly PatchCorner[],
  timbres: readonly NamedTimbre[],
): PatchCorner[] =>
  corners.map((corner) =>
    'name' in corner && !timbres.some(({ name }) => name === corner.name) ? { seed: corner.name } : corner,
  );

export function cornerLabel(corner: PatchCorner): string {
  return 'name' in corner ? corner.name : 'seed' in corner ? `random ${corner.seed}` : 'drawn';
}

/** The latent [256] of a corner; a name that the checkpoint does not know is a seed. */
export function cornerLatent(corner: PatchCorner, timbres: readonly NamedTimbre[]): Float32Array {
  if ('latent' in corner) return Float32Array.from(corner.latent);
  const named = 'name' in corner ? timbres.find(({ name }) => name === corner.name) : undefined;
  return named?.latent ?? sampleLatent('seed' in corner ? corner.seed : corner.name, LATENT_SIZE);
}

/** One select per corner. `choose` gets the place and the timbre's name, or undefined for a new random one. */
export function renderCorners(
  corners: readonly PatchCorner[],
  timbres: readonly NamedTimbre[],
  choose: (place: number, name: string | undefined) => void,
) {
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
