/**
 * Checkpoints that can be named instead of addressed: what the package ships, the 35 that magenta.js lists, and those of Magenta's
 * Python releases. Names, addresses and sizes only: this is read on the main thread. Whether the hosts still serve all of them,
 * and under which licence, is theirs to say; `mirrors` and `timbrel checkpoints fetch` are for the day they do not.
 * Sources: magenta.js music/checkpoints/checkpoints.json; the READMEs of magenta/models.
 */

export interface NamedCheckpoint {
  /** The model's folder and the checkpoint: 'music_rnn/basic_rnn'. */
  readonly id: string;
  /** The class that plays it. */
  readonly model: string;
  /** A folder (with '/' at its end) or a file; undefined for what the package ships. */
  readonly url: string | undefined;
  /** Bytes to be downloaded; undefined where nobody says. As published, rounded to 0.1 MB, unless the files were seen. */
  readonly bytes: number | undefined;
  /** Tells a musician what it is for, and what it has to be given besides a beginning. */
  readonly note: string;
}

const BROWSER = 'https://storage.googleapis.com/magentadata/js/checkpoints/';
const BUNDLES = 'http://download.magenta.tensorflow.org/models/';
const MODELS = 'https://storage.googleapis.com/magentadata/models/';

const entry = (
  id: string,
  model: string,
  url: string | undefined,
  bytes: number | undefined,
  note: string,
) => ({
  id,
  model,
  url,
  bytes,
  note,
});

const shipped = (
  id: string,
  model: string,
  bytes: number,
  note = 'Comes with Timbrel, and plays by default: small, and soon there.',
): NamedCheckpoint => entry(id, model, undefined, bytes, note);

/** A checkpoint of magenta.js: a folder whose path is the id, unless said otherwise. */
const browser = (id: string, model: string, megabytes: number, note: string, path = id): NamedCheckpoint =>
  entry(id, model, `${BROWSER}${path}/`, Math.round(megabytes * 1e6), note);

const vae = (name: string, megabytes: number, note: string, path = name): NamedCheckpoint =>
  browser(`music_vae/${name}`, 'MusicVAE', megabytes, note, `music_vae/${path}`);

/** A Magenta bundle. Its host answers without TLS only: pages on HTTPS may not read it. */
const bundle = (id: string, model: string, name: string, note: string): NamedCheckpoint =>
  entry(id, model, `${BUNDLES}${name}.mag`, undefined, note);

/** An archive of TensorFlow checkpoints. */
const archive = (id: string, model: string, url: string, note: string): NamedCheckpoint =>
  entry(id, model, url, undefined, note);

const vaeArchive = (name: string, note: string): NamedCheckpoint =>
  archive(`music_vae/python/${name}`, 'MusicVAE', `${MODELS}music_vae/checkpoints/${name}.tar`, note);

export const CATALOGUE: readonly NamedCheckpoint[] = [
  shipped('gansynth/small', 'GANSynth', 3_776_776),
  entry(
    'gansynth/acoustic_only',
    'GANSynth',
    `${BROWSER}gansynth/acoustic_only/`,
    29_235_208,
    "Magenta's own, larger and slower: the sounds of acoustic instruments only.",
  ),
  archive(
    'gansynth/python/acoustic_only',
    'GANSynth',
    `${MODELS}gansynth/acoustic_only.zip`,
    'Sounds of acoustic instruments, as Magenta trained them. A TensorFlow file.',
  ),
  archive(
    'gansynth/python/all_instruments',
    'GANSynth',
    `${MODELS}gansynth/all_instruments.zip`,
    'Sounds of acoustic, electronic and synthetic instruments, as Magenta trained them. A TensorFlow file.',
  ),

  shipped('melody_rnn/small', 'MelodyRNN', 1_089_104),
  browser('music_rnn/basic_rnn', 'MelodyRNN', 12.988568, 'Melodies from C3 to B5, large.'),
  browser('music_rnn/melody_rnn', 'MelodyRNN', 13.931016, 'Melodies over all pitches, large.'),
  bundle('melody_rnn/basic_rnn', 'MelodyRNN', 'basic_rnn', 'Melodies from C3 to B5.'),
  bundle('melody_rnn/mono_rnn', 'MelodyRNN', 'mono_rnn', 'Melodies over all pitches.'),
  bundle(
    'melody_rnn/lookback_rnn',
    'MelodyRNN',
    'lookback_rnn',
    'Melodies that come back to what was a bar or two ago.',
  ),
  bundle(
    'melody_rnn/attention_rnn',
    'MelodyRNN',
    'attention_rnn',
    'Melodies that remember their last two and a half bars.',
  ),

  shipped('drums_rnn/small', 'DrumsRNN', 953_660),
  browser('music_rnn/drum_kit_rnn', 'DrumsRNN', 11.9, 'Beats for a whole kit, large.'),
  bundle('drums_rnn/drum_kit_rnn', 'DrumsRNN', 'drum_kit_rnn', 'Beats for a whole kit.'),

  shipped('improv_rnn/small', 'ImprovRNN', 1_073_744),
  browser(
    'music_rnn/chord_pitches_improv',
    'ImprovRNN',
    5.601432,
    'Melodies over chords, large. Needs chords.',
  ),
  bundle(
    'improv_rnn/chord_pitches_improv',
    'ImprovRNN',
    'chord_pitches_improv',
    'Melodies over chords. Needs chords.',
  ),

  shipped('polyphony_rnn/small', 'PolyphonyRNN', 900_396),
  bundle(
    'polyphony_rnn/polyphony',
    'PolyphonyRNN',
    'polyphony_rnn',
    'Several voices at once, after chorales by Bach.',
  ),

  shipped('performance_rnn/small', 'PerformanceRNN', 1_429_896),
  bundle(
    'performance_rnn/performance',
    'PerformanceRNN',
    'performance',
    'Piano with the timing of a player, all notes equally loud.',
  ),
  bundle(
    'performance_rnn/performance_with_dynamics',
    'PerformanceRNN',
    'performance_with_dynamics',
    'Piano with the timing and loudness of a player.',
  ),
  bundle(
    'performance_rnn/performance_with_dynamics_and_modulo_encoding',
    'PerformanceRNN',
    'performance_with_dynamics_and_modulo_encoding',
    'Piano with the timing and loudness of a player, in another way of writing them down.',
  ),
  bundle(
    'performance_rnn/density_conditioned_performance_with_dynamics',
    'PerformanceRNN',
    'density_conditioned_performance_with_dynamics',
    'Piano that plays as many notes a second as it is told. Needs that number.',
  ),
  bundle(
    'performance_rnn/pitch_conditioned_performance_with_dynamics',
    'PerformanceRNN',
    'pitch_conditioned_performance_with_dynamics',
    'Piano that prefers the notes it is told. Needs how often each of the twelve is to come.',
  ),
  bundle(
    'performance_rnn/multiconditioned_performance_with_dynamics',
    'PerformanceRNN',
    'multiconditioned_performance_with_dynamics',
    'Piano that is told how many notes a second to play, and which to prefer. Needs both.',
  ),

  shipped('music_transformer/small', 'MusicTransformer', 2_186_240),
  archive(
    'music_transformer/unconditional_16',
    'MusicTransformer',
    `${MODELS}music_transformer/checkpoints/unconditional_model_16.ckpt`,
    "Piano, Magenta's own: very large. A TensorFlow file.",
  ),
  archive(
    'music_transformer/melody_conditioned_16',
    'MusicTransformer',
    `${MODELS}music_transformer/checkpoints/melody_conditioned_model_16.ckpt`,
    'Piano that accompanies a melody: very large. A TensorFlow file.',
  ),

  shipped('nsynth/spectral', 'NSynth', 3_117_800),
  shipped(
    'nsynth/wavenet_small',
    'NSynth',
    2_765_448,
    'Comes with Timbrel: decodes sound sample by sample, slowly and with noise.',
  ),

  shipped('onsets_frames/piano', 'OnsetsAndFrames', 2_168_176),

  shipped('music_vae/mel_2bar', 'MusicVAE', 4_804_788, 'Comes with Timbrel: two bars of melody.'),
  shipped('music_vae/drums_2bar', 'MusicVAE', 4_751_360, 'Comes with Timbrel: two bars of drums.'),
  shipped(
    'music_vae/humanize_2bar',
    'MusicVAE',
    4_385_334,
    'Comes with Timbrel: timing and loudness for two bars of drums.',
  ),
  shipped(
    'music_vae/tap2drum_2bar',
    'MusicVAE',
    4_385_334,
    'Comes with Timbrel: drums from tapping, two bars.',
  ),
  vae('drums_2bar_lokl_small', 18.5, 'Two bars of drums: made for new beats.'),
  vae('drums_2bar_hikl_small', 18.5, 'Two bars of drums: made for ways between two beats.'),
  vae('drums_2bar_nade_9_q2', 27.6, 'Two bars of drums on nine parts of a kit.'),
  vae('drums_4bar_med_q2', 68.2, 'Four bars of drums.'),
  vae('drums_4bar_med_lokl_q2', 68.2, 'Four bars of drums: made for new beats.'),
  vae('mel_2bar_small', 17.69508, 'Two bars of melody.'),
  vae('mel_4bar_med_q2', 68.5109, 'Four bars of melody.'),
  vae('mel_4bar_med_lokl_q2', 65.4, 'Four bars of melody: made for new tunes.'),
  vae('mel_4bar_small_q2', 26.5, 'Four bars of melody, smaller.'),
  vae('mel_chords', 18.012852, 'Two bars of melody. Needs chords.'),
  vae('mel_16bar_small_q2', 23.5, 'Sixteen bars of melody.'),
  vae('trio_4bar_lokl_small_q1', 17.6, 'Four bars of melody, bass and drums.', 'trio_4bar'),
  vae('trio_16bar_xl', 1710, 'Sixteen bars of melody, bass and drums. 1.7 GB.', 'trio_16bar'),
  vae('multitrack', 26.4, 'A bar of up to eight tracks.'),
  vae('multitrack_med', 95.9, 'A bar of up to eight tracks, larger.'),
  vae(
    'multitrack_med_fb256',
    95.9,
    'A bar of up to eight tracks, larger: made for ways between two of them.',
  ),
  vae('multitrack_chords', 28.231146, 'A bar of up to eight tracks. Needs chords.'),
  vae('multitrack_med_chords', 96.9, 'A bar of up to eight tracks, larger. Needs chords.'),
  vae(
    'multitrack_med_chords_fb256',
    96.9,
    'A bar of up to eight tracks, larger: made for ways between two of them. Needs chords.',
  ),
  vae('groovae_2bar_humanize', 15.8, 'Timing and loudness for two bars of drums.'),
  vae('groovae_4bar', 15.8, 'Timing and loudness for four bars of drums.'),
  ...[1, 2, 3, 4].map((bars) =>
    browser(
      `groovae/tap2drum_${bars}bar`,
      'MusicVAE',
      15.6,
      `Drums from tapping, ${bars} bar${bars > 1 ? 's' : ''}.`,
    ),
  ),
  vaeArchive('cat-mel_2bar_big', 'Two bars of melody: 1.6 GB. A TensorFlow file.'),
  vaeArchive('hierdec-mel_16bar', 'Sixteen bars of melody. A TensorFlow file.'),
  vaeArchive('hierdec-trio_16bar', 'Sixteen bars of melody, bass and drums. A TensorFlow file.'),
  vaeArchive('cat-drums_2bar_small.lokl', 'Two bars of drums: made for new beats. A TensorFlow file.'),
  vaeArchive(
    'cat-drums_2bar_small.hikl',
    'Two bars of drums: made for ways between two beats. A TensorFlow file.',
  ),
  vaeArchive('nade-drums_2bar_full', 'Two bars of drums. A TensorFlow file.'),
  vaeArchive('groovae_4bar', 'Timing and loudness for four bars of drums. A TensorFlow file.'),
  vaeArchive('groovae_2bar_humanize', 'Timing and loudness for two bars of drums. A TensorFlow file.'),
  vaeArchive('groovae_2bar_tap_fixed_velocity', 'Drums from tapping, 2 bars. A TensorFlow file.'),
  vaeArchive('groovae_2bar_add_closed_hh', 'Adds a closed hi-hat to two bars of drums. A TensorFlow file.'),
  vaeArchive('groovae_2bar_hits_control', 'Two bars of drums whose strokes are given. A TensorFlow file.'),

  browser('transcription/onsets_frames_uni', 'OnsetsAndFrames', 62.540992, 'Piano to notes.'),
  browser('transcription/onsets_frames_uni_q2', 'OnsetsAndFrames', 30, 'Piano to notes, half the download.'),
  archive(
    'transcription/python/maestro',
    'OnsetsAndFrames',
    `${MODELS}onsets_frames_transcription/maestro_checkpoint.zip`,
    'Piano to notes, for whole recordings. A TensorFlow file.',
  ),
  archive(
    'transcription/python/e-gmd',
    'OnsetsAndFrames',
    `${MODELS}onsets_frames_transcription/e-gmd_checkpoint.zip`,
    'Drums to notes. A TensorFlow file.',
  ),

  archive(
    'nsynth/python/wavenet',
    'NSynth',
    `${BUNDLES}nsynth/wavenet-ckpt.tar`,
    'Sounds of any kind: very large, and slow. A TensorFlow file.',
  ),
  archive(
    'nsynth/python/baseline',
    'NSynthBaseline',
    `${BUNDLES}nsynth/baseline-ckpt.tar`,
    'Sounds of any kind, by their spectra. A TensorFlow file.',
  ),

  ...['flute', 'tenor_saxophone', 'trumpet', 'violin'].map((name) =>
    browser(
      `ddsp/${name}`,
      'DDSP',
      3.9,
      `Makes a sound into that of a ${name.replace('_', ' ')}. Timbrel does not play it.`,
    ),
  ),
];
