/** The options of `generate`: Magenta's names where it has them (magenta/models/*\/*_generate.py). */
import { configurationsOf } from '../models/event-rnn/encodings/configurations.js';
import { checkpointOption } from './checkpoint-option.js';
import { EVENT_MODELS, type EventModelCommand } from './event-models.js';
import { JOBS_OPTION } from './model-pool.js';
import type { Options } from './options.js';
import { FORCE_OPTION } from './output-folder.js';
import { SHARD_OPTION } from './shard.js';
import { PRIMER_OPTIONS, type PrimerOption } from './primer.js';

export const GENERATE_OPTIONS = {
  checkpoint: checkpointOption,
  config: { type: 'string', value: 'NAME', description: 'Configuration' },
  steps: {
    type: 'number',
    description:
      'How much to write, after the primer: sixteenths, or hundredths of a second for performances',
  },
  seconds: { type: 'number', description: 'The same in seconds' },
  'num-outputs': { type: 'number', description: 'MIDI files to write', default: 10 },
  'output-dir': { type: 'string', value: 'FOLDER', description: 'Where to; made where it is missing' },
  seed: {
    type: 'string',
    value: 'SEED',
    description: 'Same seed, same files; left out, one is drawn and told',
  },
  temperature: {
    type: 'number',
    description:
      'Below 1 the likely becomes likelier, above 1 less so; 0 takes the likeliest (default: as the model writes, from 0.8 to 1)',
  },
  'top-k': { type: 'number', description: 'Draw from the N likeliest only' },
  'top-p': {
    type: 'number',
    description:
      'Draw from the likeliest only, whose probabilities reach N together; 1: from all (default: as the model writes, from 0.8 to 0.9)',
  },
  'beam-size': { type: 'number', description: 'Beam search: entries kept', default: 1 },
  'branch-factor': { type: 'number', description: 'Beam search: copies of each entry', default: 1 },
  'steps-per-iteration': { type: 'number', description: 'Beam search: events between choices', default: 1 },
  ...JOBS_OPTION,
  ...SHARD_OPTION,
  ...FORCE_OPTION,
  'omit-primer': { type: 'boolean', description: 'Write only what is new, from the beginning of the file' },
} as const satisfies Options;

/** Options of single models. */
export const OWN_OPTIONS = {
  'backing-chords': {
    type: 'string',
    value: 'CHORDS',
    description: 'Chords over primer and continuation, spread evenly, such as "C Dm7 G13 Cmaj7"',
    default: 'C G Am F C G F C',
  },
  'steps-per-chord': {
    type: 'number',
    description: 'How long a chord lasts where neither --steps nor --seconds says how long the piece is',
    default: 16,
  },
  'render-chords': { type: 'boolean', description: 'Write the chords too, as notes of a pad' },
  'inject-primer-during-generation': {
    type: 'boolean',
    description:
      'Do not put the notes of the primer into what is written: otherwise the model harmonises them',
    default: true,
  },
  'condition-on-primer': { type: 'boolean', description: 'Let the model hear the primer before it writes' },
  'notes-per-second': {
    type: 'string',
    value: 'LIST',
    description: 'Density-conditioned configurations: a number, or a list spread over what is written',
  },
  'pitch-class-histogram': {
    type: 'string',
    value: 'LIST',
    description:
      'Pitch-conditioned configurations: 12 weights from C up, or a list of such lists spread over what is written',
  },
} as const satisfies Options;

interface Kind {
  readonly primers: readonly PrimerOption[];
  readonly own: readonly (keyof typeof OWN_OPTIONS)[];
  /** The length where neither steps nor seconds are given; Magenta's. */
  readonly steps?: number;
  readonly example: string;
}

export const KINDS: Record<EventModelCommand, Kind> = {
  'melody-rnn': {
    primers: ['primer-midi', 'primer-melody'],
    own: [],
    steps: 128,
    example: '--primer-melody "[60, -2, 60, -2, 67, -2, 67, -2]" --steps 120',
  },
  'drums-rnn': {
    primers: ['primer-midi', 'primer-drums'],
    own: [],
    steps: 128,
    example: '--primer-drums "[(36, 42), (), (42,)]" --temperature 1.1',
  },
  'improv-rnn': {
    primers: ['primer-midi', 'primer-melody'],
    own: ['backing-chords', 'steps-per-chord', 'render-chords'],
    example: '--backing-chords "C Dm7 G13 Cmaj7" --render-chords',
  },
  'polyphony-rnn': {
    primers: ['primer-midi', 'primer-melody', 'primer-pitches'],
    own: ['inject-primer-during-generation', 'condition-on-primer'],
    steps: 128,
    example: '--primer-pitches "[67, 64, 60]" --condition-on-primer --no-inject-primer-during-generation',
  },
  'performance-rnn': {
    primers: ['primer-midi', 'primer-melody', 'primer-pitches'],
    own: ['notes-per-second', 'pitch-class-histogram'],
    steps: 3000,
    example:
      '--seconds 30 --checkpoint ./multiconditioned --notes-per-second 8 --pitch-class-histogram "[2,0,1,0,1,1,0,1,0,1,0,1]"',
  },
};

const pick = <O extends Options>(options: O, names: readonly (keyof O & string)[]): Options =>
  Object.fromEntries(names.map((name) => [name, options[name]]));

/** The options of one model's `generate`, the primer's among them. */
export function generateOptions(name: EventModelCommand): Options {
  const { primers, own, steps } = KINDS[name];
  const { config, ...rest } = GENERATE_OPTIONS;
  const ids = configurationsOf(EVENT_MODELS[name]);
  return {
    ...rest,
    config: { ...config, description: `Configuration: ${ids.join(', ')}; by default what the tensors fit` },
    steps: {
      ...rest.steps,
      description: `${rest.steps.description}${steps ? ` (default ${steps})` : ''}`,
    },
    ...pick(PRIMER_OPTIONS, [...primers, 'primer-instrument', 'qpm']),
    ...pick(OWN_OPTIONS, own),
  };
}
