/** `timbrel/music-vae`: MusicVAE. A page that imports it carries no other model's weights along. @module */
export {
  MusicVAE,
  type MusicVAEControlOptions,
  type MusicVAEDecodeOptions,
  type MusicVAEEncodeOptions,
  type MusicVAEInterpolateOptions,
  type MusicVAELoadOptions,
  type MusicVAEWalkOptions,
} from '../models/music-vae/music-vae.js';
export { MidiMe, type TrainMidiMeOptions } from '../models/music-vae/midi-me.js';
export type { MidiMeProgress } from '../models/music-vae/midi-me-network.js';
export type { MusicVAEDescription, PieceScore } from '../models/music-vae/protocol.js';
