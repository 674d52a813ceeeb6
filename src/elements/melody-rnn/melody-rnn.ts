import type { ContinueOptions } from '../../models/event-rnn/event-model.js';
import { defineElement } from '../define.js';
import { numberField } from '../sequence-model/fields.js';
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
export class MelodyRNNElement extends SequenceModelElement {
  static override readonly kind = KIND;

  protected override renderOwnControls() {
    return numberField('Steps', this.steps, { min: 1, max: 4096, step: 16 }, (steps) => (this.steps = steps));
  }
}

defineElement('melody-rnn', MelodyRNNElement);

declare global {
  interface HTMLElementTagNameMap {
    'melody-rnn': MelodyRNNElement;
  }
}
