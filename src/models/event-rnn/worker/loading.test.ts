/** From files of several formats to a model: what the files say of themselves, and what is left unread. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  encodeGzip,
  encodeMag,
  encodeTar,
  encodeV1,
  encodeV2,
  type SmallTensors,
} from '../../../checkpoints/formats/encode-checkpoint.testing.js';
import { droppedFiles, type FileContents } from '../../../checkpoints/formats/formats.testing.js';
import type { EventModelName } from '../protocol.js';
import { GANSynthModel } from '../../gansynth/worker/gansynth-model.js';
import { EventRNNModel } from './event-rnn-model.js';
import { CAPITALISED, TODAY, syntheticCheckpoint, type Names } from '../synthetic.testing.js';

const tensorsOf = (inputSize: number, classes: number, names?: Names, length?: number): SmallTensors => {
  const attention = length ? { wrappedCells: 2, length } : undefined;
  const tensors = syntheticCheckpoint({ inputSize, sizes: [6, 4], classes, attention }, names);
  return Object.fromEntries(
    [...tensors].map(([name, { shape, data }]) => [name, { shape, values: Array.from(data) }]),
  );
};

const load = (files: FileContents, model: EventModelName, configuration?: string) =>
  EventRNNModel.load(droppedFiles(files), { model, configuration, backend: 'cpu' });

/** The widths of performance_with_dynamics, and of its compact sister. */
const performance = tensorsOf(388, 388);
const bundle = (id: string, tensors = performance) => ({ 'x.mag': encodeMag(id, encodeV1(tensors)) });

describe('a bundle', () => {
  test('says which configuration it is of, where the widths fit several', async () => {
    for (const id of ['performance_with_dynamics', 'performance_with_dynamics_compact']) {
      assert.equal((await load(bundle(id), 'PerformanceRNN')).describe().configuration, id);
    }
  });

  test("with an id of somebody's own is told by its widths; what the caller says goes before", async () => {
    const configurationOf = async (id: string, asked?: string) =>
      (await load(bundle(id), 'PerformanceRNN', asked)).describe().configuration;
    assert.equal(await configurationOf('my_rnn'), 'performance_with_dynamics');
    const compact = 'performance_with_dynamics_compact';
    assert.equal(await configurationOf('performance_with_dynamics', compact), compact);
  });

  test('of another model is CHECKPOINT_OTHER_MODEL, and the message says which', async () => {
    await assert.rejects(load(bundle('performance_with_dynamics'), 'MelodyRNN'), {
      code: 'CHECKPOINT_OTHER_MODEL',
      message: /PerformanceRNN\.load/,
    });
  });
});

for (const [version, names] of Object.entries({ CAPITALISED, TODAY })) {
  test(`attention around all cells, ${version}, from a .mag`, async () => {
    const model = await load(bundle('attention_rnn', tensorsOf(74, 40, names, 40)), 'MelodyRNN');
    const { configuration, attentionLength, layers } = model.describe();
    assert.deepEqual([configuration, attentionLength, layers], ['attention_rnn', 40, [6, 4]]);
  });
}

test("a V2 checkpoint of a training: the optimiser's tensors are not even read", async () => {
  const weights = tensorsOf(38, 38);
  const slots = Object.fromEntries(
    Object.entries(weights).flatMap(([name, { shape, values }]) =>
      ['Adam', 'Adam_1'].map((slot) => [`${name}/${slot}`, { shape, values: values.map(() => NaN) }]),
    ),
  );
  const step = { shape: [], values: [7], type: 'int64' } as const;
  const files = encodeV2('model.ckpt-7', { ...weights, ...slots, global_step: step });
  assert.equal(
    (await load(files, 'MelodyRNN')).describe().parameterCount,
    (await load(encodeV2('m', weights), 'MelodyRNN')).describe().parameterCount,
  );
});

test('config.json in an archive says how long attention is', async () => {
  const files = encodeV2('run/m.ckpt-1', tensorsOf(518, 512, TODAY, 32));
  const tgz = encodeGzip(encodeTar({ ...files, 'run/config.json': '{"attentionLength": 24}' }));
  assert.equal((await load({ 'x.tgz': tgz }, 'DrumsRNN')).describe().attentionLength, 24);
});

test('a checkpoint of another kind is refused, and the message says what it has', async () => {
  const other = { 'x.ckpt': encodeV1({ 'Generator/conv': { shape: [1], values: [1] } }) };
  await assert.rejects(load(other, 'MelodyRNN'), {
    code: 'CHECKPOINT_TENSOR_MISSING',
    message: /x\.ckpt has none of the tensors of the model.*Generator\/conv/,
  });
  await assert.rejects(GANSynthModel.load(droppedFiles(bundle('basic_rnn')), { backend: 'cpu' }), {
    code: 'CHECKPOINT_TENSOR_MISSING',
    message: /x\.mag/,
  });
});
