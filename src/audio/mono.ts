/** Sound as models take it: one channel at their own rate. */
import { TimbrelError } from '../errors/timbrel-error.js';
import { concatenateFloats } from '../bytes/concatenate.js';
import { StreamResampler } from './stream-resampler.js';

/** Recorded sound. */
export interface Channels {
  /** All of one length. */
  readonly channels: readonly Float32Array[];
  /** Hz. */
  readonly sampleRate: number;
}

/**
 * The mean of the channels, at another rate.
 * @returns ceil(n * sampleRate / the sound's rate) samples of n
 * @throws AUDIO_INVALID for a sample that is no number
 */
export function toMono({ channels, sampleRate: from }: Channels, sampleRate: number): Float32Array {
  const mono = meanOfChannels(channels);
  const resampler = new StreamResampler(from, sampleRate);
  const parts = [resampler.write(mono), resampler.close()];
  const result = new Float32Array(parts[0].length + parts[1].length);
  result.set(parts[0]);
  result.set(parts[1], parts[0].length);
  return result;
}

/** Samples of a part: resampling it takes some ten milliseconds. */
const PART = 2 ** 16;

/**
 * The same as {@link toMono}, in parts.
 * @param pause is awaited before each part; it may throw to give up
 * @throws AUDIO_INVALID for a sample that is no number, and what `pause` throws
 */
export async function toMonoInParts(
  { channels, sampleRate: from }: Channels,
  sampleRate: number,
  pause: () => Promise<void>,
): Promise<Float32Array> {
  const resampler = new StreamResampler(from, sampleRate);
  const parts: Float32Array[] = [];
  for (let at = 0; at < channels[0].length; at += PART) {
    await pause();
    const part = channels.map((channel) => channel.subarray(at, at + PART));
    parts.push(resampler.write(meanOfChannels(part, at)));
  }
  return concatenateFloats([...parts, resampler.close()]);
}

/**
 * The mean of channels of one length.
 * @param before samples of the sound before these, for the message
 * @throws AUDIO_INVALID for a sample that is no number
 */
export function meanOfChannels(channels: readonly Float32Array[], before = 0): Float32Array {
  const mean = mixed(channels);
  const bad = mean.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return mean;
  throw new TimbrelError(
    'AUDIO_INVALID',
    `The sound holds ${mean[bad]} at sample ${before + bad}; expected numbers`,
  );
}

function mixed(channels: readonly Float32Array[]): Float32Array {
  if (channels.length === 1) return channels[0];
  const sum = new Float64Array(channels[0].length);
  for (const channel of channels) for (let i = 0; i < sum.length; i++) sum[i] += channel[i];
  return Float32Array.from(sum, (value) => value / channels.length);
}
