/** `timbrel/nsynth`: NSynth and its instrument. A page that imports it carries no other model's weights along. @module */
export {
  NSynth,
  type NSynthDecodeAllOptions,
  type NSynthDecodeOptions,
  type NSynthEncodeOptions,
  type NSynthLoadOptions,
  type NSynthScoreOptions,
} from '../models/nsynth/nsynth.js';
export type { NSynthDescription, NSynthPrecision } from '../models/nsynth/protocol.js';
export {
  NSynthInstrument,
  correctedSound,
  type HeardSound,
  type NSynthEmbedOptions,
  type NSynthPatch,
} from '../instruments/nsynth-instrument.js';
