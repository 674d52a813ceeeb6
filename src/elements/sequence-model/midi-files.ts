/** MIDI files in and out. The library that reads them is loaded with the first file. */
import type { NoteSequence } from '../../music/note-sequence.js';

export const isMidiFile = (file: File) =>
  /\.(mid|midi|kar|smf)$/i.test(file.name) || file.type === 'audio/midi';

/** @throws MIDI_FILE_INVALID */
export async function readMidiFile(file: Blob): Promise<NoteSequence> {
  const [bytes, { readMidi }] = await Promise.all([file.arrayBuffer(), import('../../music/midi-reader.js')]);
  return readMidi(new Uint8Array(bytes));
}

export async function midiFileOf(sequence: NoteSequence): Promise<Blob> {
  const { writeMidi } = await import('../../music/midi-writer.js');
  return new Blob([writeMidi(sequence) as Uint8Array<ArrayBuffer>], { type: 'audio/midi' });
}

/** Offers a file to the reader. */
export function download(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
