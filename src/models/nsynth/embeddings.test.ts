/** Arithmetic on embeddings against the vectors of the tools around NSynth. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createRandom } from '../../random/random.js';
import { crossfadeEmbeddings, gridWeights, mixEmbeddings, stretchEmbedding } from './embeddings.js';

interface ToolCase {
  readonly kind: string;
  readonly embeddingSeed: string;
  readonly embeddingSeeds: readonly string[];
  readonly scale: number;
  readonly frames: number;
  readonly factor: number;
  readonly framesOut: number;
  readonly weights: readonly number[];
  readonly embedding: readonly (readonly number[])[];
  readonly points: readonly { readonly x: number; readonly y: number; readonly weights: readonly number[] }[];
}

const SIZE = 16;
const tools = new URL('../../../test/golden/nsynth_tools.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(tools, 'utf8')) as { cases: readonly ToolCase[] };
const casesOf = (kind: string) => cases.filter((one) => one.kind === kind);

function drawn(seed: string, { scale, frames }: ToolCase): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: frames * SIZE }, () => Math.fround(scale * (2 * random() - 1)));
}

function assertClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  const worst = Math.max(...expected.map((value, i) => Math.abs(actual[i] - value)));
  assert.ok(worst <= 1e-6, `differs by ${worst}`);
}

describe('the vectors', () => {
  for (const vector of casesOf('stretch')) {
    test(`stretch by ${vector.factor}`, () => {
      const frames = Math.floor(vector.frames * vector.factor);
      assert.equal(frames, vector.framesOut);
      assertClose(
        stretchEmbedding(drawn(vector.embeddingSeed, vector), frames, SIZE),
        vector.embedding.flat(),
      );
    });
  }

  test('mix', () => {
    const [vector] = casesOf('mix');
    const embeddings = vector.embeddingSeeds.map((seed) => drawn(seed, vector));
    assertClose(mixEmbeddings(embeddings, vector.weights), vector.embedding.flat());
  });

  test('crossfade', () => {
    const [vector] = casesOf('crossfade');
    const [a, b] = vector.embeddingSeeds.map((seed) => drawn(seed, vector));
    assertClose(crossfadeEmbeddings(a, b, SIZE), vector.embedding.flat());
  });

  test('the grid of Open NSynth Super', () => {
    const [{ points }] = casesOf('superGrid');
    assert.equal(points.length, 25);
    for (const { x, y, weights } of points) assertClose(gridWeights(x, y), weights);
  });
});

test('a single frame is stretched to many that are like it', () => {
  assert.deepEqual([...stretchEmbedding(Float32Array.of(1, 2), 3, 2)], [1, 2, 1, 2, 1, 2]);
});

test('what cannot be mixed is refused', () => {
  const [a, b] = [new Float32Array(16), new Float32Array(32)];
  assert.throws(() => mixEmbeddings([a, b], [0.5, 0.5]), { code: 'EMBEDDING_INVALID' });
  assert.throws(() => mixEmbeddings([a, a], [1]), { code: 'OPTION_INVALID' });
  assert.throws(() => mixEmbeddings([], []), { code: 'OPTION_INVALID' });
  assert.throws(() => mixEmbeddings([a], [NaN]), { code: 'OPTION_INVALID' });
});
