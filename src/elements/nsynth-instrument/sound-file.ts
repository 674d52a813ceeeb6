/** A file that a person dropped, chose or recorded, as sound: the browser decodes it, off the page's thread. */
import { TimbrelError } from '../../errors/timbrel-error.js';

/** Hz: the rate of the network. What is decoded of ten minutes is a third of what it would be at 48 kHz. */
const RATE = 16000;
/** Larger files are not read: some forty minutes of a recording on two channels. */
const MOST_BYTES = 5e8;

/** The beginning of a file: half a minute of two channels at 96 kHz and 24 bits, many minutes of what is compressed. */
const BEGINNING = 17e6;

/**
 * Decodes a file; of a large one its beginning, where that can be decoded by itself.
 * @throws AUDIO_FORMAT where there is no sound in it
 */
export async function decodeSound(file: Blob, name: string): Promise<AudioBuffer> {
  if (file.size > MOST_BYTES)
    throw unheard(
      `${name} has ${Math.round(file.size / 1e6)} MB. Cut out the few seconds that are to be heard`,
    );
  const beginning = file.size > BEGINNING && (await decoded(file.slice(0, BEGINNING)).catch(() => undefined));
  if (beginning && beginning.length > 0) return beginning;
  let sound: AudioBuffer;
  try {
    sound = await decoded(file);
  } catch (cause) {
    throw unheard(`There is no sound in ${name} that this browser can read. Try a WAV or an MP3 file`, cause);
  }
  if (sound.length > 0) return sound;
  throw unheard(`There is no sound in ${name}: it is empty`);
}

const decoded = async (file: Blob): Promise<AudioBuffer> =>
  new OfflineAudioContext(1, 1, RATE).decodeAudioData(await file.arrayBuffer());

const unheard = (what: string, cause?: unknown) => new TimbrelError('AUDIO_FORMAT', what, { cause });
