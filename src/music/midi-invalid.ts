import { TimbrelError } from '../errors/timbrel-error.js';

export function invalidMidi(what: string): TimbrelError {
  return new TimbrelError('MIDI_FILE_INVALID', `This is no MIDI file that can be read: ${what}`);
}
