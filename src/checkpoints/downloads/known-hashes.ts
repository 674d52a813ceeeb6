/**
 * SHA-256 of files that Magenta published, where we have seen them: manifests, which name every tensor, its place and its scale. Of
 * weights we have seen none; those are hashed when they come, so that a stored file that changes is noticed.
 */
export const KNOWN_HASHES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'music_rnn/basic_rnn': {
    'weights_manifest.json': 'cb91dce0a07cf2d735e20d2d776fa3449de19e33dd1a2a498c74f4bb8fb61470',
  },
  'music_rnn/melody_rnn': {
    'weights_manifest.json': '9c802c461ffdaf188ad40724a0d5dd9934fb7bf7654dd69be2b8891d27767e8b',
  },
  'music_rnn/chord_pitches_improv': {
    'weights_manifest.json': 'c235ba9f70255d672cc2ce1b3f33196f40d7cb9ad52056a907712f5d6c6086c9',
  },
  'music_vae/mel_2bar_small': {
    'weights_manifest.json': '8520ed17fd2406215ac558c34871d184cf651ecffcfc03dff0eb381c3124cb1a',
  },
  'music_vae/mel_4bar_med_q2': {
    'weights_manifest.json': '22c9ef1eba725a6fd31ef62fd67e4ff6daecf85a40add78bbbe7a00692256a5e',
  },
  'music_vae/mel_chords': {
    'weights_manifest.json': '689183c48e92813e82ef31c251a8c515d8ab7b87dc71324cd212b3e737e233d5',
  },
  'music_vae/multitrack_chords': {
    'weights_manifest.json': '848e0a16f415470adaea36309a83fd26f8c9b251fa1cd784db75d9e4621f46de',
  },
  'transcription/onsets_frames_uni': {
    'weights_manifest.json': '7e7527105376c1798cb0a42d43a027f84932f0cbc5b02e5a930f94e3c0c37a52',
  },
};
