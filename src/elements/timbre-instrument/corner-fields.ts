/** The corners of the pad, as they are named and chosen. */
import { html, nothing } from 'lit';
import type { NamedTimbre } from '../../checkpoints/timbres.js';
import type { PatchCorner } from '../../instruments/patch.js';

export const PLACES = ['Top left', 'Top right', 'Bottom left', 'Bottom right'];
/** The slots of `<morph-pad>`, in the same order. */
const SLOTS = ['top-left', 'top-right', 'bottom-left', 'bottom-right'];
const RANDOM = '*';
/** Begins the value of a sound that is none of the network's. */
const OTHER = '*other ';

/** Letters of a sound's name that a corner has room for. */
const LONGEST_NAME = 22;

export function cornerLabel(corner: PatchCorner): string {
  if ('sound' in corner) {
    const name = corner.sound.name.replace(/\.\w{2,4}$/, '');
    return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME - 1)}…` : name;
  }
  return 'name' in corner ? corner.name : 'seed' in corner ? `random ${corner.seed}` : 'drawn';
}

/** Corners as the attribute has them, each place empty that no text can say: of a drawn timbre, of a sound. Empty where none can be said. */
export function cornersText(corners: readonly PatchCorner[]): string {
  const texts = corners.map((corner) => {
    const text = 'name' in corner ? corner.name : 'seed' in corner ? `seed:${corner.seed}` : '';
    return text.includes(',') || text !== text.trim() ? '' : text;
  });
  return texts.every((text) => text === '') ? '' : texts.join(', ');
}

/** Those of `names` that the attribute names: its author can do something about them. */
export function writtenNames(attribute: string, names: readonly string[]): readonly string[] {
  const written = attribute.split(',').map((text) => text.trim().toLowerCase());
  return names.filter((name) => written.includes(name.toLowerCase()));
}

/** Six digits that tell one set of corners from another, and are the same for the same. */
function numberOf(corners: readonly PatchCorner[]): string {
  let hash = 0x811c9dc5;
  for (const letter of JSON.stringify(corners))
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return String((hash >>> 0) % 1e6).padStart(6, '0');
}

/** The timbres of the corners in one line: files and favourites are named so. Corners without names have one number, or the line is long. */
export function soundName(corners: readonly PatchCorner[]): string {
  const nameless = corners.filter((corner) => !('name' in corner || 'sound' in corner));
  const [first] = nameless;
  const isOne = nameless.length === 1 && 'seed' in first;
  const kind = nameless.some((corner) => 'seed' in corner) ? 'random' : 'drawn';
  const numbered = nameless.length === 0 || isOne ? [] : [`${kind} corners ${numberOf(nameless)}`];
  const named = corners.filter((corner) => isOne || !nameless.includes(corner)).map(cornerLabel);
  return [...numbered, ...new Set(named)].join(', ');
}

export interface CornersView {
  /** Undefined before a network has told its timbres. */
  readonly corners: readonly PatchCorner[] | undefined;
  readonly timbres: readonly NamedTimbre[];
  /** A random timbre may be asked for. */
  readonly random: boolean;
  /** Sounds that are none of the network's. */
  readonly others: readonly OtherSound[];
}

/** A sound that a corner can take besides timbres of the network. */
export interface OtherSound {
  readonly label: string;
  put(place: number): void;
}

/** One field per corner, for the slots of `<morph-pad>`. `choose` gets the place and the timbre's name, or undefined for a new random one. */
export const renderCorners = (
  { corners, ...view }: CornersView,
  choose: (place: number, name: string | undefined) => void,
) => SLOTS.map((slot, place) => renderCorner(slot, place, corners?.[place], view, choose));

function renderCorner(
  slot: string,
  place: number,
  corner: PatchCorner | undefined,
  { timbres, random, others }: Omit<CornersView, 'corners'>,
  choose: (place: number, name: string | undefined) => void,
) {
  // The same room, before there is anything to choose from.
  if (!corner)
    return html`<select slot=${slot} part="corner" aria-label="${PLACES[place]} corner" disabled>
      <option>${PLACES[place]}</option>
    </select>`;
  const known = 'name' in corner && timbres.some(({ name }) => name === corner.name);
  const onChange = (event: Event) => {
    const { value } = event.target as HTMLSelectElement;
    const other = value.startsWith(OTHER) ? others[Number(value.slice(OTHER.length))] : undefined;
    if (other) other.put(place);
    else choose(place, value === RANDOM ? undefined : value);
  };
  return html`<select
    slot=${slot}
    part="corner"
    aria-label="${PLACES[place]} corner"
    data-value=${known ? corner.name : ''}
    @change=${onChange}
  >
    ${known ? nothing : html`<option value="" disabled>${cornerLabel(corner)}</option>`}
    ${timbres.map(({ name }) => html`<option value=${name}>${name}</option>`)}
    ${random ? html`<option value=${RANDOM}>random …</option>` : nothing}
    ${others.map(({ label }, i) => html`<option value=${OTHER + i}>${label}</option>`)}
  </select>`;
}

/** Selects show what is, not what was chosen last: options that come and go would else decide. */
export function showValues(root: ParentNode): void {
  for (const select of root.querySelectorAll<HTMLSelectElement>('select[data-value]'))
    select.value = select.dataset.value ?? '';
}
