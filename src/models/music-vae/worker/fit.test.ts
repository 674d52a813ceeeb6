/** The configuration of a checkpoint is told by shapes alone. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { OpenedCheckpoint, TensorInfo } from '../../../checkpoints/opened-checkpoint.js';
import { createConverter } from '../config.js';
import {
  CONFIGURATION_IDS,
  configurationOf,
  isConfigurationId,
  type ConfigurationId,
} from '../configurations.js';
import { controlDepth } from '../controls.js';
import { fitCheckpoint } from './fit.js';

/** Sizes of music_vae.md section 4: parameters with sigma. */
const PARAMETERS: Readonly<Record<ConfigurationId, number>> = {
  'cat-mel_2bar_small': 4423770,
  'cat-mel_2bar_big': 134571098,
  'cat-mel_2bar_med_chords': 17478234,
  'flat-mel_16bar': 235250778,
  'hierdec-mel_16bar': 176061530,
  'hier-mel_16bar': 72547418,
  'cat-drums_2bar_small': 4636672,
  'cat-drums_2bar_big': 137582080,
  'nade-drums_2bar_reduced': 13819273,
  'nade-drums_2bar_full': 14391741,
  'flat-trio_16bar': 251279028,
  'hierdec-trio_16bar': 230975156,
  'hier-trio_16bar': 122529460,
  'hier-multiperf_vel_1bar_med': 55638506,
  'hier-multiperf_vel_1bar_med_chords': 56140266,
  'hier-multiperf_vel_1bar_big': 204598762,
  'hier-multiperf_vel_1bar_big_chords': 205602282,
  groovae_2bar_humanize: 4085019,
  groovae_2bar_tap_fixed_velocity: 4085019,
  groovae_2bar_add_closed_hh: 4085019,
  groovae_2bar_hits_control: 4131099,
  groovae_4bar: 4085019,
};

/** Names and shapes of a checkpoint of that configuration. */
function shapesOf(id: ConfigurationId): Map<string, readonly number[]> {
  const configuration = configurationOf(id);
  const { sizes } = configuration;
  const { inputDepth, heads, segments } = createConverter(configuration.dataConverter);
  const controls = controlDepth(configuration);
  const shapes = new Map<string, readonly number[]>();
  const linear = (prefix: string, rows: number, columns: number) =>
    shapes.set(`${prefix}/kernel`, [rows, columns]).set(`${prefix}/bias`, [columns]);
  const both = (prefix: string, below: number) => {
    let rows = below;
    sizes.encoder.forEach((size, layer) => {
      for (const way of ['fw', 'bw'])
        linear(
          `${prefix}/cell_${layer}/bidirectional_rnn/${way}/multi_rnn_cell/cell_0/lstm_cell`,
          rows + size,
          4 * size,
        );
      rows = 2 * size;
    });
    return rows;
  };
  const stack = (prefix: string, below: number) => {
    let rows = below;
    sizes.decoder.forEach((size, layer) => {
      linear(`${prefix}/cell_${layer}/lstm_cell`, rows + size, 4 * size);
      rows = size;
    });
    return rows;
  };
  const states = 2 * sizes.decoder.reduce((sum, size) => sum + size, 0);
  let top = both(
    sizes.hierarchicalEncoder ? 'encoder/hierarchical_level_0' : 'encoder',
    inputDepth + controls,
  );
  if (sizes.hierarchicalEncoder) top = both('encoder/hierarchical_level_1', top);
  linear('encoder/mu', top, sizes.latent);
  linear('encoder/sigma', top, sizes.latent);
  const hierarchical = segments > 1;
  let embedding = sizes.latent;
  if (hierarchical) {
    embedding = stack('decoder/hierarchical_level_0/multi_rnn_cell', 1);
    linear('decoder/hierarchical_level_0/initial_state', sizes.latent, states);
  }
  const split = hierarchical && heads.length > 1;
  const cores = split ? heads.map((head) => [head]) : [heads];
  cores.forEach((written, i) => {
    const prefix = `${hierarchical ? 'core_decoder/' : ''}${split ? `core_decoder_${i}/` : ''}decoder`;
    const size = written.reduce((sum, head) => sum + head.size, 0);
    const hidden = id.startsWith('nade') ? 128 : 0;
    const last = stack(`${prefix}/multi_rnn_cell`, size + embedding + controls);
    linear(`${prefix}/z_to_initial_state`, embedding, states);
    linear(`${prefix}/output_projection`, last, size + hidden);
    if (hidden > 0)
      shapes.set(`${prefix}/nade/w_enc`, [size, 1, hidden]).set(`${prefix}/nade/w_dec_t`, [size, hidden, 1]);
  });
  shapes.set('global_step', []).set('encoder/mu/kernel/Adam', [1]);
  return shapes;
}

/** One with shapes and, for as long as nobody looks at them, values. */
function opened(id: ConfigurationId, location: string, config?: unknown): OpenedCheckpoint {
  const shapes = shapesOf(id);
  const entries = new Map<string, TensorInfo>(
    [...shapes].map(([name, shape]) => [name, { shape, dtype: 'float32', byteLength: 0 }]),
  );
  return {
    format: 'tensorflow-v2',
    location,
    entries,
    readTensors: async (names = shapes.keys()) =>
      new Map(
        [...names].map((name) => {
          const shape = shapes.get(name) ?? [];
          return [name, { shape, data: lengthOnly(shape.reduce((product, size) => product * size, 1)) }];
        }),
      ),
    readJSON: async () => config,
  };
}

/** The list is as long as it has to be, and takes no memory. */
function lengthOnly(length: number): Float32Array {
  return Object.defineProperty(new Float32Array(0), 'length', { value: length });
}

describe('a TensorFlow checkpoint', () => {
  for (const id of CONFIGURATION_IDS) {
    test(`in ${id}.tar is of ${id}, with the parameters of the specification`, async () => {
      const { id: found, weights } = await fitCheckpoint(opened(id, `/models/${id}.tar`), undefined);
      assert.equal(found, id);
      assert.equal(weights.parameterCount, PARAMETERS[id]);
    });
  }

  test('of another name is told by its shapes, where only one has them', async () => {
    for (const id of ['cat-mel_2bar_big', 'hier-trio_16bar', 'nade-drums_2bar_full'] as const)
      assert.equal((await fitCheckpoint(opened(id, 'model.ckpt-7'), undefined)).id, id);
  });

  test('of which several have the shapes is CONFIGURATION_UNKNOWN, and names them', async () => {
    await assert.rejects(fitCheckpoint(opened('groovae_4bar', 'model.ckpt-7'), undefined), {
      code: 'CONFIGURATION_UNKNOWN',
      message: /groovae_2bar_humanize, .*groovae_4bar/,
    });
    const said = await fitCheckpoint(opened('groovae_4bar', 'model.ckpt-7'), 'groovae_4bar');
    assert.equal(said.converter.steps, 64);
  });
});

test('a config.json of magenta.js is known by its name in the table too', async () => {
  const config = {
    type: 'MusicVAE',
    dataConverter: { type: 'MelodyConverter', args: { numSteps: 32, minPitch: 21, maxPitch: 108 } },
  };
  assert.equal(
    (await fitCheckpoint(opened('cat-mel_2bar_small', 'x', config), undefined)).id,
    'cat-mel_2bar_small',
  );
  const four = { dataConverter: { type: 'MelodyConverter', args: { numSteps: 64 } } };
  assert.equal((await fitCheckpoint(opened('cat-mel_2bar_small', 'x', four), undefined)).id, '');
  assert.equal(isConfigurationId('toString'), false);
});
