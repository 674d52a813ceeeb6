/** The options that transcription and its evaluation share. */
import { checkpointOption } from '../checkpoint-option.js';
import type { Options, Values } from '../options.js';

export const TRANSCRIPTION = {
  checkpoint: checkpointOption,
  threshold: {
    type: 'number',
    description: 'A note begins where its onset is likelier, 0 to 1',
    default: 0.5,
  },
  'frame-threshold': {
    type: 'number',
    description: 'And goes on while it is likelier that it sounds',
    default: 0.5,
  },
  'offset-threshold': {
    type: 'number',
    description: 'And ends where an end is likelier, of checkpoints that know ends; 0 leaves them out',
    default: 0,
  },
} as const satisfies Options;

export const thresholdsOf = (values: Values<typeof TRANSCRIPTION>) => ({
  onsetThreshold: values.threshold,
  frameThreshold: values['frame-threshold'],
  offsetThreshold: values['offset-threshold'],
});
