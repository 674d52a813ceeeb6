/** The options that all commands of NSynth take, and the model that they name. */
import { NSynth, type NSynthDecodeOptions } from '../../models/nsynth/nsynth.js';
import type { NSynthPrecision } from '../../models/nsynth/protocol.js';
import { checkpointOption, checkpointSource } from '../checkpoint-option.js';
import type { Options, Values } from '../options.js';
import { usageError } from '../usage.js';

export const MODEL_OPTIONS = {
  checkpoint: checkpointOption,
  precision: {
    type: 'string',
    value: 'NAME',
    default: 'int8',
    description:
      "The decoder's weights in memory: int8, int16 or float32; each is larger and more exact than the one before",
  },
} as const satisfies Options;

export const DECODE_OPTIONS = {
  seed: { type: 'string', value: 'SEED', default: '0', description: 'Same seed, same sound' },
  temperature: {
    type: 'number',
    default: 1,
    description: 'Below 1 a sound is smoother; 0 takes the likeliest level of each sample',
  },
  spread: {
    type: 'number',
    description:
      'What is drawn is brought so near to its mean: 1 leaves it, 0 takes the mean, a tone without its noise. Default: that of the checkpoint, mostly 1',
  },
} as const satisfies Options;

export const outputFolderOption = {
  type: 'string',
  value: 'FOLDER',
  description: 'Where to; made where it is missing',
} as const;

export const loadModel = (
  { checkpoint, precision }: Values<typeof MODEL_OPTIONS>,
  signal?: AbortSignal,
): Promise<NSynth> =>
  NSynth.load(checkpointSource(checkpoint, 'NSynth'), {
    backend: 'wasm',
    precision: precision as NSynthPrecision,
    signal,
  });

export const decodeOptions = ({
  seed,
  temperature,
  spread,
}: Values<typeof DECODE_OPTIONS>): Pick<NSynthDecodeOptions, 'seed' | 'temperature' | 'spread'> => ({
  seed,
  temperature,
  spread,
});

/** @throws USAGE */
export function requiredFolder(folder: string | undefined): string {
  if (folder !== undefined) return folder;
  throw usageError('--output-dir is missing: a folder for the files');
}
