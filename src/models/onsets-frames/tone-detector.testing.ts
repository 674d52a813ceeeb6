/** A network that was not trained but put together: it hears pure tones of a few pitches, so that a test knows what it has to find. */
import { LogMel } from '../../audio/log-mel.js';
import { encodeMagentaJS } from '../../checkpoints/formats/magenta-js-writer.js';
import type { Tensor } from '../../checkpoints/tensor.js';
import { KEYS, LOWEST_KEY } from '../../music/activations.js';

/** Far enough from each other that no tone is heard in the band of another. */
export const TONES = [72, 79, 84, 88] as const;

const MEL = { sampleRate: 8000, windowLength: 1024, bins: 128, lowest: 30, window: 'symmetric' } as const;
const CONFIG = {
  type: 'OnsetsAndFrames',
  sample_rate: MEL.sampleRate,
  spec_hop_length: 256,
  spec_n_fft: MEL.windowLength,
  spec_n_bins: MEL.bins,
  conv_look_ahead: [0, 0, 0],
};

/** A tone of amplitude 0.3 has some 24 dB in its band. It is certain from here on, dB, and doubted down to ... */
const LOUD = 20;
/** ... so much below. */
const RANGE = 20;
/** A rise from frame to frame by so much begins a tone, dB. */
const RISE = 3;

const frequencyOf = (pitch: number) => 440 * 2 ** ((pitch - 69) / 12);

/** The band that hears a tone, after two halvings. */
function bandOf(pitch: number): number {
  const frame = new Float32Array(MEL.bins);
  const step = (2 * Math.PI * frequencyOf(pitch)) / MEL.sampleRate;
  const tone = Float32Array.from({ length: MEL.windowLength }, (_, i) => Math.sin(step * i));
  new LogMel(MEL).compute(tone, 0, frame);
  return Math.floor(frame.indexOf(Math.max(...frame)) / 4);
}

/**
 * Channels: how loud a band is (0 to 1, and what exceeds it), and how much louder than before (the same). A key's onset is the two
 * together, its frame the first; the LSTMs hand on what they are given.
 */
function tensors(): Map<string, Tensor> {
  const made = new Map<string, Tensor>();
  const tensor = (
    name: string,
    shape: readonly number[],
    fill: (at: (...place: number[]) => void) => void,
    value = 0,
  ) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value);
    fill((...placed) => {
      const [set, ...place] = placed;
      data[place.reduce((index, each, i) => index * shape[i] + each, 0)] = set;
    });
    made.set(name, { shape, data });
  };
  const nothing = () => {};
  const CHANNELS = 4;
  const bands = Math.floor(Math.floor(MEL.bins / 2) / 2);
  const conv = (
    layer: number,
    inputs: number,
    fill: Parameters<typeof tensor>[2],
    beta: readonly number[],
  ) => {
    tensor(`shared/conv${layer}/weights`, [3, 3, inputs, CHANNELS], fill);
    tensor(`shared/conv${layer}/BatchNorm/beta`, [CHANNELS], (at) =>
      beta.forEach((value, o) => at(value, o)),
    );
    tensor(`shared/conv${layer}/BatchNorm/moving_mean`, [CHANNELS], nothing);
    tensor(`shared/conv${layer}/BatchNorm/moving_variance`, [CHANNELS], nothing, 1 - 1e-3);
  };
  // The kernels read two frames before theirs, and none after it: the last row is the frame itself.
  conv(0, 1, (at) => at(1 / RANGE, 2, 1, 0, 0), [1 - LOUD / RANGE, 0, 0, 0]);
  conv(
    1,
    CHANNELS,
    (at) => {
      for (const channel of [0, 1]) at(1, 2, 1, 0, channel);
      for (const channel of [2, 3]) {
        at(RANGE / RISE, 2, 1, 0, channel);
        at(-RANGE / RISE, 1, 1, 0, channel);
      }
    },
    [0, -1, 0, -1],
  );
  conv(
    2,
    CHANNELS,
    (at) => {
      for (let channel = 0; channel < CHANNELS; channel++) at(1, 2, 1, channel, channel);
    },
    [0, 0, 0, 0],
  );
  const units = 2 * KEYS;
  const place = (band: number, channel: number) => band * CHANNELS + channel;
  tensor('shared/fc_end/weights', [bands * CHANNELS, units], (at) => {
    for (const pitch of TONES) {
      const [key, band] = [pitch - LOWEST_KEY, bandOf(pitch)];
      for (const [weight, channel] of [[1, 0], [-1, 1], [1, 2], [-1, 3]]) at(weight, place(band, channel), key); // prettier-ignore
      for (const [weight, channel] of [[1, 0], [-1, 1]]) at(weight, place(band, channel), KEYS + key); // prettier-ignore
    }
  });
  tensor('shared/fc_end/biases', [units], (at) => {
    for (let key = 0; key < KEYS; key++) at(-1, key);
  });
  // Input, forget and output gate of every unit: open, shut, open. It remembers nothing.
  const lstm = (scope: string, from: number, inputs: number) => {
    const path = `${scope}/cudnn_lstm/rnn/multi_rnn_cell/cell_0/cudnn_compatible_lstm_cell`;
    tensor(`${path}/kernel`, [inputs + KEYS, 4 * KEYS], (at) => {
      for (let key = 0; key < KEYS; key++) at(2, from + key, KEYS + key);
    });
    tensor(`${path}/bias`, [4 * KEYS], (at) => {
      for (let key = 0; key < KEYS; key++) {
        at(20, key);
        at(-20, 2 * KEYS + key);
        at(20, 3 * KEYS + key);
      }
    });
  };
  const head = (name: string, inputs: number, from: number, weight: number, bias: number) => {
    tensor(`${name}/weights`, [inputs, KEYS], (at) => {
      for (const pitch of TONES) at(weight, from + pitch - LOWEST_KEY, pitch - LOWEST_KEY);
    });
    tensor(
      `${name}/biases`,
      [KEYS],
      (at) => {
        for (const pitch of TONES) at(bias, pitch - LOWEST_KEY);
      },
      -10,
    );
  };
  lstm('onsets', 0, units);
  head('onsets/onset_probs', KEYS, 0, 12, -6);
  head('velocity/onset_velocities', units, KEYS, 1, 0);
  head('frame/activation_probs', units, KEYS, 10, -5);
  lstm('frame', KEYS, 2 * KEYS);
  head('frame/frame_probs', KEYS, 0, 12, -6);
  return made;
}

/** Its checkpoint as files. */
export function toneDetector(): Record<string, Uint8Array> {
  return {
    ...Object.fromEntries(encodeMagentaJS(tensors(), 'float32')),
    'config.json': new TextEncoder().encode(JSON.stringify(CONFIG)),
  };
}

export interface Tone {
  readonly pitch: number;
  readonly startTime: number;
  readonly endTime: number;
  /** 0 to 1. */
  readonly amplitude?: number;
}

/** Pure tones with soft edges. @param seconds of the sound */
export function tonesOf(
  tones: readonly Tone[],
  seconds: number,
  sampleRate: number,
): Float32Array<ArrayBuffer> {
  const sound = new Float32Array(Math.round(seconds * sampleRate));
  for (const { pitch, startTime, endTime, amplitude = 0.3 } of tones) {
    const step = (2 * Math.PI * frequencyOf(pitch)) / sampleRate;
    for (let i = Math.round(startTime * sampleRate); i < Math.round(endTime * sampleRate); i++) {
      const rise = Math.min(1, (i / sampleRate - startTime) / 0.02);
      const fall = Math.min(1, (endTime - i / sampleRate) / 0.1);
      const edge = Math.sin((Math.PI / 2) * rise) * (0.5 - 0.5 * Math.cos(Math.PI * fall));
      sound[i] += amplitude * edge * Math.sin(step * i);
    }
  }
  return sound;
}
