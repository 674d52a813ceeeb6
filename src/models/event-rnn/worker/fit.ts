/** Finds the configuration of a checkpoint. */
import type { Checkpoint, GeneratorDetails } from '../../../checkpoints/checkpoint.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { EventModelName } from '../protocol.js';
import type { MusicEvent } from '../../../music/events.js';
import type { RecurrentWeights } from '../../../ops/lstm/network.js';
import {
  configurationOf,
  configurationsOf,
  inputSizeOf,
  isConfigurationId,
  type Configuration,
  type ConfigurationId,
} from '../encodings/configurations.js';
import { isWithin } from '../encodings/encoding.js';
import { readRecurrentWeights } from './weights.js';

export interface FittedCheckpoint {
  readonly id: ConfigurationId;
  readonly configuration: Configuration<MusicEvent>;
  readonly weights: RecurrentWeights;
}

export interface FitOptions {
  /** Default: the first of the model that the tensors fit. */
  readonly id?: string;
  /** Slots of the attention's history, where the checkpoint says (readAttentionLength); default: the configuration's. */
  readonly attentionLength?: number;
}

/** Reads `attentionLength` of magenta.js's config.json. @throws CHECKPOINT_FORMAT */
export async function readAttentionLength(
  checkpoint: Pick<Checkpoint, 'readJSON'>,
): Promise<number | undefined> {
  const config = await checkpoint.readJSON('config.json');
  if (typeof config !== 'object' || config === null || !('attentionLength' in config)) return undefined;
  const { attentionLength } = config;
  if (isWithin(Number(attentionLength), 1, LONGEST_HISTORY)) return Number(attentionLength);
  throw new TimbrelError(
    'CHECKPOINT_FORMAT',
    `config.json has an attentionLength of ${JSON.stringify(attentionLength)}; expected a whole number from 1 to ${LONGEST_HISTORY}`,
  );
}

/** Published models have 32 and 40; beyond this a file is damaged. */
const LONGEST_HISTORY = 4096;

/**
 * Reads the configuration off a .mag, whose id is that of one.
 * @returns undefined where it says nothing, or names a configuration of somebody's own: then the tensors decide
 * @throws CHECKPOINT_OTHER_MODEL
 */
export function configurationOfBundle(
  model: EventModelName,
  generator: GeneratorDetails | undefined,
): ConfigurationId | undefined {
  const id = generator?.id ?? '';
  if (!isConfigurationId(id)) return undefined;
  const owner = configurationOf(id).model;
  if (owner === model) return id;
  throw new TimbrelError(
    'CHECKPOINT_OTHER_MODEL',
    `The bundle is one of ${owner} (${id}), not of ${model}. Load it with ${owner}.load`,
  );
}

/** @throws CONFIGURATION_UNKNOWN, CHECKPOINT_TENSOR_MISSING, CHECKPOINT_SHAPE */
export function fitCheckpoint(
  { tensors }: Pick<Checkpoint, 'tensors'>,
  model: EventModelName,
  { id, attentionLength: stated }: FitOptions = {},
): FittedCheckpoint {
  const ids = configurationsOf(model);
  if (id !== undefined && !ids.some((known) => known === id)) {
    throw new TimbrelError(
      'CONFIGURATION_UNKNOWN',
      `${model} has no configuration ${JSON.stringify(id)}; it has ${ids.join(', ')}`,
    );
  }
  const failures: string[] = [];
  for (const candidate of ids) {
    if (id !== undefined && candidate !== id) continue;
    const configuration = configurationOf(candidate);
    const { encoding, attentionLength } = configuration;
    const classes = encoding.classes.reduce((a, b) => a + b);
    const shape = {
      inputSize: inputSizeOf(configuration),
      classes,
      attentionLength: stated ?? attentionLength,
    };
    try {
      return { id: candidate, configuration, weights: readRecurrentWeights(tensors, shape) };
    } catch (error) {
      // What is missing in one is missing in all; another shape may be that of the next.
      const isShape = error instanceof TimbrelError && error.code === 'CHECKPOINT_SHAPE';
      if (!isShape || id !== undefined) throw error;
      failures.push(`${candidate}: ${shape.inputSize} inputs, ${classes} classes`);
    }
  }
  throw new TimbrelError(
    'CHECKPOINT_SHAPE',
    `The checkpoint fits no configuration of ${model} (${failures.join('; ')}). Is it one of another model?`,
  );
}
