/** The files of the checkpoints of PolyphonyRNN that the package ships. */
import type { ShippedFiles } from './shipped-files.js';

export const POLYPHONY_RNN_FILES: ShippedFiles = {
  'polyphony_rnn/small': {
    'weights_manifest.json': new URL(
      './checkpoints/polyphony-rnn-small/weights_manifest.json',
      import.meta.url,
    ).href,
    'group1-shard1of1.bin': new URL('./checkpoints/polyphony-rnn-small/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/polyphony-rnn-small/config.json', import.meta.url).href,
  },
};
