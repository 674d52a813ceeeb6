/** NoteSequences in JSON, one a line. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
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
  const bytes = createReadStream(file);
  const source = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  // Of the two streams only the last one is listened to.
  bytes.on('error', (error) => source.destroy(error));
  const lines = createInterface({ input: source, crlfDelay: Infinity });
  // readline does not tell of its input's errors in Node 20: they would end the program.
  let failure: Error | undefined;
  source.on('error', (error: Error) => {
    failure = error;
    lines.close();
  });
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    try {
      yield { line, sequence: parseNoteSequence(JSON.parse(text)) };
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TimbrelError('NOTE_SEQUENCE_INVALID', `${file}, line ${line}: ${reason}`, { cause });
    }
  }
  if (failure && 'syscall' in failure) throw failure;
  if (failure) throw new TimbrelError('NOTE_SEQUENCE_INVALID', `${file}: ${failure.message}`, { cause: failure });
}
