/** Velocities of written dynamics: steps of 16, as notation programs play them. */

/** From here on. */
export const VELOCITIES = {
  pppp: 8,
  ppp: 16,
  pp: 33,
  p: 49,
  mp: 64,
  mf: 80,
  f: 96,
  ff: 112,
  fff: 126,
  ffff: 127,
} as const;

/** Here only. */
const ACCENTS = new Set(['sf', 'sfz', 'sffz', 'fz', 'rf', 'rfz', 'sfp', 'fp', 'sfpp']);
const ACCENTED = 112;
/** Level after a mark that says one: forte, then piano. */
const AFTER: Readonly<Record<string, number>> = { fp: VELOCITIES.p, sfp: VELOCITIES.p, sfpp: VELOCITIES.pp };

export interface Dynamic {
  readonly level?: number;
  readonly accent?: number;
}

/** @returns undefined of what is no dynamic */
export function dynamicOf(mark: string): Dynamic | undefined {
  if (Object.hasOwn(VELOCITIES, mark)) return { level: VELOCITIES[mark as keyof typeof VELOCITIES] };
  if (!ACCENTS.has(mark)) return undefined;
  return { accent: ACCENTED, ...(Object.hasOwn(AFTER, mark) && { level: AFTER[mark] }) };
}
