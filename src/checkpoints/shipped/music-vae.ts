/** The files of the checkpoints of MusicVAE that the package ships. */
import type { ShippedFiles } from './shipped-files.js';

export const MUSIC_VAE_FILES: ShippedFiles = {
  'music_vae/mel_2bar': {
    'weights_manifest.json': new URL(
      './checkpoints/music-vae-mel-2bar/weights_manifest.json',
      import.meta.url,
    ).href,
    'group1-shard1of1.bin': new URL('./checkpoints/music-vae-mel-2bar/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/music-vae-mel-2bar/config.json', import.meta.url).href,
  },
  'music_vae/drums_2bar': {
    'weights_manifest.json': new URL(
      './checkpoints/music-vae-drums-2bar/weights_manifest.json',
      import.meta.url,
    ).href,
    'group1-shard1of1.bin': new URL(
      './checkpoints/music-vae-drums-2bar/group1-shard1of1.bin',
      import.meta.url,
    ).href,
    'config.json': new URL('./checkpoints/music-vae-drums-2bar/config.json', import.meta.url).href,
  },
  'music_vae/humanize_2bar': {
    'weights_manifest.json': new URL(
      './checkpoints/music-vae-humanize-2bar/weights_manifest.json',
      import.meta.url,
    ).href,
    'group1-shard1of1.bin': new URL(
      './checkpoints/music-vae-humanize-2bar/group1-shard1of1.bin',
      import.meta.url,
    ).href,
    'config.json': new URL('./checkpoints/music-vae-humanize-2bar/config.json', import.meta.url).href,
  },
  'music_vae/tap2drum_2bar': {
    'weights_manifest.json': new URL(
      './checkpoints/music-vae-tap2drum-2bar/weights_manifest.json',
      import.meta.url,
    ).href,
    'group1-shard1of1.bin': new URL(
      './checkpoints/music-vae-tap2drum-2bar/group1-shard1of1.bin',
      import.meta.url,
    ).href,
    'config.json': new URL('./checkpoints/music-vae-tap2drum-2bar/config.json', import.meta.url).href,
  },
};
