/**
 * Magenta's bundles (note_seq/protobuf/generator.proto): GeneratorBundle { 1: GeneratorDetails { 1 id, 2 description }, 2: repeated
 * checkpoint_file, 3: metagraph_file, 4: BundleDetails }. The checkpoint is a TensorFlow V1 file. Nothing but its parts is read:
 * the graph, which may be larger, is stepped over.
 */
import { partOf, type ByteSource } from '../sources/byte-source.js';
import { malformed, truncated } from '../failures.js';
import type { GeneratorDetails } from '../opened-checkpoint.js';
import { ProtoReader, protoFields, text } from './protobuf.js';
import { isBytes } from './tensorflow-types.js';

const CHECKPOINT_FILE = 2;
const LAST_FIELD = 4;

/** Key and length of a field, at most. */
const MAX_HEADER = 20;

export interface Bundle {
  readonly generator: GeneratorDetails;
  readonly checkpoint: ByteSource;
}

/**
 * Tells whether a file begins as a bundle does: with its details or its checkpoint. Reading it shows if it is one. 0x0a alone is an
 * empty line of a text.
 */
export const mayBeBundle = (head: Uint8Array) =>
  head[0] === 0x12 || (head[0] === 0x0a && head.includes(0x12));

/** @throws CHECKPOINT_FORMAT, CHECKPOINT_TRUNCATED, and what reading throws */
export async function openBundle(source: ByteSource, signal?: AbortSignal): Promise<Bundle> {
  const where = source.location;
  const size = await source.size(signal);
  let generator: GeneratorDetails = { id: '', description: '' };
  const checkpoints: ByteSource[] = [];
  for (let offset = 0; offset < size;) {
    const header = new ProtoReader(
      await source.read(offset, Math.min(MAX_HEADER, size - offset), signal),
      where,
    );
    const key = header.varint();
    const number = Math.floor(key / 8);
    if (key % 8 !== 2 || number < 1 || number > LAST_FIELD) {
      throw malformed(
        where,
        `it is neither a checkpoint nor a bundle of Magenta (a field ${number} at byte ${offset})`,
      );
    }
    const length = header.varint();
    const start = offset + header.offset;
    if (length < 0) throw malformed(where, `its field ${number} has ${length} bytes`);
    if (start + length > size)
      throw truncated(where, `its field ${number} ends at ${start + length} of ${size} bytes`);
    if (number === 1) generator = readDetails(await source.read(start, length, signal), where);
    if (number === CHECKPOINT_FILE) checkpoints.push(partOf(source, where, start, length));
    offset = start + length;
  }
  if (checkpoints.length !== 1)
    throw malformed(where, `it is a bundle of ${checkpoints.length} checkpoints; one is read`);
  return { generator, checkpoint: checkpoints[0] };
}

function readDetails(bytes: Uint8Array<ArrayBuffer>, where: string): GeneratorDetails {
  const details = { id: '', description: '' };
  for (const field of protoFields(bytes, where)) {
    if (isBytes(field, 1)) details.id = text(field.bytes);
    if (isBytes(field, 2)) details.description = text(field.bytes);
  }
  return details;
}
