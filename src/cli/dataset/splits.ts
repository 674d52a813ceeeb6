/** Which pieces are learned from, which say when to stop, and which are kept for the end. */
import path from 'node:path';
import { createRandom } from '../../random/random.js';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

export const isSplit = (word: string): word is Split => SPLITS.some((split) => split === word);

export interface SplitOptions {
  readonly seed: string;
  /** Share of the pieces that goes to validation, and the same to test. */
  readonly evalRatio: number;
  /** 'folder': files of one folder stay together, where variants of a piece lie in one. */
  readonly groupBy: 'piece' | 'folder';
}

/** By the piece's name alone: a piece stays where it is when others come. */
export function splitOfPiece(name: string, { seed, evalRatio, groupBy }: SplitOptions): Split {
  const folder = path.posix.dirname(name);
  const group = groupBy === 'folder' && folder !== '.' ? folder : name;
  const at = createRandom(`${seed}/${group}`)();
  if (at < evalRatio) return 'validation';
  return at < 2 * evalRatio ? 'test' : 'train';
}
