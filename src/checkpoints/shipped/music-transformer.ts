/** The files of the checkpoints of MusicTransformer that the package ships. */
import type { ShippedFiles } from './shipped-files.js';

export const MUSIC_TRANSFORMER_FILES: ShippedFiles = {
  'music_transformer/small': {
    'weights_manifest.json': new URL(
      './checkpoints/music-transformer-small/weights_manifest.json',
      import.meta.url,
    ).href,
    'group1-shard1of1.bin': new URL(
      './checkpoints/music-transformer-small/group1-shard1of1.bin',
      import.meta.url,
    ).href,
    'config.json': new URL('./checkpoints/music-transformer-small/config.json', import.meta.url).href,
  },
};
