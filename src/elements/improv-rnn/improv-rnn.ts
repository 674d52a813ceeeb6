import { nothing } from 'lit';
import { property } from 'lit/decorators.js';
import { parseChordList } from '../../music/chord-list.js';
import { chordAnnotations } from '../../music/chords.js';
import type { Composition, Span } from '../sequence-model/compose.js';
import type { ImprovRNNOptions } from '../../models/event-rnn/improv-rnn.js';
import { WRITING_DEFAULTS } from '../../models/event-rnn/defaults.js';
import { MODELS } from '../../models/registry.js';
import { defineElement } from '../internal/define.js';
import { chordsUntil } from './chords-until.js';
import { textField } from '../internal/fields.js';
import { loader, type SequenceModelKind } from '../sequence-model/kind.js';
import { SequenceModelElement } from '../sequence-model/sequence-model.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';

const KIND: SequenceModelKind<ImprovRNNOptions> = {
  model: 'ImprovRNN',
  what: 'melody',
  configurations: MODELS.ImprovRNN.configurations,
  drums: false,
  load: loader('ImprovRNN', async () => (await import('../../models/event-rnn/improv-rnn.js')).ImprovRNN),
};

/**
 * @tagname improv-rnn
 * @summary ImprovRNN: improvises a melody over chords.
 */
export class ImprovRNNElement extends SequenceModelElement<ImprovRNNOptions> {
  /** Chord symbols, spread evenly over primer and continuation: "C Am F G7". Empty: those of the primer, else none. */
  @property({ reflect: true }) chords = 'C Am F G';

  // As the model has it.
  override temperature = WRITING_DEFAULTS.ImprovRNN.temperature;

  static override readonly kind = KIND;

  /** The chords that were read last: what is typed may change, and be unreadable, while notes come. */
  private symbols: readonly string[] = [];

  protected override get writesInParts(): boolean {
    return true;
  }

  /** The chords as they are now, of a part those up to its end: each keeps its place in the whole. */
  protected override ownOptions(span?: Span): Partial<ImprovRNNOptions> {
    const symbols = (this.symbols = parseChordList(this.chords));
    if (symbols.length === 0) return {};
    return { chords: span ? chordsUntil(symbols, span) : symbols };
  }

  /** With the chords it was written over, for the MIDI file. */
  protected override finish(composition: Composition): Composition {
    const { written, end } = composition;
    const { symbols } = this;
    if (symbols.length === 0) return composition;
    const chords = { events: symbols, startStep: 0 };
    const textAnnotations = chordAnnotations(chords, end / symbols.length);
    return { ...composition, written: { ...written, textAnnotations } };
  }

  protected override renderOwnControls() {
    return [
      // Tracks have their chords from the page, one field for all.
      this.layout === 'lane'
        ? nothing
        : textField(
            'Chords',
            this.chords,
            { placeholder: 'C Am F G7, spread over the piece', wide: true },
            (chords) => this.adjust({ chords }),
          ),
      super.renderOwnControls(),
    ];
  }
}

defineElement('improv-rnn', ImprovRNNElement);

declare global {
  interface HTMLElementTagNameMap {
    'improv-rnn': ImprovRNNElement;
  }
}
