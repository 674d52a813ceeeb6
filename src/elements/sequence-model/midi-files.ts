/** Files of notes (MIDI, MusicXML, ABC) in, MIDI files out. What reads them is loaded with the first file. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { DEFAULT_QPM, type NoteSequence } from '../../music/note-sequence.js';
import type { ContinueOptions } from '../../models/continuation/event-model.js';
import type { SequenceModelKind } from './kind.js';
import { partFor, partOf } from '../../models/continuation/continued-part.js';
import { STEPS_PER_QUARTER } from './primer.js';

/** The names of files of notes, and their types, for a button that opens them. */
export const MUSIC_FILES = '.mid,.midi,.kar,.smf,.xml,.musicxml,.mxl,.abc,audio/midi';

/**
 * Reads a file of notes; of a tunebook the first tune.
 * @throws MIDI_FILE_INVALID, MUSIC_XML_INVALID, ABC_INVALID
 */
export async function readMusicFile(file: Blob): Promise<NoteSequence> {
  const { name = '' } = file as Partial<File>;
  const [bytes, { readMusic }] = await Promise.all([file.arrayBuffer(), import('../../music/read-music.js')]);
  const { sequences } = await readMusic(bytes, name);
  return sequences[0];
}

export interface Opened {
  readonly primer: NoteSequence;
  /** The part that was taken, where that is not all; else empty. */
  readonly notice: string;
}

/**
 * Reads a primer. A model that counts beats gets, of a file whose tempo or meter changes, the first part that has notes for it.
 * @throws MIDI_FILE_INVALID, MUSIC_XML_INVALID, ABC_INVALID, PRIMER_EMPTY
 */
export async function primerOfMidi<O extends ContinueOptions>(
  file: Blob,
  kind: SequenceModelKind<O>,
): Promise<Opened> {
  const sequence = await readMusicFile(file);
  if (sequence.notes.length === 0)
    throw new TimbrelError('PRIMER_EMPTY', 'There are no notes in this file. What was there is kept');
  const primer = partFor(kind.model, sequence);
  if (kind.free || !(await changes(primer))) return { primer, notice: '' };
  const { splitAtMeterAndTempoChanges } = await import('../../music/split.js');
  const parts = splitAtMeterAndTempoChanges(sequence);
  for (const [i, part] of parts.entries()) {
    const first = partOf(kind.model, part);
    if (first.notes.length > 0) return { primer: first, notice: noticeOf(part, parts[i + 1]) };
  }
  return { primer, notice: '' };
}

/** Tells whether quantisation by beats finds more than one tempo or meter. All else that it finds is said when the model writes. */
async function changes(sequence: NoteSequence): Promise<boolean> {
  const { quantizeNoteSequence } = await import('../../music/quantize.js');
  try {
    quantizeNoteSequence(sequence, STEPS_PER_QUARTER);
    return false;
  } catch (error) {
    return error instanceof TimbrelError && /^(TEMPO|METER)_CHANGES$/.test(error.code);
  }
}

/** A part's own length ends with its last note: where the tempo changes is where the next part starts. */
function noticeOf(part: NoteSequence, next: NoteSequence | undefined): string {
  const startOf = ({ subsequenceInfo }: NoteSequence) => subsequenceInfo?.startTimeOffset ?? 0;
  const start = startOf(part);
  const from = start > 0 ? `from ${clockTime(start)} ` : '';
  const end = next ? startOf(next) : start + (part.totalTime ?? 0);
  const why = next ? ', where the tempo or the meter changes' : '';
  return `the file ${from}to ${clockTime(end)}${why}; the rest is left out`;
}

const clockTime = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** @param tempo quarters a minute at which it is played; the times of `sequence` are of its own tempo */
export async function midiFileOf(sequence: NoteSequence, tempo: number): Promise<Blob> {
  const [{ writeMidi }, { stretchSequence }] = await Promise.all([
    import('../../music/midi-writer.js'),
    import('../../music/transform.js'),
  ]);
  const tempos = sequence.tempos?.length ? sequence.tempos : [{ time: 0, qpm: DEFAULT_QPM }];
  const factor = tempos[0].qpm / tempo;
  const played = factor === 1 ? sequence : stretchSequence({ ...sequence, tempos }, factor);
  return new Blob([writeMidi(played) as Uint8Array<ArrayBuffer>], { type: 'audio/midi' });
}
