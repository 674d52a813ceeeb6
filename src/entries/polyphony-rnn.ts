/** `timbrel/polyphony-rnn`: PolyphonyRNN. A page that imports it carries no other model's weights along. @module */
export { PolyphonyRNN, type PolyphonyRNNOptions } from '../models/event-rnn/polyphony-rnn.js';
export type { Continuation, ContinueOptions } from '../models/continuation/event-model.js';
export type { EventRNNOptions } from '../models/event-rnn/recurrent-model.js';
export type { EventModelLoadOptions } from '../models/event-rnn/event-rnn.js';
export type { NewNotes } from '../models/continuation/written-notes.js';
