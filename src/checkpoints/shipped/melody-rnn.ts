/** The files of the checkpoints of MelodyRNN that the package ships. */
import type { ShippedFiles } from './shipped-files.js';

export const MELODY_RNN_FILES: ShippedFiles = {
  'melody_rnn/small': {
    'weights_manifest.json': new URL('./checkpoints/melody-rnn-small/weights_manifest.json', import.meta.url)
      .href,
    'group1-shard1of1.bin': new URL('./checkpoints/melody-rnn-small/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/melody-rnn-small/config.json', import.meta.url).href,
  },
};
