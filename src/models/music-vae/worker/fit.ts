/** Finds the configuration of a checkpoint: what config.json says, else what its tensors and its name tell. */
import type {
  OpenedCheckpoint,
  ReadTensorsOptions,
  TensorInfo,
} from '../../../checkpoints/opened-checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { createConverter, parseConfig, type MusicVAEConfig } from '../config.js';
import {
  CONFIGURATION_IDS,
  configurationOf,
  isConfigurationId,
  type ConfigurationId,
  type NetworkSizes,
} from '../configurations.js';
import { controlDepth } from '../controls.js';
import type { Converter } from '../converters/converter.js';
import { isHierarchicalDecoder, readVAEWeights, vaeNames, type VAEWeights } from './weights.js';

export interface FittedCheckpoint {
  /** A name of Magenta's table; '' where none has these sizes and this converter. */
  readonly id: ConfigurationId | '';
  readonly config: MusicVAEConfig;
  readonly converter: Converter;
  readonly weights: VAEWeights;
}

/**
 * @param configuration of Magenta's table; default: that of config.json, else the one that the tensors fit
 * @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, ABORTED
 */
export async function fitCheckpoint(
  opened: OpenedCheckpoint,
  configuration: string | undefined,
  options: ReadTensorsOptions = {},
): Promise<FittedCheckpoint> {
  const names = vaeNames([...opened.entries.keys()]);
  const shapes = shapesOf(opened, names);
  const config = await configOf(opened, configuration, shapes);
  const converter = createConverter(config.dataConverter);
  const tensors = await opened.readTensors(names, options);
  const { inputDepth, heads, segments } = converter;
  const shape = { inputDepth, heads, segments, controlDepth: controlDepth(config) };
  const weights = readVAEWeights(tensors, shape);
  return { id: shapes ? nameOf(config, shapes.sizes) : '', config, converter, weights };
}

async function configOf(
  opened: OpenedCheckpoint,
  configuration: string | undefined,
  shapes: Shapes | undefined,
): Promise<MusicVAEConfig> {
  if (configuration !== undefined) {
    if (isConfigurationId(configuration)) return configurationOf(configuration);
    throw new TimbrelError(
      'CONFIGURATION_UNKNOWN',
      `MusicVAE has no configuration ${JSON.stringify(configuration)}; it has ${CONFIGURATION_IDS.join(', ')}`,
    );
  }
  const json = await opened.readJSON('config.json');
  if (json !== undefined) return parseConfig(json);
  return configurationOf(recognise(opened.location, shapes));
}

interface Shapes {
  readonly sizes: NetworkSizes;
  readonly hierarchicalDecoder: boolean;
  /** Inputs of the encoder, controls included. */
  readonly inputs: number;
  /** Outputs of all core decoders. */
  readonly outputs: number;
}

/** Undefined where the tensors are not those of a MusicVAE: what is missing is said when they are read. */
function shapesOf({ entries }: OpenedCheckpoint, names: readonly string[]): Shapes | undefined {
  const find = (pattern: RegExp) =>
    names.filter((name) => pattern.test(name)).map((name) => entries.get(name));
  const columns = (info: TensorInfo | undefined) => info?.shape[1] ?? NaN;
  const encoder = find(/^encoder\/(?:hierarchical_level_0\/)?cell_\d+\/bidirectional_rnn\/fw\/.*kernel$/);
  const decoder = find(/(?:^|\/)(?<!core_decoder_[1-9]\/)decoder\/multi_rnn_cell\/cell_\d+\/.*kernel$/);
  const outputs = find(/decoder\/output_projection\/kernel$/);
  const latent = entries.get('encoder/mu/bias')?.shape[0];
  const [first] = encoder;
  if (!first || decoder.length === 0 || latent === undefined) return undefined;
  return {
    sizes: {
      encoder: encoder.map((info) => columns(info) / 4),
      decoder: decoder.map((info) => columns(info) / 4),
      latent,
      hierarchicalEncoder: names.some((name) => name.startsWith('encoder/hierarchical_level_0/')),
    },
    hierarchicalDecoder: isHierarchicalDecoder(names),
    inputs: first.shape[0] - columns(first) / 4,
    outputs: outputs.reduce((sum, info) => sum + columns(info), 0),
  };
}

/** The configuration that the tensors fit; of several the one that the file or folder is named after. */
function recognise(location: string, shapes: Shapes | undefined): ConfigurationId {
  const fitting = CONFIGURATION_IDS.filter((id) => shapes && fits(id, shapes));
  const named = fitting.filter((id) => location.includes(id)).sort((a, b) => b.length - a.length);
  if (named.length > 0) return named[0];
  if (fitting.length === 1) return fitting[0];
  const why =
    fitting.length === 0
      ? `its tensors fit none of Magenta's configurations (${CONFIGURATION_IDS.join(', ')})`
      : `its tensors fit ${fitting.join(', ')}. Say which it is: { configuration: '${fitting[0]}' }`;
  throw new TimbrelError('CONFIGURATION_UNKNOWN', `${location} has no config.json, and ${why}`);
}

const equal = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

const sameSizes = (a: NetworkSizes, b: NetworkSizes) =>
  equal(a.encoder, b.encoder) &&
  equal(a.decoder, b.decoder) &&
  a.latent === b.latent &&
  Boolean(a.hierarchicalEncoder) === Boolean(b.hierarchicalEncoder);

/** A NADE has more outputs than bits. */
function fits(id: ConfigurationId, { sizes, hierarchicalDecoder, inputs, outputs }: Shapes): boolean {
  const configuration = configurationOf(id);
  const { inputDepth, heads, segments } = createConverter(configuration.dataConverter);
  const events = heads.reduce((sum, { size }) => sum + size, 0);
  const isNADE = heads.some(({ type }) => type === 'bits');
  return (
    sameSizes(configuration.sizes, sizes) &&
    segments > 1 === hierarchicalDecoder &&
    inputDepth + controlDepth(configuration) === inputs &&
    (isNADE ? outputs > events : outputs === events)
  );
}

/** Without what is left out, false or a default, keys in order. */
function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, entry]) => entry !== undefined && entry !== null && entry !== false && !isDefault(key, entry),
      )
      .map(([key, entry]) => [key, canonical(entry)] as const)
      .filter(([, entry]) => !equal(entry, {}) && !equal(entry, []))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const isDefault = (key: string, value: unknown) =>
  (key === 'minPitch' && value === 21) ||
  (key === 'maxPitch' && value === 108) ||
  (key === 'numSegments' && value === 1);

const facts = ({ dataConverter, chordEncoder, conditionOnKey, extraControls }: MusicVAEConfig) =>
  canonical({ dataConverter, chordEncoder, conditionOnKey, extraControls });

function nameOf(config: MusicVAEConfig, sizes: NetworkSizes): ConfigurationId | '' {
  const found = CONFIGURATION_IDS.find((id) => {
    const known = configurationOf(id);
    return sameSizes(known.sizes, sizes) && equal(facts(known), facts(config));
  });
  return found ?? '';
}
