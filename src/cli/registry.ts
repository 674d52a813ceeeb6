/** Every command: a row each, loaded when it is called. */
import { MODELS } from '../models/registry.js';
import type { Command } from './command.js';
import type { EventModelCommand } from './event-models.js';

export interface Leaf {
  readonly summary: string;
  load(): Promise<Command>;
  /** Models, by their first word, for which it is another command with options of its own. */
  readonly variants?: Readonly<Record<string, Leaf>>;
}

export interface Group {
  readonly summary: string;
  readonly commands: Readonly<Record<string, Entry>>;
}

export type Entry = Leaf | Group;

export const isGroup = (entry: Entry): entry is Group => 'commands' in entry;

/** The models that write music: `generate` of each. */
const generators = (): Readonly<Record<string, Group>> =>
  Object.fromEntries(
    Object.values(MODELS)
      .filter(({ family }) => family === 'event-rnn')
      .map(({ command, summary }) => [command, generator(command as EventModelCommand, summary)]),
  );

const generator = (name: EventModelCommand, summary: string): Group => ({
  summary,
  commands: {
    generate: {
      summary: 'Write music to MIDI files',
      load: async () => (await import('./generate.js')).generateCommand(name),
    },
  },
});

export const COMMANDS: Group = {
  summary: 'Neural and sequence music models',
  commands: {
    ...generators(),
    [MODELS.GANSynth.command]: {
      summary: MODELS.GANSynth.summary,
      commands: {
        render: {
          summary: 'Render notes to WAV files, or to an instrument for samplers',
          load: async () => (await import('./gansynth/render.js')).renderCommand,
        },
        play: {
          summary: 'Play files of music (MIDI, MusicXML, ABC) to WAV files',
          load: async () => (await import('./gansynth/play.js')).playCommand,
        },
        timbres: {
          summary: 'List the timbres that a checkpoint names',
          load: async () => (await import('./gansynth/timbres.js')).timbresCommand,
        },
      },
    },
    [MODELS.MusicTransformer.command]: {
      summary: MODELS.MusicTransformer.summary,
      commands: {
        generate: {
          summary: 'Write performances for piano to MIDI files',
          load: async () => (await import('./music-transformer/command.js')).generateCommand,
        },
        accompany: {
          summary: 'Write performances around a melody',
          load: async () => (await import('./music-transformer/command.js')).accompanyCommand,
        },
      },
    },
    [MODELS.MusicVAE.command]: {
      summary: MODELS.MusicVAE.summary,
      commands: {
        sample: {
          summary: 'Write new pieces to MIDI files',
          load: async () => (await import('./music-vae/command.js')).sampleCommand,
        },
        interpolate: {
          summary: 'Write what lies between two pieces, or in the field of four',
          load: async () => (await import('./music-vae/command.js')).interpolateCommand,
        },
        reconstruct: {
          summary: 'Write what the model makes of pieces',
          load: async () => (await import('./music-vae/command.js')).reconstructCommand,
        },
        groove: {
          summary: 'Give drums the timing and dynamics of a drummer, or make drums of taps',
          load: async () => (await import('./music-vae/command.js')).grooveCommand,
        },
      },
    },
    [MODELS.OnsetsAndFrames.command]: {
      summary: MODELS.OnsetsAndFrames.summary,
      commands: {
        transcribe: {
          summary: 'Write the notes of recordings to MIDI files',
          load: async () => (await import('./onsets-frames/transcribe.js')).transcribeCommand,
        },
      },
    },
    [MODELS.NSynth.command]: {
      summary: MODELS.NSynth.summary,
      commands: {
        encode: {
          summary: 'Sounds to embeddings',
          load: async () => (await import('./nsynth/encode.js')).encodeCommand,
        },
        decode: {
          summary: 'Embeddings to sounds',
          load: async () => (await import('./nsynth/decode.js')).decodeCommand,
        },
        mix: {
          summary: 'A sound between sounds',
          load: async () => (await import('./nsynth/mix.js')).mixCommand,
        },
        grid: {
          summary: 'Everything between four instruments, every point a WAV file',
          load: async () => (await import('./nsynth/grid.js')).gridCommand,
        },
      },
    },
    convert: {
      summary: 'A checkpoint of any format to a magenta.js folder',
      load: async () => (await import('./convert.js')).convertCommand,
    },
    checkpoints: {
      summary: 'The checkpoints that can be named',
      commands: {
        list: {
          summary: 'The catalogue, and what of it is kept here',
          load: async () => (await import('./checkpoints.js')).listCommand,
        },
        fetch: {
          summary: 'Download checkpoints, to be there without a network',
          load: async () => (await import('./checkpoints.js')).fetchCommand,
        },
        clear: {
          summary: 'Remove downloaded checkpoints',
          load: async () => (await import('./checkpoints.js')).clearCommand,
        },
      },
    },
    dataset: {
      summary: 'Folders of music and NoteSequences to the files that training reads',
      load: async () => (await import('./dataset.js')).datasetCommand,
      variants: {
        [MODELS.MusicTransformer.command]: {
          summary: 'Tokens for Music Transformer',
          load: async () => (await import('./music-transformer/dataset.js')).musicTransformerDatasetCommand,
        },
        [MODELS.MusicVAE.command]: {
          summary: 'Windows for MusicVAE',
          load: async () => (await import('./music-vae/dataset.js')).musicVAEDatasetCommand,
        },
      },
    },
    evaluate: {
      summary: 'How well a checkpoint foresees held-out music, against n-grams',
      load: async () => (await import('./evaluate.js')).evaluateCommand,
      variants: {
        [MODELS.MusicTransformer.command]: {
          summary: 'How well a Music Transformer foresees held-out performances',
          load: async () => (await import('./music-transformer/evaluate.js')).musicTransformerEvaluateCommand,
        },
        [MODELS.MusicVAE.command]: {
          summary: 'How well a MusicVAE gives back held-out windows',
          load: async () => (await import('./music-vae/evaluate.js')).musicVAEEvaluateCommand,
        },
        [MODELS.OnsetsAndFrames.command]: {
          summary: 'How many notes of recordings a transcription finds',
          load: async () => (await import('./onsets-frames/evaluate.js')).transcriptionEvaluateCommand,
        },
      },
    },
  },
};
