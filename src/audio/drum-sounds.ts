/**
 * A drum kit by synthesis, so that drums need no download: the nine drums of Magenta's drum models, and a metronome's wood blocks. Skins are swept sines,
 * metal is six squares at ratios without a common fundamental (as analogue drum machines make it), wires are noise.
 */
import { createRandom } from '../random/random.js';

/** In the order of Magenta's drum classes. */
export const DRUMS = [
  'kick',
  'snare',
  'closed hi-hat',
  'open hi-hat',
  'low tom',
  'mid tom',
  'high tom',
  'crash',
  'ride',
] as const;

/** A metronome strikes these; the drum models have no class for them. */
export const WOOD_BLOCKS = ['high wood block', 'low wood block'] as const;

export type Drum = (typeof DRUMS)[number] | (typeof WOOD_BLOCKS)[number];

interface Skin {
  /** Hz it ends at, how many times higher it starts, and the time of the fall, s. */
  readonly frequency: number;
  readonly sweep: number;
  readonly fall: number;
  /** Time in which it fades by 60 dB, s. */
  readonly decay: number;
  readonly level: number;
}

/** Noise or metal through a high-pass. */
interface Wash {
  readonly highPass: number;
  readonly decay: number;
  readonly level: number;
}

interface Recipe {
  readonly skins?: readonly Skin[];
  readonly noise?: readonly Wash[];
  readonly metal?: readonly Wash[];
}

const tom = (frequency: number): Recipe => ({
  skins: [{ frequency, sweep: 1.6, fall: 0.06, decay: 0.7, level: 0.8 }],
  noise: [{ highPass: 800, decay: 0.08, level: 0.1 }],
});

const woodBlock = (frequency: number): Recipe => ({
  skins: [
    { frequency, sweep: 1.05, fall: 0.004, decay: 0.07, level: 0.8 },
    { frequency: 2.6 * frequency, sweep: 1, fall: 0.01, decay: 0.03, level: 0.35 },
  ],
  noise: [{ highPass: 2500, decay: 0.006, level: 0.2 }],
});

const RECIPES: Record<Drum, Recipe> = {
  kick: {
    skins: [{ frequency: 48, sweep: 3.5, fall: 0.035, decay: 0.55, level: 0.95 }],
    noise: [{ highPass: 1500, decay: 0.012, level: 0.25 }],
  },
  snare: {
    skins: [
      { frequency: 182, sweep: 1.3, fall: 0.02, decay: 0.2, level: 0.45 },
      { frequency: 331, sweep: 1.2, fall: 0.02, decay: 0.14, level: 0.25 },
    ],
    noise: [{ highPass: 1200, decay: 0.28, level: 0.55 }],
  },
  'closed hi-hat': {
    metal: [{ highPass: 7000, decay: 0.09, level: 0.5 }],
    noise: [{ highPass: 8000, decay: 0.05, level: 0.25 }],
  },
  'open hi-hat': {
    metal: [{ highPass: 6500, decay: 0.6, level: 0.45 }],
    noise: [{ highPass: 7000, decay: 0.45, level: 0.2 }],
  },
  'low tom': tom(82),
  'mid tom': tom(116),
  'high tom': tom(158),
  crash: {
    metal: [{ highPass: 3500, decay: 1.7, level: 0.3 }],
    noise: [{ highPass: 2800, decay: 1.4, level: 0.45 }],
  },
  ride: {
    metal: [
      { highPass: 5000, decay: 1.3, level: 0.3 },
      { highPass: 2500, decay: 0.08, level: 0.3 },
    ],
  },
  'high wood block': woodBlock(1180),
  'low wood block': woodBlock(790),
};

/** Hz: six oscillators without a common fundamental. */
const METAL = [263, 400, 421, 474, 587, 845];

/**
 * One stroke at full velocity: [samples], peak 0.9, ending in silence. The same on every machine.
 * @param sampleRate Hz
 */
export function renderDrum(drum: Drum, sampleRate: number): Float32Array {
  const { skins = [], noise = [], metal = [] } = RECIPES[drum];
  const longest = Math.max(...[...skins, ...noise, ...metal].map(({ decay }) => decay));
  const samples = new Float32Array(Math.ceil(longest * sampleRate));
  for (const skin of skins) addSkin(samples, skin, sampleRate);
  for (const wash of noise) addWash(samples, wash, sampleRate, whiteNoise(drum));
  for (const wash of metal) addWash(samples, wash, sampleRate, metalNoise(sampleRate));
  finish(samples, sampleRate);
  return samples;
}

/** The factor of one sample for what fades by 60 dB in `decay`. A power for each sample would take longer than all the rest. */
const fade = (decay: number, rate: number) => 10 ** (-3 / (decay * rate));

function addSkin(samples: Float32Array, { frequency, sweep, fall, decay, level }: Skin, rate: number): void {
  const [fading, falling] = [fade(decay, rate), Math.exp(-1 / (fall * rate))];
  let [phase, amplitude, above] = [0, level, sweep - 1];
  for (let i = 0; i < samples.length; i++) {
    samples[i] += amplitude * Math.sin(phase);
    phase += (2 * Math.PI * frequency * (1 + above)) / rate;
    amplitude *= fading;
    above *= falling;
  }
}

function addWash(samples: Float32Array, wash: Wash, rate: number, source: () => number): void {
  const filter = highPass(wash.highPass, rate);
  const fading = fade(wash.decay, rate);
  let amplitude = wash.level;
  for (let i = 0; i < samples.length; i++) {
    samples[i] += amplitude * filter(source());
    amplitude *= fading;
  }
}

function whiteNoise(seed: string): () => number {
  const random = createRandom(seed);
  return () => 2 * random() - 1;
}

function metalNoise(rate: number): () => number {
  const phases = METAL.map(() => 0);
  return () => {
    let sum = 0;
    for (let i = 0; i < phases.length; i++) {
      sum += phases[i] < rate / 2 ? 1 : -1;
      phases[i] += METAL[i];
      if (phases[i] >= rate) phases[i] -= rate;
    }
    return sum / phases.length;
  };
}

/** Second-order Butterworth high-pass by the bilinear transform (R. Bristow-Johnson's cookbook). */
function highPass(frequency: number, rate: number): (x: number) => number {
  const w = (2 * Math.PI * frequency) / rate;
  const alpha = Math.sin(w) * Math.SQRT1_2;
  const gain = (1 + Math.cos(w)) / 2 / (1 + alpha);
  const a1 = (-2 * Math.cos(w)) / (1 + alpha);
  const a2 = (1 - alpha) / (1 + alpha);
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  return (x) => {
    const y = gain * (x - 2 * x1 + x2) - a1 * y1 - a2 * y2;
    [x1, x2, y1, y2] = [x, x1, y, y1];
    return y;
  };
}

/** Same peak for every drum, and an end without a step. */
function finish(samples: Float32Array, rate: number): void {
  const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const tail = Math.min(samples.length, Math.round(0.01 * rate));
  for (let i = 0; i < samples.length; i++) {
    samples[i] *= (0.9 / peak) * Math.min(1, (samples.length - 1 - i) / tail);
  }
}
