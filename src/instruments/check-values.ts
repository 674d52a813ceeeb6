/** Refuses what an instrument is given and cannot take. */
import { TimbrelError } from '../errors/timbrel-error.js';

/** @throws OPTION_INVALID */
export function checkOption(name: string, value: number, low: number, high: number): void {
  if (Number.isFinite(value) && value >= low && value <= high) return;
  throw new TimbrelError('OPTION_INVALID', `${name} is ${value}; expected a number from ${low} to ${high}`);
}

/** @throws PITCH_RANGE, VELOCITY_RANGE, as `code` says */
export function checkMIDI(code: 'PITCH_RANGE' | 'VELOCITY_RANGE', name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 127) {
    throw new TimbrelError(code, `${name} is ${value}; MIDI takes whole numbers from 0 to 127`);
  }
}
