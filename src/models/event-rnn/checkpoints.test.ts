/**
 * Real weights on well-known music: the loss per event is far below uniform, and far above it on random events. The checkpoints
 * are third-party trainings that are not shipped: without them the tests are skipped.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { before, describe, test } from 'node:test';
import { loadCheckpoint } from '../../checkpoints/checkpoint.js';
import type { EventModelName, MusicEvent } from '../../messages/event-rnn.js';
import { readKernels } from '../../ops/built-kernels.testing.js';
import { createWasmNetwork, loadLSTMModule, type Precision } from '../../ops/lstm/wasm.js';
import { createRandom } from '../../random/random.js';
import { EventDecoder } from './decoder.js';
import { fitCheckpoint, type FittedCheckpoint } from './fit.js';
import { BEATS, TUNES } from './tunes.testing.js';

interface Expectation {
  readonly folder: string;
  readonly model: EventModelName;
  readonly configuration: string;
  readonly pieces: Readonly<Record<string, readonly MusicEvent[]>>;
  /** Nats per event, as measured, by piece. */
  readonly losses: Readonly<Record<string, number>>;
}

const EXPECTATIONS: readonly Expectation[] = [
  {
    folder: 'melody_rnn/attention_rnn_128',
    model: 'MelodyRNN',
    configuration: 'attention_rnn',
    pieces: TUNES,
    losses: { 'Twinkle, twinkle, little star': 0.89, 'Frère Jacques': 1.61, 'Ode to Joy': 1.45 },
  },
  {
    folder: 'drums_rnn/drum_off_model',
    model: 'DrumsRNN',
    configuration: 'drum_kit',
    pieces: BEATS,
    losses: { rock: 0.44, 'rock, kick on the off-beat': 0.48, disco: 2.21 },
  },
  {
    folder: 'drums_rnn/drum_off_dannyModel',
    model: 'DrumsRNN',
    configuration: 'drum_kit',
    pieces: BEATS,
    losses: { rock: 0.69, 'rock, kick on the off-beat': 0.73, disco: 2.44 },
  },
  {
    folder: 'drums_rnn/drum_off_daveModel',
    model: 'DrumsRNN',
    configuration: 'drum_kit',
    pieces: BEATS,
    losses: { rock: 1.17, 'rock, kick on the off-beat': 1.05, disco: 2.72 },
  },
];

async function lossOf(
  { configuration, weights }: FittedCheckpoint,
  events: readonly MusicEvent[],
  precision: Precision,
): Promise<number> {
  const network = await createWasmNetwork(await loadLSTMModule(readKernels), weights, precision);
  const decoder = new EventDecoder(network, configuration);
  const total = events.reduce<number>((sum, event) => sum + decoder.score(event).logProbability, 0);
  return -total / (events.length - 1);
}

for (const { folder, model, configuration, pieces, losses } of EXPECTATIONS) {
  const path = fileURLToPath(new URL(`../../../../shared/checkpoints/${folder}/`, import.meta.url));
  const skip = existsSync(path) ? false : `${folder} is not here`;

  describe(folder, { skip }, () => {
    let fitted: FittedCheckpoint;
    let uniform = 0;
    before(async () => {
      fitted = fitCheckpoint(await loadCheckpoint({ kind: 'folder', base: path }), model);
      uniform = Math.log(fitted.configuration.encoding.classes[0]);
    });

    test('its configuration is found', () => assert.equal(fitted.id, configuration));

    for (const [name, events] of Object.entries(pieces)) {
      test(`${name}: ${losses[name]} nats an event; int16 within 0.002 of float32`, async () => {
        const loss = await lossOf(fitted, events, 'float32');
        assert.ok(Math.abs(loss - losses[name]) < 0.01, `${loss}`);
        assert.ok(loss < 0.5 * uniform, `uniform is ${uniform}`);
        const narrow = await lossOf(fitted, events, 'int16');
        assert.ok(Math.abs(narrow - loss) < 0.002, `${narrow - loss}`);
      });
    }

    test('random events: twice uniform, or more', async () => {
      const { encoding } = fitted.configuration;
      const random = createRandom(1);
      const label = () => Math.floor(random() * encoding.classes[0]);
      const events = Array.from({ length: 128 }, () => encoding.decode([label()], []));
      const loss = await lossOf(fitted, events, 'int16');
      assert.ok(loss > 2 * uniform, `${loss}, uniform is ${uniform}`);
    });
  });
}
