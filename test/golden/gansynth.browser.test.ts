/** GANSynth on our kernels, both builds, against the reference vectors: full size, in the browser. */
import { expect } from '@esm-bundle/chai';
import {
  createWasmGenerator,
  loadGANSynthModule,
  type SIMDKind,
  type WasmGenerator,
} from '../../src/ops/gansynth/wasm.js';
import type { GeneratorWeights } from '../../src/ops/gansynth/generator.js';
import { compareImage, compareSound, failures, type GANSynthVectors } from './gansynth-vectors.js';
import { generatorWeights, syntheticTensors } from './synthetic-weights.js';

async function fetchBuilt(name: string): Promise<ArrayBuffer> {
  const response = await fetch(new URL(`../../dist/${name}`, import.meta.url));
  if (!response.ok) throw new Error(`${response.url} is missing: run \`npm run build:wasm\` first`);
  return response.arrayBuffer();
}

describe('GANSynth, full size, in the browser', () => {
  let vectors: GANSynthVectors;
  let weights: GeneratorWeights;
  before(async () => {
    vectors = (await (await fetch(new URL('./gansynth.json', import.meta.url))).json()) as GANSynthVectors;
    // The vectors scale to_rgb as magenta.js does, our product as Magenta's Python.
    weights = generatorWeights(syntheticTensors(vectors.weights), { toRGBFactor: Math.SQRT2 });
  });

  it('takes the relaxed build where the engine has relaxed SIMD, as Chromium does', async () => {
    const names: string[] = [];
    await loadGANSynthModule((name) => {
      names.push(name);
      return fetchBuilt(name);
    });
    expect(names).to.deep.equal(['gansynth.relaxed.wasm']);
  });

  for (const kind of ['relaxed', 'simd'] satisfies SIMDKind[]) {
    it(`${kind === 'relaxed' ? 'relaxed' : 'plain'} SIMD: images and sound are those of the vectors`, async () => {
      const generator: WasmGenerator = await createWasmGenerator(
        await loadGANSynthModule(fetchBuilt, kind),
        weights,
      );
      expect(vectors.cases).to.have.length(3);
      for (const expected of vectors.cases) {
        expect(failures(await compareImage(generator, expected)), expected.zSeed).to.deep.equal([]);
        expect(failures(await compareSound(generator, expected)), expected.zSeed).to.deep.equal([]);
      }
      generator.dispose();
    });
  }
});
