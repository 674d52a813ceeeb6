/** Sound as callers hand it over. Runs on the page: nothing is computed here. */
import type { Channels } from '../audio/mono.js';
import { MAX_STEP } from '../audio/resampler.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { shown } from '../errors/check-arguments.js';

/** One channel, several, which are averaged, or a decoded buffer, whose own rate holds. */
export type AudioInput = Float32Array | readonly Float32Array[] | AudioBuffer;

const MODEL_RATE = 16000;

/**
 * The channels of audio, none of them copied.
 * @returns `sampleRate` of a decoded buffer only
 * @throws AUDIO_INVALID
 */
export function channelsOf(audio: AudioInput): Partial<Channels> & Pick<Channels, 'channels'> {
  const channels = isBuffer(audio)
    ? Array.from({ length: audio.numberOfChannels }, (_, c) => audio.getChannelData(c))
    : audio instanceof Float32Array
      ? [audio]
      : audio;
  if (!Array.isArray(channels) || !channels.every((channel) => channel instanceof Float32Array))
    throw invalid(`${shown(audio)} is no sound; expected a Float32Array, a list of them or an AudioBuffer`);
  if (channels.length === 0) throw invalid('The sound has no channels');
  if (channels.some(({ length }) => length !== channels[0].length))
    throw invalid(
      `The channels have ${channels.map(({ length }) => length).join(', ')} samples; expected equal lengths`,
    );
  return { channels, sampleRate: isBuffer(audio) ? audio.sampleRate : undefined };
}

/**
 * @param sampleRate of arrays, Hz; default 16000
 * @throws AUDIO_INVALID, OPTION_INVALID
 */
export function checkedAudio(audio: AudioInput, sampleRate: number = MODEL_RATE): Channels {
  const { channels, sampleRate: own = sampleRate } = channelsOf(audio);
  checkRate(own);
  if (channels[0].length === 0) throw invalid('The sound is empty');
  return { channels, sampleRate: own };
}

const isBuffer = (audio: AudioInput | null): audio is AudioBuffer =>
  typeof audio === 'object' && audio !== null && 'getChannelData' in audio;

/** @throws OPTION_INVALID */
function checkRate(sampleRate: number): void {
  const most = MAX_STEP * MODEL_RATE;
  if (sampleRate >= 1000 && sampleRate <= most) return;
  throw new TimbrelError(
    'OPTION_INVALID',
    `sampleRate is ${shown(sampleRate)}; expected Hz, 1000 to ${most}`,
  );
}

const invalid = (what: string) => new TimbrelError('AUDIO_INVALID', what);
