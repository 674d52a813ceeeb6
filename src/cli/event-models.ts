/** The event RNNs by the names that are typed. */
import type { EventModelName } from '../models/event-rnn/protocol.js';
import { configurationsOf } from '../models/event-rnn/encodings/configurations.js';
import type { ConfigurationId } from '../models/event-rnn/encodings/configurations.js';
import { usageError } from './usage.js';

export const EVENT_MODELS = {
  'melody-rnn': 'MelodyRNN',
  'drums-rnn': 'DrumsRNN',
  'improv-rnn': 'ImprovRNN',
  'polyphony-rnn': 'PolyphonyRNN',
  'performance-rnn': 'PerformanceRNN',
} as const satisfies Record<string, EventModelName>;

export type EventModelCommand = keyof typeof EVENT_MODELS;

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
