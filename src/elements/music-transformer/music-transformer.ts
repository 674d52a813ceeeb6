import { html } from 'lit';
import { property } from 'lit/decorators.js';
import type { MusicTransformerOptions } from '../../models/music-transformer/music-transformer.js';
import { MODELS } from '../../models/registry.js';
import { LONGEST_NOTE } from '../../music/performance.js';
import { takeVoices } from '../../music/primer.js';
import { defineElement } from '../internal/define.js';
import { numberField, switchField } from '../internal/fields.js';
import type { Composition, Length } from '../sequence-model/compose.js';
import { loader, type SequenceModelKind } from '../sequence-model/kind.js';
import { midiFileOf } from '../sequence-model/midi-files.js';
import { SequenceModelElement } from '../sequence-model/sequence-model.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../sequence-model/events.js';

const KIND: SequenceModelKind<MusicTransformerOptions> = {
  model: 'MusicTransformer',
  what: 'performance',
  configurations: [],
  drums: false,
  free: true,
  load: loader('MusicTransformer', MODELS.MusicTransformer.load),
  primerOf: takeVoices,
};

/** Ways to go on that {@link MusicTransformerElement.branch} writes. */
const WAYS = 3;
/** As good as for ever: it is written only as far as it is heard. */
const ENDLESS_SECONDS = 8 * 3600;
/** Seconds of an endless piece that are kept: the last ten minutes. */
const KEPT = 600;
/** Tokens that an endless piece never has: padding, and the end. */
const NO_END = [0, 1];

/**
 * @tagname music-transformer
 * @summary MusicTransformer: long performances for piano, written while they are heard; temperature can be turned on the way.
 */
export class MusicTransformerElement extends SequenceModelElement<MusicTransformerOptions> {
  /** The length of what is written, seconds. */
  @property({ type: Number, reflect: true }) seconds = 60;
  /** Music that is played while it is written goes on until it is stopped; without `live` it is as long as `seconds`. */
  @property({ type: Boolean, reflect: true }) endless = false;

  static override readonly kind = KIND;

  /**
   * Writes three ways to go on and keeps each among the takes, the last of them present: `recall` takes another.
   * @throws as `generate`
   */
  async branch(): Promise<void> {
    const { seed } = this;
    try {
      for (let way = 0; way < WAYS; way++) {
        if (seed) this.seed = `${seed}/${way}`;
        await this.updateComplete;
        await this.generate();
        this.keep();
      }
    } finally {
      this.seed = seed;
    }
  }

  /** Stops what plays; music without an end is written no further then. */
  override stop(): void {
    if (this.endless && this.live) this.cancel();
    super.stop();
  }

  /** Writes a MIDI file of all that is there, of a longer piece the last ten minutes, in the tempo that is set. */
  override async midi(): Promise<Blob> {
    await this.updateComplete;
    const { sequence, duration, tempo } = this;
    if (duration <= KEPT) return midiFileOf(sequence, tempo);
    const { extractSubsequence } = await import('../../music/subsequence.js');
    return midiFileOf(extractSubsequence(sequence, duration - KEPT, duration), tempo);
  }

  protected override get writtenLength(): Length {
    return { seconds: this.endless && this.live ? ENDLESS_SECONDS : this.seconds };
  }

  protected override get writesInParts(): boolean {
    return true;
  }

  protected override ownOptions(): Partial<MusicTransformerOptions> {
    return { maxNoteDuration: LONGEST_NOTE, ...(this.endless && { forbid: NO_END }) };
  }

  /** An endless piece is as long as what there is of it, and its beginning is forgotten. */
  protected override finish(composition: Composition): Composition {
    const { written, start, end, until } = composition;
    if (end - start < ENDLESS_SECONDS) return composition;
    const notes = written.notes.filter(({ startTime = 0 }) => startTime >= until - KEPT);
    return { ...composition, written: { ...written, notes }, end: until };
  }

  protected override renderOwnControls() {
    return [
      numberField(
        'Seconds',
        this.seconds,
        { min: 1, max: 3600, step: 1 },
        (seconds) => (this.seconds = seconds),
      ),
      switchField('Endless', this.endless, (endless) => (this.endless = endless)),
      html`<button type="button" class="branch" @click=${() => void this.branch().catch(() => {})}>
        Three ways to go on
      </button>`,
    ];
  }
}

defineElement('music-transformer', MusicTransformerElement);

declare global {
  interface HTMLElementTagNameMap {
    'music-transformer': MusicTransformerElement;
  }
}
