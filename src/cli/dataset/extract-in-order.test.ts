import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createRandom } from '../../random/random.js';
import type { BatchExamples, Extractor, ReadPiece } from './batch-extractor.js';
import type { Batch } from './batches.js';
import { extractInOrder } from './extract-in-order.js';
import type { Place } from './splits.js';

const music = { keys: '', times: new Uint16Array(0), tolerance: 0 };

async function* batches(count: number): AsyncGenerator<Batch> {
  for (let i = 0; i < count; i++) yield { source: { file: String(i), name: String(i) } };
}

/** Takes a random while for each step. A batch in `fails` fails in that step. */
class Slow implements Extractor {
  private name = '';

  constructor(
    private readonly random: () => number,
    private readonly fails: Readonly<Record<string, 'read' | 'extract'>> = {},
    private readonly log: { begun: number; most: number; written: number } = {
      begun: 0,
      most: 0,
      written: 0,
    },
  ) {}

  private async wait(step: 'read' | 'extract'): Promise<void> {
    for (let i = 40 * this.random(); i > 0; i--) await setImmediate();
    if (this.fails[this.name] === step) throw new Error(`${step} ${this.name}`);
  }

  async read({ source }: Batch): Promise<ReadPiece[]> {
    this.name = source.name;
    this.log.begun++;
    this.log.most = Math.max(this.log.most, this.log.begun - this.log.written);
    await this.wait('read');
    return [
      { name: `${this.name} a`, music },
      { name: `${this.name} b`, music },
    ];
  }

  async extract(places: readonly (Place | undefined)[]): Promise<BatchExamples> {
    await this.wait('extract');
    return {
      splits: {},
      unreadable: places.map((place) => ({ file: this.name, reason: `${place?.split}` })),
    };
  }
}

const extractors = (
  count: number,
  ...more: ConstructorParameters<typeof Slow> extends [unknown, ...infer R] ? R : never
) => Array.from({ length: count }, (_, i) => new Slow(createRandom(i), ...more));

describe('batches through several extractors', () => {
  for (const count of [1, 2, 5]) {
    test(`are placed and written in their order by ${count}`, async () => {
      const placed: string[] = [];
      const written: string[] = [];
      await extractInOrder(batches(30), extractors(count), {
        place: ({ name }) => ({ split: placed.push(name) % 3 === 0 ? 'test' : 'train', origin: 0 }),
        async write({ unreadable }) {
          const all = unreadable.map(({ file, reason }) => `${file} ${reason}`);
          await setImmediate();
          written.push(...all);
        },
      });
      const numbers = Array.from({ length: 30 }, (_, i) => i);
      assert.deepEqual(
        placed,
        numbers.flatMap((i) => [`${i} a`, `${i} b`]),
      );
      assert.deepEqual(
        written,
        numbers.flatMap((i) => [0, 1].map((j) => `${i} ${(2 * i + j + 1) % 3 === 0 ? 'test' : 'train'}`)),
      );
    });
  }

  for (const step of ['read', 'extract'] as const) {
    test(`fail as the first of them that fails, in ${step}ing, whichever is at it first`, async () => {
      for (let seed = 0; seed < 10; seed++) {
        const written: string[] = [];
        const slow = Array.from(
          { length: 4 },
          (_, i) => new Slow(createRandom(seed * 4 + i), { 9: step, 10: step, 11: 'read', 12: 'extract' }),
        );
        await assert.rejects(
          extractInOrder(batches(30), slow, {
            place: () => ({ split: 'train', origin: 0 }),
            write: async (_, { source }) => void written.push(source.name),
          }),
          { message: `${step} 9` },
        );
        assert.deepEqual(written, ['0', '1', '2', '3', '4', '5', '6', '7', '8']);
      }
    });
  }

  test('fail with their list, behind the batches that came before', async () => {
    async function* damaged() {
      yield* batches(3);
      throw new Error('damaged');
    }
    const written: string[] = [];
    const options = {
      place: () => ({ split: 'train', origin: 0 }) as const,
      write: async (_: unknown, { source }: Batch) => void written.push(source.name),
    };
    await assert.rejects(extractInOrder(damaged(), extractors(4), options), { message: 'damaged' });
    assert.deepEqual(written, ['0', '1', '2']);
  });

  test('fail where one cannot be written, and no more is written', async () => {
    const written: string[] = [];
    const write = async (_: unknown, { source }: Batch) => {
      if (source.name === '4') throw new Error('full');
      written.push(source.name);
    };
    await assert.rejects(
      extractInOrder(batches(20), extractors(3), { place: () => ({ split: 'train', origin: 0 }), write }),
      {
        message: 'full',
      },
    );
    assert.deepEqual(written, ['0', '1', '2', '3']);
  });

  test('do not pile up behind one that takes long', async () => {
    const log = { begun: 0, most: 0, written: 0 };
    await extractInOrder(batches(60), extractors(2, {}, log), {
      place: () => ({ split: 'train', origin: 0 }),
      async write() {
        for (let i = 0; i < 200; i++) await setImmediate();
        log.written++;
      },
    });
    assert.equal(log.written, 60);
    assert.ok(log.most <= 9, `${log.most} were begun before an earlier one was written`);
  });
});
