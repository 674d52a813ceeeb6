import { property } from 'lit/decorators.js';
import type { PolyphonyOptions } from '../../models/event-rnn/polyphony-rnn.js';
import { defineElement } from '../define.js';
import { atTheBeginning, type Composition } from '../sequence-model/compose.js';
import { choice, numberField } from '../sequence-model/fields.js';
import { loader, type SequenceModelKind } from '../sequence-model/kind.js';
import { voicesOf } from '../sequence-model/primer.js';
import { SequenceModelElement } from '../sequence-model/sequence-model.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';

const KIND: SequenceModelKind<PolyphonyOptions> = {
  model: 'PolyphonyRNN',
  what: 'voices',
  configurations: ['polyphony'],
  drums: false,
  load: loader(async () => (await import('../../models/event-rnn/polyphony-rnn.js')).PolyphonyRNN),
  primerOf: voicesOf,
};

/**
 * @tagname polyphony-rnn
 * @summary PolyphonyRNN: continues several voices, or accompanies a melody.
 *
 * @fires {SequenceLoadEvent} sequence-load - The model is loaded.
 * @fires {SequenceChangeEvent} sequence-change - The music changed: `sequence`; `complete` is false while it is written.
 * @fires {SequencePlayEvent} sequence-play - Playback began or ended: `playing`.
 * @fires {SequenceFailureEvent} sequence-failure - Something failed; `error` is a coded TimbrelError.
 *
 * @slot title - The heading.
 * @slot input - Other things to play on: a `<midi-input>`.
 * @slot - What the roll says while it is empty.
 * @csspart base - The whole element.
 * @csspart header - Heading and state.
 * @csspart status - The line that says what the element does; also `error`.
 * @csspart roll - The `<piano-roll>`.
 * @csspart actions - Buttons: writing, playback, keeping.
 * @csspart transport - Play, loop, tempo.
 * @csspart files - Keep, undo, open and save.
 * @csspart controls - What the model can be told.
 * @csspart input - What is played on.
 * @csspart keyboard - The `<piano-keyboard>`.
 * @csspart settings - Configuration, checkpoint, what plays.
 * @csspart takes - What was kept.
 * @csspart take - One of them.
 */
export class PolyphonyRNNElement extends SequenceModelElement<PolyphonyOptions> {
  static override styles = [SequenceModelElement.styles];

  /** What becomes of the primer: continued, accompanied from its beginning, or repeated behind itself with an accompaniment. */
  @property({ attribute: 'primer-use', reflect: true }) primerUse: 'continue' | 'accompany' | 'repeat' =
    'continue';

  static override readonly kind = KIND;

  protected override ownOptions(): Partial<PolyphonyOptions> {
    return {
      conditionOnPrimer: this.primerUse !== 'accompany',
      injectPrimer: this.primerUse === 'accompany' || this.primerUse === 'repeat',
    };
  }

  /** What accompanies the primer sounds with it, not behind it. */
  protected override finish(composition: Composition): Composition {
    return this.primerUse === 'accompany' ? atTheBeginning(composition) : composition;
  }

  protected override renderOwnControls() {
    return [
      numberField('Steps', this.steps, { min: 1, max: 4096, step: 16 }, (steps) => (this.steps = steps)),
      choice(
        'Primer',
        this.primerUse,
        [
          ['continue', 'continue it'],
          ['accompany', 'accompany it'],
          ['repeat', 'repeat and accompany it'],
        ],
        (use) => (this.primerUse = use as typeof this.primerUse),
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
