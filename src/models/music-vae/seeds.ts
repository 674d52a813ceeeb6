/** The seed of each of several pieces: the first that of the call, the others one made of it. */

/** @param index from 0 */
export const pieceSeed = (seed: number | string, index: number): number | string =>
  index === 0 ? seed : `${seed}/${index}`;
