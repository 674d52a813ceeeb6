/** The files of the checkpoints of ImprovRNN that the package ships. */
import type { ShippedFiles } from './shipped-files.js';

export const IMPROV_RNN_FILES: ShippedFiles = {
  'improv_rnn/small': {
    'weights_manifest.json': new URL('./checkpoints/improv-rnn-small/weights_manifest.json', import.meta.url)
      .href,
    'group1-shard1of1.bin': new URL('./checkpoints/improv-rnn-small/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/improv-rnn-small/config.json', import.meta.url).href,
  },
};
