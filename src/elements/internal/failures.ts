/** Failures as musicians are told them; the coded message of the error stands beside it. */
import { withoutCode, type ErrorCode, type TimbrelError } from '../../errors/timbrel-error.js';

const WORDS: Partial<Record<ErrorCode, string>> = {
  MIDI_FILE_INVALID: 'This is no MIDI file, or it is damaged. What was there is kept.',
  MUSIC_XML_INVALID: 'This is no MusicXML score, or it is damaged. What was there is kept.',
  ABC_INVALID: 'This is no ABC tune, or it is damaged. What was there is kept.',
  MELODY_POLYPHONIC: 'There are notes together, and this player hears one voice only.',
  TEMPO_CHANGES: 'The tempo changes in it, and this player knows one only.',
  METER_CHANGES: 'The meter changes in it, and this player knows one only.',
  METER_INVALID: 'The bars of this meter cannot be counted in sixteenths.',
  MICROPHONE_DENIED:
    'The microphone is not allowed here. The settings of the browser for this site can allow it.',
  MICROPHONE_LOST: 'The microphone was unplugged. What was heard is kept.',
  MICROPHONE_UNAVAILABLE: 'There is no microphone, or another program uses it.',
  STREAMING_UNSUPPORTED: 'This model hears whole recordings only: it cannot listen along.',
  AUDIO_FORMAT: 'This is no recording that can be opened here.',
  AUDIO_INVALID: 'There is no sound in this recording, or it is damaged.',
  MIDI_DENIED: 'MIDI is not allowed here. The settings of the browser for this site can allow it.',
  MIDI_UNSUPPORTED: 'This browser has no MIDI.',
  AUDIO_CONTEXT_SUSPENDED:
    'No sound begins: press once more. If that does not help, is a sound output connected?',
  AUDIO_CONTEXT_CLOSED: 'The sound of this page was ended. Reload it to go on.',
  CHECKPOINT_UNREACHABLE: 'The model could not be fetched. Is there a connection?',
  CHECKPOINT_UNKNOWN: 'There is no model of this name.',
  WORKER_FAILED: 'The model broke off. Try once more; if it does so again, reload the page.',
  INTERNAL: 'Something went wrong. Try once more; if it does so again, reload the page.',
};

export function inWords(error: TimbrelError): string {
  const words = WORDS[error.code];
  if (words) return words;
  if (error.code.startsWith('CHECKPOINT_'))
    return 'This is no model that can play here. The one that was there stays.';
  return withoutCode(error);
}
