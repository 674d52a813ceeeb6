/** The files of an input: MIDI, MusicXML, ABC, NoteSequences in JSON lines or TFRecords, of folders all that lie in them. */
import { stat } from 'node:fs/promises';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { MUSIC_FILE, readMusic } from '../../music/read-music.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { readBytes } from '../read-file.js';
import { usageError } from '../usage.js';
import { findFiles } from './folders.js';
import { parseLine, readNumberedLines, type NumberedLine } from './json-lines.js';
import { isSplit, type Split } from './splits.js';
import { parseRecord, readNumberedRecords, type NumberedRecord } from './tf-records.js';

export interface Source {
  readonly file: string;
  /** Its path in its input: the same wherever the input lies. */
  readonly name: string;
  /** The split, where the input has one already: files train.jsonl and its like, or folders so named. */
  readonly split?: Split;
}

const JSON_LINES = /\.jsonl(\.gz)?$/i;

/** Data sets in several files number them: notes.tfrecord-00003-of-00010. */
const TF_RECORDS = /\.tfrecords?(-\d+-of-\d+)?(\.gz)?$/i;

export const isJSONLines = ({ file }: Source) => JSON_LINES.test(file);
export const isTFRecords = ({ file }: Source) => TF_RECORDS.test(file);
/** Written by a program, which is to hear of its mistakes. */
export const isByProgram = (source: Source) => isJSONLines(source) || isTFRecords(source);

/** 'x/test.jsonl.gz' and 'test/x.mid' belong to 'test'. */
function splitOf(name: string): Split | undefined {
  const words = name.replace(JSON_LINES, '').replace(TF_RECORDS, '').split('/');
  return words.filter((_, i) => i === 0 || i === words.length - 1).find(isSplit);
}

const isRead = (name: string) => MUSIC_FILE.test(name) || JSON_LINES.test(name) || TF_RECORDS.test(name);

/** Held-out files come first: they decide on which side pieces lie that are equal to others. */
const IN_ORDER: readonly (Split | undefined)[] = ['test', 'validation', 'train', undefined];

/**
 * Each file once, those of a split in order of their names.
 * @throws USAGE where there are none of a kind that can be read
 */
export async function findSources(inputs: readonly string[]): Promise<Source[]> {
  for (const input of inputs) {
    if (!isRead(input) && !(await stat(input)).isDirectory())
      throw usageError(
        `${input} is neither a folder, nor .mid, .musicxml, .mxl, .xml, .abc, .jsonl, .jsonl.gz or .tfrecord`,
      );
  }
  const files = await findFiles(inputs, isRead);
  if (files.length === 0) {
    throw usageError(
      `There is no music (.mid, .musicxml, .mxl, .xml, .abc, .jsonl, .tfrecord) in ${inputs.join(', ')}`,
    );
  }
  const sources = files.map((file) => ({ ...file, split: splitOf(file.name) }));
  return sources.sort((a, b) => IN_ORDER.indexOf(a.split) - IN_ORDER.indexOf(b.split));
}

export interface SourcePiece {
  readonly sequence: NoteSequence;
  /** The name of the source, with the line where it has several. */
  readonly name: string;
  readonly source: Source;
}

export interface Unreadable {
  readonly file: string;
  readonly reason: string;
}

/** The part of a source that is to be read, where that is not all: lines of JSON, or records. */
export interface Part {
  readonly lines?: readonly NumberedLine[];
  readonly records?: readonly NumberedRecord[];
}

/**
 * The pieces of a source. A file that is not what its name says is told of and passed over; a line of JSON or a record that is no
 * NoteSequence was made by a program, and is an error.
 * @param part where it is read already; default: all
 * @throws NOTE_SEQUENCE_INVALID, TFRECORD_INVALID
 */
export async function* readPieces(
  source: Source,
  onUnreadable: (what: Unreadable) => void,
  { lines, records }: Part = {},
): AsyncGenerator<SourcePiece> {
  const { file, name } = source;
  if (isJSONLines(source)) {
    for await (const line of lines ?? readNumberedLines(file)) {
      const sequence = parseLine(file, line);
      yield { sequence, name: `${name}#${sequence.id ?? line.line}`, source };
    }
    return;
  }
  if (isTFRecords(source)) {
    for await (const record of records ?? readNumberedRecords(file)) {
      const sequence = parseRecord(file, record);
      yield { sequence, name: `${name}#${sequence.id || record.record}`, source };
    }
    return;
  }
  try {
    const { sequences, failures } = await readMusic(await readBytes(file), file);
    for (const { message } of failures) onUnreadable({ file, reason: message });
    for (const [i, sequence] of sequences.entries())
      yield {
        sequence,
        name: sequences.length > 1 ? `${name}#${sequence.referenceNumber ?? i + 1}` : name,
        source,
      };
  } catch (error) {
    const expected = error instanceof TimbrelError || (error instanceof Error && 'syscall' in error);
    if (!expected) throw error;
    onUnreadable({ file, reason: error.message });
  }
}
