/** MIDI velocity sets the level of a note and its brightness. */
import { frequencyOf } from '../audio/frequency.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { shown } from '../errors/check-arguments.js';

export const VELOCITY_CURVES = ['soft', 'even', 'hard'] as const;

export interface VelocityResponse {
  /** 'soft' takes a light touch for a strong one, 'hard' the other way round; 'even' takes velocities as they are. */
  readonly curve: (typeof VELOCITY_CURVES)[number];
  /** 0: velocity changes the level only; 1: the softest notes lose the most of their brightness. */
  readonly brightness: number;
}

export const DEFAULT_VELOCITY_RESPONSE: VelocityResponse = { curve: 'even', brightness: 0.5 };

/** Velocities are raised to this power: 1 and 127 stay as they are on all curves. */
const EXPONENTS: Readonly<Record<VelocityResponse['curve'], number>> = { soft: 0.6, even: 1, hard: 1.6 };

/** Rendered notes have nothing above; a note at 127 passes as it is. Hz. */
const BRIGHTEST = 8000;
/** Octaves by which brightness 1 lowers the cut-off from velocity 127 to 0. */
const DARKEST = 6;
/** The cut-off stays above the fundamental by this factor: a soft high note is no quieter than a soft low one. */
const ABOVE_FUNDAMENTAL = 2;

/**
 * Linear gain of a MIDI velocity: a square law, 127 at 1. It is what General MIDI level 1 recommends
 * (40 log10(velocity / 127) dB).
 * @param velocity 1-127
 */
export function velocityGain(velocity: number): number {
  return (velocity / 127) ** 2;
}

/**
 * The velocity that a touch of `velocity` stands for.
 * @param velocity 1-127
 */
export function velocityOn(curve: VelocityResponse['curve'], velocity: number): number {
  return 1 + 126 * ((velocity - 1) / 126) ** EXPONENTS[curve];
}

/**
 * The cut-off of a note's low-pass, Hz; undefined where nothing is to be lowered.
 * @param velocity 1-127
 * @param pitch MIDI pitch
 */
export function velocityCutoff(velocity: number, pitch: number, brightness: number): number | undefined {
  const octaves = DARKEST * brightness * (1 - velocity / 127);
  if (octaves === 0) return undefined;
  return Math.max(BRIGHTEST * 2 ** -octaves, ABOVE_FUNDAMENTAL * frequencyOf(pitch));
}

/** @throws OPTION_INVALID */
export function checkVelocityResponse({ curve, brightness }: VelocityResponse): VelocityResponse {
  if (!VELOCITY_CURVES.includes(curve))
    throw new TimbrelError(
      'OPTION_INVALID',
      `curve is ${shown(curve)}; expected ${VELOCITY_CURVES.join(', ')}`,
    );
  if (!(brightness >= 0 && brightness <= 1))
    throw new TimbrelError(
      'OPTION_INVALID',
      `brightness is ${shown(brightness)}; expected a number from 0 to 1`,
    );
  return { curve, brightness };
}
