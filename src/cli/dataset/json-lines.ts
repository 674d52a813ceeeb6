/** NoteSequences in JSON, one a line. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { parseNoteSequence } from '../../music/note-sequence-json.js';
import type { NoteSequence } from '../../music/note-sequence.js';

export interface NumberedSequence {
  readonly line: number;
  readonly sequence: NoteSequence;
}

/**
 * @param file .jsonl or .jsonl.gz
 * @throws NOTE_SEQUENCE_INVALID naming the line, and what reading throws
 */
export async function* readJSONLines(file: string): AsyncGenerator<NumberedSequence> {
  let line = 0;
  for await (const text of readLines(file)) {
    line++;
    if (text.trim() === '') continue;
    try {
      yield { line, sequence: parseNoteSequence(JSON.parse(text)) };
    } catch (cause) {
      const reason = cause instanceof TimbrelError ? cause.message.replace(/ \[\w+\]$/, '') : String(cause);
      throw new TimbrelError('NOTE_SEQUENCE_INVALID', `${file}, line ${line}: ${reason}`, { cause });
    }
  }
}

async function* readLines(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of unpacked(file).setEncoding('utf8') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (cause) {
    const isDamaged = cause instanceof Error && 'code' in cause && /^(Z_|ERR_)/.test(String(cause.code));
    if (!isDamaged) throw cause;
    throw new TimbrelError('NOTE_SEQUENCE_INVALID', `${file}: ${cause.message}`, { cause });
  }
  if (rest !== '') yield rest;
}

function unpacked(file: string) {
  const bytes = createReadStream(file);
  // What fails in the first fails in the second, which is read.
  return file.endsWith('.gz') ? pipeline(bytes, createGunzip(), () => {}) : bytes;
}
