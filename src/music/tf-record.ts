/**
 * TFRecord files: records one behind the other, each with its length and a checksum of both (tensorflow/core/lib/io/record_writer.h):
 * uint64 length, masked CRC-32C of it, the record, masked CRC-32C of it.
 */
import { bytesOf, type FileBytes } from '../bytes/given-file.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { concatenate } from '../bytes/concatenate.js';
import { crc32c, masked } from '../bytes/crc.js';
import { atPlace, decodeNoteSequence, encodeNoteSequence } from './note-sequence-proto.js';
import type { NoteSequence } from './note-sequence.js';

type Bytes = Uint8Array<ArrayBuffer>;

const HEAD = 12;
const FOOT = 4;
/** Bytes of a record, at most; a length above it that matches its checksum is none of ours either. */
const LARGEST = 2 ** 30;

const invalid = (what: string) =>
  new TimbrelError('TFRECORD_INVALID', `This is no TFRecord file that can be read: ${what}`);

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

const maskedOf = (bytes: Uint8Array) => masked(crc32c(bytes));

/** Finds records in a file that comes in pieces. */
export class TFRecordReader {
  private rest: Bytes = new Uint8Array(0);
  /** Bytes before `rest`, and records found in them. */
  private before = 0;
  private count = 0;

  /** @returns the records that are whole now. @throws TFRECORD_INVALID */
  push(piece: Uint8Array): Bytes[] {
    this.rest = concatenate([this.rest, piece]);
    const records: Bytes[] = [];
    let at = 0;
    for (;;) {
      const left = this.rest.subarray(at);
      if (left.length < HEAD) break;
      const length = this.lengthOf(left, at);
      if (left.length < HEAD + length + FOOT) break;
      const record = left.slice(HEAD, HEAD + length);
      if (viewOf(left).getUint32(HEAD + length, true) !== maskedOf(record))
        throw invalid(`record ${this.count} at byte ${this.before + at} does not match its checksum`);
      records.push(record);
      this.count++;
      at += HEAD + length + FOOT;
    }
    this.rest = this.rest.slice(at);
    this.before += at;
    return records;
  }

  private lengthOf(bytes: Bytes, at: number): number {
    const view = viewOf(bytes);
    if (view.getUint32(8, true) !== maskedOf(bytes.subarray(0, 8)))
      throw invalid(
        `the length of record ${this.count} at byte ${this.before + at} does not match its checksum`,
      );
    const length = Number(view.getBigUint64(0, true));
    if (length > LARGEST) throw invalid(`record ${this.count} would have ${length} bytes`);
    return length;
  }

  /** @throws TFRECORD_INVALID where the file ends within a record */
  end(): void {
    if (this.rest.length > 0) throw invalid(`it ends within record ${this.count}, at byte ${this.before}`);
  }
}

/**
 * The records of a file.
 * @throws TFRECORD_INVALID naming the record and its byte
 */
export function readTFRecords(file: FileBytes): Uint8Array<ArrayBuffer>[] {
  const reader = new TFRecordReader();
  const records = reader.push(bytesOf('readTFRecords', file));
  reader.end();
  return records;
}

/** A file of records. */
export function writeTFRecords(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return concatenate(
    records.flatMap((record) => {
      const head = new Uint8Array(HEAD);
      viewOf(head).setBigUint64(0, BigInt(record.length), true);
      viewOf(head).setUint32(8, maskedOf(head.subarray(0, 8)), true);
      const foot = new Uint8Array(FOOT);
      viewOf(foot).setUint32(0, maskedOf(record), true);
      return [head, record, foot];
    }),
  );
}

/**
 * The NoteSequences of a TFRecord file.
 * @throws TFRECORD_INVALID, NOTE_SEQUENCE_INVALID naming the record
 */
export const readNoteSequenceRecords = (file: FileBytes): NoteSequence[] =>
  readTFRecords(file).map((record, i) => {
    try {
      return decodeNoteSequence(record);
    } catch (error) {
      throw atPlace(`record ${i}`, error);
    }
  });

/** A TFRecord file of NoteSequences, as note-seq's tools read it. @throws NOTE_SEQUENCE_INVALID */
export const writeNoteSequenceRecords = (sequences: readonly NoteSequence[]): Uint8Array<ArrayBuffer> =>
  writeTFRecords(sequences.map(encodeNoteSequence));
