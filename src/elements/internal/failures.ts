/** Failures as musicians are told them; the coded message of the error stands beside it. */
import { html } from 'lit';
import { withoutCode, type ErrorCode, type TimbrelError } from '../../errors/timbrel-error.js';
import { UnexpectedFile, type FileKind } from './file-kind.js';

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

/** Words for files that an element has no use for: what they are, who takes them, and what becomes of them. */
const TAKERS: Readonly<Record<FileKind, readonly [what: string, who: string, does: string]>> = {
  checkpoint: ['a network, as it seems', 'The instrument that it was made for', 'plays it.'],
  midi: ['a file of notes', 'An instrument', 'plays it.'],
  patch: ['a sound that was saved', 'The instrument that saved it', 'opens it.'],
  picture: ['a picture', 'Nothing here', 'plays pictures.'],
  text: ['a text', 'Nothing here', 'plays texts.'],
  sound: ['a sound', 'An instrument made of sounds', 'plays it on all keys.'],
};

/** The page may have a link in the place of who takes such files: `slot="for-sound"`, say. */
function whoTakes({ kind, file }: UnexpectedFile) {
  const [what, who, does] = TAKERS[kind];
  return html`${file} is ${what}, which is not for here. <slot name="for-${kind}">${who}</slot> ${does}`;
}

export function inWords(error: TimbrelError) {
  if (error instanceof UnexpectedFile) return whoTakes(error);
  const words = WORDS[error.code];
  if (words) return words;
  if (error.code.startsWith('CHECKPOINT_'))
    return 'This is no model that can play here. The one that was there stays.';
  return withoutCode(error);
}
