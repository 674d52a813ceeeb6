/** New beginnings of a network whose positions end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReferenceTransformer } from '../../../ops/transformer/reference.js';
import { syntheticTransformer } from '../synthetic.testing.js';
import { NetworkReader, type Reading } from './reader.js';
import { readTransformerWeights } from './weights.js';

const MEMORY = 96;
const tensors = Object.entries(syntheticTransformer({})).map(
  ([name, { shape, values }]) => [name, { shape, data: Float32Array.from(values) }] as const,
);
const weights = readTransformerWeights(new Map(tensors), { heads: 2 });

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

/** Reads on, a token at a time. @returns the likeliest tokens, and how many were read at most for one */
async function goOn(
  { reader, read }: ReturnType<typeof counted>,
  reading: Reading,
  count: number,
  ahead: boolean,
) {
  let most = 0;
  const written: number[] = [];
  for (let i = 0; i < count; i++) {
    const before = read();
    if (ahead) reader.readAhead(reading);
    const logits = await reader.logits(reading);
    most = Math.max(most, read() - before);
    const token = 2 + ((logits.indexOf(Math.max(...logits)) + 7 * reading.tokens.length) % 300);
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
