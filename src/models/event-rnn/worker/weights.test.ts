import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TimbrelError, type ErrorCode } from '../../../errors/timbrel-error.js';
import { parameterCount } from '../../../ops/lstm/network.js';
import { randomWeights, type Architecture } from '../../../ops/lstm/random-weights.testing.js';
import {
  CONFIGURATIONS,
  inputSizeOf,
  type Configuration,
  type ConfigurationId,
} from '../encodings/configurations.js';
import { configurationsOf } from '../encodings/configurations.js';
import { fitCheckpoint, readAttentionLength } from './fit.js';
import {
  CAPITALISED,
  LSTM_CELL,
  syntheticCheckpoint,
  TODAY,
  WEIGHTS_AND_BIASES,
} from '../synthetic.testing.js';
import { readRecurrentWeights } from './weights.js';

const architectureOf = (id: ConfigurationId, wrapped: 'first' | 'all' = 'first'): Architecture => {
  const configuration = CONFIGURATIONS[id] as unknown as Configuration<unknown>;
  const { attentionLength, encoding, layers } = configuration;
  return {
    inputSize: inputSizeOf(configuration),
    sizes: layers,
    classes: encoding.classes.reduce((a, b) => a + b),
    attention: attentionLength
      ? { wrappedCells: wrapped === 'first' ? 1 : layers.length, length: attentionLength }
      : undefined,
  };
};

const failsWith = (code: ErrorCode, part: RegExp) => (error: unknown) =>
  error instanceof TimbrelError && error.code === code && part.test(error.message);

describe('parameters, counted by the table of music_rnn.md section 4', () => {
  const COUNTS: Readonly<Record<ConfigurationId, number>> = {
    basic_rnn: 221990,
    mono_rnn: 280962,
    lookback_rnn: 264744,
    attention_rnn: 338006,
    one_drum: 198914,
    drum_kit: 2705706,
    basic_improv: 74406,
    attention_improv: 510652,
    chord_pitches_improv: 1400358,
    lookback_improv: 536872,
    polyphony: 1645571,
    performance: 6160740,
    performance_with_dynamics: 6242692,
    performance_with_dynamics_compact: 6242692,
    performance_with_dynamics_and_modulo_encoding: 5480836,
    performance_with_dynamics_and_note_encoding: 6055739,
    density_conditioned_performance_with_dynamics: 6259076,
    pitch_conditioned_performance_with_dynamics: 6267268,
    multiconditioned_performance_with_dynamics: 6283652,
    optional_multiconditioned_performance_with_dynamics: 6285700,
  };
  for (const id of Object.keys(COUNTS) as ConfigurationId[]) {
    test(id, () => {
      const tensors = syntheticCheckpoint(architectureOf(id));
      const { weights, configuration } = fitCheckpoint({ tensors }, CONFIGURATIONS[id].model, { id });
      assert.equal(configuration, CONFIGURATIONS[id]);
      assert.equal(parameterCount(weights), COUNTS[id]);
    });
  }

  test('drum_kit with attention around the whole stack', () => {
    const tensors = syntheticCheckpoint(architectureOf('drum_kit', 'all'));
    assert.equal(parameterCount(fitCheckpoint({ tensors }, 'DrumsRNN', { id: 'drum_kit' }).weights), 2967850);
  });
});

describe('tensors', () => {
  const shape = { inputSize: 12, classes: 9, attentionLength: 4 };
  const around = (wrappedCells: number): Architecture => ({
    inputSize: 12,
    sizes: [8, 16],
    classes: 9,
    attention: { wrappedCells, length: 4 },
  });

  for (const [version, names] of Object.entries({ TODAY, CAPITALISED, WEIGHTS_AND_BIASES })) {
    for (const wrappedCells of version === 'CAPITALISED' ? [2] : [1, 2]) {
      test(`${version}, attention around ${wrappedCells} cells: each lands in its place`, () => {
        const tensors = syntheticCheckpoint(around(wrappedCells), names);
        assert.deepEqual(
          readRecurrentWeights(tensors, shape),
          randomWeights(around(wrappedCells), 'checkpoint'),
        );
      });
    }
  }

  test('LSTM_CELL, without attention: each lands in its place', () => {
    const architecture = { inputSize: 12, sizes: [8, 16], classes: 9 };
    assert.deepEqual(
      readRecurrentWeights(syntheticCheckpoint(architecture, LSTM_CELL), shape),
      randomWeights(architecture, 'checkpoint'),
    );
  });

  test('eleven cells are in the order of their numbers', () => {
    const sizes = Array.from({ length: 11 }, (_, i) => 4 + i);
    const architecture = { inputSize: 3, sizes, classes: 2 };
    const { cells } = readRecurrentWeights(syntheticCheckpoint(architecture), { inputSize: 3, classes: 2 });
    assert.deepEqual(
      cells.map(({ bias }) => bias.length / 4),
      sizes,
    );
  });

  test('those of an optimiser are let be', () => {
    const tensors = syntheticCheckpoint(around(1));
    const scalar = { shape: [], data: new Float32Array(1) };
    tensors.set('rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel/Adam', scalar);
    tensors.set('fully_connected/weights/Adam_1', scalar);
    tensors.set('global_step', scalar);
    assert.equal(readRecurrentWeights(tensors, shape).cells.length, 2);
  });

  test('one that lacks: the message names it', () => {
    for (const [name, part] of [
      ['rnn/multi_rnn_cell/cell_1/basic_lstm_cell/bias', /cell_1.*bias/],
      ['rnn/multi_rnn_cell/cell_0/attention_cell_wrapper/attention/attn_v', /attn_v/],
      ['fully_connected/weights', /output layer/],
    ] as const) {
      const tensors = syntheticCheckpoint(around(1));
      tensors.delete(name);
      assert.throws(() => readRecurrentWeights(tensors, shape), failsWith('CHECKPOINT_TENSOR_MISSING', part));
    }
    assert.throws(
      () => readRecurrentWeights(new Map(), shape),
      failsWith('CHECKPOINT_TENSOR_MISSING', /LSTM cell.*0 tensors/),
    );
  });

  test('one of another shape: the message has both', () => {
    const tensors = syntheticCheckpoint(around(1));
    const wider = { ...shape, inputSize: 13 };
    assert.throws(
      () => readRecurrentWeights(tensors, wider),
      failsWith('CHECKPOINT_SHAPE', /cell_0.*20 x 32.*21 x 32/),
    );
    const noAttention = { inputSize: 12, classes: 9 };
    assert.throws(
      () => readRecurrentWeights(tensors, noAttention),
      failsWith('CHECKPOINT_SHAPE', /attention/),
    );
  });
});

describe('the configuration of a checkpoint', () => {
  test('is found by its widths', () => {
    for (const id of ['basic_rnn', 'mono_rnn', 'lookback_rnn', 'attention_rnn', 'drum_kit'] as const) {
      const tensors = syntheticCheckpoint({ ...architectureOf(id), sizes: [8, 8] });
      assert.equal(fitCheckpoint({ tensors }, CONFIGURATIONS[id].model).id, id);
    }
  });

  test('that was asked for must be one of the model', () => {
    const tensors = syntheticCheckpoint({ inputSize: 38, sizes: [8], classes: 38 });
    assert.throws(
      () => fitCheckpoint({ tensors }, 'MelodyRNN', { id: 'drum_kit' }),
      failsWith(
        'CONFIGURATION_UNKNOWN',
        /MelodyRNN.*"drum_kit".*basic_rnn, mono_rnn, lookback_rnn, attention_rnn/,
      ),
    );
    assert.throws(() => fitCheckpoint({ tensors }, 'DrumsRNN'), failsWith('CHECKPOINT_SHAPE', /DrumsRNN/));
    assert.throws(
      () => fitCheckpoint({ tensors }, 'MelodyRNN', { id: 'mono_rnn' }),
      failsWith('CHECKPOINT_SHAPE', /46 x 32.*138 x 32/),
    );
  });

  test('has attention as long as config.json says, which goes before the table', async () => {
    const tensors = syntheticCheckpoint({
      inputSize: 130,
      sizes: [8, 8],
      classes: 130,
      attention: { wrappedCells: 2, length: 40 },
    });
    const lengthIn = (config: unknown) => readAttentionLength({ readJSON: async () => config });
    const attentionLength = await lengthIn({ type: 'MusicRNN', attentionLength: 24 });
    assert.equal(fitCheckpoint({ tensors }, 'MelodyRNN', { attentionLength }).weights.attention?.length, 24);
    assert.throws(
      () => fitCheckpoint({ tensors }, 'MelodyRNN', { id: 'mono_rnn' }),
      failsWith('CHECKPOINT_SHAPE', /attention/),
    );
    assert.equal(await lengthIn({ type: 'MusicRNN' }), undefined);
    assert.equal(await lengthIn(undefined), undefined);
    await assert.rejects(lengthIn({ attentionLength: 1e9 }), failsWith('CHECKPOINT_FORMAT', /1000000000/));
  });

  test('is one of five models; each has some', () => {
    assert.deepEqual(configurationsOf('PolyphonyRNN'), ['polyphony']);
    assert.equal(configurationsOf('PerformanceRNN').length, 9);
  });
});
