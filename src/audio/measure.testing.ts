/** Measurements that tests of sound share. Written in the most obvious way. */

/** Amplitude of the sinusoid of `frequency` cycles per sample that fits best, and the RMS of what is left. */
export function fitTone(
  signal: Float32Array,
  frequency: number,
): { amplitude: number; phase: number; residual: number } {
  let [cc, cs, ss, cy, sy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < signal.length; i++) {
    const c = Math.cos(2 * Math.PI * frequency * i);
    const s = Math.sin(2 * Math.PI * frequency * i);
    cc += c * c;
    cs += c * s;
    ss += s * s;
    cy += c * signal[i];
    sy += s * signal[i];
  }
  const determinant = cc * ss - cs * cs;
  const a = (cy * ss - sy * cs) / determinant;
  const b = (sy * cc - cy * cs) / determinant;
  let residual = 0;
  for (let i = 0; i < signal.length; i++) {
    const angle = 2 * Math.PI * frequency * i;
    residual += (signal[i] - a * Math.cos(angle) - b * Math.sin(angle)) ** 2;
  }
  return {
    amplitude: Math.hypot(a, b),
    phase: Math.atan2(-b, a),
    residual: Math.sqrt(residual / signal.length),
  };
}

export function rmsOf(signal: Float32Array): number {
  return Math.sqrt(signal.reduce((sum, x) => sum + x * x, 0) / signal.length);
}

export const toDecibels = (ratio: number) => 20 * Math.log10(ratio + 1e-20);

/** Levels, in dB, of consecutive pieces of `length` samples. */
export function levels(signal: Float32Array, length: number): number[] {
  return Array.from({ length: Math.floor(signal.length / length) }, (_, i) =>
    toDecibels(rmsOf(signal.subarray(i * length, (i + 1) * length))),
  );
}

/** The largest second difference: a click is a bend of the curve that the sound itself does not have. */
export function sharpest(signal: Float32Array): number {
  let largest = 0;
  for (let i = 2; i < signal.length; i++) {
    largest = Math.max(largest, Math.abs(signal[i] - 2 * signal[i - 1] + signal[i - 2]));
  }
  return largest;
}

/**
 * The sharpness of a moment against its surroundings: the largest second difference in each piece of `length`
 * samples against the larger of those two pieces before and after. Near 1 for sound that changes slowly.
 */
export function clickiness(signal: Float32Array, length: number): number {
  const pieces = Array.from({ length: Math.floor(signal.length / length) }, (_, i) =>
    sharpest(signal.subarray(i * length, (i + 1) * length)),
  );
  let worst = 0;
  for (let i = 2; i + 2 < pieces.length; i++) {
    worst = Math.max(worst, pieces[i] / (Math.max(pieces[i - 2], pieces[i + 2]) + 1e-7));
  }
  return worst;
}

/** Cents by which the tone near `frequency` (cycles per sample) is off, from the phase in pieces of `length` samples. */
export function detuning(signal: Float32Array, frequency: number, length: number): number[] {
  const phases = Array.from(
    { length: Math.floor(signal.length / length) },
    (_, i) => fitTone(signal.subarray(i * length, (i + 1) * length), frequency).phase,
  );
  const expected = 2 * Math.PI * frequency * length;
  return phases.slice(1).map((phase, i) => {
    const excess = phase - phases[i] - expected;
    const turn = excess - 2 * Math.PI * Math.round(excess / (2 * Math.PI));
    return 1200 * Math.log2(1 + turn / expected);
  });
}
