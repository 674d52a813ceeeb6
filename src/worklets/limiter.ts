/**
 * Keeps the mix below full scale without hard clipping and without delay: a gain that follows the peaks, and a
 * soft knee for what rises faster than that. Up to THRESHOLD (three notes at full velocity) nothing is changed.
 */
const THRESHOLD = 0.75;
/** Time constants, seconds. */
const ATTACK = 0.0005;
const RELEASE = 0.3;

export class Limiter {
  /** Peak, falling exponentially. */
  private envelope = 0.5;
  private gain = 0.5;
  private readonly attack: number;
  private readonly release: number;

  constructor(sampleRate: number) {
    this.envelope = 0;
    this.gain = 1;
    this.attack = 1 - Math.exp(-1 / (ATTACK * sampleRate));
    this.release = Math.exp(-1 / (RELEASE * sampleRate));
  }

  /** In place. What is not finite becomes silence. Does not allocate. */
  apply(samples: Float32Array): void {
    const { attack, release } = this;
    let { envelope, gain } = this;
    for (let i = 0; i < samples.length; i++) {
      const x = samples[i];
      const size = Math.abs(x);
      if (!(size < Infinity)) {
        samples[i] = 0;
        continue;
      }
      envelope *= release;
      if (size > envelope) envelope = size;
      // Below, the envelope need not be followed: it would only fall towards denormal numbers.
      if (envelope < THRESHOLD) envelope = 0;
      const wanted = envelope > THRESHOLD ? THRESHOLD / envelope : 1;
      gain += (wanted - gain) * attack;
      const limited = gain * size;
      if (limited <= THRESHOLD) samples[i] = gain * x;
      else samples[i] = Math.sign(x) * knee(limited);
    }
    this.envelope = envelope;
    // A gain that only approaches 1 would change every sound a little for ever.
    this.gain = gain > 0.999999 ? 1 : gain;
  }
}

/** Level, slope and curvature are continuous at THRESHOLD; rises towards 1 and never is there. */
function knee(size: number): number {
  const u = (size - THRESHOLD) / (1 - THRESHOLD);
  return THRESHOLD + (1 - THRESHOLD) * (u / Math.sqrt(1 + u * u));
}
