/** Mu-law levels against the vectors of NSynth. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { muLawClass, muLawLevel, muLawSample } from './mu-law.js';

interface ToolCase {
  readonly kind: string;
  readonly x: readonly number[];
  readonly q: readonly number[];
  readonly classIndex: readonly number[];
}

const tools = new URL('../../test/golden/nsynth_tools.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(tools, 'utf8')) as { cases: readonly ToolCase[] };
const find = (kind: string) => {
  const found = cases.find((one) => one.kind === kind);
  assert.ok(found);
  return found;
};

test('samples have the levels and classes of the vectors', () => {
  const { x, q, classIndex } = find('muLaw');
  assert.deepEqual(
    x.map((value) => muLawLevel(value) + 0),
    q,
  );
  assert.deepEqual(
    x.map((value) => muLawClass(value)),
    classIndex,
  );
});

test('each class has the sample of the vectors, and that sample has its class', () => {
  const { x } = find('muLawDecode');
  x.forEach((value, index) => {
    assert.ok(Math.abs(muLawSample(index) - value) <= 1e-6, `class ${index}`);
    assert.equal(muLawClass(muLawSample(index)), index);
  });
});
