/** A sound with a name, in as few words as it takes. */
import type { PatchCorner } from '../../instruments/patch.js';
import { createPatch } from '../../instruments/patch.js';
import { DEFAULT_ROOM } from '../../instruments/room.js';
import { DEFAULT_ENVELOPE } from '../../instruments/timbre-instrument.js';
import { DEFAULT_VELOCITY_RESPONSE } from '../../instruments/velocity.js';
import type { Corners } from '../../latent/latent.js';
import type { Envelope } from '../../messages/voice-processor.js';
import type { NamedSound } from './favourites.js';

interface PresetSettings extends Partial<Envelope> {
  readonly room?: number;
}

/** @param corners names of timbres @param at the point of the pad: x and y, 0 to 1 from the top left */
export function preset(
  name: string,
  corners: Corners<string>,
  [x, y]: readonly [number, number],
  { room = DEFAULT_ROOM, ...times }: PresetSettings = {},
): NamedSound {
  const patch = createPatch({
    checkpoint: '',
    corners: corners.map((timbre): PatchCorner => ({ name: timbre })) as unknown as Corners<PatchCorner>,
    ...{ x, y, room, volume: 0.8 },
    envelope: { ...DEFAULT_ENVELOPE, ...times },
    velocity: DEFAULT_VELOCITY_RESPONSE,
  });
  return { name, patch };
}
