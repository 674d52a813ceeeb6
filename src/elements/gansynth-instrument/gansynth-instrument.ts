import { html } from 'lit';
import { query } from 'lit/decorators.js';
import { GANSynthInstrument } from '../../instruments/gansynth-instrument.js';
import type { InstrumentOptions } from '../../instruments/timbre-instrument.js';
import { defineElement } from '../internal/define.js';
import { partsOf } from '../internal/exported-parts.js';
import type { RainbowGram } from '../rainbow-gram/rainbow-gram.js';
import { TimbreInstrumentElement } from '../timbre-instrument/timbre-instrument.js';
import { PRESETS } from './presets.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../timbre-instrument/events.js';

/**
 * @tagname gansynth-instrument
 * @summary A polyphonic neural synthesizer: GANSynth played by keys, MIDI and a morph pad.
 *
 * @csspart picture - The `<rainbow-gram>`.
 */
export class GANSynthInstrumentElement extends TimbreInstrumentElement<GANSynthInstrument> {
  @query('rainbow-gram') private readonly picture!: RainbowGram | null;

  /**
   * Renders a note of the current timbre, without playing it. Loads the network, where it is not there.
   * @param pitch MIDI, 24 to 84
   * @returns 64000 samples at 16 kHz
   * @throws PITCH_RANGE, CHECKPOINT_*, ABORTED
   */
  renderNote(pitch?: number, signal?: AbortSignal): Promise<Float32Array> {
    return this.getEngine().renderNote(pitch, signal);
  }

  protected override get heading(): string {
    return 'GANSynth';
  }

  protected override get presets() {
    return PRESETS;
  }

  protected override get hasPicture(): boolean {
    return true;
  }

  protected override createInstrument(options: InstrumentOptions): GANSynthInstrument {
    return new GANSynthInstrument(options);
  }

  protected override loadPicture(): Promise<unknown> {
    return import('../rainbow-gram/rainbow-gram.js');
  }

  protected override renderPicture(): unknown {
    return html`<rainbow-gram part="picture" exportparts=${partsOf('rainbow-gram')}></rainbow-gram>`;
  }

  protected override async drawPicture(engine: GANSynthInstrument): Promise<void> {
    if (this.picture) this.picture.spectrogram = await engine.spectrogram();
  }
}

defineElement('gansynth-instrument', GANSynthInstrumentElement);

declare global {
  interface HTMLElementTagNameMap {
    'gansynth-instrument': GANSynthInstrumentElement;
  }
}
