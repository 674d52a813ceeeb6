/** The split of pieces: some are learned from, some say when to stop, some are kept for the end. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { NoteSequence } from '../../music/note-sequence.js';
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

/**
 * A hash of the notes: their keys, times to a microsecond, velocities, and whether they are drums. Names, remarks and instruments do
 * not count, so that a piece is the same one under another name.
 */
export function contentOf({ notes = [] }: NoteSequence): string {
  const microseconds = (seconds = 0) => Math.round(seconds * 1e6);
  const values = notes
    .map(
      ({ startTime, endTime, pitch = 0, velocity = 0, isDrum = false }) =>
        [microseconds(startTime), microseconds(endTime), pitch, velocity, isDrum ? 1 : 0] as const,
    )
    .sort((a, b) => a[0] - b[0] || a[2] - b[2] || a[1] - b[1] || a[3] - b[3] || a[4] - b[4]);
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

export interface EqualPiece {
  readonly piece: string;
  /** The name of the earlier one. */
  readonly to: string;
}

/**
 * Places pieces in splits: by a hash of their content, or of their folder's name. A piece stays where it is when others come, and when
 * it is renamed. One that is equal to an earlier one lies where that does, whatever it is called, since otherwise a model would be
 * judged by music that it has learned.
 */
export class SplitPlaces {
  readonly equal: EqualPiece[] = [];
  private readonly byContent = new Map<string, { readonly name: string; readonly split: Split }>();

  constructor(private readonly options: SplitOptions) {}

  /** @param given the split of its file, where that has one */
  place(sequence: NoteSequence, name: string, given?: Split): Split {
    const content = contentOf(sequence);
    const before = this.byContent.get(content);
    if (before) {
      if (sequence.notes?.length) this.equal.push({ piece: name, to: before.name });
      return before.split;
    }
    const split = given ?? this.draw(name, content);
    this.byContent.set(content, { name, split });
    return split;
  }

  private draw(name: string, content: string): Split {
    const { seed, evalRatio, groupBy } = this.options;
    const folder = path.posix.dirname(name);
    const group = groupBy === 'folder' && folder !== '.' ? folder : content;
    const at = createRandom(`${seed}/${group}`)();
    if (at < evalRatio) return 'validation';
    return at < 2 * evalRatio ? 'test' : 'train';
  }
}
