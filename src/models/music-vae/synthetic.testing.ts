/** Small checkpoints of any structure, drawn by seed, under Magenta's names. */
import type { SmallTensors } from '../../checkpoints/formats/encode-checkpoint.testing.js';
import type { FileContents } from '../../checkpoints/formats/formats.testing.js';
import { encodeMagentaJS, type Storage } from '../../checkpoints/formats/magenta-js-writer.js';
import { createRandom } from '../../random/random.js';

export interface SyntheticVAE {
  /** The input width of the encoder, controls included. */
  readonly inputs: number;
  /** The output width of each core decoder. */
  readonly outputs: readonly number[];
  readonly controls?: number;
  readonly encoder?: readonly number[];
  readonly decoder?: readonly number[];
  readonly latent?: number;
  readonly hierarchicalEncoder?: boolean;
  readonly hierarchicalDecoder?: boolean;
  /** Hidden units of a NADE. */
  readonly nade?: number;
  /** Python's name for the cells of the conductor. */
  readonly wrappedConductor?: boolean;
}

export function syntheticVAE(architecture: SyntheticVAE, seed = 'vae'): SmallTensors {
  const { inputs, outputs, controls = 0, encoder = [8], decoder = [8, 6], latent = 4 } = architecture;
  const { hierarchicalEncoder, hierarchicalDecoder, nade = 0, wrappedConductor } = architecture;
  const tensors: Record<string, { shape: number[]; values: number[] }> = {};
  const add = (name: string, shape: number[], scale = 1) => {
    const random = createRandom(seed + name);
    const length = shape.reduce((product, size) => product * size, 1);
    tensors[name] = { shape, values: Array.from({ length }, () => Math.fround(scale * (2 * random() - 1))) };
  };
  const linear = (prefix: string, rows: number, columns: number) => {
    add(`${prefix}/kernel`, [rows, columns], 2 / Math.sqrt(rows));
    add(`${prefix}/bias`, [columns], 0.5);
  };
  const both = (prefix: string, below: number) => {
    let rows = below;
    encoder.forEach((size, layer) => {
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
    decoder.forEach((size, layer) => {
      linear(`${prefix}/cell_${layer}/lstm_cell`, rows + size, 4 * size);
      rows = size;
    });
    return rows;
  };
  const states = 2 * decoder.reduce((sum, size) => sum + size, 0);
  let top = both(hierarchicalEncoder ? 'encoder/hierarchical_level_0' : 'encoder', inputs);
  if (hierarchicalEncoder) top = both('encoder/hierarchical_level_1', top);
  linear('encoder/mu', top, latent);
  linear('encoder/sigma', top, latent);
  let embedding = latent;
  if (hierarchicalDecoder) {
    const prefix = 'decoder/hierarchical_level_0';
    embedding = stack(wrappedConductor ? `${prefix}/multi_rnn_cell` : prefix, 1);
    linear(`${prefix}/initial_state`, latent, states);
  }
  const base = hierarchicalDecoder ? 'core_decoder/' : '';
  outputs.forEach((size, i) => {
    const prefix = `${base}${outputs.length > 1 ? `core_decoder_${i}/` : ''}decoder`;
    const last = stack(`${prefix}/multi_rnn_cell`, size + embedding + controls);
    linear(`${prefix}/z_to_initial_state`, embedding, states);
    linear(`${prefix}/output_projection`, last, size + nade);
    if (nade > 0) {
      add(`${prefix}/nade/w_enc`, [size, 1, nade]);
      add(`${prefix}/nade/w_dec_t`, [size, nade, 1]);
    }
  });
  // What a network has no place for.
  add('decoder/opaque_kernel', [7]);
  add('encoder/mu/kernel/Adam', [2]);
  return tensors;
}

export const MELODY_CONFIG = {
  type: 'MusicVAE',
  dataConverter: { type: 'MelodyConverter', args: { numSteps: 32, minPitch: 21, maxPitch: 108 } },
};
export const SMALL_MELODY: SyntheticVAE = { inputs: 90, outputs: [90] };

const utf8 = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

/** A magenta.js folder as files. */
export function syntheticFolder(
  architecture: SyntheticVAE,
  config: unknown,
  storage: Storage = 'float32',
): FileContents {
  const tensors = new Map(
    Object.entries(syntheticVAE(architecture)).map(([name, { shape, values }]) => [
      name,
      { shape, data: Float32Array.from(values) },
    ]),
  );
  return {
    ...Object.fromEntries(encodeMagentaJS(tensors, storage)),
    ...(config === undefined ? {} : { 'config.json': utf8(config) }),
  };
}
