import { property } from 'lit/decorators.js';
import { parseChordList } from '../../music/chord-list.js';
import { chordAnnotations } from '../../music/chords.js';
import type { Composition, Span } from '../sequence-model/compose.js';
import type { ImprovOptions } from '../../models/event-rnn/melody-rnn.js';
import { defineElement } from '../define.js';
import { chordsUntil } from './chords-until.js';
import { numberField, textField } from '../sequence-model/fields.js';
import { loader, type SequenceModelKind } from '../sequence-model/kind.js';
import { melodyOf } from '../sequence-model/primer.js';
import { SequenceModelElement } from '../sequence-model/sequence-model.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';

const KIND: SequenceModelKind<ImprovOptions> = {
  model: 'ImprovRNN',
  what: 'melody',
  configurations: ['basic_improv', 'attention_improv', 'chord_pitches_improv'],
  drums: false,
  load: loader(async () => (await import('../../models/event-rnn/melody-rnn.js')).ImprovRNN),
  primerOf: melodyOf,
};

/**
 * @tagname improv-rnn
 * @summary ImprovRNN: improvises a melody over chords.
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
export class ImprovRNNElement extends SequenceModelElement<ImprovOptions> {
  static override styles = [SequenceModelElement.styles];

  /** Chord symbols, spread evenly over primer and continuation: "C Am F G7". Empty: those of the primer, else none. */
  @property({ reflect: true }) chords = 'C Am F G';

  static override readonly kind = KIND;

  /** The chords that were read last: what is typed may change, and be unreadable, while notes come. */
  private symbols: readonly string[] = [];

  protected override get writesInParts(): boolean {
    return true;
  }

  /** The chords as they are now, of a part those up to its end: each keeps its place in the whole. */
  protected override ownOptions(span?: Span): Partial<ImprovOptions> {
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
      textField(
        'Chords',
        this.chords,
        { placeholder: 'C Am F G7, spread over the piece', wide: true },
        (chords) => (this.chords = chords),
      ),
      numberField('Steps', this.steps, { min: 1, max: 4096, step: 16 }, (steps) => (this.steps = steps)),
    ];
  }
}

defineElement('improv-rnn', ImprovRNNElement);

declare global {
  interface HTMLElementTagNameMap {
    'improv-rnn': ImprovRNNElement;
  }
}
