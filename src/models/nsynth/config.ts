/** A checkpoint says this of itself: config.json, in the names of docs/nsynth.md. Magenta's own has none, and is what is left out. */
import {
  fieldsOf,
  invalidConfig,
  isObject,
  wholeNumber,
  type Fields,
} from '../../checkpoints/config-json.js';
import { shown } from '../../errors/check-arguments.js';
import { PITCHES } from './timbre-bank.js';

/** The sample rate of everything, Hz. */
export const SAMPLE_RATE = 16000;

/** Layer i = 0, 1, ... of a network has dilation 2^(i mod stages). Sizes that are left out come from the tensors. */
export interface NetworkConfig {
  readonly stages: number;
  readonly width?: number;
  readonly skipWidth?: number;
  readonly layers?: number;
  readonly filterLength?: number;
  /** Samples that one step of a WaveNet decoder draws. */
  readonly samplesPerStep?: number;
  /** Frames after its own that a spectral decoder reads. */
  readonly lookAhead?: number;
}

/** Timbres that the checkpoint names; their embeddings are a tensor, `timbres/embeddings`. */
export interface TimbresConfig {
  readonly names: readonly string[];
  /** One a name, or none at all. */
  readonly families: readonly string[];
  /** The frames of a note that are told, ascending from 0. */
  readonly frames: readonly number[];
}

type NetworkType = 'wavenet' | 'spectral';

export interface NSynthConfig {
  /** The way in which sound is heard: in its samples, as the original does, or in its pitch, partials and bands. */
  readonly encoderType: NetworkType;
  /** The way in which sound is made: sample by sample, as the original does, or as partials and noise, frame by frame. */
  readonly decoderType: NetworkType;
  readonly quantization: number;
  /** Samples of a frame. */
  readonly hopLength: number;
  readonly bottleneckWidth?: number;
  /** Samples are drawn so near to their mean where nothing else is asked for. */
  readonly spread: number;
  readonly encoder: NetworkConfig;
  readonly decoder: NetworkConfig;
  readonly timbres?: TimbresConfig;
}

/** magenta/models/nsynth/wavenet/h512_bo16.py */
const PUBLISHED = { quantization: 256, hopLength: 512, stages: 10 };

/** Samples of a frame of the spectral networks. */
const SPECTRAL_HOP = 512;

/**
 * @param json undefined: the published checkpoint
 * @throws CHECKPOINT_FORMAT, CHECKPOINT_OTHER_MODEL
 */
export function parseConfig(json: unknown): NSynthConfig {
  const fields = fieldsOf(json === undefined ? {} : json, 'NSynth');
  const { sampleRate = SAMPLE_RATE, encoder = {}, decoder = {} } = fields;
  if (sampleRate !== SAMPLE_RATE)
    throw invalidConfig(`sampleRate is ${String(sampleRate)}; expected ${SAMPLE_RATE}`);
  const quantization = wholeNumber('quantization', fields.quantization, 2, 256) ?? PUBLISHED.quantization;
  if (quantization % 2 !== 0) throw invalidConfig(`quantization is ${quantization}; expected an even number`);
  const decoderType = networkType('decoder', decoder, 'wavenet');
  const encoderType = networkType('encoder', encoder, decoderType);
  if (decoderType === 'spectral' && encoderType === 'wavenet')
    throw invalidConfig('encoder.type is "wavenet"; a spectral decoder has an encoder of its own kind');
  const hopLength = wholeNumber('hopLength', fields.hopLength, 1, 65536) ?? PUBLISHED.hopLength;
  if (encoderType === 'spectral' && hopLength !== SPECTRAL_HOP)
    throw invalidConfig(`hopLength is ${hopLength}; a spectral network has ${SPECTRAL_HOP}`);
  const networks = { encoder: network('encoder', encoder), decoder: network('decoder', decoder) };
  const { samplesPerStep = 1 } = networks.decoder;
  if (hopLength % samplesPerStep !== 0)
    throw invalidConfig(
      `decoder.samplesPerStep is ${samplesPerStep}; expected a divisor of hopLength, which is ${hopLength}`,
    );
  return {
    encoderType,
    decoderType,
    quantization,
    hopLength,
    bottleneckWidth: wholeNumber('bottleneckWidth', fields.bottleneckWidth, 1, 4096),
    spread: checkedSpread(fields.spread),
    ...networks,
    timbres: fields.timbres === undefined ? undefined : parseTimbres(fields.timbres),
  };
}

/** @throws CHECKPOINT_FORMAT */
function checkedSpread(value: unknown = 1): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw invalidConfig(`spread is ${shown(value)}; expected a number from 0 to 1`);
}

/** @throws CHECKPOINT_FORMAT */
function parseTimbres(value: unknown): TimbresConfig {
  const { names, families = [], pitches, frames } = isObject(value) ? value : ({} as Fields);
  if (!isTexts(names) || names.length === 0 || new Set(names).size !== names.length)
    throw invalidConfig(`timbres.names is ${shown(names)}; expected a list of different names`);
  if (!isTexts(families) || ![0, names.length].includes(families.length))
    throw invalidConfig(`timbres.families is ${shown(families)}; expected one for each name`);
  if (JSON.stringify(pitches) !== JSON.stringify(PITCHES))
    throw invalidConfig(`timbres.pitches is ${shown(pitches)}; expected [${PITCHES.join(', ')}]`);
  const ascends =
    Array.isArray(frames) &&
    frames.length > 1 &&
    frames[0] === 0 &&
    frames.every((frame: unknown, i) => typeof frame === 'number' && (i === 0 || frame > frames[i - 1]));
  if (!ascends)
    throw invalidConfig(`timbres.frames is ${shown(frames)}; expected numbers that ascend from 0`);
  return { names, families, frames: frames as readonly number[] };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');

/** @throws CHECKPOINT_FORMAT */
function networkType(name: string, fields: unknown, otherwise: NetworkType): NetworkType {
  const type = isObject(fields) ? (fields.type ?? otherwise) : otherwise;
  if (type === 'wavenet' || type === 'spectral') return type;
  throw invalidConfig(`${name}.type is ${JSON.stringify(type)}; known are wavenet and spectral`);
}

function network(name: string, fields: unknown): NetworkConfig {
  if (!isObject(fields))
    throw invalidConfig(`${name} is ${JSON.stringify(fields)}; expected { width, layers, stages, ... }`);
  const size = (field: string, most: number) => wholeNumber(`${name}.${field}`, fields[field], 1, most);
  return {
    stages: size('stages', 16) ?? PUBLISHED.stages,
    width: size('width', 8192),
    skipWidth: size('skipWidth', 8192),
    layers: size('layers', 1024),
    filterLength: size('filterLength', 32),
    samplesPerStep: size('samplesPerStep', 16),
    lookAhead: wholeNumber(`${name}.lookAhead`, fields.lookAhead, 0, 16),
  };
}
