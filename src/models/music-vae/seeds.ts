/** The seed of each of several pieces: the first that of the call, the others one made of it; or one given for each. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { checkSeed } from '../../random/random.js';

/** @inline */
export type Seed = number | string;
/** @inline */
export type Seeds = Seed | readonly Seed[];

/** @param index from 0 */
export const pieceSeed = (seeds: Seeds, index: number): Seed =>
  typeof seeds === 'object' ? seeds[index] : index === 0 ? seeds : `${seeds}/${index}`;

/** @throws OPTION_INVALID */
export function checkSeeds(seeds: Seeds, count: number): void {
  if (typeof seeds !== 'object' || seeds === null) return checkSeed(seeds);
  if (seeds.length !== count)
    throw new TimbrelError(
      'OPTION_INVALID',
      `There are ${seeds.length} seeds for ${count} pieces; expected one for each`,
    );
  for (const seed of seeds) checkSeed(seed);
}
