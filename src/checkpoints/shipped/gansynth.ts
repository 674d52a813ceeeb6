/** The files of the checkpoints of GANSynth that the package ships. */
import type { ShippedFiles } from './shipped-files.js';

/** Notes of GANSynth's default timbre, for the time before its network is there: src/instruments/starter-notes.ts. */
export const STARTER_NOTES = new URL('./checkpoints/gansynth-small/starter-notes.bin', import.meta.url).href;

export const GANSYNTH_FILES: ShippedFiles = {
  'gansynth/small': {
    'weights_manifest.json': new URL('./checkpoints/gansynth-small/weights_manifest.json', import.meta.url)
      .href,
    'group1-shard1of1.bin': new URL('./checkpoints/gansynth-small/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/gansynth-small/config.json', import.meta.url).href,
    'timbres.json': new URL('./checkpoints/gansynth-small/timbres.json', import.meta.url).href,
  },
};
