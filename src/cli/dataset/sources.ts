/** The files of an input: MIDI files and NoteSequences in JSON lines, of folders all that lie in them. */
import { readFile, stat } from 'node:fs/promises';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { readMidi } from '../../music/midi-reader.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { usageError } from '../usage.js';
import { findFiles } from './folders.js';
import { parseLine, readNumberedLines, type NumberedLine } from './json-lines.js';
import { isSplit, type Split } from './splits.js';

export interface Source {
  readonly file: string;
  /** Its path in its input: the same wherever the input lies. */
  readonly name: string;
  /** The split, where the input has one already: files train.jsonl and its like, or folders so named. */
  readonly split?: Split;
}

const MIDI = /\.(mid|midi|smf|kar)$/i;
const JSON_LINES = /\.jsonl(\.gz)?$/i;

/** Written by a program, which is to hear of its mistakes. */
export const isJSONLines = ({ file }: Source) => JSON_LINES.test(file);

/** 'x/test.jsonl.gz' and 'test/x.mid' belong to 'test'. */
function splitOf(name: string): Split | undefined {
  const words = name.replace(/\.(jsonl(\.gz)?)$/i, '').split('/');
  return words.filter((_, i) => i === 0 || i === words.length - 1).find(isSplit);
}

const isRead = (name: string) => MIDI.test(name) || JSON_LINES.test(name);

/** Held-out files come first: they decide on which side pieces lie that are equal to others. */
const IN_ORDER: readonly (Split | undefined)[] = ['test', 'validation', 'train', undefined];

/**
 * Each file once, those of a split in order of their names.
 * @throws USAGE where there are none of a kind that can be read
 */
export async function findSources(inputs: readonly string[]): Promise<Source[]> {
  for (const input of inputs) {
    if (!isRead(input) && !(await stat(input)).isDirectory())
      throw usageError(`${input} is neither a folder, nor .mid, .jsonl or .jsonl.gz`);
  }
  const files = await findFiles(inputs, isRead);
  if (files.length === 0) {
    throw usageError(`There are no MIDI files and no .jsonl files in ${inputs.join(', ')}`);
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

/**
 * The pieces of a source. A MIDI file that is none is told of and passed over; a line of JSON that is no NoteSequence was made by
 * a program, and is an error.
 * @param lines of a file of JSON lines, where they are read already; default: all
 * @throws NOTE_SEQUENCE_INVALID
 */
export async function* readPieces(
  source: Source,
  onUnreadable: (what: Unreadable) => void,
  lines?: readonly NumberedLine[],
): AsyncGenerator<SourcePiece> {
  const { file, name } = source;
  if (isJSONLines(source)) {
    for await (const line of lines ?? readNumberedLines(file)) {
      const sequence = parseLine(file, line);
      yield { sequence, name: `${name}#${sequence.id ?? line.line}`, source };
    }
    return;
  }
  try {
    yield { sequence: readMidi(await readFile(file)), name, source };
  } catch (error) {
    const expected = error instanceof TimbrelError || (error instanceof Error && 'syscall' in error);
    if (!expected) throw error;
    onUnreadable({ file, reason: error.message });
  }
}
