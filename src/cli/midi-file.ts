import { readFile } from 'node:fs/promises';
import { TimbrelError, withoutCode } from '../errors/timbrel-error.js';
import { readMidi } from '../music/midi-reader.js';
import type { NoteSequence } from '../music/note-sequence.js';

/** @throws MIDI_FILE_INVALID, which names the file, and what reading it throws */
export async function readMidiFile(file: string): Promise<NoteSequence> {
  const bytes = await readFile(file);
  try {
    return readMidi(bytes);
  } catch (error) {
    if (!(error instanceof TimbrelError)) throw error;
    throw new TimbrelError(error.code, `${file}: ${withoutCode(error)}`, { cause: error });
  }
}
