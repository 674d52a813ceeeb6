/** The settings of a checkpoint: config.json in the names of the original's hyperparameters, else what the tensors tell. */
import type { LogMelOptions } from '../../audio/log-mel.js';
import { fieldsOf, invalidConfig, type Fields } from '../../checkpoints/config-json.js';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { Floor } from './protocol.js';

export interface TranscriberConfig {
  readonly mel: LogMelOptions;
  /** Samples from frame to frame. */
  readonly hopLength: number;
  readonly floor: Floor;
  readonly drums: boolean;
  /** A velocity is scale * clip(v, 0, 1) + bias. */
  readonly velocityScale: number;
  readonly velocityBias: number;
  /** Frames after its own that each convolution reads. */
  readonly lookAhead: readonly [number, number, number];
}

/**
 * The published kinds: magenta.js's conversion; Python's model.py (the checkpoint of MAESTRO); its model_tpu.py, whose published
 * checkpoint is E-GMD's, for drums.
 */
type Variant = 'browser' | 'model' | 'model_tpu';

function variantOf(names: readonly string[]): Variant {
  if (names.some((name) => name.startsWith('onsets/onset_logits/'))) return 'model_tpu';
  return names.some((name) => name.includes('/stack_bidirectional_rnn/')) ? 'model' : 'browser';
}

function publishedConfig(variant: Variant, drums: boolean): TranscriberConfig {
  return {
    mel: {
      sampleRate: drums ? 44100 : 16000,
      windowLength: 2048,
      bins: drums ? 250 : 229,
      lowest: 30,
      window: variant === 'browser' ? 'symmetric' : 'periodic',
    },
    // The configuration of E-GMD says 441 under a name that its features do not read.
    hopLength: 512,
    floor: variant === 'browser' ? 'frame' : 'recording',
    drums,
    velocityScale: drums ? 127 : 80,
    velocityBias: drums ? 0 : 10,
    lookAhead: [1, 1, 1],
  };
}

const invalid = (name: string, value: unknown, expected: string): TimbrelError =>
  invalidConfig(`${name} is ${JSON.stringify(value)}; expected ${expected}`);

class Settings {
  constructor(private readonly json: Fields) {}

  number(name: string, otherwise: number, least: number): number {
    const value = this.json[name] ?? otherwise;
    if (typeof value === 'number' && value >= least && value < 1e6) return value;
    throw invalid(name, value, `a number, at least ${least}`);
  }

  whole(name: string, otherwise: number, least: number): number {
    const value = this.number(name, otherwise, least);
    if (Number.isInteger(value)) return value;
    throw invalid(name, value, 'a whole number');
  }

  choice<T>(name: string, otherwise: T, choices: readonly T[]): T {
    const value = this.json[name] ?? otherwise;
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw invalid(name, value, choices.map((choice) => JSON.stringify(choice)).join(' or '));
  }
}

/**
 * @param json config.json, or undefined
 * @param names of the tensors
 * @throws CHECKPOINT_FORMAT, CHECKPOINT_OTHER_MODEL
 */
export function configOf(json: unknown, names: readonly string[]): TranscriberConfig {
  const variant = variantOf(names);
  if (json === undefined) return publishedConfig(variant, variant === 'model_tpu');
  const given = fieldsOf(json, 'OnsetsAndFrames');
  const { conv_look_ahead: ahead } = given;
  const fields = new Settings(given);
  const drums = fields.choice('drums_only', false, [true, false]);
  const published = publishedConfig(
    fields.choice('variant', variant, ['browser', 'model', 'model_tpu']),
    drums,
  );
  const windowLength = fields.whole('spec_n_fft', published.mel.windowLength, 4);
  if (!Number.isInteger(Math.log2(windowLength))) throw invalid('spec_n_fft', windowLength, 'a power of two');
  return {
    mel: {
      sampleRate: fields.whole('sample_rate', published.mel.sampleRate, 1000),
      windowLength,
      bins: fields.whole('spec_n_bins', published.mel.bins, 4),
      lowest: fields.number('spec_fmin', published.mel.lowest, 0),
      window: fields.choice('spec_window', published.mel.window, ['periodic', 'symmetric']),
    },
    hopLength: fields.whole('spec_hop_length', published.hopLength, 1),
    floor: fields.choice('spec_floor', published.floor, ['frame', 'recording']),
    drums,
    velocityScale: fields.number('velocity_scale', published.velocityScale, 0),
    velocityBias: fields.number('velocity_bias', published.velocityBias, 0),
    lookAhead: ahead === undefined ? published.lookAhead : checkedLookAhead(ahead),
  };
}

function checkedLookAhead(value: unknown): [number, number, number] {
  const isFrames = (frames: unknown): frames is number => frames === 0 || frames === 1;
  const given: readonly unknown[] = Array.isArray(value) ? value : [];
  const frames = given.filter(isFrames);
  if (given.length === 3 && frames.length === 3) return [frames[0], frames[1], frames[2]];
  throw invalid('conv_look_ahead', value, 'three numbers, each 0 or 1');
}
