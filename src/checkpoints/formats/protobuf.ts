/** Protocol buffers of checkpoints: damage is CHECKPOINT_FORMAT. */
import { ProtoReader as Reader, protoFields as fieldsOf, type ProtoField } from '../../bytes/protobuf.js';
import { malformed } from '../failures.js';

export { text, type ProtoField } from '../../bytes/protobuf.js';

export class ProtoReader extends Reader {
  constructor(bytes: Uint8Array<ArrayBuffer>, where: string) {
    super(bytes, where, malformed);
  }
}

/** @throws CHECKPOINT_FORMAT, also while it is iterated */
export const protoFields = (bytes: Uint8Array<ArrayBuffer>, where: string): Generator<ProtoField> =>
  fieldsOf(bytes, where, malformed);
