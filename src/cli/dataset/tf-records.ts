/** NoteSequences in TFRecords, as data sets are published. */
import { TimbrelError, withoutCode } from '../../errors/timbrel-error.js';
import { atPlace, decodeNoteSequence } from '../../music/note-sequence-proto.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { TFRecordReader } from '../../music/tf-record.js';
import { readUnpacked } from './unpacked.js';

export interface NumberedRecord {
  /** The place in its file, from 0. */
  readonly record: number;
  readonly bytes: Uint8Array;
}

/**
 * The records of a file, read as they are wanted: it may be larger than memory.
 * @throws TFRECORD_INVALID where it is damaged, and what reading throws
 */
export async function* readNumberedRecords(file: string): AsyncGenerator<NumberedRecord> {
  const reader = new TFRecordReader();
  let record = 0;
  try {
    for await (const piece of readUnpacked(file, 'TFRECORD_INVALID'))
      for (const bytes of reader.push(piece)) yield { record: record++, bytes };
    reader.end();
  } catch (error) {
    if (!(error instanceof TimbrelError) || error.message.startsWith(file)) throw error;
    throw new TimbrelError(error.code, `${file}: ${withoutCode(error)}`, { cause: error });
  }
}

/** @throws TFRECORD_INVALID, NOTE_SEQUENCE_INVALID naming the record */
export function parseRecord(file: string, { record, bytes }: NumberedRecord): NoteSequence {
  try {
    return decodeNoteSequence(bytes);
  } catch (error) {
    throw atPlace(`${file}, record ${record}`, error);
  }
}
