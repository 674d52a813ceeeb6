/** Damage of every kind in every format: reported by a code, or without effect on what is read. Never a crash, a hang, a wrong value. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { createRandom } from '../../random/random.js';
import { loadCheckpoint } from '../checkpoint.js';
import { SMALL } from './encode-checkpoint.testing.js';
import { assertHolds } from './assert-holds.testing.js';
import { EVERY_FORMAT, droppedFiles, type FileContents } from './formats.testing.js';

const ROUNDS = 920;

const random = createRandom('mutations');
const below = (n: number) => Math.floor(random() * n);

/** Flips bits, sets bytes and numbers to extremes, cuts, doubles, drops and swaps parts. */
function mutate(bytes: Uint8Array): Uint8Array {
  const from = below(bytes.length);
  const to = Math.min(bytes.length, from + 1 + below(40));
  const changed = bytes.slice();
  switch (below(8)) {
    case 0:
      return bytes.slice(0, from);
    case 1:
      return Uint8Array.of(...bytes.subarray(0, to), ...bytes.subarray(from));
    case 2:
      return Uint8Array.of(...bytes.subarray(0, from), ...bytes.subarray(to));
    case 3:
      changed.fill(below(256), from, to);
      return changed;
    case 4:
      changed.copyWithin(below(bytes.length), from, to);
      return changed;
    case 5:
      changed.set([255, 255, 255, 255, 255, 255, 255, 127].slice(0, bytes.length - from), from);
      return changed;
    default:
      for (let i = below(3); i >= 0; i--) changed[below(bytes.length)] ^= 1 << below(8);
      return changed;
  }
}

function withDamage(files: FileContents): FileContents {
  const names = Object.keys(files);
  const name = names[below(names.length)];
  if (names.length > 1 && below(20) === 0) {
    return Object.fromEntries(Object.entries(files).filter(([other]) => other !== name));
  }
  return { ...files, [name]: mutate(files[name]) };
}

let total = 0;
for (const [format, files] of Object.entries(EVERY_FORMAT)) {
  test(`${format}: ${ROUNDS} damaged ones`, async () => {
    const outcomes: Record<string, number> = {};
    for (let round = 0; round < ROUNDS; round++, total++) {
      const damaged = withDamage(files);
      let outcome = 'unharmed';
      try {
        assertHolds((await loadCheckpoint(droppedFiles(damaged))).tensors, SMALL);
      } catch (error) {
        if (!(error instanceof TimbrelError)) {
          const hex = Object.values(damaged).map((bytes) => Buffer.from(bytes).toString('hex'));
          throw new Error(`round ${round}: ${error}\n${hex.join('\n')}`, { cause: error });
        }
        assert.match(
          error.code,
          /^CHECKPOINT_(FORMAT|TRUNCATED|DAMAGED|MISSING|AMBIGUOUS|NAN)$/,
          error.message,
        );
        outcome = error.code;
      }
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    // Damage was done: most of it is noticed.
    const { unharmed = 0, CHECKPOINT_DAMAGED: noticed = 0 } = outcomes;
    const summary = JSON.stringify(outcomes);
    assert.ok(unharmed < 0.6 * ROUNDS && (noticed > 0 || format.includes('gz')), summary);
  });
}

test('ten thousand in all', () => assert.ok(total >= 10_000, `${total}`));

for (const format of ['TensorFlow V2', 'TensorFlow V1'] as const) {
  test(`${format}: each byte flipped by itself is reported, but those of the padding at the end`, async () => {
    for (const [name, bytes] of Object.entries(EVERY_FORMAT[format])) {
      for (let at = 0; at < bytes.length; at++) {
        const flipped = bytes.slice();
        flipped[at] ^= 0x10;
        const damaged = { ...EVERY_FORMAT[format], [name]: flipped };
        const code = await loadCheckpoint(droppedFiles(damaged)).then(
          () => undefined,
          (error: TimbrelError) => error.code,
        );
        const isPadding = !name.includes('.data-') && at >= bytes.length - 48 + 3 && at < bytes.length - 8;
        assert.ok(isPadding || code, `${name}: byte ${at} of ${bytes.length}`);
      }
    }
  });
}
