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
  /** The use it was made for, and the inputs it needs besides a primer. */
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
  note = 'The default; see its model card.',
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
    "Magenta's own, acoustic instruments of NSynth, at the address its demo uses. That the sibling all_instruments exists in " +
      'browser form is not confirmed, so it is not listed: give its URL if you have one.',
  ),
  archive(
    'gansynth/python/acoustic_only',
    'GANSynth',
    `${MODELS}gansynth/acoustic_only.zip`,
    'TensorFlow, all stages of training.',
  ),
  archive(
    'gansynth/python/all_instruments',
    'GANSynth',
    `${MODELS}gansynth/all_instruments.zip`,
    'TensorFlow, all stages of training.',
  ),

  shipped('melody_rnn/small', 'MelodyRNN', 1_089_104),
  browser('music_rnn/basic_rnn', 'MelodyRNN', 12.988568, 'basic_rnn, 2 x 512, pitches 48-83.'),
  browser('music_rnn/melody_rnn', 'MelodyRNN', 13.931016, 'mono_rnn, 2 x 512, all pitches.'),
  bundle('melody_rnn/basic_rnn', 'MelodyRNN', 'basic_rnn', 'basic_rnn.'),
  bundle('melody_rnn/mono_rnn', 'MelodyRNN', 'mono_rnn', 'mono_rnn, all pitches.'),
  bundle(
    'melody_rnn/lookback_rnn',
    'MelodyRNN',
    'lookback_rnn',
    'lookback_rnn: repeats of one and two bars.',
  ),
  bundle('melody_rnn/attention_rnn', 'MelodyRNN', 'attention_rnn', 'attention_rnn: looks back on 40 steps.'),

  shipped('drums_rnn/small', 'DrumsRNN', 953_660),
  browser('music_rnn/drum_kit_rnn', 'DrumsRNN', 11.9, 'drum_kit, 3 x 256 with attention.'),
  bundle('drums_rnn/drum_kit_rnn', 'DrumsRNN', 'drum_kit_rnn', 'drum_kit.'),

  shipped('improv_rnn/small', 'ImprovRNN', 1_073_744),
  browser(
    'music_rnn/chord_pitches_improv',
    'ImprovRNN',
    5.601432,
    'chord_pitches_improv, 3 x 256. Needs chords.',
  ),
  bundle(
    'improv_rnn/chord_pitches_improv',
    'ImprovRNN',
    'chord_pitches_improv',
    'chord_pitches_improv. Needs chords.',
  ),

  shipped('polyphony_rnn/small', 'PolyphonyRNN', 900_396),
  bundle('polyphony_rnn/polyphony', 'PolyphonyRNN', 'polyphony_rnn', 'Bach chorales.'),

  shipped('performance_rnn/small', 'PerformanceRNN', 1_429_896),
  bundle('performance_rnn/performance', 'PerformanceRNN', 'performance', 'Timing without loudness.'),
  bundle(
    'performance_rnn/performance_with_dynamics',
    'PerformanceRNN',
    'performance_with_dynamics',
    'Timing and loudness.',
  ),
  bundle(
    'performance_rnn/performance_with_dynamics_and_modulo_encoding',
    'PerformanceRNN',
    'performance_with_dynamics_and_modulo_encoding',
    'Timing and loudness, events as points on circles.',
  ),
  bundle(
    'performance_rnn/density_conditioned_performance_with_dynamics',
    'PerformanceRNN',
    'density_conditioned_performance_with_dynamics',
    'Needs a note density.',
  ),
  bundle(
    'performance_rnn/pitch_conditioned_performance_with_dynamics',
    'PerformanceRNN',
    'pitch_conditioned_performance_with_dynamics',
    'Needs a pitch histogram.',
  ),
  bundle(
    'performance_rnn/multiconditioned_performance_with_dynamics',
    'PerformanceRNN',
    'multiconditioned_performance_with_dynamics',
    'Needs a note density and a pitch histogram.',
  ),

  shipped('music_transformer/small', 'MusicTransformer', 2_186_240),
  archive(
    'music_transformer/unconditional_16',
    'MusicTransformer',
    `${MODELS}music_transformer/checkpoints/unconditional_model_16.ckpt`,
    "TensorFlow, 16 x 512, 50.6 million parameters, Magenta's own.",
  ),
  archive(
    'music_transformer/melody_conditioned_16',
    'MusicTransformer',
    `${MODELS}music_transformer/checkpoints/melody_conditioned_model_16.ckpt`,
    'TensorFlow, 16 x 512, accompanies a melody.',
  ),

  shipped('nsynth/spectral', 'NSynth', 3_117_800),
  shipped(
    'nsynth/wavenet_small',
    'NSynth',
    2_765_448,
    'Draws samples one by one; noisy: see its model card.',
  ),

  shipped('onsets_frames/piano', 'OnsetsAndFrames', 2_168_176),

  shipped('music_vae/mel_2bar', 'MusicVAE', 4_804_788),
  shipped('music_vae/drums_2bar', 'MusicVAE', 4_751_360),
  shipped('music_vae/humanize_2bar', 'MusicVAE', 4_385_334),
  shipped('music_vae/tap2drum_2bar', 'MusicVAE', 4_385_334),
  vae('drums_2bar_lokl_small', 18.5, 'Two bars of drums, strong prior: for sampling.'),
  vae('drums_2bar_hikl_small', 18.5, 'Two bars of drums, weak prior: for interpolating.'),
  vae('drums_2bar_nade_9_q2', 27.6, 'Two bars of drums, nine classes.'),
  vae('drums_4bar_med_q2', 68.2, 'Four bars of drums.'),
  vae('drums_4bar_med_lokl_q2', 68.2, 'Four bars of drums, strong prior.'),
  vae('mel_2bar_small', 17.69508, 'Two bars of melody.'),
  vae('mel_4bar_med_q2', 68.5109, 'Four bars of melody.'),
  vae('mel_4bar_med_lokl_q2', 65.4, 'Four bars of melody, strong prior.'),
  vae('mel_4bar_small_q2', 26.5, 'Four bars of melody, small.'),
  vae('mel_chords', 18.012852, 'Two bars of melody. Needs chords.'),
  vae('mel_16bar_small_q2', 23.5, 'Sixteen bars of melody.'),
  vae('trio_4bar_lokl_small_q1', 17.6, 'Four bars of melody, bass and drums.', 'trio_4bar'),
  vae('trio_16bar_xl', 1710, 'Sixteen bars of melody, bass and drums. 1.7 GB.', 'trio_16bar'),
  vae('multitrack', 26.4, 'A bar of up to eight tracks.'),
  vae('multitrack_med', 95.9, 'A bar of up to eight tracks, larger.'),
  vae('multitrack_med_fb256', 95.9, 'The same, 256 free bits.'),
  vae('multitrack_chords', 28.231146, 'A bar of up to eight tracks. Needs chords.'),
  vae('multitrack_med_chords', 96.9, 'The same, larger. Needs chords.'),
  vae('multitrack_med_chords_fb256', 96.9, 'The same, 256 free bits. Needs chords.'),
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
  vaeArchive('cat-mel_2bar_big', 'TensorFlow, with its optimiser: 1.6 GB.'),
  vaeArchive('hierdec-mel_16bar', 'TensorFlow.'),
  vaeArchive('hierdec-trio_16bar', 'TensorFlow.'),
  vaeArchive('cat-drums_2bar_small.lokl', 'TensorFlow.'),
  vaeArchive('cat-drums_2bar_small.hikl', 'TensorFlow.'),
  vaeArchive('nade-drums_2bar_full', 'TensorFlow.'),
  vaeArchive('groovae_4bar', 'TensorFlow.'),
  vaeArchive('groovae_2bar_humanize', 'TensorFlow.'),
  vaeArchive('groovae_2bar_tap_fixed_velocity', 'TensorFlow.'),
  vaeArchive('groovae_2bar_add_closed_hh', 'TensorFlow.'),
  vaeArchive('groovae_2bar_hits_control', 'TensorFlow.'),

  browser('transcription/onsets_frames_uni', 'OnsetsAndFrames', 62.540992, 'Piano to notes.'),
  browser('transcription/onsets_frames_uni_q2', 'OnsetsAndFrames', 30, 'Piano to notes, two bytes a weight.'),
  archive(
    'transcription/python/maestro',
    'OnsetsAndFrames',
    `${MODELS}onsets_frames_transcription/maestro_checkpoint.zip`,
    'Piano to notes, in both directions of time. TensorFlow.',
  ),
  archive(
    'transcription/python/e-gmd',
    'OnsetsAndFrames',
    `${MODELS}onsets_frames_transcription/e-gmd_checkpoint.zip`,
    'Drums to notes. TensorFlow.',
  ),

  archive(
    'nsynth/python/wavenet',
    'NSynth',
    `${BUNDLES}nsynth/wavenet-ckpt.tar`,
    'Any sound. TensorFlow, 62 million weights.',
  ),
  archive('nsynth/python/baseline', 'NSynthBaseline', `${BUNDLES}nsynth/baseline-ckpt.tar`, 'TensorFlow.'),

  ...['flute', 'tenor_saxophone', 'trumpet', 'violin'].map((name) =>
    browser(`ddsp/${name}`, 'DDSP', 3.9, 'A tfjs graph, which is not read here: for your own use.'),
  ),
];
