import type { ContinueOptions } from '../../models/continuation/event-model.js';
import { WRITING_DEFAULTS } from '../../models/event-rnn/defaults.js';
import { MODELS } from '../../models/registry.js';
import { defineElement } from '../internal/define.js';
import { renderDrumPads } from '../internal/drum-pads.js';
import { NoteOffEvent, NoteOnEvent } from '../note-events.js';
import { loader, type SequenceModelKind } from '../sequence-model/kind.js';
import { SequenceModelElement } from '../sequence-model/sequence-model.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';
export type * from '../note-events.js';

/** A pad that was clicked is held so long, ms. */
const PAD_LENGTH = 100;

const KIND: SequenceModelKind<ContinueOptions> = {
  model: 'DrumsRNN',
  what: 'drums',
  configurations: MODELS.DrumsRNN.configurations,
  drums: true,
  load: loader('DrumsRNN', async () => (await import('../../models/event-rnn/drums-rnn.js')).DrumsRNN),
};

/**
 * @tagname drums-rnn
 * @summary DrumsRNN: continues a beat, on the built-in drum kit.
 *
 * @csspart drums - Pads to strike.
 * @csspart drum - One pad to strike.
 */
export class DrumsRNNElement extends SequenceModelElement<ContinueOptions> {
  // As the model has it.
  override temperature = WRITING_DEFAULTS.DrumsRNN.temperature;

  static override readonly kind = KIND;

  protected override renderKeys() {
    return renderDrumPads({
      strike: (pitch) => {
        this.dispatchEvent(new NoteOnEvent(pitch, 100));
        setTimeout(() => this.dispatchEvent(new NoteOffEvent(pitch)), PAD_LENGTH);
      },
    });
  }
}

defineElement('drums-rnn', DrumsRNNElement);

declare global {
  interface HTMLElementTagNameMap {
    'drums-rnn': DrumsRNNElement;
  }
}
