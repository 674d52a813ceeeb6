import { TimbrelError, withoutCode } from '../errors/timbrel-error.js';
import type { NoteSequence } from '../music/note-sequence.js';
import { MUSIC_FILE, readMusic } from '../music/read-music.js';
import { readBytes } from './read-file.js';

/**
 * A MIDI file, MusicXML, or ABC, of which the first tune is taken.
 * @throws MIDI_FILE_INVALID, MUSIC_XML_INVALID, ABC_INVALID, FILE_FAILED, which name the file, and what reading it throws
 */
export async function readMusicFile(file: string): Promise<NoteSequence> {
  const bytes = await readBytes(file);
  try {
    const { sequences } = await readMusic(bytes, file);
    return sequences[0];
  } catch (error) {
    if (!(error instanceof TimbrelError)) throw error;
    const what = MUSIC_FILE.test(file)
      ? withoutCode(error)
      : 'this is neither MIDI, MusicXML nor ABC (`timbrel dataset` reads NoteSequences, too)';
    throw new TimbrelError(error.code, `${file}: ${what}`, { cause: error });
  }
}
