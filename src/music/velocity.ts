/** Velocities in bins, as performance models write them (note_seq/performance_lib.py). */
import { TimbrelError } from '../errors/timbrel-error.js';
import { MAX_MIDI_VELOCITY, MIN_MIDI_VELOCITY } from './note-sequence.js';

const binSize = (bins: number) => Math.ceil((MAX_MIDI_VELOCITY - MIN_MIDI_VELOCITY + 1) / bins);

/**
 * @param velocity 1 to 127
 * @param bins how many there are; 32 and 8 are in use
 * @returns 1 to `bins`
 */
export function velocityToBin(velocity: number, bins: number): number {
  return Math.floor((velocity - MIN_MIDI_VELOCITY) / binSize(bins)) + 1;
}

/** The lowest velocity of the bin. */
export function binToVelocity(bin: number, bins: number): number {
  return MIN_MIDI_VELOCITY + (bin - 1) * binSize(bins);
}

/** @throws OPTION_INVALID unless 0 (no velocities) to 127 */
export function checkVelocityBins(bins: number): void {
  if (!(Number.isInteger(bins) && bins >= 0 && bins <= MAX_MIDI_VELOCITY)) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `velocityBins is ${bins}; expected a whole number from 0 to 127`,
    );
  }
}
