/** The split of pieces: some are learned from, some say when to stop, some are kept for the end. */
import path from 'node:path';
import type { NoteSequence } from '../../music/note-sequence.js';
import { createRandom } from '../../random/random.js';
import { isSameMusic, musicOf, type Music } from './same-music.js';

export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];

/** The place of a NoteSequence in a dataset. */
export interface Place {
  readonly split: Split;
  /** Its number in the order in which they are read. */
  readonly origin: number;
}

export const isSplit = (word: string): word is Split => SPLITS.some((split) => split === word);

export interface SplitOptions {
  readonly seed: string;
  /** Share of the pieces that goes to validation, and the same to test. */
  readonly evalRatio: number;
  /** 'folder': files of one folder stay together, where variants of a piece lie in one. */
  readonly groupBy: 'piece' | 'folder';
}

export interface EqualPiece {
  readonly piece: string;
  /** The name of the earlier one. */
  readonly to: string;
}

interface PlacedPiece {
  readonly name: string;
  readonly split: Split;
  readonly music: Music;
}

/**
 * Places pieces in splits: by a hash of their keys, or of their folder's name. A piece stays where it is when others come, and when
 * it is renamed. One that is equal to an earlier one, but for velocities, tempo and rounding, lies where that does, whatever it is
 * called, since otherwise a model would be judged by music that it has learned.
 */
export class SplitPlaces {
  readonly equal: EqualPiece[] = [];
  private readonly byKeys = new Map<string, PlacedPiece[]>();

  constructor(private readonly options: SplitOptions) {}

  /** @param given the split of its file, where that has one */
  place(sequence: NoteSequence, name: string, given?: Split): Split {
    return this.placeMusic(musicOf(sequence), name, given);
  }

  /** Places a piece whose music is known, as where another thread has read it. */
  placeMusic(music: Music, name: string, given?: Split): Split {
    const alike = this.byKeys.get(music.keys) ?? [];
    const before = alike.find((piece) => isSameMusic(piece.music, music));
    if (before) {
      if (music.times.length > 0) this.equal.push({ piece: name, to: before.name });
      return before.split;
    }
    const split = given ?? this.draw(name, music.keys);
    this.byKeys.set(music.keys, [...alike, { name, split, music }]);
    return split;
  }

  private draw(name: string, keys: string): Split {
    const { seed, evalRatio, groupBy } = this.options;
    const folder = path.posix.dirname(name);
    const group = groupBy === 'folder' && folder !== '.' ? folder : keys;
    const at = createRandom(`${seed}/${group}`)();
    if (at < evalRatio) return 'validation';
    return at < 2 * evalRatio ? 'test' : 'train';
  }
}
