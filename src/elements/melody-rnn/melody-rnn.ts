import type { ContinueOptions } from '../../models/event-rnn/event-model.js';
import { defineElement } from '../internal/define.js';
import { loader, type SequenceModelKind } from '../sequence-model/kind.js';
import { melodyOf } from '../sequence-model/primer.js';
import { SequenceModelElement } from '../sequence-model/sequence-model.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';

const KIND: SequenceModelKind<ContinueOptions> = {
  model: 'MelodyRNN',
  what: 'melody',
  configurations: ['basic_rnn', 'mono_rnn', 'lookback_rnn', 'attention_rnn'],
  drums: false,
  load: loader(async () => (await import('../../models/event-rnn/melody-rnn.js')).MelodyRNN),
  primerOf: melodyOf,
};

/**
 * @tagname melody-rnn
 * @summary MelodyRNN: continues a melody, alone or as the answer to what is played.
 */
export class MelodyRNNElement extends SequenceModelElement {
  static override readonly kind = KIND;
}

defineElement('melody-rnn', MelodyRNNElement);

declare global {
  interface HTMLElementTagNameMap {
    'melody-rnn': MelodyRNNElement;
  }
}
