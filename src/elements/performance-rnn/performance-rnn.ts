import { nothing } from 'lit';
import { property } from 'lit/decorators.js';
import type { Length } from '../sequence-model/compose.js';
import type { PerformanceRNNOptions } from '../../models/event-rnn/performance-rnn.js';
import { WRITING_DEFAULTS } from '../../models/event-rnn/defaults.js';
import { MODELS } from '../../models/registry.js';
import { defineElement } from '../internal/define.js';
import { numberField, slider } from '../internal/fields.js';
import { loader, type SequenceModelKind } from '../sequence-model/kind.js';
import { SequenceModelElement } from '../sequence-model/sequence-model.js';
import { histogramStyles, parseHistogram, renderHistogram } from './histogram.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';

const KIND: SequenceModelKind<PerformanceRNNOptions> = {
  model: 'PerformanceRNN',
  what: 'performance',
  configurations: MODELS.PerformanceRNN.configurations,
  drums: false,
  free: true,
  load: loader(
    'PerformanceRNN',
    async () => (await import('../../models/event-rnn/performance-rnn.js')).PerformanceRNN,
  ),
};

/**
 * @tagname performance-rnn
 * @summary PerformanceRNN: plays on with expressive timing and dynamics; density and pitches can be turned while it plays.
 *
 * @csspart histogram - The weights of the pitch classes.
 */
export class PerformanceRNNElement extends SequenceModelElement<PerformanceRNNOptions> {
  static override styles = [SequenceModelElement.styles, histogramStyles];

  /** The length of what is written, seconds. */
  @property({ type: Number, reflect: true }) seconds = 20;
  /** Notes a second, for density-conditioned configurations; without it the model decides. */
  @property({ type: Number, attribute: 'note-density', reflect: true }) noteDensity: number | undefined;
  /** Weights of the twelve pitch classes from C, for pitch-conditioned configurations: "1,0,1,0,1,1,0,1,0,1,0,1". */
  @property({ attribute: 'pitch-histogram', reflect: true }) pitchHistogram = '';

  override temperature = WRITING_DEFAULTS.PerformanceRNN.temperature;

  static override readonly kind = KIND;

  /** Weights [12]; undefined where the attribute does not hold twelve. */
  private get weights(): number[] | undefined {
    return parseHistogram(this.pitchHistogram);
  }

  private get conditioning(): { density: boolean; pitch: boolean } {
    const name = this.model?.description.configuration ?? this.configuration;
    const both = name.includes('multiconditioned');
    return { density: both || name.startsWith('density'), pitch: both || name.startsWith('pitch') };
  }

  protected override get writtenLength(): Length {
    return { seconds: this.seconds };
  }

  protected override get writesInParts(): boolean {
    return true;
  }

  protected override ownOptions(): Partial<PerformanceRNNOptions> {
    const { density, pitch } = this.conditioning;
    const { noteDensity, weights } = this;
    return {
      ...(density && noteDensity !== undefined && { noteDensity: [noteDensity] }),
      ...(pitch && weights && { pitchHistogram: [weights] }),
    };
  }

  protected override renderOwnControls() {
    const { density, pitch } = this.conditioning;
    const { noteDensity } = this;
    return [
      numberField('Seconds', this.seconds, { min: 1, max: 600, step: 1 }, (seconds) =>
        this.adjust({ seconds }),
      ),
      density
        ? slider(
            'Density',
            Math.log2((noteDensity ?? 0) + 1),
            { min: 0, max: 6.5, step: 0.1 },
            noteDensity ? `${noteDensity.toFixed(1)} notes/s` : 'free',
            (value) => this.adjust({ noteDensity: value > 0 ? 2 ** value - 1 : undefined }),
          )
        : nothing,
      pitch
        ? renderHistogram(this.weights, (weights) =>
            this.adjust({ pitchHistogram: weights ? weights.join(',') : '' }),
          )
        : nothing,
    ];
  }
}

defineElement('performance-rnn', PerformanceRNNElement);

declare global {
  interface HTMLElementTagNameMap {
    'performance-rnn': PerformanceRNNElement;
  }
}
