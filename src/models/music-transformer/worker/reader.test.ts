/** New beginnings of a network whose positions end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readKernels } from '../../../ops/built-kernels.testing.js';
import type { ImmediateTransformer } from '../../../ops/transformer/network.js';
import { ReferenceTransformer } from '../../../ops/transformer/reference.js';
import { createWasmTransformer, loadTransformerModule } from '../../../ops/transformer/wasm.js';
import { NetworkReader, type Reading } from './reader.js';
import { syntheticWeights } from './synthetic-weights.testing.js';

/** It is odd: half of it is not. */
const MEMORY = 97;
const weights = syntheticWeights({});

/** A reader whose network counts the tokens that it and its twin read. */
function counted() {
  const network = new ReferenceTransformer(weights, MEMORY);
  let count = 0;
  for (const one of [network, network.twin]) {
    if (!one) continue;
    const read = one.read.bind(one);
    one.read = (tokens) => {
      count += tokens.length;
      read(tokens);
    };
  }
  return { reader: new NetworkReader(network, true), batch: network.tokensAtATime, read: () => count };
}

/**
 * Reads on, a token at a time.
 * @param other makes the tokens other ones
 * @returns the likeliest tokens, and how many were read at most for one
 */
async function goOn(
  { reader, read }: ReturnType<typeof counted>,
  reading: Reading,
  count: number,
  ahead: boolean,
  other = 0,
) {
  let most = 0;
  const written: number[] = [];
  for (let i = 0; i < count; i++) {
    const before = read();
    if (ahead) reader.readAhead(reading);
    const logits = await reader.logits(reading);
    most = Math.max(most, read() - before);
    const token = 2 + ((logits.indexOf(Math.max(...logits)) + 7 * reading.tokens.length + other) % 300);
    written.push(token);
    reading.tokens.push(token);
  }
  return { written, most };
}

test('a new beginning is read along: no token waits for half of the memory', async () => {
  const [plain, ahead] = [counted(), counted()];
  const expected = await goOn(plain, plain.reader.begin([]), 5 * MEMORY, false);
  assert.ok(expected.most >= MEMORY / 2);
  const found = await goOn(ahead, ahead.reader.begin([]), 5 * MEMORY, true);
  assert.deepEqual(found.written, expected.written);
  assert.ok(found.most <= 2 * ahead.batch, `${found.most} tokens were read for one`);
});

test('a piece that is taken back over a new beginning goes on as before, and so do two in turn', async () => {
  const plain = counted();
  const expected = (await goOn(plain, plain.reader.begin([]), 3 * MEMORY, false)).written;
  const [first, second] = [MEMORY - 10, MEMORY + 30];
  const one = counted();
  const reading = one.reader.begin([]);
  const other = one.reader.begin([50, 60]);
  const written = (await goOn(one, reading, first, true)).written;
  for (const length of [second - first, 70, 3]) {
    const state = one.reader.save(reading);
    await goOn(one, reading, length, true);
    await goOn(one, other, 5, true);
    one.reader.restore(reading, state);
  }
  written.push(...(await goOn(one, reading, 3 * MEMORY - first, true)).written);
  assert.deepEqual(written, expected);
});

test('nothing is left of tokens that were taken back', async () => {
  const plain = counted();
  const expected = (await goOn(plain, plain.reader.begin([]), MEMORY + 60, false)).written;
  // From token 49 on the twin reads along, 16 at once: those up to the 64th are the first.
  for (const kept of [62, 63, 64, 90])
    for (const takenBack of [2, 50]) {
      const one = counted();
      const reading = one.reader.begin([]);
      await goOn(one, reading, kept, true);
      const state = one.reader.save(reading);
      await goOn(one, reading, takenBack, true, 100);
      one.reader.restore(reading, state);
      const { written } = await goOn(one, reading, MEMORY + 60 - kept, true);
      assert.deepEqual(written, expected.slice(kept), `${takenBack} behind ${kept}`);
    }
});

/** The kernels read up to 64 tokens at once: half of this is more. */
const LARGE = 160;
const MELODIES = [[50, 2, 2, 3, 61], [70, 71, 2, 2, 2], []] as const;

/** The tokens of a piece, whatever the network thinks of them. */
const given = (piece: number) => Array.from({ length: 400 }, (_, i) => 2 + ((31 * piece + 7 * i) % 300));

/** The logits before the tokens `from` to `to` of a piece, each read when it is there. */
async function follow(reader: NetworkReader, reading: Reading, piece: number, to: number, ahead: boolean) {
  const found: Float32Array[] = [];
  if (ahead) await reader.prepare(reading);
  while (reading.tokens.length < to) {
    if (ahead) reader.readAhead(reading);
    found.push(Float32Array.from(await reader.logits(reading)));
    reading.tokens.push(given(piece)[reading.tokens.length]);
  }
  return found;
}

function assertNear(found: readonly Float32Array[], expected: readonly Float32Array[], what: string): void {
  assert.equal(found.length, expected.length, what);
  found.forEach((logits, row) =>
    logits.forEach((value, i) =>
      assert.ok(Math.abs(value - expected[row][i]) < 1e-4, `${what}: token ${row}, logit ${i} is ${value}`),
    ),
  );
}

for (const [name, architecture, hasTiming] of [
  ['positions end', { melody: true, layers: 1 }, true],
  ['they do not', { melody: true, layers: 1, reach: 20 }, false],
] as const)
  test(`pieces in turn, with melodies of their own, are what each is alone, where ${name}`, async () => {
    const own = syntheticWeights(architecture, { hasTiming });
    const module = await loadTransformerModule(readKernels, 'simd');
    const kernels: ImmediateTransformer = await createWasmTransformer(module, own, { memory: LARGE });
    const expected: Float32Array[][] = [];
    for (const [piece, melody] of MELODIES.entries()) {
      const alone = new NetworkReader(new ReferenceTransformer(own, LARGE), hasTiming);
      expected.push(await follow(alone, alone.begin([], melody), piece, 400, false));
    }
    const reader = new NetworkReader(kernels, hasTiming);
    const readings = MELODIES.map((melody) => reader.begin([], melody));
    let from = 0;
    for (const to of [70, 150, 152, 170, 239, 244, 320, 400]) {
      for (const [piece, reading] of readings.entries()) {
        const part = expected[piece].slice(from, to);
        const state = reader.save(reading);
        const what = `piece ${piece}, ${from} to ${to}`;
        assertNear(await follow(reader, reading, piece, to, true), part, what);
        reader.restore(reading, state);
        assertNear(await follow(reader, reading, piece, to, true), part, `${what}, once more`);
        reader.forget(state);
      }
      from = to;
    }
  });

test('logits that are asked for again are the same, whatever the twin or another piece has read in between', async () => {
  for (const hasTiming of [true, false]) {
    const own = syntheticWeights({}, { hasTiming });
    const module = await loadTransformerModule(readKernels, 'simd');
    const reader = new NetworkReader(await createWasmTransformer(module, own, { memory: LARGE }), hasTiming);
    const other = reader.begin(given(1).slice(0, 30));
    // The twin has 64 tokens to read.
    const reading = reader.begin([]);
    reading.tokens.push(...given(0).slice(0, LARGE / 2 + 63 + (hasTiming ? 0 : LARGE)));
    await reader.prepare(reading);
    const logits = Float32Array.from(await reader.logits(reading));
    const isSame = async (what: string) =>
      assertNear([Float32Array.from(await reader.logits(reading))], [logits], what);
    reader.readAhead(reading);
    await isSame('the twin has read');
    await reader.prepare(other);
    await isSame('another piece was read');
  }
});

test('a melody that could not be begun is begun by the next call, and none is read in its place', async () => {
  const own = syntheticWeights({ melody: true });
  const network = new ReferenceTransformer(own, MEMORY);
  const begin = network.begin.bind(network);
  let isFull = false;
  network.begin = (melody) => {
    if (isFull) throw new Error('There is no memory');
    begin(melody);
  };
  const reader = new NetworkReader(network, true);
  const [one, other] = MELODIES.slice(0, 2).map((melody) => reader.begin([50], melody));
  await reader.logits(one);
  isFull = true;
  await assert.rejects(async () => reader.logits(other), /no memory/);
  isFull = false;
  const alone = new NetworkReader(new ReferenceTransformer(own, MEMORY), true);
  const expected = await alone.logits(alone.begin([50], MELODIES[1]));
  assert.deepEqual(await reader.logits(other), expected);
});
