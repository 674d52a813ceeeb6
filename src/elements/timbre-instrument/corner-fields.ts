/** The corners of the pad, as they are named and chosen. */
import { html, nothing } from 'lit';
import type { NamedTimbre } from '../../checkpoints/timbres.js';
import type { PatchCorner } from '../../instruments/patch.js';

export const PLACES = ['Top left', 'Top right', 'Bottom left', 'Bottom right'];
export const RANDOM = '*';

/** Letters of a sound's name that a corner has room for. */
const LONGEST_NAME = 22;

export function cornerLabel(corner: PatchCorner): string {
  if ('sound' in corner) {
    const name = corner.sound.name.replace(/\.\w{2,4}$/, '');
    return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  }
  return 'name' in corner ? corner.name : 'seed' in corner ? `random ${corner.seed}` : 'drawn';
}

/** Corners as the attribute has them. A drawn timbre has no name: its place is left empty. */
export function cornersText(corners: readonly PatchCorner[]): string {
  return corners
    .map((corner) => ('name' in corner ? corner.name : 'seed' in corner ? `seed:${corner.seed}` : ''))
    .join(', ');
}

/** Those of `names` that the attribute names: its author can do something about them. */
export function writtenNames(attribute: string, names: readonly string[]): readonly string[] {
  const written = attribute.split(',').map((text) => text.trim().toLowerCase());
  return names.filter((name) => written.includes(name.toLowerCase()));
}

/** The same room, before a network has told its timbres. */
export const renderPlaces = () =>
  PLACES.map(
    (place) =>
      html`<select aria-label="${place} corner" disabled>
        <option>${place}</option>
      </select>`,
  );

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
