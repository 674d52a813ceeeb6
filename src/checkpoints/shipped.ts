/**
 * The checkpoints that the package ships: where their files are. Bundlers recognise these literal expressions and carry the files
 * along, under names of their own; nothing is fetched before a model is loaded.
 */

/** Notes of GANSynth's default timbre, for the time before its network is there: src/instruments/starter-notes.ts. */
export const STARTER_NOTES = new URL('./checkpoints/gansynth-small/starter-notes.bin', import.meta.url).href;

/** By catalogue id: names of files, as their manifest has them, and their addresses. */
export const SHIPPED_FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'gansynth/small': {
    'weights_manifest.json': new URL('./checkpoints/gansynth-small/weights_manifest.json', import.meta.url)
      .href,
    'group1-shard1of1.bin': new URL('./checkpoints/gansynth-small/group1-shard1of1.bin', import.meta.url)
      .href,
    'timbres.json': new URL('./checkpoints/gansynth-small/timbres.json', import.meta.url).href,
  },
  'melody_rnn/small': {
    'weights_manifest.json': new URL('./checkpoints/melody-rnn-small/weights_manifest.json', import.meta.url)
      .href,
    'group1-shard1of1.bin': new URL('./checkpoints/melody-rnn-small/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/melody-rnn-small/config.json', import.meta.url).href,
  },
  'improv_rnn/small': {
    'weights_manifest.json': new URL('./checkpoints/improv-rnn-small/weights_manifest.json', import.meta.url)
      .href,
    'group1-shard1of1.bin': new URL('./checkpoints/improv-rnn-small/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/improv-rnn-small/config.json', import.meta.url).href,
  },
  'drums_rnn/small': {
    'weights_manifest.json': new URL('./checkpoints/drums-rnn-small/weights_manifest.json', import.meta.url)
      .href,
    'group1-shard1of1.bin': new URL('./checkpoints/drums-rnn-small/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/drums-rnn-small/config.json', import.meta.url).href,
  },
  'polyphony_rnn/small': {
    'weights_manifest.json': new URL(
      './checkpoints/polyphony-rnn-small/weights_manifest.json',
      import.meta.url,
    ).href,
    'group1-shard1of1.bin': new URL('./checkpoints/polyphony-rnn-small/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/polyphony-rnn-small/config.json', import.meta.url).href,
  },
  'nsynth/spectral': {
    'weights_manifest.json': new URL('./checkpoints/nsynth-spectral/weights_manifest.json', import.meta.url)
      .href,
    'group1-shard1of1.bin': new URL('./checkpoints/nsynth-spectral/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/nsynth-spectral/config.json', import.meta.url).href,
  },
  'onsets_frames/piano': {
    'weights_manifest.json': new URL(
      './checkpoints/onsets-frames-piano/weights_manifest.json',
      import.meta.url,
    ).href,
    'group1-shard1of1.bin': new URL('./checkpoints/onsets-frames-piano/group1-shard1of1.bin', import.meta.url)
      .href,
    'config.json': new URL('./checkpoints/onsets-frames-piano/config.json', import.meta.url).href,
  },
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
