/** A GPU that is lost: what was asked for is told, the piece stays as it was, and goes on in WebAssembly. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import type { TransformerWeights } from '../../../ops/transformer/network.js';
import { ReferenceTransformer } from '../../../ops/transformer/reference.js';
import { loopback } from '../../../workers/loopback.testing.js';
import { MusicTransformer } from '../music-transformer.js';
import { ENDLESS, syntheticFolder, type SyntheticTransformer } from '../synthetic.testing.js';
import type { createNetwork } from './kernels.js';
import { createServer } from './server.js';

/** Tokens whose logits are asked for before the GPU is lost; undefined: it stays. */
let lostAfter: number | undefined;
const made: string[] = [];

/** A network that computes, until it is lost, and never again then. */
class LosingNetwork extends ReferenceTransformer {
  private asked = 0;
  override logits(row: number): Float32Array {
    if (lostAfter !== undefined && this.asked++ >= lostAfter)
      throw new TimbrelError('GPU_LOST', 'The GPU was taken away');
    return super.logits(row);
  }
}

const create: typeof createNetwork = async (backend, weights: TransformerWeights, { memory }) => {
  made.push(backend);
  return backend === 'wasm'
    ? { network: new ReferenceTransformer(weights, memory), backend, precision: 'float32' }
    : { network: new LosingNetwork(weights, memory), backend: 'webgpu', precision: 'float16' };
};

const { spawn } = loopback({ 'music-transformer': async () => (emit) => createServer(emit, create) });

let root: string;
before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'timbrel-lost-gpu-'));
});
after(() => rm(root, { recursive: true }));

async function load(architecture: SyntheticTransformer, config: object): Promise<MusicTransformer> {
  const folder = await mkdtemp(path.join(root, 'model-'));
  for (const [name, content] of Object.entries(syntheticFolder(architecture, config)))
    await writeFile(path.join(folder, name), content);
  made.length = 0;
  return MusicTransformer.load(folder, {}, spawn);
}

/** Writes two parts of a piece, the second once more where the GPU was lost in it. @returns the notes, and what was told */
async function written(lost: number | undefined, architecture: SyntheticTransformer, config: object) {
  const model = await load(architecture, config);
  lostAfter = undefined;
  const piece = await model.begin({ notes: [] }, { seed: 3 });
  await piece.write({ seconds: 20 });
  lostAfter = lost;
  const told: string[] = [];
  const ask = () => piece.write({ seconds: 60 });
  const sequence = await ask().catch(async (error: TimbrelError) => {
    told.push(error.code);
    return ask();
  });
  await piece.close();
  model.dispose();
  return { notes: sequence.notes, told, made: [...made] };
}

for (const [name, architecture, config] of [
  ['positions', {}, {}],
  ['an endless model that has read more than it remembers', ...ENDLESS],
] as const) {
  test(`${name}: the write is told, and the next one goes on in WebAssembly`, async () => {
    const whole = await written(undefined, architecture, config);
    assert.ok(whole.notes.length > 5);
    assert.deepEqual([whole.told, whole.made], [[], ['auto']]);
    const saved = await written(2, architecture, config);
    assert.deepEqual([saved.told, saved.made], [['GPU_LOST'], ['auto', 'wasm']]);
    // What an endless model had read beyond its memory has an effect that cannot be brought back.
    if (architecture !== ENDLESS[0]) assert.deepEqual(saved.notes, whole.notes);
    else assert.ok(saved.notes.length > 5);
  });
}
