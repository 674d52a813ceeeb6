/** `timbrel/drums-rnn`: DrumsRNN. A page that imports it carries no other model's weights along. @module */
export { DrumsRNN } from '../models/event-rnn/drums-rnn.js';
export type { Continuation, ContinueOptions } from '../models/continuation/event-model.js';
export type { EventRNNOptions } from '../models/event-rnn/recurrent-model.js';
export type { EventModelLoadOptions } from '../models/event-rnn/event-rnn.js';
export type { NewNotes } from '../models/continuation/written-notes.js';
