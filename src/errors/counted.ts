/** Counts, as words: one is no plural. */

/** @param what one of them */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
