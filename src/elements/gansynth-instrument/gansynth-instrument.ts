import { GANSynthInstrument } from '../../instruments/gansynth-instrument.js';
import type { InstrumentOptions } from '../../instruments/timbre-instrument.js';
import { defineElement } from '../internal/define.js';
import { TimbreInstrumentElement } from '../timbre-instrument/timbre-instrument.js';
import { PRESETS } from './presets.js';

// For the types of events, in `addEventListener` and by name.
export type * from '../timbre-instrument/events.js';

/**
 * @tagname gansynth-instrument
 * @summary A polyphonic neural synthesizer: GANSynth played by keys, MIDI and a morph pad.
 */
export class GANSynthInstrumentElement extends TimbreInstrumentElement<GANSynthInstrument> {
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

  protected override createInstrument(options: InstrumentOptions): GANSynthInstrument {
    return new GANSynthInstrument(options);
  }
}

defineElement('gansynth-instrument', GANSynthInstrumentElement);

declare global {
  interface HTMLElementTagNameMap {
    'gansynth-instrument': GANSynthInstrumentElement;
  }
}
