/** NSynth against the reference vectors: the kernels in both builds, and the plain reference. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { BUILDS, readKernels } from '../../src/ops/built-kernels.testing.js';
import { createReferenceDecoder, createReferenceEncoder } from '../../src/ops/nsynth/reference.js';
import { createWasmDecoder } from '../../src/ops/nsynth/wasm-decoder.js';
import { createWasmEncoder } from '../../src/ops/nsynth/wasm-encoder.js';
import { loadNSynthModule } from '../../src/ops/nsynth/wasm-kernels.js';
import { compareCase, vectorModel, type CompareOptions, type NSynthVectors } from './nsynth-vectors.js';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`./nsynth_${name}.json`, import.meta.url), 'utf8')) as NSynthVectors;

async function check(name: string, build: (typeof BUILDS)[number] | 'reference', options?: CompareOptions) {
  const vectors = read(name);
  const model = vectorModel(vectors);
  const { encoder, decoder } = model.weights;
  const module = build === 'reference' ? undefined : await loadNSynthModule(readKernels, build);
  const networks = {
    encoder: module ? await createWasmEncoder(module, encoder) : createReferenceEncoder(encoder),
    decoder: module ? await createWasmDecoder(module, decoder) : createReferenceDecoder(decoder),
  };
  assert.ok(vectors.cases.length > 0);
  for (const vector of vectors.cases)
    assert.deepEqual(await compareCase(model, networks, vector, options), [], vector.kind);
}

describe('NSynth: embeddings, every label, logits and likelihoods', () => {
  for (const name of ['narrow', 'small_hop', 'two_taps']) {
    for (const build of BUILDS) test(`${name}, ${build}`, () => check(name, build));
  }
  test('two_taps, the plain reference', () => check('two_taps', 'reference'));
  test('full size, as published, relaxed', () => check('full', 'relaxed', { steps: 513 }));
});
