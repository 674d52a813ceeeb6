/** Keys and values of the kernels' network and its twin, copies and melodies, against the plain reference. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SyntheticTransformer } from '../../models/music-transformer/synthetic.testing.js';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import { syntheticWeights } from '../../models/music-transformer/worker/synthetic-weights.testing.js';
import { BUILDS, readKernels } from '../built-kernels.testing.js';
import type { ImmediateTransformer } from './network.js';
import { ReferenceTransformer } from './reference.js';
import { createWasmTransformer, loadTransformerModule } from './wasm.js';

const MEMORY = 24;
const MELODIES = [
  [50, 2, 2, 3, 61],
  [70, 71, 2, 2, 2],
  [44, 2, 46, 2],
] as const;

/** A network and the reference, which do all things alike. */
interface Pair {
  readonly ours: ImmediateTransformer;
  readonly reference: ImmediateTransformer;
}

interface Config {
  readonly hasTiming?: boolean;
}

const ENDLESS: Config = { hasTiming: false };

async function pairOf(
  build: (typeof BUILDS)[number],
  architecture: SyntheticTransformer,
  config: Config = {},
): Promise<Pair> {
  const weights = syntheticWeights(architecture, config);
  const module = await loadTransformerModule(readKernels, build);
  const ours = await createWasmTransformer(module, weights, { memory: MEMORY });
  return { ours, reference: new ReferenceTransformer(weights, MEMORY) };
}

function twinOf({ ours, reference }: Pair): Pair {
  assert.ok(ours.twin && reference.twin);
  return { ours: ours.twin, reference: reference.twin };
}

function begin({ ours, reference }: Pair, melody?: readonly number[]): void {
  ours.begin(melody);
  reference.begin(melody);
}

/** Reads tokens, all at once, and compares the logits after each of them. */
function read({ ours, reference }: Pair, ...tokens: number[]): void {
  ours.read(tokens);
  reference.read(tokens);
  assert.equal(ours.length, reference.length);
  tokens.forEach((_, row) => {
    const expected = reference.logits(row);
    const found = ours.logits(row);
    const most = expected.reduce((sum, value, i) => Math.max(sum, Math.abs(value - found[i])), 0);
    assert.ok(most < 2e-5, `token ${row} of ${tokens.join(' ')}: logits are ${most} apart`);
  });
}

const some = (count: number, from = 3) => Array.from({ length: count }, (_, i) => 2 + ((from + 7 * i) % 300));

for (const build of BUILDS) {
  describe(`a network of ${build} kernels`, () => {
    test('and its twin hold keys and values of their own, whoever reads in between', async () => {
      const own = await pairOf(build, { melody: true });
      const twin = twinOf(own);
      begin(own, MELODIES[0]);
      begin(twin, MELODIES[0]);
      read(own, 0, ...some(12));
      read(twin, 0, ...some(5, 90));
      read(own, 60);
      read(twin, 61, 62);
      begin(twin, MELODIES[0]);
      read(own, ...some(8));
      read(twin, 0, 33);
      read(own, 40);
      assert.equal(twinOf(twin).ours, own.ours);
    });

    test('has a twin where positions end, and none where they do not', async () => {
      const [positions, endless] = [await pairOf(build, {}), await pairOf(build, { reach: 8 }, ENDLESS)];
      assert.notEqual(positions.ours.twin, undefined);
      assert.notEqual(positions.ours.twin, positions.ours);
      assert.equal(endless.ours.twin, undefined);
      // The twin's keys and values are there from the beginning: no memory is asked for while music is played.
      const { bytes } = positions.ours;
      begin(positions);
      begin(twinOf(positions));
      for (const pair of [positions, twinOf(positions)]) read(pair, 0, ...some(MEMORY - 1));
      assert.equal(positions.ours.bytes, bytes);
    });

    test('hears the melody that it is begun with, of the same length or another, and none', async () => {
      const own = await pairOf(build, { melody: true });
      for (const melody of [...MELODIES, MELODIES[0], undefined, MELODIES[1]]) {
        begin(own, melody);
        read(own, 0, ...some(6));
      }
      begin(
        own,
        Array.from({ length: 300 }, (_, i) => 2 + (i % 90)),
      );
      read(own, 0, ...some(6));
    });

    test('hears a long melody in parts, and nothing of one that it was taken from', async () => {
      const own = await pairOf(build, { melody: true });
      const long = (from: number) => Array.from({ length: 200 }, (_, i) => 2 + ((from + i) % 90));
      begin(own, long(0));
      for (let part = 0; part < 30; part++) assert.ok(own.ours.hear(), `${part} parts are no melody yet`);
      begin(own, long(50));
      assert.ok(own.ours.hear());
      begin(own, long(50));
      while (own.ours.hear());
      read(own, 0, ...some(6));
      // Whoever reads hears first.
      begin(own, long(7));
      assert.ok(own.ours.hear());
      read(own, 0, ...some(6));
    });

    test('sees all of its memory from each of many tokens read at once', async () => {
      const own = await pairOf(build, { reach: 10 }, ENDLESS);
      begin(own);
      for (let i = 0; i < 5; i++) read(own, ...some(own.ours.tokensAtATime, 40 * i));
    });

    test('goes back by a length while that is held, and by a copy, to its melody too', async () => {
      for (const config of [{}, ENDLESS]) {
        const own = await pairOf(build, { melody: true, reach: 6 }, config);
        begin(own, MELODIES[0]);
        read(own, 0, ...some(10));
        assert.ok(own.ours.rewind(7) && own.reference.rewind(7));
        read(own, ...some(4, 50));
        assert.equal(own.ours.rewind(12), false);
        const [copy, other] = [own.ours.copy(), own.reference.copy()];
        begin(own, MELODIES[1]);
        read(own, 0, ...some(20, 100));
        own.ours.paste(copy);
        own.reference.paste(other);
        read(own, ...some(9));
      }
      const endless = await pairOf(build, {}, ENDLESS);
      begin(endless);
      for (let i = 0; i < 10; i++) read(endless, ...some(10, i));
      assert.equal(endless.ours.rewind(10), false, 'what was overwritten is not held');
      assert.ok(endless.ours.rewind(95) && endless.reference.rewind(95));
      read(endless, ...some(5, 200));
    });

    test('asks for the memory of both before it takes any', async () => {
      const weights = syntheticWeights({ layers: 80, hidden: 64 });
      const module = await loadTransformerModule(readKernels, build);
      // 65536 positions of 80 layers, 64 keys and 64 values each, twice.
      const least = (2 * 65536 * 80 * 128 * 4) / 1e6;
      await assert.rejects(createWasmTransformer(module, weights, { memory: 65536 }), (error) => {
        const { code, message } = error as TimbrelError;
        assert.equal(code, 'WASM_UNAVAILABLE');
        assert.ok(Number(/needs (\d+) MB/.exec(message)?.[1]) > least, message);
        return true;
      });
    });

    test('ends together with its twin', async () => {
      const { ours } = await pairOf(build, {});
      const { twin } = ours;
      ours.dispose();
      for (const one of [ours, twin]) assert.throws(() => one?.begin(), { code: 'DISPOSED' });
    });
  });
}
