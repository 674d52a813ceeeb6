/** The player's settings as plain JSON that another page, or this one tomorrow, takes back. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { isLatentNumber, type Corners } from '../latent/latent.js';
import type { Envelope } from '../messages/voice-processor.js';
import { unpackLatent, type PackedLatent } from './packed-latent.js';
import { DEFAULT_ROOM } from './room.js';
import {
  DEFAULT_VELOCITY_RESPONSE,
  VELOCITY_CURVES,
  checkVelocityResponse,
  type VelocityResponse,
} from './velocity.js';

/** A sound of the player's own: what the network made of it, so that a patch opens without its file. */
export interface SoundCorner {
  readonly sound: {
    /** The name of its file, as a rule. */
    readonly name: string;
    /** MIDI pitch with its fraction; null where it has none. */
    readonly pitch: number | null;
    readonly latent: PackedLatent;
  };
}

/** A timbre at a corner of the pad: by the name the checkpoint gives it, by seed, as it is (its latent), or a sound. */
export type PatchCorner =
  | { readonly name: string }
  | { readonly seed: string }
  | { readonly latent: readonly number[] }
  | SoundCorner;

export interface PatchContent {
  /** The same as the element's `checkpoint`: a catalogue id, a URL, or empty for the shipped one. */
  readonly checkpoint: string;
  /** Top left, top right, bottom left, bottom right. */
  readonly corners: Corners<PatchCorner>;
  /** Position on the pad, 0-1. */
  readonly x: number;
  readonly y: number;
  readonly envelope: Envelope;
  /** Linear gain, 0-1. */
  readonly volume: number;
  /** The share of the room, 0-1. Patches of before there was one have none: the default. */
  readonly room: number;
  /** Patches of before there was a choice have none: the default. */
  readonly velocity: VelocityResponse;
}

export interface Patch extends PatchContent {
  readonly format: 'timbrel-patch-1';
}

export function createPatch(content: PatchContent): Patch {
  return { format: 'timbrel-patch-1', ...content };
}

/** @param latentSize values of a corner's latent @throws PATCH_INVALID, naming the field */
export function parsePatch(value: unknown, latentSize = 256): PatchContent {
  const patch = asRecord(value, 'patch');
  if (patch.format !== 'timbrel-patch-1') {
    throw invalid('format', patch.format, `'timbrel-patch-1'`);
  }
  if (!Array.isArray(patch.corners) || patch.corners.length !== 4)
    throw invalid('corners', patch.corners, 'a list of four');
  if (typeof patch.checkpoint !== 'string') throw invalid('checkpoint', patch.checkpoint, 'text');
  const envelope = asRecord(patch.envelope, 'envelope');
  return {
    checkpoint: patch.checkpoint,
    corners: patch.corners.map((corner, place) =>
      parseCorner(corner, place, latentSize),
    ) as unknown as Corners<PatchCorner>,
    x: inRange(patch.x, 'x', 1),
    y: inRange(patch.y, 'y', 1),
    volume: inRange(patch.volume, 'volume', 1),
    room: patch.room === undefined ? DEFAULT_ROOM : inRange(patch.room, 'room', 1),
    envelope: {
      attack: inRange(envelope.attack, 'envelope.attack', 60),
      decay: inRange(envelope.decay, 'envelope.decay', 60),
      sustain: inRange(envelope.sustain, 'envelope.sustain', 1),
      release: inRange(envelope.release, 'envelope.release', 60),
    },
    velocity: parseVelocity(patch.velocity),
  };
}

function parseVelocity(value: unknown): VelocityResponse {
  if (value === undefined) return DEFAULT_VELOCITY_RESPONSE;
  const { curve, brightness } = asRecord(value, 'velocity');
  try {
    return checkVelocityResponse({ curve, brightness } as VelocityResponse);
  } catch {
    throw invalid('velocity', value, `a curve of ${VELOCITY_CURVES.join(', ')} and a brightness from 0 to 1`);
  }
}

function parseCorner(value: unknown, index: number, latentSize: number): PatchCorner {
  const corner = asRecord(value, `corners[${index}]`);
  if (typeof corner.name === 'string') return { name: corner.name };
  if (typeof corner.seed === 'string') return { seed: corner.seed };
  if (corner.sound !== undefined) return parseSound(corner.sound, `corners[${index}].sound`, latentSize);
  const { latent } = corner;
  if (Array.isArray(latent) && latent.length === latentSize && latent.every(isLatentNumber)) {
    return { latent: latent as number[] };
  }
  throw invalid(`corners[${index}]`, value, `a name, a seed, a sound, or a latent of ${latentSize} numbers`);
}

function parseSound(value: unknown, field: string, latentSize: number): SoundCorner {
  const { name, pitch, latent } = asRecord(value, field);
  if (typeof name !== 'string' || name === '') throw invalid(`${field}.name`, name, 'text');
  if (pitch !== null) inRange(pitch, `${field}.pitch`, 127);
  const packed = asRecord(latent, `${field}.latent`);
  if (!unpackLatent(packed, latentSize))
    throw invalid(`${field}.latent`, latent, `${latentSize} numbers: min, scale, and bytes in base64`);
  const { min, scale, bytes } = packed as unknown as PackedLatent;
  return { sound: { name, pitch: pitch as number | null, latent: { min, scale, bytes } } };
}

function asRecord(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(field, value, 'an object');
  return value as Record<string, unknown>;
}

function inRange(value: unknown, field: string, max: number): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= max))
    throw invalid(field, value, `a number from 0 to ${max}`);
  return value;
}

function invalid(field: string, value: unknown, expected: string): TimbrelError {
  const found = JSON.stringify(value)?.slice(0, 60) ?? String(value);
  return new TimbrelError('PATCH_INVALID', `${field} is ${found}; a patch has ${expected} there`);
}

/** Begins what a patch says of a checkpoint of the player's own. */
const OWN_FILES = 'files:';

/** A patch names a checkpoint of the player's own files by their size. */
export const ownFilesName = (files: readonly File[]): string =>
  `${OWN_FILES}${files.reduce((sum, { size }) => sum + size, 0)}`;

/** @throws CHECKPOINT_MISSING where `checkpoint` is of the player's own files: they have no address */
export function refuseOwnFiles(checkpoint: string): void {
  if (!checkpoint.startsWith(OWN_FILES)) return;
  throw new TimbrelError(
    'CHECKPOINT_MISSING',
    "The patch was made with a network of the player's own files, and those are not loaded: open them first, then the patch",
  );
}
