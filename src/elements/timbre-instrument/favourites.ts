/** Sounds that a player keeps, in this browser. Where nothing may be kept, nothing is. */
import type { Patch } from '../../instruments/patch.js';

export interface NamedSound {
  readonly name: string;
  readonly patch: Patch;
}

export class Favourites {
  private sounds: readonly NamedSound[] | undefined;

  /** @param kind the element's name: a sound of one instrument is none of another */
  constructor(private readonly kind: string) {}

  get list(): readonly NamedSound[] {
    return (this.sounds ??= this.read());
  }

  /** Keeps a sound; one of the same name is replaced. @returns whether the browser keeps it for the next time */
  keep(sound: NamedSound): boolean {
    return this.write([...this.list.filter(({ name }) => name !== sound.name), sound]);
  }

  /** @returns whether it is forgotten for good */
  forget(name: string): boolean {
    return this.write(this.list.filter((sound) => sound.name !== name));
  }

  private get key(): string {
    return `timbrel-favourites-${this.kind}`;
  }

  private read(): readonly NamedSound[] {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? '[]') as unknown;
      return Array.isArray(kept) ? kept.filter(isNamedSound) : [];
    } catch {
      return [];
    }
  }

  private write(sounds: readonly NamedSound[]): boolean {
    this.sounds = sounds;
    try {
      localStorage.setItem(this.key, JSON.stringify(sounds));
      return true;
    } catch {
      return false;
    }
  }
}

/** Looks at the frame only: a patch that is wrong says so when it is opened. */
function isNamedSound(value: unknown): value is NamedSound {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<NamedSound>).name === 'string' &&
    typeof (value as Partial<NamedSound>).patch === 'object'
  );
}

/** Tells whether a patch sounds as another one does, whatever its loudness and its network. */
export function isOfSound(patch: Patch, other: Patch): boolean {
  const values = ({ x, y, room, envelope, velocity }: Patch) => [
    ...[x, y, room, envelope.attack, envelope.decay, envelope.sustain, envelope.release],
    ...[velocity.curve, velocity.brightness],
  ];
  const wanted = values(other);
  return (
    values(patch).every((value, i) => value === wanted[i]) &&
    JSON.stringify(patch.corners) === JSON.stringify(other.corners)
  );
}
