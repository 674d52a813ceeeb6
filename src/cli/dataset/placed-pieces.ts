/** All pieces of some inputs, each with the split that it belongs to. */
import type { NoteSequence } from '../../music/note-sequence.js';
import type { Progress } from '../progress.js';
import { findSources, readPieces, type Unreadable } from './sources.js';
import type { Split, SplitPlaces } from './splits.js';

export interface PlacedPiece {
  readonly sequence: NoteSequence;
  readonly split: Split;
}

/** @throws USAGE, NOTE_SEQUENCE_INVALID */
export async function* readPlacedPieces(
  inputs: readonly string[],
  places: SplitPlaces,
  { progress, onUnreadable = () => {} }: { progress?: Progress; onUnreadable?: (what: Unreadable) => void },
): AsyncGenerator<PlacedPiece> {
  const sources = await findSources(inputs);
  for (const [i, source] of sources.entries()) {
    progress?.update(i, sources.length, source.name);
    for await (const { sequence, name } of readPieces(source, onUnreadable))
      yield { sequence, split: places.place(sequence, name, source.split) };
  }
}
