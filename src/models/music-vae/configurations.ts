/**
 * Magenta's configurations: what TensorFlow checkpoints, which have no config.json, are recognised by
 * (magenta/models/music_vae/configs.py).
 */
import type { MusicVAEConfig } from './config.js';

/** Sizes that the tensors must have. */
export interface NetworkSizes {
  /** Units of each layer and direction of the encoder. */
  readonly encoder: readonly number[];
  readonly decoder: readonly number[];
  readonly latent: number;
  /** Segments are encoded each by itself, then together. */
  readonly hierarchicalEncoder?: boolean;
}

export interface Configuration extends MusicVAEConfig {
  readonly sizes: NetworkSizes;
}

const PIANO = { minPitch: 21, maxPitch: 108 };

const melody = (numSteps: number, numSegments?: number): MusicVAEConfig => ({
  dataConverter: { type: 'MelodyConverter', args: { numSteps, ...PIANO, numSegments } },
});
const drums = (type: string, args: Readonly<Record<string, unknown>> = {}): MusicVAEConfig => ({
  dataConverter: { type, args: { numSteps: 32, ...args } },
});
const trio = (numSegments?: number): MusicVAEConfig => ({
  dataConverter: {
    type: 'TrioConverter',
    args: { numSteps: 256, numSegments, melArgs: PIANO, bassArgs: PIANO, drumsArgs: {} },
  },
});
const MULTITRACK: MusicVAEConfig = {
  dataConverter: {
    type: 'MultitrackConverter',
    args: { numSteps: 512, numSegments: 8, stepsPerQuarter: 24, totalSteps: 96, numVelocityBins: 8 },
  },
};
const groove = (numSteps: number, args: Readonly<Record<string, unknown>> = {}): MusicVAEConfig => ({
  dataConverter: { type: 'GrooveConverter', args: { numSteps, ...args } },
});
const TRIADS = { chordEncoder: 'TriadChordEncoder' } as const;

/** One class a pitch, grouped by instrument (nade-drums_2bar_full). */
const EVERY_DRUM = [
  36, 35, 38, 27, 28, 31, 32, 33, 34, 37, 39, 40, 56, 65, 66, 75, 85, 42, 44, 54, 68, 69, 70, 71, 73, 78, 80,
  46, 67, 72, 74, 79, 81, 45, 29, 41, 61, 64, 84, 48, 47, 60, 63, 77, 86, 87, 50, 30, 43, 62, 76, 83, 49, 55,
  57, 58, 51, 52, 53, 59, 82,
].map((pitch) => [pitch]);

/** By the control's name in `MusicVAEControlOptions.extra`. */
export const HITS_CONTROL = 'hits';

const sizes = (
  encoder: readonly number[],
  decoder: readonly number[],
  latent: number,
  hierarchicalEncoder = false,
): { readonly sizes: NetworkSizes } => ({ sizes: { encoder, decoder, latent, hierarchicalEncoder } });

const SMALL = sizes([512], [256, 256], 256);
const BIG = sizes([2048], [2048, 2048, 2048], 512);
const NADE = sizes([1024], [512, 512], 256);
const FLAT = sizes([2048, 2048], [2048, 2048, 2048], 512);
const HIERARCHICAL_DECODER = sizes([2048, 2048], [1024, 1024], 512);
const HIERARCHICAL = sizes([1024], [1024, 1024], 512, true);
const MULTITRACK_MEDIUM = sizes([1024], [512, 512, 512], 512, true);
const MULTITRACK_BIG = sizes([2048], [1024, 1024, 1024], 512, true);

export const CONFIGURATIONS = {
  'cat-mel_2bar_small': { ...melody(32), ...SMALL },
  'cat-mel_2bar_big': { ...melody(32), ...BIG },
  'cat-mel_2bar_med_chords': { ...melody(32), ...TRIADS, ...sizes([1024], [512, 512, 512], 256) },
  'flat-mel_16bar': { ...melody(256), ...FLAT },
  'hierdec-mel_16bar': { ...melody(256, 16), ...HIERARCHICAL_DECODER },
  'hier-mel_16bar': { ...melody(256, 16), ...HIERARCHICAL },
  'cat-drums_2bar_small': { ...drums('DrumsConverter'), ...SMALL },
  'cat-drums_2bar_big': { ...drums('DrumsConverter'), ...BIG },
  'nade-drums_2bar_reduced': { ...drums('DrumRollConverter'), ...NADE },
  'nade-drums_2bar_full': { ...drums('DrumRollConverter', { pitchClasses: EVERY_DRUM }), ...NADE },
  'flat-trio_16bar': { ...trio(), ...FLAT },
  'hierdec-trio_16bar': { ...trio(16), ...HIERARCHICAL_DECODER },
  'hier-trio_16bar': { ...trio(16), ...HIERARCHICAL },
  'hier-multiperf_vel_1bar_med': { ...MULTITRACK, ...MULTITRACK_MEDIUM },
  'hier-multiperf_vel_1bar_med_chords': { ...MULTITRACK, ...TRIADS, ...MULTITRACK_MEDIUM },
  'hier-multiperf_vel_1bar_big': { ...MULTITRACK, ...MULTITRACK_BIG },
  'hier-multiperf_vel_1bar_big_chords': { ...MULTITRACK, ...TRIADS, ...MULTITRACK_BIG },
  groovae_2bar_humanize: { ...groove(32, { humanize: true }), ...SMALL },
  groovae_2bar_tap_fixed_velocity: { ...groove(32, { tapify: true }), ...SMALL },
  groovae_2bar_add_closed_hh: { ...groove(32, { addClosedHiHat: true }), ...SMALL },
  groovae_2bar_hits_control: {
    ...groove(32),
    extraControls: [{ name: HITS_CONTROL, depth: 9 }],
    ...SMALL,
  },
  groovae_4bar: { ...groove(64), ...SMALL },
} as const satisfies Readonly<Record<string, Configuration>>;

export type ConfigurationId = keyof typeof CONFIGURATIONS;

export const configurationOf = (id: ConfigurationId): Configuration => CONFIGURATIONS[id];

export const isConfigurationId = (id: string): id is ConfigurationId => Object.hasOwn(CONFIGURATIONS, id);

export const CONFIGURATION_IDS = Object.keys(CONFIGURATIONS).filter(isConfigurationId);
