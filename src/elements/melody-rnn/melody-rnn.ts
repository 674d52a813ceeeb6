import type { ContinueOptions } from '../../models/continuation/event-model.js';
import { WRITING_DEFAULTS } from '../../models/event-rnn/defaults.js';
import { MODELS } from '../../models/registry.js';
import { defineElement } from '../internal/define.js';
import { loader, type SequenceModelKind } from '../sequence-model/kind.js';
import { SequenceModelElement } from '../sequence-model/sequence-model.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';

const KIND: SequenceModelKind<ContinueOptions> = {
  model: 'MelodyRNN',
  what: 'melody',
  configurations: MODELS.MelodyRNN.configurations,
  drums: false,
  load: loader('MelodyRNN', async () => (await import('../../models/event-rnn/melody-rnn.js')).MelodyRNN),
};

/**
 * @tagname melody-rnn
 * @summary MelodyRNN: continues a melody, alone or as the answer to what is played.
 */
export class MelodyRNNElement extends SequenceModelElement {
  // As the model has it.
  override temperature = WRITING_DEFAULTS.MelodyRNN.temperature;

  static override readonly kind = KIND;
}

defineElement('melody-rnn', MelodyRNNElement);

declare global {
  interface HTMLElementTagNameMap {
    'melody-rnn': MelodyRNNElement;
  }
}
