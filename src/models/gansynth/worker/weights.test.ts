import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CATALOGUE } from '../../../checkpoints/catalogue.js';
import { loadCheckpoint, type Tensor } from '../../../checkpoints/checkpoint.js';
import { readTimbres } from '../../../checkpoints/timbres.js';
import { LATENT_SIZE } from '../config.js';
import { generatorNames, readGeneratorWeights } from './weights.js';

const PREFIX = 'Generator/progressive_gan_generator/progressive_gan_block_';
const FULL = [256, 256, 256, 256, 128, 64, 32];

/** A checkpoint of ones, by Magenta's names. */
function checkpoint(filters: readonly number[], suffix = '/ExponentialMovingAverage'): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const add = (name: string, shape: readonly number[]) =>
    tensors.set(PREFIX + name + suffix, {
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
    });
  filters.forEach((outputs, i) => {
    add(`${i + 1}/conv0/conv2d/kernel`, i === 0 ? [2, 16, 317, outputs] : [3, 3, filters[i - 1], outputs]);
    add(`${i + 1}/conv0/bias`, [outputs]);
    add(`${i + 1}/conv1/conv2d/kernel`, [3, 3, outputs, outputs]);
    add(`${i + 1}/conv1/bias`, [outputs]);
  });
  add('7/to_rgb/conv2d/kernel', [1, 1, filters[6], 2]);
  add('7/to_rgb/bias', [2]);
  return tensors;
}

test('kernels are scaled by the He constants of the specification, biases are not', () => {
  const { blocks, toRGB } = readGeneratorWeights({ tensors: checkpoint(FULL) });
  // specs: 3.3, computed there from fan-in.
  const constants = [
    [blocks[0].conv0, 0.0140414],
    [blocks[0].conv1, 0.0294628],
    [blocks[4].conv0, 0.0294628],
    [blocks[4].conv1, 0.0416667],
    [blocks[5].conv1, 0.0589256],
    [blocks[6].conv0, 0.0589256],
    [blocks[6].conv1, 0.0833333],
    [toRGB, 0.1767767],
  ] as const;
  for (const [conv, constant] of constants) {
    assert.ok(Math.abs(conv.kernel[0] - constant) < 1e-7, `${conv.kernel[0]} for ${constant}`);
    assert.equal(conv.bias[0], 1);
  }
});

test('magenta.js scaled the output layer by sqrt(2) more; a switch does so too', () => {
  const { toRGB } = readGeneratorWeights({ tensors: checkpoint(FULL) }, { toRGBScale: 'magenta.js' });
  assert.ok(Math.abs(toRGB.kernel[0] - 0.25) < 1e-7);
});

test('the published network has 7308802 parameters', () => {
  const { blocks, toRGB } = readGeneratorWeights({ tensors: checkpoint(FULL) });
  const count = [...blocks.flatMap(({ conv0, conv1 }) => [conv0, conv1]), toRGB].reduce(
    (sum, { kernel, bias }) => sum + kernel.length + bias.length,
    0,
  );
  assert.equal(count, 7308802);
});

test('any widths are read, with or without the suffix of the moving average', () => {
  for (const suffix of ['/ExponentialMovingAverage', '']) {
    const { blocks } = readGeneratorWeights({ tensors: checkpoint([20, 12, 48, 8, 8, 4, 3], suffix) });
    assert.deepEqual(
      blocks.map(({ conv1 }) => conv1.shape[3]),
      [20, 12, 48, 8, 8, 4, 3],
    );
  }
});

describe('what does not fit is refused by name:', () => {
  const narrow = [8, 8, 8, 8, 8, 8, 8];
  const broken = (name: string, tensor: Tensor | undefined) => {
    const tensors = checkpoint(narrow, '');
    if (tensor) tensors.set(PREFIX + name, tensor);
    else tensors.delete(PREFIX + name);
    return () => readGeneratorWeights({ tensors });
  };
  const ones = (...shape: number[]): Tensor => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });

  test('a missing tensor', () => {
    assert.throws(broken('3/conv1/bias', undefined), {
      code: 'CHECKPOINT_TENSOR_MISSING',
      message: /block_3\/conv1\/bias/,
    });
  });
  test('a checkpoint of another model', () => {
    assert.throws(
      () => readGeneratorWeights({ tensors: new Map([['rnn/kernel', ones(2, 2)]]) }),
      /rnn\/kernel/,
    );
  });
  for (const [name, tensor, found] of [
    ['3/conv1/bias', ones(9), /bias is 9; .* has 8/],
    ['4/conv0/conv2d/kernel', ones(3, 3, 7, 8), /3 x 3 x 7 x 8; .* 3 x 3 x 8/],
    ['4/conv1/conv2d/kernel', ones(3, 3, 8, 6), /bias is 8; .* has 6/],
    ['1/conv0/conv2d/kernel', ones(2, 16, 300, 8), /2 x 16 x 300 x 8; .* 2 x 16 x 317/],
    ['7/to_rgb/conv2d/kernel', ones(8, 2), /is 8 x 2; .* 1 x 1 x 8/],
  ] as const) {
    test(`${name} of shape ${tensor.shape.join(' x ')}`, () => {
      assert.throws(broken(name, tensor), { code: 'CHECKPOINT_SHAPE', message: found });
    });
  }
});

test('the shipped checkpoint: every tensor, at least 24 timbres, as large as the catalogue says', async () => {
  const base = new URL('../../../../checkpoints/gansynth-small/', import.meta.url).href;
  let total = 0;
  const onProgress = (progress: { total: number }) => (total = progress.total);
  const shipped = await loadCheckpoint({ kind: 'folder', base }, { onProgress });
  assert.equal(readGeneratorWeights(shipped).blocks.length, 7);
  const timbres = await readTimbres(shipped, LATENT_SIZE);
  assert.ok(new Set(timbres.map(({ name }) => name)).size >= 24);
  assert.equal(CATALOGUE.find(({ id }) => id === 'gansynth/small')?.bytes, total);
});

test("of a training's checkpoint the generator is read: averages before the last values, nothing else", () => {
  const conv = `${PREFIX}1/conv0/conv2d/kernel`;
  const bias = `${PREFIX}1/conv0/bias`;
  const average = '/ExponentialMovingAverage';
  const names = [
    conv,
    conv + average,
    `${conv}/Adam`,
    `${conv}/Adam_1`,
    bias,
    'Discriminator/x/kernel',
    'global_step',
  ];
  assert.deepEqual(generatorNames(names), [conv + average, bias]);
});
