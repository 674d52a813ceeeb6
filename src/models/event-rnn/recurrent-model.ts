/** The base of the public event RNNs. */
import { metreGrid } from '../../music/accents.js';
import type { MusicEvent } from '../../music/events.js';
import { singleMeter, singleTempo } from '../../music/meter.js';
import { DEFAULT_TICKS_PER_QUARTER, type NoteSequence } from '../../music/note-sequence.js';
import { quantizeNoteSequence, unquantizeSequence } from '../../music/quantize.js';
import { totalSteps } from '../../music/steps.js';
import type { OptionNames } from '../../errors/check-arguments.js';
import { CONTINUE_OPTIONS, EventModel, type ContinueOptions } from '../continuation/event-model.js';
import type { BeamOptions, EventRNNDescription } from './protocol.js';

/** The steps of melodies, drum kits, chords and polyphony: sixteenths. */
export const STEPS_PER_QUARTER = 4;

export interface EventRNNOptions extends ContinueOptions, BeamOptions {}

export const EVENT_RNN_OPTIONS: OptionNames<EventRNNOptions> = {
  ...CONTINUE_OPTIONS,
  beamSize: true,
  branchFactor: true,
  stepsPerIteration: true,
};

/** An event RNN that continues sequences, E its events and O its options. */
export abstract class RecurrentModel<E extends MusicEvent, O extends EventRNNOptions> extends EventModel<
  E,
  O,
  EventRNNDescription
> {
  protected override writeOptions({ beamSize, branchFactor, stepsPerIteration }: Partial<O>) {
    return { beamSize, branchFactor, stepsPerIteration };
  }
}

/** A sequence as it was before it was quantised; in what it was quantised does not matter. */
export function inSeconds(sequence: NoteSequence): NoteSequence {
  const { stepsPerQuarter, stepsPerSecond } = sequence.quantizationInfo ?? {};
  return stepsPerQuarter || stepsPerSecond ? unquantizeSequence(sequence) : sequence;
}

/**
 * A sequence in steps of beats, and what turns steps back into its seconds. One in other steps is taken by where these lie.
 * @throws TEMPO_CHANGES, METER_*, NOTE_SEQUENCE_INVALID, SEQUENCE_QUANTIZED
 */
export function inBeats(sequence: NoteSequence, stepsPerQuarter: number) {
  const { stepsPerQuarter: given, stepsPerSecond } = sequence.quantizationInfo ?? {};
  const isFitting = given === stepsPerQuarter && !stepsPerSecond;
  const quantized = isFitting ? sequence : quantizeNoteSequence(inSeconds(sequence), stepsPerQuarter);
  const { qpm } = singleTempo(quantized);
  const grid = metreGrid(singleMeter(quantized), stepsPerQuarter);
  return { quantized, end: totalSteps(quantized), qpm, grid, secondsPerStep: 60 / qpm / stepsPerQuarter };
}

/** The fields of a sequence in quarters, without notes. */
export const inQuarters = (qpm: number) => ({
  ticksPerQuarter: DEFAULT_TICKS_PER_QUARTER,
  tempos: [{ time: 0, qpm }],
});
