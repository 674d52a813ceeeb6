/** NoteSequences in JSON, one a line. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import { checkedNoteSequence } from '../../music/note-sequence-json.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { readUnpacked } from './unpacked.js';

export interface NumberedLine {
  readonly line: number;
  readonly text: string;
}

/**
 * The lines of a file that are not empty.
 * @throws NOTE_SEQUENCE_INVALID where it is damaged, and what reading throws
 */
export async function* readNumberedLines(file: string): AsyncGenerator<NumberedLine> {
  let line = 0;
  for await (const text of readLines(file)) {
    line++;
    // A byte order mark counts as white space, also where files were put one behind the other.
    if (text.trim() !== '') yield { line, text };
  }
}

/** @throws NOTE_SEQUENCE_INVALID naming the line */
export function parseLine(file: string, { line, text }: NumberedLine): NoteSequence {
  try {
    return checkedNoteSequence(JSON.parse(text.trim()));
  } catch (cause) {
    const reason = cause instanceof TimbrelError ? cause.message.replace(/ \[\w+\]$/, '') : String(cause);
    throw new TimbrelError('NOTE_SEQUENCE_INVALID', `${file}, line ${line}: ${reason}`, { cause });
  }
}

async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  let decoder: TextDecoder | undefined;
  for await (const chunk of readUnpacked(file, 'NOTE_SEQUENCE_INVALID')) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  rest += decoder?.decode() ?? '';
  if (rest !== '') yield rest;
}

/** Windows writes a byte order mark, and its older shells UTF-16. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}
