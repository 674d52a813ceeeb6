import { property } from 'lit/decorators.js';
import type { PolyphonyRNNOptions } from '../../models/event-rnn/polyphony-rnn.js';
import { MODELS } from '../../models/registry.js';
import { defineElement } from '../internal/define.js';
import { atTheBeginning, type Composition } from '../sequence-model/compose.js';
import { choice } from '../internal/fields.js';
import { loader, type SequenceModelKind } from '../sequence-model/kind.js';
import { musicToAccompany, type Stretch } from '../sequence-model/edit-sketch.js';
import type { Sketch } from '../sequence-model/sketch.js';
import type { Before } from '../sequence-model/sequence-session.js';
import { SequenceModelElement } from '../sequence-model/sequence-model.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';

const KIND: SequenceModelKind<PolyphonyRNNOptions> = {
  model: 'PolyphonyRNN',
  what: 'voices',
  configurations: MODELS.PolyphonyRNN.configurations,
  drums: false,
  load: loader(
    'PolyphonyRNN',
    async () => (await import('../../models/event-rnn/polyphony-rnn.js')).PolyphonyRNN,
  ),
};

/**
 * @tagname polyphony-rnn
 * @summary PolyphonyRNN: continues several voices, or accompanies a melody.
 */
export class PolyphonyRNNElement extends SequenceModelElement<PolyphonyRNNOptions> {
  /** The use of the primer: continued, accompanied from its beginning, or repeated behind itself with an accompaniment. */
  @property({ attribute: 'primer-use', reflect: true }) primerUse: 'continue' | 'accompany' | 'repeat' =
    'continue';

  static override readonly kind = KIND;

  protected override ownOptions(): Partial<PolyphonyRNNOptions> {
    return {
      conditionOnPrimer: this.primerUse !== 'accompany',
      injectPrimer: this.primerUse === 'accompany' || this.primerUse === 'repeat',
    };
  }

  /** An accompaniment sounds with the primer, not behind it. */
  protected override finish(composition: Composition): Composition {
    return this.primerUse === 'accompany' ? atTheBeginning(composition) : composition;
  }

  /** An accompaniment knows what stands before it, and plays along with the primer as it is there. */
  protected override rewrittenFrom(sketch: Sketch, stretch: Stretch): Before<PolyphonyRNNOptions> {
    const before = super.rewrittenFrom(sketch, stretch);
    if (this.primerUse === 'continue') return before;
    const behind = this.primerUse === 'repeat' ? sketch.start : 0;
    return {
      music: musicToAccompany(before.music, sketch.primer, stretch, behind),
      options: { accompanyFrom: stretch.from },
    };
  }

  protected override renderOwnControls() {
    return [
      super.renderOwnControls(),
      choice(
        'Primer',
        this.primerUse,
        [
          ['continue', 'continue it'],
          ['accompany', 'accompany it'],
          ['repeat', 'repeat and accompany it'],
        ],
        (primerUse) => this.adjust({ primerUse }),
      ),
    ];
  }
}

defineElement('polyphony-rnn', PolyphonyRNNElement);

declare global {
  interface HTMLElementTagNameMap {
    'polyphony-rnn': PolyphonyRNNElement;
  }
}
