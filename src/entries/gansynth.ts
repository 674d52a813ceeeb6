/** `timbrel/gansynth`: GANSynth and its instrument. A page that imports it carries no other model's weights along. @module */
export {
  GANSynth,
  type GANSynthGenerateOptions,
  type GANSynthLoadOptions,
} from '../models/gansynth/gansynth.js';
export type { GANSynthDescription } from '../models/gansynth/protocol.js';
export { GANSynthInstrument } from '../instruments/gansynth-instrument.js';
