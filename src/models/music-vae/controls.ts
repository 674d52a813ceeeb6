/** Chords, a key and whatever else conditions a MusicVAE, as inputs of every row (music_vae.md 5.6). */
import { TimbrelError } from '../../errors/timbrel-error.js';
import {
  CHORD_PITCHES_SIZE,
  MAJOR_MINOR_CLASSES,
  TRIAD_CLASSES,
  chordPitchesVector,
  majorMinorChordClass,
  triadChordClass,
} from '../../music/chord-encoding.js';
import { spreadChords } from '../../music/chords.js';
import { NO_CHORD } from '../../music/note-sequence.js';
import type { ChordEncoder, ExtraControl, MusicVAEConfig } from './config.js';
import { besideEachOther, type Converter } from './converters/converter.js';

/** A caller says this of the music that is to be read or written. */
export interface Controls {
  /** Chord symbols, spread evenly over the piece. */
  readonly chords?: readonly string[];
  /** Pitch class of the tonic, 0 (C) to 11 (B). */
  readonly key?: number;
  /** By their names: one row for all of the piece, or as many as it has. */
  readonly extra?: Readonly<Record<string, Float32Array>>;
}

const KEYS = 12;

const hot = (index: number, size: number) => {
  const vector = new Float32Array(size);
  vector[index] = 1;
  return vector;
};

const CHORDS: Readonly<Record<ChordEncoder, { size: number; encode: (symbol: string) => Float32Array }>> = {
  MajorMinorChordEncoder: {
    size: MAJOR_MINOR_CLASSES,
    encode: (symbol) => hot(majorMinorChordClass(symbol), MAJOR_MINOR_CLASSES),
  },
  TriadChordEncoder: {
    size: TRIAD_CLASSES,
    encode: (symbol) => hot(triadChordClass(symbol), TRIAD_CLASSES),
  },
  PitchChordEncoder: { size: CHORD_PITCHES_SIZE, encode: chordPitchesVector },
};

/** Inputs of every row. */
export function controlDepth({ chordEncoder, conditionOnKey, extraControls = [] }: MusicVAEConfig): number {
  const extra = extraControls.reduce((sum, { depth }) => sum + depth, 0);
  return (chordEncoder ? CHORDS[chordEncoder].size : 0) + (conditionOnKey ? KEYS : 0) + extra;
}

/** The names of what conditions the model, in the order of its inputs. */
export const controlNames = ({ chordEncoder, conditionOnKey, extraControls = [] }: MusicVAEConfig) => [
  ...(chordEncoder ? ['chords'] : []),
  ...(conditionOnKey ? ['key'] : []),
  ...extraControls.map(({ name }) => name),
];

const refused = (what: string): TimbrelError => new TimbrelError('CONTROL_INVALID', what);

/**
 * @returns [rows, depth], undefined where nothing conditions the model
 * @throws CONTROL_INVALID for what is missing, and for what the model is not conditioned on; CHORD_SYMBOL_UNKNOWN,
 *   CHORD_UNENCODABLE
 */
export function encodeControls(
  config: MusicVAEConfig,
  converter: Converter,
  controls: Controls,
): Float32Array | undefined {
  const { chordEncoder, conditionOnKey, extraControls = [] } = config;
  const { chords, key, extra = {} } = controls;
  const { rows } = converter;
  const parts: Float32Array[] = [];
  if (chordEncoder) parts.push(chordRows(chordEncoder, converter, chords));
  else if (chords !== undefined)
    throw refused('chords were given, and this model is not conditioned on chords');
  if (conditionOnKey) parts.push(everyRow(hot(checkedKey(key), KEYS), rows));
  else if (key !== undefined) throw refused('key was given, and this model is not conditioned on a key');
  for (const name of Object.keys(extra)) {
    if (!extraControls.some((control) => control.name === name))
      throw refused(`extra.${name} was given; this model knows ${namesOf(extraControls)}`);
  }
  for (const control of extraControls) parts.push(extraRows(control, extra[control.name], rows));
  return parts.length === 0 ? undefined : besideEachOther(parts, rows);
}

const namesOf = (controls: readonly ExtraControl[]) =>
  controls.length === 0 ? 'no extra controls' : controls.map(({ name }) => `extra.${name}`).join(', ');

/** The chord of every step; where segments are tracks the first row of each, its program, has none. */
function chordRows(encoder: ChordEncoder, converter: Converter, chords: unknown): Float32Array {
  const isList = Array.isArray(chords) && chords.every((chord) => typeof chord === 'string');
  if (!isList || chords.length === 0) {
    const given = chords === undefined ? 'missing' : JSON.stringify(chords);
    throw refused(
      `chords is ${given}: this model needs a list of chord symbols, such as ['C', 'Am', 'F', 'G']`,
    );
  }
  const { rows, segments, segmentsAreTracks } = converter;
  const { encode } = CHORDS[encoder];
  if (!segmentsAreTracks) return joined(spreadChords(chords, rows).map(encode));
  const tokens = rows / segments;
  const track = [NO_CHORD, ...spreadChords(chords, tokens - 1)].map(encode);
  return joined(Array.from({ length: segments }, () => track).flat());
}

function joined(vectors: readonly Float32Array[]): Float32Array {
  const [{ length: depth }] = vectors;
  const all = new Float32Array(vectors.length * depth);
  vectors.forEach((vector, row) => all.set(vector, row * depth));
  return all;
}

const everyRow = (vector: Float32Array, rows: number) => joined(Array.from({ length: rows }, () => vector));

function checkedKey(key: number | undefined): number {
  if (Number.isInteger(key) && Number(key) >= 0 && Number(key) < KEYS) return Number(key);
  throw refused(`key is ${key ?? 'missing'}: this model needs the pitch class of the tonic, 0 (C) to 11 (B)`);
}

function extraRows(
  { name, depth }: ExtraControl,
  given: Float32Array | undefined,
  rows: number,
): Float32Array {
  const values = given === undefined ? undefined : Float32Array.from(given);
  if (values?.every(Number.isFinite)) {
    if (values.length === rows * depth) return values;
    if (values.length === depth) return everyRow(values, rows);
  }
  throw refused(
    `extra.${name} is ${given === undefined ? 'missing' : `a list of ${given.length}`}: this model needs ${depth} finite numbers, ` +
      `or ${rows * depth} (${rows} rows)`,
  );
}
