/** `timbrel/performance-rnn`: PerformanceRNN. A page that imports it carries no other model's weights along. @module */
export { PerformanceRNN, type PerformanceRNNOptions } from '../models/event-rnn/performance-rnn.js';
export type { Continuation, ContinueOptions } from '../models/continuation/event-model.js';
export type { EventRNNOptions } from '../models/event-rnn/recurrent-model.js';
export type { EventModelLoadOptions } from '../models/event-rnn/event-rnn.js';
export type { NewNotes } from '../models/continuation/written-notes.js';
