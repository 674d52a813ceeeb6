/**
 * Real weights on well-known music: the loss per event is far below uniform, and far above it on random events. The checkpoints
 * are third-party trainings that are not shipped: without them the tests are skipped.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { before, describe, test } from 'node:test';
import { loadCheckpoint } from '../../../checkpoints/checkpoint.js';
import type { EventModelName } from '../protocol.js';
import type { MusicEvent } from '../../../music/events.js';
import { readKernels } from '../../../ops/built-kernels.testing.js';
import { createWasmNetwork, loadLSTMModule, type Precision } from '../../../ops/lstm/wasm.js';
import { createRandom } from '../../../random/random.js';
import { EventDecoder } from './decoder.js';
import { configurationOfBundle, fitCheckpoint, type FittedCheckpoint } from './fit.js';
import { BEATS, CHORDS, TUNES } from '../tunes.testing.js';
import { recurrentNames } from './weights.js';

interface Expectation {
  /** Below the folder of checkpoints: a folder, a file or a prefix. */
  readonly source: string;
  readonly model: EventModelName;
  readonly configuration: string;
  readonly pieces: Readonly<Record<string, readonly MusicEvent[]>>;
  /** Nats per event, as measured, by piece. */
  readonly losses: Readonly<Record<string, number>>;
  /** On random events the loss is so many times that of a uniform guess, or more; default 2. */
  readonly random?: number;
}

const EXPECTATIONS: readonly Expectation[] = [
  {
    source: 'melody_rnn/attention_rnn_128',
    model: 'MelodyRNN',
    configuration: 'attention_rnn',
    pieces: TUNES,
    losses: { 'Twinkle, twinkle, little star': 0.89, 'Frère Jacques': 1.61, 'Ode to Joy': 1.45 },
  },
  {
    source: 'melody_rnn/attention_rnn_makers/attention_rnn.mag',
    model: 'MelodyRNN',
    configuration: 'attention_rnn',
    pieces: TUNES,
    losses: { 'Twinkle, twinkle, little star': 0.55, 'Frère Jacques': 0.88, 'Ode to Joy': 0.68 },
    random: 1.6,
  },
  {
    source: 'melody_rnn/attention_rnn_funky/attention_rnn.mag',
    model: 'MelodyRNN',
    configuration: 'attention_rnn',
    pieces: TUNES,
    losses: { 'Twinkle, twinkle, little star': 1.76, 'Frère Jacques': 1.77, 'Ode to Joy': 1.72 },
  },
  {
    source: 'melody_rnn/attention_rnn_funky/_attention_rnn_funkyb01.mag',
    model: 'MelodyRNN',
    configuration: 'attention_rnn',
    pieces: TUNES,
    losses: { 'Twinkle, twinkle, little star': 1.22, 'Frère Jacques': 1.28, 'Ode to Joy': 1.48 },
    random: 1.7,
  },
  {
    source: 'melody_rnn/note_rnn_official/model.ckpt-1994',
    model: 'MelodyRNN',
    configuration: 'basic_rnn',
    pieces: TUNES,
    losses: { 'Twinkle, twinkle, little star': 0.44, 'Frère Jacques': 0.65, 'Ode to Joy': 0.55 },
    random: 1.25,
  },
  {
    source: 'melody_rnn/lookback_rnn_junk/junk_lookback_rnn.mag',
    model: 'MelodyRNN',
    configuration: 'lookback_rnn',
    pieces: TUNES,
    losses: { 'Twinkle, twinkle, little star': 1.18, 'Frère Jacques': 1.76, 'Ode to Joy': 1.49 },
  },
  {
    source: 'polyphony_rnn/polyphony_128/polyphony_rnn_128.mag',
    model: 'PolyphonyRNN',
    configuration: 'polyphony',
    pieces: CHORDS,
    losses: { 'I IV V I, twice': 2.15 },
    random: 1.7,
  },
  {
    source: 'drums_rnn/drum_off_model/model.ckpt-3000',
    model: 'DrumsRNN',
    configuration: 'drum_kit',
    pieces: BEATS,
    losses: { rock: 0.44, 'rock, kick on the off-beat': 0.48, disco: 2.21 },
  },
  {
    source: 'drums_rnn/drum_off_model',
    model: 'DrumsRNN',
    configuration: 'drum_kit',
    pieces: BEATS,
    losses: { rock: 0.44, 'rock, kick on the off-beat': 0.48, disco: 2.21 },
  },
  {
    source: 'drums_rnn/drum_off_dannyModel',
    model: 'DrumsRNN',
    configuration: 'drum_kit',
    pieces: BEATS,
    losses: { rock: 0.69, 'rock, kick on the off-beat': 0.73, disco: 2.44 },
  },
  {
    source: 'drums_rnn/drum_off_daveModel',
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

for (const { source, model, configuration, pieces, losses, random: times = 2 } of EXPECTATIONS) {
  const address = fileURLToPath(new URL(`../../../../../shared/checkpoints/${source}`, import.meta.url));
  const skip = existsSync(dirname(address)) ? false : `${source} is not here`;

  describe(source, { skip }, () => {
    let fitted: FittedCheckpoint;
    let uniform = 0;
    before(async () => {
      const checkpoint = await loadCheckpoint({ kind: 'address', address }, { select: recurrentNames });
      fitted = fitCheckpoint(checkpoint, model, { id: configurationOfBundle(model, checkpoint.generator) });
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

    test(`random events: ${times} times uniform, or more`, async () => {
      const { encoding } = fitted.configuration;
      const random = createRandom(1);
      const label = () => Math.floor(random() * encoding.classes[0]);
      const events = Array.from({ length: 128 }, () => encoding.decode([label()], []));
      const loss = await lossOf(fitted, events, 'int16');
      assert.ok(loss > times * uniform, `${loss}, uniform is ${uniform}`);
    });
  });
}
