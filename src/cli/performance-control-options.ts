/** Density and pitch histogram as they are typed: one value, or a list that is spread over what is written. */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { EventRNNDescription } from '../models/event-rnn/protocol.js';
import type { PerformanceRNNOptions } from '../models/event-rnn/performance-rnn.js';
import { usageError } from './usage.js';

export interface PerformanceControlValues {
  readonly 'notes-per-second'?: string;
  readonly 'pitch-class-histogram'?: string;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && value >= 0;
const isHistogram = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length === 12 && value.every(isNumber);

/** Parses `[1, 2]`, `1` and `1, 2` as a list. */
function readList(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text.trim().startsWith('[') ? text : `[${text}]`);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @throws USAGE, CONTROL_INVALID */
export function performanceControls(
  { 'notes-per-second': density, 'pitch-class-histogram': histogram }: PerformanceControlValues,
  { configuration, controls }: Pick<EventRNNDescription, 'configuration' | 'controls'>,
): Pick<PerformanceRNNOptions, 'noteDensity' | 'pitchHistogram'> {
  const densities = density === undefined ? [] : readList(density);
  if (!densities?.every(isNumber)) {
    throw usageError(`--notes-per-second is ${JSON.stringify(density)}; expected numbers from 0`);
  }
  const weights = histogram === undefined ? [] : readList(histogram);
  const histograms = weights && isHistogram(weights) ? [weights] : weights;
  if (!histograms?.every(isHistogram)) {
    throw usageError(
      `--pitch-class-histogram is ${JSON.stringify(histogram)}; expected 12 weights from 0, or a list of such lists`,
    );
  }
  const refuse = (option: string) =>
    new TimbrelError(
      'CONTROL_INVALID',
      `--${option} is given, and the checkpoint is of ${configuration}, which is not conditioned on it; leave it out, or give ` +
        'the --checkpoint of a conditioned configuration',
    );
  if (density !== undefined && !controls.includes('noteDensity')) throw refuse('notes-per-second');
  if (histogram !== undefined && !controls.includes('pitchHistogram')) throw refuse('pitch-class-histogram');
  return {
    noteDensity: density === undefined ? undefined : densities,
    pitchHistogram: histogram === undefined ? undefined : histograms,
  };
}
