/** Audio as callers have it: arrays, or what a browser decoded. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { shown } from '../../workers/check-arguments.js';

/** The part of an AudioBuffer that is read. */
export interface AudioBufferLike {
  readonly sampleRate: number;
  readonly numberOfChannels: number;
  getChannelData(channel: number): Float32Array;
}

/** One channel; several, which are averaged; or a decoded buffer, whose own rate holds. */
export type Audio = Float32Array | readonly Float32Array[] | AudioBufferLike;

export interface CheckedAudio {
  /** One at least, of equal lengths. */
  readonly channels: readonly Float32Array[];
  readonly length: number;
  /** Hz, of a decoded buffer. */
  readonly sampleRate: number | undefined;
}

const isBuffer = (audio: unknown): audio is AudioBufferLike =>
  typeof audio === 'object' &&
  audio !== null &&
  typeof (audio as Partial<AudioBufferLike>).getChannelData === 'function';

/** @throws OPTION_INVALID, AUDIO_INVALID where channels differ in length */
export function checkedAudio(audio: Audio): CheckedAudio {
  if (isBuffer(audio)) {
    const channels = Array.from({ length: audio.numberOfChannels }, (_, i) => audio.getChannelData(i));
    return { ...checkedChannels(channels), sampleRate: audio.sampleRate };
  }
  return { ...checkedChannels(audio instanceof Float32Array ? [audio] : audio), sampleRate: undefined };
}

function checkedChannels(channels: unknown): Omit<CheckedAudio, 'sampleRate'> {
  if (
    !Array.isArray(channels) ||
    channels.length === 0 ||
    !channels.every((channel): channel is Float32Array => channel instanceof Float32Array)
  ) {
    throw new TimbrelError(
      'OPTION_INVALID',
      `audio is ${shown(channels)}; expected a Float32Array of samples, a list of them for several channels, or an AudioBuffer`,
    );
  }
  const lengths = channels.map(({ length }) => length);
  if (lengths.some((length) => length !== lengths[0]))
    throw new TimbrelError(
      'AUDIO_INVALID',
      `The channels have ${lengths.join(', ')} samples; expected as many each`,
    );
  return { channels, length: lengths[0] };
}

/** Copies of a part, which can be transferred: to clone a view would send all of what it is a view of. */
export const copiedPart = (
  { channels }: CheckedAudio,
  from: number,
  to: number,
): Float32Array<ArrayBuffer>[] => channels.map((channel) => Float32Array.from(channel.subarray(from, to)));
