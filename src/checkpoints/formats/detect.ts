/** Detects the format of a file by its content: names lie, and a server may send a page for anything. */
import type { ByteSource } from '../sources/byte-source.js';
import { malformed, truncated } from '../failures.js';
import { isGzip } from './gzip.js';
import { mayBeBundle } from './mag.js';
import { rejectPage } from './manifest.js';
import { isTable, openTable, type Table } from './table.js';
import { isTarHeader } from './tar.js';

export type Detected =
  | { readonly kind: 'gzip' | 'zip' | 'tar' | 'bundle' | 'manifest' | 'state' | 'unknown' }
  /** A TensorFlow V2 index, or a V1 checkpoint. */
  | { readonly kind: 'index' | 'v1'; readonly table: Table };

/** A tar header. */
const HEAD = 512;
const TAIL = 8;

/** @throws CHECKPOINT_FORMAT for a page, CHECKPOINT_TRUNCATED for an empty file, and what reading throws */
export async function detect(source: ByteSource, signal?: AbortSignal): Promise<Detected> {
  const where = source.location;
  const size = await source.size(signal);
  if (size === 0) throw truncated(where, 'it is empty');
  const head = await source.read(0, Math.min(HEAD, size), signal);
  rejectPage(head, where);
  if (isGzip(head)) return { kind: 'gzip' };
  // 'PK', then a file, or at once the end of an empty archive.
  if (head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)) return { kind: 'zip' };
  if (isTarHeader(head)) return { kind: 'tar' };
  if (size >= TAIL && isTable(await source.read(size - TAIL, TAIL, signal))) {
    const table = await openTable(source, signal);
    const first = (await table.records(undefined, signal).next()).value;
    if (!first || first.key.length > 0) throw malformed(where, 'its table has no header');
    // Field 1: of BundleHeaderProto a number, of SavedTensorSlices a message.
    return { kind: first.value[0] === 0x0a ? 'v1' : 'index', table };
  }
  const start = new TextDecoder().decode(head).trimStart();
  // Not every text in brackets: logs begin with a date in them.
  if (/^\[\s*[{\]]/.test(start)) return { kind: 'manifest' };
  if (start.startsWith('model_checkpoint_path:')) return { kind: 'state' };
  return { kind: mayBeBundle(head) ? 'bundle' : 'unknown' };
}

/** tf.train.get_checkpoint_state's file: the prefix of the latest checkpoint. */
export const pathInState = (state: string) => /^model_checkpoint_path:\s*"([^"]+)"/m.exec(state)?.[1];
