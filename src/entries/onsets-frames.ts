/** `timbrel/onsets-frames`: OnsetsAndFrames. A page that imports it carries no other model's weights along. @module */
export {
  OnsetsAndFrames,
  type OnsetsAndFramesBeginOptions,
  type OnsetsAndFramesLoadOptions,
  type OnsetsAndFramesOptions,
} from '../models/onsets-frames/onsets-and-frames.js';
export type { OnsetsAndFramesDescription } from '../models/onsets-frames/protocol.js';
export type { Transcription } from '../models/onsets-frames/transcription.js';
export type { NewNotes } from '../models/continuation/written-notes.js';
