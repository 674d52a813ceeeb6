/** Methods of a worker that holds a Transposer. */
import type { CheckpointSource } from '../../src/checkpoints/checkpoint-source.js';
import type { NoteSequence } from '../../src/music/note-sequence.js';

export interface TransposerDescription {
  readonly semitones: number;
}

export interface TransposerMethods {
  load: { args: { readonly source: CheckpointSource }; result: TransposerDescription };
  transpose: { args: { readonly sequence: NoteSequence }; result: NoteSequence };
}
