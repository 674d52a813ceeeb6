/** The files of the checkpoints of NSynth that the package ships. */
import type { ShippedFiles } from './shipped-files.js';

export const NSYNTH_FILES: ShippedFiles = {
  'nsynth/spectral': {
    'weights_manifest.json': new URL('./checkpoints/nsynth-spectral/weights_manifest.json', import.meta.url)
      .href,
    'group1-shard1of1.bin': new URL('./checkpoints/nsynth-spectral/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/nsynth-spectral/config.json', import.meta.url).href,
  },
  'nsynth/wavenet_small': {
    'weights_manifest.json': new URL(
      './checkpoints/nsynth-wavenet-small/weights_manifest.json',
      import.meta.url,
    ).href,
    'group1-shard1of1.bin': new URL(
      './checkpoints/nsynth-wavenet-small/group1-shard1of1.bin',
      import.meta.url,
    ).href,
    'config.json': new URL('./checkpoints/nsynth-wavenet-small/config.json', import.meta.url).href,
  },
};
