/** Real files of every format, as published; they are not shipped. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadCheckpoint, openCheckpoint, type OpenedCheckpoint } from '../checkpoint.js';
import type { Tensor } from '../tensor.js';

const shared = fileURLToPath(new URL('../../../../shared/checkpoints/', import.meta.url));
const skip = existsSync(shared) ? false : 'the real checkpoints are not here';

const open = (name: string) => openCheckpoint({ kind: 'address', address: path.join(shared, name) });
const load = (name: string) => loadCheckpoint({ kind: 'address', address: path.join(shared, name) });

/** Bit by bit: -0 is not 0. */
function assertSame(
  a: ReadonlyMap<string, Tensor>,
  b: ReadonlyMap<string, Tensor>,
  names: Iterable<string>,
): void {
  for (const name of names) {
    const [one, other] = [a.get(name), b.get(name)];
    assert.ok(one && other, name);
    assert.deepEqual(one.shape, other.shape, name);
    const bits = ({ data }: Tensor) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    assert.ok(bits(one).equals(bits(other)), name);
  }
}

describe('real checkpoints', { skip }, () => {
  test('run5.mag is its V2 checkpoint, bit by bit', async () => {
    const mag = await load('melody_rnn/lookback_rnn_edm/run5.mag');
    const v2 = await load('melody_rnn/lookback_rnn_edm/run5-model.ckpt-20000');
    assert.deepEqual([mag.tensors.size, v2.tensors.size], [6, 21]);
    assertSame(mag.tensors, v2.tensors, mag.tensors.keys());
    assert.equal(mag.generator?.id, 'lookback_rnn');
    assert.deepEqual(v2.tensors.get('global_step')?.data, Int32Array.of(20000));
  });

  test('drum_off_model: V2 is its magenta.js conversion, bit by bit', async () => {
    const converted = await load('drums_rnn/drum_off_model');
    const v2 = await open('drums_rnn/drum_off_model/model.ckpt-3000');
    assert.deepEqual([converted.tensors.size, v2.entries.size], [18, 21]);
    assertSame(converted.tensors, await v2.readTensors(converted.tensors.keys()), converted.tensors.keys());
  });

  const shapes = ({ entries }: OpenedCheckpoint, prefix: string) =>
    Object.fromEntries(
      [...entries]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, { shape }]) => [name.slice(prefix.length), shape]),
    );

  test('attention around the first cell, with the names of 2017: inputs 74, cells 64', async () => {
    const opened = await open('melody_rnn/attention_rnn_makers/attention_rnn.mag');
    const [inputs, size, classes] = [74, 64, 40];
    assert.deepEqual(shapes(opened, 'rnn/multi_rnn_cell/cell_0/attention_cell_wrapper/'), {
      kernel: [inputs + size, inputs],
      bias: [inputs],
      'basic_lstm_cell/kernel': [inputs + size, 4 * size],
      'basic_lstm_cell/bias': [4 * size],
      'attention/attn_w': [1, 1, size, size],
      'attention/attn_v': [size],
      'attention/kernel': [2 * size, size],
      'attention/bias': [size],
      'attn_output_projection/kernel': [2 * size, size],
      'attn_output_projection/bias': [size],
    });
    assert.deepEqual(opened.entries.get('fully_connected/weights')?.shape, [size, classes]);
    assert.deepEqual(opened.generator?.id, 'attention_rnn');
  });

  for (const file of ['attention_rnn.mag', '_attention_rnn_funkyb01.mag']) {
    test(`attention around all cells, with the names of 2016: ${file}`, async () => {
      const opened = await open(`melody_rnn/attention_rnn_funky/${file}`);
      const [inputs, size] = [74, 64];
      assert.deepEqual(shapes(opened, 'RNN/AttentionCellWrapper/'), {
        'Linear/Matrix': [inputs + size, inputs],
        'Linear/Bias': [inputs],
        'MultiRNNCell/Cell0/BasicLSTMCell/Linear/Matrix': [inputs + size, 4 * size],
        'MultiRNNCell/Cell0/BasicLSTMCell/Linear/Bias': [4 * size],
        'MultiRNNCell/Cell1/BasicLSTMCell/Linear/Matrix': [2 * size, 4 * size],
        'MultiRNNCell/Cell1/BasicLSTMCell/Linear/Bias': [4 * size],
        'Attention/AttnW': [1, 1, size, size],
        'Attention/AttnV': [size],
        'Attention/Linear/Matrix': [4 * size, size],
        'Attention/Linear/Bias': [size],
        'AttnOutputProjection/Linear/Matrix': [2 * size, size],
        'AttnOutputProjection/Linear/Bias': [size],
      });
    });
  }

  for (const [file, format, tensorCount, id] of [
    ['melody_rnn/note_rnn_official/model.ckpt-1994', 'tensorflow-v1', 9, undefined],
    ['melody_rnn/lookback_rnn_edm/run1-model.ckpt-20000', 'tensorflow-v2', 21, undefined],
    ['melody_rnn/lookback_rnn_junk/junk_lookback_rnn.mag', 'mag', 6, 'lookback_rnn'],
    ['polyphony_rnn/polyphony_128/polyphony_rnn_128.mag', 'mag', 8, 'polyphony'],
    ['polyphony_rnn/polyphony_18000/18000_polyphony_rnn.mag', 'mag', 6, 'polyphony'],
  ] as const) {
    test(`${file}: all of it, every checksum right`, async () => {
      const opened = await open(file);
      assert.deepEqual([opened.format, opened.generator?.id], [format, id]);
      assert.equal((await opened.readTensors()).size, tensorCount);
    });
  }

  test('a folder of three checkpoints names them', async () => {
    await assert.rejects(load('melody_rnn/lookback_rnn_edm'), {
      code: 'CHECKPOINT_AMBIGUOUS',
      message: /run5\.mag/,
    });
  });
});
