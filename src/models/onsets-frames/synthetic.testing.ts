/** Small checkpoints of every kind, drawn by seed, under Magenta's names. */
import type { FileContents } from '../../checkpoints/formats/formats.testing.js';
import { encodeMagentaJS, type Storage } from '../../checkpoints/formats/magenta-js-writer.js';
import type { Tensor } from '../../checkpoints/tensor.js';
import { createRandom } from '../../random/random.js';

export interface SyntheticTranscriber {
  /** magenta.js's, Python's with ends, drums; or ours: one stack for all heads. */
  readonly kind: 'browser' | 'model' | 'model_tpu' | 'shared';
  readonly bins?: number;
  readonly filters?: readonly [number, number, number];
  readonly fc?: number;
  readonly units?: number;
}

const KEYS = 88;

export function syntheticTranscriber(
  architecture: SyntheticTranscriber,
  seed = 'onsets',
): Map<string, Tensor> {
  const { kind, bins = 32, filters = [4, 4, 8], fc = 12, units = 6 } = architecture;
  const tensors = new Map<string, Tensor>();
  const add = (name: string, shape: readonly number[], scale = 1, offset = 0) => {
    const random = createRandom(seed + name);
    const length = shape.reduce((product, size) => product * size, 1);
    const data = Float32Array.from({ length }, () => offset + scale * (2 * random() - 1));
    tensors.set(name, { shape, data });
  };
  const linear = (
    prefix: string,
    rows: number,
    columns: number,
    [kernel, bias] = ['weights', 'biases'],
    scale = 3,
  ) => {
    add(`${prefix}/${kernel}`, [rows, columns], scale / Math.sqrt(rows));
    add(`${prefix}/${bias}`, [columns], 0.5, bias === 'biases' && columns === KEYS ? -0.5 : 0);
  };
  const stack = (scope: string) => {
    let inputs = 1;
    filters.forEach((outputs, i) => {
      add(`${scope}/conv${i}/weights`, [3, 3, inputs, outputs], 1.4 / Math.sqrt(3 * inputs));
      add(`${scope}/conv${i}/BatchNorm/beta`, [outputs], 0.3);
      add(`${scope}/conv${i}/BatchNorm/moving_mean`, [outputs], i === 0 ? 10 : 0.2);
      add(`${scope}/conv${i}/BatchNorm/moving_variance`, [outputs], i === 0 ? 400 : 0.3, i === 0 ? 900 : 1);
      inputs = outputs;
    });
    linear(`${scope}/fc_end`, Math.floor(Math.floor(bins / 2) / 2) * inputs, fc);
  };
  const both = kind === 'model' || kind === 'model_tpu';
  const cell = kind === 'model_tpu' ? 'basic_lstm_cell' : 'cudnn_compatible_lstm_cell';
  const lstm = (scope: string, inputs: number): number => {
    const root = kind === 'model_tpu' ? `${scope}/lstm` : `${scope}/cudnn_lstm`;
    const paths = both
      ? ['fw', 'bw'].map((way) => `${root}/stack_bidirectional_rnn/cell_0/bidirectional_rnn/${way}/${cell}`)
      : [`${root}/rnn/multi_rnn_cell/cell_0/${cell}`];
    for (const path of paths) linear(path, inputs + units, 4 * units, ['kernel', 'bias']);
    return paths.length * units;
  };
  const ending = kind === 'model_tpu' ? 'logits' : 'probs';
  const scopes = ['onsets', 'velocity', 'frame', ...(both ? ['offsets'] : [])];
  for (const scope of kind === 'shared' ? ['shared'] : scopes) stack(scope);
  linear(`onsets/onset_${ending}`, lstm('onsets', fc), KEYS);
  if (both) linear(`offsets/offset_${ending}`, lstm('offsets', fc), KEYS);
  linear('velocity/onset_velocities', fc, KEYS, undefined, 1);
  linear(`frame/activation_${ending}`, fc, KEYS);
  linear(`frame/frame_${ending}`, lstm('frame', KEYS * (both ? 3 : 2)), KEYS);
  // What a network has no place for.
  add('onsets/conv0/weights/Adam', [2]);
  add('beta1_power', [1]);
  return tensors;
}

/** The configuration of a small one: 32 bins of 8 kHz in frames of 32 ms. */
export const SMALL_CONFIG = {
  type: 'OnsetsAndFrames',
  sample_rate: 8000,
  spec_hop_length: 256,
  spec_n_fft: 512,
  spec_n_bins: 32,
};

/** A magenta.js folder as files. @param config null: it has none */
export function syntheticFolder(
  architecture: SyntheticTranscriber,
  config: unknown = SMALL_CONFIG,
  storage: Storage = 'float32',
): FileContents {
  return {
    ...Object.fromEntries(encodeMagentaJS(syntheticTranscriber(architecture), storage)),
    ...(config === null ? {} : { 'config.json': new TextEncoder().encode(JSON.stringify(config)) }),
  };
}

/** Some tones that begin and end. @param seconds of it */
export function syntheticAudio(seconds: number, sampleRate: number, seed = 'audio'): Float32Array {
  const random = createRandom(seed);
  const audio = new Float32Array(Math.round(seconds * sampleRate));
  for (let note = 0; note < 4 * seconds; note++) {
    const [start, hz] = [seconds * random(), 110 * 2 ** (3 * random())];
    for (let i = Math.round(start * sampleRate); i < audio.length; i++) {
      const t = i / sampleRate - start;
      if (t > 0.8) break;
      audio[i] += 0.3 * Math.exp(-4 * t) * Math.sin(2 * Math.PI * hz * t);
    }
  }
  return audio;
}
