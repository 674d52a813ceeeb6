/** A MidiMe as data: what is learned of somebody's own music, in memory and in a file. */
import { TimbrelError } from '../../errors/timbrel-error.js';

/** [inputs, outputs] row-major, and what is added. */
export interface DenseWeights {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** Points of a MusicVAE to the few dimensions of a MidiMe and back; layers have ReLU between them. */
export interface MidiMeNetwork {
  /** The latent size of the MusicVAE. */
  readonly latentSize: number;
  /** Dimensions of its own. */
  readonly size: number;
  /** The mean of the points that it learned from, per dimension of theirs. */
  readonly mean: Float32Array;
  /** The root of their mean square distance from the mean, per dimension. */
  readonly scale: number;
  /** To mean and logarithm of the variance: [2 size] at its end. */
  readonly encoder: readonly DenseWeights[];
  readonly decoder: readonly DenseWeights[];
  /** The kind of music of the MusicVAE; undefined in files that do not say. */
  readonly kind?: string;
}

/** A MidiMe learns by these options. */
export interface MidiMeOptions {
  /** Dimensions of the small space, default 4. */
  readonly size?: number;
  /** Units of the layers between, default [128, 64]; magenta.js has [1024, 256, 64], which takes twenty times as long. */
  readonly layers?: readonly number[];
  /** Steps down the gradient, default 300. */
  readonly steps?: number;
  /** Examples of a step, default 32. */
  readonly batch?: number;
  /** Weight of the divergence from the prior, default 1. */
  readonly beta?: number;
  /** Same seed, same network; default 0. */
  readonly seed?: number | string;
}

export interface MidiMeProgress {
  /** Steps done, and in all. */
  readonly step: number;
  readonly steps: number;
  /** Nats of an example, smoothed: how far it is from what comes back, and from the prior. */
  readonly reconstruction: number;
  readonly divergence: number;
}

const TYPE = 'MidiMe';

const toBase64 = (values: Float32Array): string => {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};

function fromBase64(text: unknown, length: number, what: string): Float32Array {
  if (typeof text !== 'string') throw invalid(`${what} is missing`);
  let values: Float32Array;
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    values = new Float32Array(bytes.buffer);
  } catch (cause) {
    throw invalid(`${what} is no base64 of float32`, cause);
  }
  if (values.length === length && values.every(Number.isFinite)) return values;
  throw invalid(`${what} has ${values.length} values; expected ${length} finite numbers`);
}

const invalid = (what: string, cause?: unknown): TimbrelError =>
  new TimbrelError('CHECKPOINT_FORMAT', `This is no file of a MidiMe, or a damaged one: ${what}`, { cause });

/** The file: JSON, numbers in base64. */
export function encodeMidiMe({
  latentSize,
  size,
  mean,
  scale,
  encoder,
  decoder,
  kind,
}: MidiMeNetwork): Uint8Array {
  const layer = ({ inputs, outputs, kernel, bias }: DenseWeights) => ({
    inputs,
    outputs,
    kernel: toBase64(kernel),
    bias: toBase64(bias),
  });
  const file = {
    type: TYPE,
    version: 1,
    kind,
    latentSize,
    size,
    mean: toBase64(mean),
    scale,
    encoder: encoder.map(layer),
    decoder: decoder.map(layer),
  };
  return new TextEncoder().encode(JSON.stringify(file));
}

const isSize = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65536;

/** @throws CHECKPOINT_FORMAT */
export function decodeMidiMe(bytes: Uint8Array): MidiMeNetwork {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw invalid('it is no JSON', cause);
  }
  const { type, version, kind, latentSize, size, mean, scale, encoder, decoder } = (json ?? {}) as Record<
    string,
    unknown
  >;
  if (type !== TYPE) throw invalid(`its type is ${JSON.stringify(type)}; expected "${TYPE}"`);
  if (version !== 1) throw invalid(`its version is ${JSON.stringify(version)}; expected 1`);
  if (!isSize(latentSize) || !isSize(size)) throw invalid('latentSize or size is no whole number');
  if (typeof scale !== 'number' || !(scale > 0 && scale < Infinity))
    throw invalid('scale is no number above 0');
  return {
    ...(typeof kind === 'string' && { kind }),
    latentSize,
    size,
    mean: fromBase64(mean, latentSize, 'mean'),
    scale,
    encoder: layersOf(encoder, 'encoder', latentSize, 2 * size),
    decoder: layersOf(decoder, 'decoder', size, latentSize),
  };
}

function layersOf(json: unknown, name: string, from: number, to: number): DenseWeights[] {
  if (!Array.isArray(json) || json.length === 0) throw invalid(`${name} is no list of layers`);
  let below = from;
  const layers = json.map((layer: unknown, i) => {
    const { inputs, outputs, kernel, bias } = (layer ?? {}) as Record<string, unknown>;
    if (inputs !== below || !isSize(outputs))
      throw invalid(`${name}[${i}] reads ${String(inputs)} values; expected ${below}`);
    below = outputs;
    return {
      inputs,
      outputs,
      kernel: fromBase64(kernel, inputs * outputs, `${name}[${i}].kernel`),
      bias: fromBase64(bias, outputs, `${name}[${i}].bias`),
    };
  });
  if (below !== to) throw invalid(`${name} ends in ${below} values; expected ${to}`);
  return layers;
}
