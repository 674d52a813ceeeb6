/** The files of the checkpoints of DrumsRNN that the package ships. */
import type { ShippedFiles } from './shipped-files.js';

export const DRUMS_RNN_FILES: ShippedFiles = {
  'drums_rnn/small': {
    'weights_manifest.json': new URL('./checkpoints/drums-rnn-small/weights_manifest.json', import.meta.url)
      .href,
    'group1-shard1of1.bin': new URL('./checkpoints/drums-rnn-small/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/drums-rnn-small/config.json', import.meta.url).href,
  },
};
