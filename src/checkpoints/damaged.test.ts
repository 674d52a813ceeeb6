import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimbrelError } from '../errors/timbrel-error.js';
import { createRandom } from '../random/random.js';
import { loadCheckpoint } from './checkpoint.js';
import { GOOD, dropped, type Files } from './checkpoint.testing.js';

const random = createRandom('damage');
const below = (n: number) => Math.floor(random() * n);
const pick = <T>(list: readonly T[]): T => list[below(list.length)];

/** Counts the refusals by their code; any other error fails the test. */
async function load(damaged: () => Files, rounds: number): Promise<Record<string, number>> {
  const refused: Record<string, number> = {};
  for (let round = 0; round < rounds; round++) {
    const files = damaged();
    try {
      const { tensors } = await loadCheckpoint(dropped(files));
      for (const [name, { shape, data }] of tensors) {
        assert.equal(typeof name, 'string');
        assert.equal(
          data.length,
          shape.reduce((product, size) => product * size, 1),
        );
      }
    } catch (error) {
      assert.ok(error instanceof TimbrelError, `${error} for ${files['weights_manifest.json']}`);
      refused[error.code] = (refused[error.code] ?? 0) + 1;
    }
  }
  return refused;
}

test('3000 checkpoints with damaged bytes load or are refused with a code, and nothing else', async () => {
  const bytes = Object.entries(GOOD).map(
    ([name, content]) =>
      [name, typeof content === 'string' ? new TextEncoder().encode(content) : content] as const,
  );
  const refused = await load(() => {
    const files = Object.fromEntries(bytes);
    const name = pick(Object.keys(files));
    const damaged = files[name].slice(0, random() < 0.3 ? below(files[name].length) : undefined);
    for (let i = below(4); i >= 0 && damaged.length > 0; i--) damaged[below(damaged.length)] = below(256);
    return { ...files, [name]: damaged };
  }, 3000);
  assert.ok(refused.CHECKPOINT_FORMAT > 100 && refused.CHECKPOINT_TRUNCATED > 100, JSON.stringify(refused));
});

type JSONValue = null | boolean | number | string | JSONValue[] | { [key: string]: JSONValue };

const ODD: readonly JSONValue[] = [
  null,
  true,
  0,
  -1,
  0.5,
  7,
  2 ** 28,
  2 ** 29,
  2 ** 31,
  2 ** 53,
  1e308,
  '',
  'a',
  '..',
  'shard1',
  'uint8',
  'uint16',
  'float16',
  'float32',
  'int32',
  'bool',
  '__proto__',
  [],
  [[]],
  {},
  [0],
  [2, 3],
  [1e308, 1e308, 0],
  [-1, -6],
  { dtype: 'uint8' },
  { dtype: 'uint16', scale: 1e308, min: 0 },
  { dtype: 'float16' },
];

/** Every place of a JSON value, as a function that puts another value there, or nothing. */
function places(
  value: JSONValue,
  put: (other: JSONValue | undefined) => void,
): ((other?: JSONValue) => void)[] {
  if (typeof value !== 'object' || value === null) return [put];
  const children = Array.isArray(value)
    ? value.flatMap((child, i) =>
        places(child, (other) => (other === undefined ? value.splice(i, 1) : (value[i] = other))),
      )
    : Object.entries(value).flatMap(([key, child]) =>
        places(child, (other) => (other === undefined ? delete value[key] : (value[key] = other))),
      );
  return [put, ...children];
}

test('3000 manifests with odd values in their fields too', async () => {
  const refused = await load(() => {
    const root = { groups: JSON.parse(GOOD['weights_manifest.json'] as string) as JSONValue };
    for (let i = below(3); i >= 0; i--) {
      const all = places(root.groups, (other) => (root.groups = other ?? null));
      pick(all)(random() < 0.2 ? undefined : structuredClone(pick(ODD)));
    }
    return { ...GOOD, 'weights_manifest.json': JSON.stringify(root.groups) };
  }, 3000);
  for (const code of ['FORMAT', 'TRUNCATED', 'MISSING', 'NAN']) {
    assert.ok(refused[`CHECKPOINT_${code}`] > 0, JSON.stringify(refused));
  }
});
