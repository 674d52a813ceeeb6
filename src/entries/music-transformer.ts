/** `timbrel/music-transformer`: MusicTransformer. A page that imports it carries no other model's weights along. @module */
export {
  MusicTransformer,
  type MusicTransformerInfillOptions,
  type MusicTransformerLoadOptions,
  type MusicTransformerOptions,
  type MusicTransformerTokenOptions,
} from '../models/music-transformer/music-transformer.js';
export type { MusicTransformerDescription, PrimerProgress } from '../models/music-transformer/protocol.js';
export type { Continuation, ContinueOptions } from '../models/continuation/event-model.js';
export type { NewNotes } from '../models/continuation/written-notes.js';
