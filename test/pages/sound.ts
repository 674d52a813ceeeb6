/** What a listener would say of a recording, in numbers. */

export function peak(samples: Float32Array): number {
  return samples.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
}

/** First and last sample above `threshold`. */
export function soundingRange(samples: Float32Array, threshold: number): [number, number] {
  const loud = (value: number) => Math.abs(value) > threshold;
  return [samples.findIndex(loud), samples.findLastIndex(loud)];
}

/**
 * How much a click stands out: the largest second difference, against the largest that a band-limited sound of this peak
 * needs. Note audio ends at 8 kHz, where a full-scale sine has a second difference of 4 sin^2(pi f / rate) times its peak.
 * Above 1 there is a step that no such sound contains; clean music stays near 0.05, and drop-outs of 10 ms reach 0.5.
 * @param bandwidth Hz: more than 8000 for a note that was re-pitched upwards
 */
export function clickiness(samples: Float32Array, sampleRate: number, bandwidth = 8000): number {
  const highest = Math.min(bandwidth, sampleRate / 2);
  const allowed = 4 * Math.sin((Math.PI * highest) / sampleRate) ** 2 * peak(samples);
  let largest = 0;
  for (let i = 2; i < samples.length; i++) {
    largest = Math.max(largest, Math.abs(samples[i] - 2 * samples[i - 1] + samples[i - 2]));
  }
  return allowed > 0 ? largest / allowed : 0;
}

export const cents = (a: number, b: number) => 1200 * Math.log2(a / b);
export const frequencyOf = (pitch: number) => 440 * 2 ** ((pitch - 69) / 12);
