/** Reads places of the data files of a TensorFlow V2 checkpoint, neighbours in one go. */
import { malformed } from '../failures.js';
import type { ByteSource } from '../sources/byte-source.js';

/** Places this close are read together: a request costs more than the bytes between them. */
const MAX_GAP = 2 ** 16;
const MAX_TOGETHER = 2 ** 24;

export interface ShardPlace {
  /** The number of the data file. */
  readonly shard: number;
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

interface Stretch {
  readonly shard: number;
  readonly start: number;
  end: number;
  bytes?: Promise<Uint8Array<ArrayBuffer>>;
}

export class ShardReader {
  private readonly sources = new Map<number, ByteSource>();
  private stretches: Stretch[] = [];

  constructor(
    private readonly shards: number,
    private readonly open: (suffix: string) => ByteSource,
  ) {}

  plan(places: readonly ShardPlace[]): void {
    const inOrder = [...places].sort((a, b) => a.shard - b.shard || a.offset - b.offset);
    this.stretches = [];
    for (const { shard, offset, size } of inOrder) {
      const last = this.stretches.at(-1);
      const end = offset + size;
      if (last?.shard === shard && offset - last.end <= MAX_GAP && end - last.start <= MAX_TOGETHER) {
        last.end = Math.max(last.end, end);
      } else this.stretches.push({ shard, start: offset, end });
    }
  }

  async read(place: ShardPlace, where: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { shard, offset, size } = place;
    const source = this.source(shard, where);
    const stretch = this.stretches.find(
      (one) => one.shard === shard && one.start <= offset && offset + size <= one.end,
    );
    if (!stretch) return source.read(offset, size, signal);
    stretch.bytes ??= source.read(stretch.start, stretch.end - stretch.start, signal);
    // Kept while the next tensors may lie in it, not longer.
    for (const one of this.stretches) if (one !== stretch) delete one.bytes;
    return (await stretch.bytes).subarray(offset - stretch.start, offset - stretch.start + size);
  }

  private source(shard: number, where: string): ByteSource {
    if (!(shard >= 0 && shard < this.shards))
      throw malformed(where, `it lies in data file ${shard} of ${this.shards}`);
    const number = (value: number) => String(value).padStart(5, '0');
    const known = this.sources.get(shard) ?? this.open(`.data-${number(shard)}-of-${number(this.shards)}`);
    this.sources.set(shard, known);
    return known;
  }
}
