/** A checkpoint says this of itself: config.json of magenta.js, in its field names. */
import {
  fieldsOf,
  invalidConfig,
  isObject,
  isWhole,
  wholeNumber,
  type Fields,
} from '../../checkpoints/config-json.js';
import type { Converter } from './converters/converter.js';
import { drumRollConverter, drumsConverter, drumsOneHotConverter } from './converters/drums.js';
import { grooveConverter } from './converters/groove.js';
import { melodyConverter, melodyRhythmConverter, melodyShapeConverter } from './converters/melody.js';
import { multitrackConverter } from './converters/multitrack.js';
import { trioConverter, trioRhythmConverter } from './converters/trio.js';

export interface ConverterSpec {
  /** One of {@link CONVERTERS}. */
  readonly type: string;
  readonly args: Fields;
}

export type ChordEncoder = 'MajorMinorChordEncoder' | 'TriadChordEncoder' | 'PitchChordEncoder';

/** Another input of every step beside chords and key, given by the caller. */
export interface ExtraControl {
  readonly name: string;
  readonly depth: number;
}

export interface MusicVAEConfig {
  readonly dataConverter: ConverterSpec;
  readonly chordEncoder?: ChordEncoder;
  readonly conditionOnKey?: boolean;
  readonly extraControls?: readonly ExtraControl[];
}

const CHORD_ENCODERS: readonly ChordEncoder[] = [
  'MajorMinorChordEncoder',
  'TriadChordEncoder',
  'PitchChordEncoder',
];

/** By the names that config.json gives them. Their arguments are checked by {@link createConverter}. */
export const CONVERTERS: Readonly<Record<string, (args: never) => Converter>> = {
  MelodyConverter: melodyConverter,
  MelodyRhythmConverter: melodyRhythmConverter,
  MelodyShapeConverter: melodyShapeConverter,
  DrumsConverter: drumsConverter,
  DrumRollConverter: drumRollConverter,
  DrumsOneHotConverter: drumsOneHotConverter,
  TrioConverter: trioConverter,
  TrioRhythmConverter: trioRhythmConverter,
  MultitrackConverter: multitrackConverter,
  GrooveConverter: grooveConverter,
};

/** @throws CHECKPOINT_FORMAT, CHECKPOINT_OTHER_MODEL */
export function parseConfig(json: unknown): MusicVAEConfig {
  const { dataConverter, chordEncoder, conditionOnKey, extraControls = [] } = fieldsOf(json, 'MusicVAE');
  if (!isObject(dataConverter) || typeof dataConverter.type !== 'string')
    throw invalidConfig(`dataConverter is ${JSON.stringify(dataConverter)}; expected { type, args }`);
  const encoder = CHORD_ENCODERS.find((known) => known === chordEncoder);
  if (chordEncoder !== undefined && chordEncoder !== null && !encoder)
    throw invalidConfig(
      `chordEncoder is ${JSON.stringify(chordEncoder)}; known are ${CHORD_ENCODERS.join(', ')}`,
    );
  if (!Array.isArray(extraControls) || !extraControls.every(isExtraControl))
    throw invalidConfig(
      `extraControls is ${JSON.stringify(extraControls)}; expected a list of { name, depth }`,
    );
  return {
    dataConverter: {
      type: dataConverter.type,
      args: isObject(dataConverter.args) ? dataConverter.args : {},
    },
    chordEncoder: encoder,
    conditionOnKey: conditionOnKey === true,
    extraControls,
  };
}

const isExtraControl = (value: unknown): value is ExtraControl =>
  isObject(value) && typeof value.name === 'string' && isWhole(value.depth, 1, 4096);

/** The limits: more rows, segments or classes than any published model has by far; beyond them a file is damaged. */
const LIMITS: Readonly<Record<string, readonly [min: number, max: number]>> = {
  numSteps: [1, 16384],
  numSegments: [1, 1024],
  minPitch: [0, 127],
  maxPitch: [0, 127],
  stepsPerQuarter: [1, 960],
  totalSteps: [1, 16384],
  numVelocityBins: [1, 127],
};

/**
 * @param overrides arguments that go before those of the file
 * @throws CHECKPOINT_FORMAT for a converter that is not known, and for arguments that make none
 */
export function createConverter({ type, args }: ConverterSpec, overrides: Fields = {}): Converter {
  const create = Object.hasOwn(CONVERTERS, type) ? CONVERTERS[type] : undefined;
  if (!create) {
    throw invalidConfig(
      `the data converter ${JSON.stringify(type)} is not known; known are ${Object.keys(CONVERTERS).join(', ')}`,
    );
  }
  const all = checkedArgs({ ...args, ...overrides }, 'dataConverter.args');
  if (all.numSteps === undefined) throw invalidConfig('dataConverter.args.numSteps is missing');
  const { numSteps, numSegments = 1 } = all;
  if (Number(numSteps) % Number(numSegments) !== 0)
    throw invalidConfig(
      `${numSteps} steps (numSteps) cannot be divided into ${numSegments} segments (numSegments)`,
    );
  if (type === 'MultitrackConverter' && all.numSegments === undefined)
    throw invalidConfig(
      'dataConverter.args.numSegments is missing: how many tracks has a MultitrackConverter?',
    );
  return create(all as never);
}

/** null is nothing, as in JSON. @throws CHECKPOINT_FORMAT */
function checkedArgs(args: Fields, path: string): Fields {
  const entries = Object.entries(args).filter(([, value]) => value !== undefined && value !== null);
  for (const [name, value] of entries) {
    const [min, max] = LIMITS[name] ?? [];
    if (min !== undefined && max !== undefined) wholeNumber(`${path}.${name}`, value, min, max);
    if (name === 'pitchClasses' && !isPitchClasses(value))
      throw invalidConfig(`${path}.pitchClasses is ${JSON.stringify(value)}; expected lists of pitches`);
  }
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isObject(value) ? checkedArgs(value, `${path}.${name}`) : value]),
  );
}

const isPitchClasses = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(
    (pitches) =>
      Array.isArray(pitches) && pitches.length > 0 && pitches.every((pitch) => isWhole(pitch, 0, 127)),
  );
