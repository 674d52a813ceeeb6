/** The event RNNs by the names that are typed. */
import { configurationsOf, type ConfigurationId } from '../models/event-rnn/encodings/configurations.js';
import type { EventModelName } from '../models/event-rnn/protocol.js';
import { MODELS, MODEL_NAMES, type ModelName } from '../models/registry.js';
import { usageError } from './usage.js';

export type EventModelCommand = (typeof MODELS)[EventModelName]['command'];

const isEventModelName = (name: ModelName): name is EventModelName => MODELS[name].family === 'event-rnn';

export const EVENT_MODELS = Object.fromEntries(
  MODEL_NAMES.filter(isEventModelName).map((name) => [MODELS[name].command, name]),
) as Readonly<Record<EventModelCommand, EventModelName>>;

const isEventModel = (word: string): word is EventModelCommand => Object.hasOwn(EVENT_MODELS, word);

/** @throws USAGE */
export function eventModelOf(word: string): EventModelName {
  if (isEventModel(word)) return EVENT_MODELS[word];
  throw usageError(`${JSON.stringify(word)} is no model; there are ${Object.keys(EVENT_MODELS).join(', ')}`);
}

/** The configuration of that name, by default the first of the model. @throws USAGE */
export function configurationOf(model: EventModelName, id: string | undefined): ConfigurationId {
  const ids = configurationsOf(model);
  const found = id === undefined ? ids[0] : ids.find((known) => known === id);
  if (found) return found;
  throw usageError(`--config is ${JSON.stringify(id)}; ${model} has ${ids.join(', ')}`);
}
