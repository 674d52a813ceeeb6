/** The files of the checkpoints of OnsetsAndFrames that the package ships. */
import type { ShippedFiles } from './shipped-files.js';

export const ONSETS_FRAMES_FILES: ShippedFiles = {
  'onsets_frames/piano': {
    'weights_manifest.json': new URL(
      './checkpoints/onsets-frames-piano/weights_manifest.json',
      import.meta.url,
    ).href,
    'group1-shard1of1.bin': new URL('./checkpoints/onsets-frames-piano/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/onsets-frames-piano/config.json', import.meta.url).href,
  },
};
