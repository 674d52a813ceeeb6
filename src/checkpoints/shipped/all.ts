/** The checkpoints of all models that the package ships, for the command. */
import { DRUMS_RNN_FILES } from './drums-rnn.js';
import { GANSYNTH_FILES } from './gansynth.js';
import { IMPROV_RNN_FILES } from './improv-rnn.js';
import { MELODY_RNN_FILES } from './melody-rnn.js';
import { MUSIC_TRANSFORMER_FILES } from './music-transformer.js';
import { MUSIC_VAE_FILES } from './music-vae.js';
import { NSYNTH_FILES } from './nsynth.js';
import { ONSETS_FRAMES_FILES } from './onsets-frames.js';
import { PERFORMANCE_RNN_FILES } from './performance-rnn.js';
import { POLYPHONY_RNN_FILES } from './polyphony-rnn.js';
import type { ShippedFiles } from './shipped-files.js';

export const SHIPPED_FILES: ShippedFiles = {
  ...DRUMS_RNN_FILES,
  ...GANSYNTH_FILES,
  ...IMPROV_RNN_FILES,
  ...MELODY_RNN_FILES,
  ...MUSIC_TRANSFORMER_FILES,
  ...MUSIC_VAE_FILES,
  ...NSYNTH_FILES,
  ...ONSETS_FRAMES_FILES,
  ...PERFORMANCE_RNN_FILES,
  ...POLYPHONY_RNN_FILES,
};
