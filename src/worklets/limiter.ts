/**
 * A soft knee without memory: up to KNEE nothing is changed (a chord of three at full velocity), above it the
 * curve bends (slope and curvature are continuous) towards 1, which is never exceeded. No hard clipping, no
 * delay, no pumping. Not a number becomes silence.
 */
const KNEE = 0.75;

/** In place, from `from` to `to`. Does not allocate. */
export function limit(samples: Float32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const x = samples[i];
    const size = Math.abs(x);
    if (size <= KNEE) continue;
    const limited = KNEE + (1 - KNEE) * Math.tanh((size - KNEE) / (1 - KNEE));
    samples[i] = size > KNEE ? (x < 0 ? -limited : limited) : 0;
  }
}
