/** All pieces of some sources, each with the split that it belongs to. */
import type { NoteSequence } from '../../music/note-sequence.js';
import type { Progress } from '../progress.js';
import { isOfShare, type Share } from '../shard.js';
import { musicOf } from './same-music.js';
import { readPieces, type Source, type Unreadable } from './sources.js';
import type { Split, SplitPlaces } from './splits.js';

export interface PlacedPiece {
  readonly sequence: NoteSequence;
  readonly split: Split;
  /** Its number among all that are read. */
  readonly origin: number;
}

export interface ReadingOptions {
  readonly progress?: Progress;
  /** Yields the pieces of one share only. */
  readonly share?: Share;
  readonly onUnreadable?: (what: Unreadable) => void;
  /** Takes note of each piece, of those of other shares too. */
  readonly onRead?: () => void;
}

/** @throws NOTE_SEQUENCE_INVALID */
export async function* readPlacedPieces(
  sources: readonly Source[],
  places: SplitPlaces,
  { progress, share, onUnreadable = () => {}, onRead = () => {} }: ReadingOptions,
): AsyncGenerator<PlacedPiece> {
  let origin = 0;
  for (const [i, source] of sources.entries()) {
    progress?.update(i, sources.length, source.name);
    for await (const { sequence, name } of readPieces(source, onUnreadable)) {
      const music = musicOf(sequence);
      onRead();
      const number = origin++;
      // Pieces with the same keys are in one share, so that equal ones are.
      if (share && !isOfShare(share, music.keys)) continue;
      yield { sequence, split: places.placeMusic(music, name, source.split), origin: number };
    }
  }
}
