/** The files of the checkpoints of PerformanceRNN that the package ships. */
import type { ShippedFiles } from './shipped-files.js';

export const PERFORMANCE_RNN_FILES: ShippedFiles = {
  'performance_rnn/small': {
    'weights_manifest.json': new URL(
      './checkpoints/performance-rnn-small/weights_manifest.json',
      import.meta.url,
    ).href,
    'group1-shard1of1.bin': new URL(
      './checkpoints/performance-rnn-small/group1-shard1of1.bin',
      import.meta.url,
    ).href,
    'config.json': new URL('./checkpoints/performance-rnn-small/config.json', import.meta.url).href,
  },
};
