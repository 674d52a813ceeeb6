import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { MusicEvent } from '../music/events.js';
import {
  CONFIGURATIONS,
  inputSizeOf,
  type Configuration,
  type ConfigurationId,
} from '../models/event-rnn/encodings/configurations.js';
import { syntheticCheckpoint } from '../models/event-rnn/synthetic.testing.js';
import { readRecurrentWeights } from '../models/event-rnn/worker/weights.js';
import { KneserNey, NGramCounts } from '../music/n-gram.js';
import { SparseVector } from '../ops/lstm/network.js';
import { ReferenceNetwork } from '../ops/lstm/reference.js';
import { timbrel, tune, writeCheckpoint } from './command.testing.js';
import { extractTrainingPieces, type TrainingPiece } from './dataset/extraction.js';
import type { Evaluation } from './evaluation/report.js';

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

const SEEDS = { train: [1, 2, 3, 4, 5, 6], validation: [7, 8], test: [9, 10, 11] };

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-evaluate-'));
  for (const name of ['data', 'few']) await mkdir(at(name));
  for (const [split, seeds] of Object.entries(SEEDS)) {
    const lines = seeds.map((seed) => JSON.stringify(tune(seed)));
    await writeFile(at('data', `${split}.jsonl`), lines.join('\n'));
  }
  await writeCheckpoint(at('melody'), 38, 38);
  await writeCheckpoint(at('performance'), 408, 388);
});
after(() => rm(folder, { recursive: true }));

async function evaluate(...args: string[]): Promise<Evaluation> {
  const { code, stdout, stderr } = await timbrel('evaluate', ...args, '--input', at('data'), '--json');
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  return JSON.parse(stdout) as Evaluation;
}

const piecesOf = (id: ConfigurationId, seeds: readonly number[]) =>
  seeds.flatMap((seed) => extractTrainingPieces(id, tune(seed), { augment: false }));

const eventsOf = (id: ConfigurationId, seeds: readonly number[]) =>
  piecesOf(id, seeds).map(({ events }) => events);

/** Classes of basic_rnn (note_seq/melody_encoder_decoder.py). */
const classes = (events: readonly unknown[]) =>
  (events as number[]).map((event) => (event < 0 ? event + 2 : event - 48 + 2));

/** A step of the plain network for each event, and the softmax written out. */
function plainly(id: ConfigurationId, pieces: readonly TrainingPiece[]) {
  const { encoding, controls, ...rest } = CONFIGURATIONS[id] as unknown as Configuration<MusicEvent>;
  const inputSize = inputSizeOf({ encoding, controls, ...rest });
  const [classes] = encoding.classes;
  const tensors = syntheticCheckpoint({ inputSize, classes, sizes: [16, 16] });
  const network = new ReferenceNetwork(readRecurrentWeights(tensors, { inputSize, classes }));
  let [nats, hits, judged] = [0, 0, 0];
  for (const { events, controlsAt } of pieces) {
    network.reset();
    for (let i = 1; i < events.length; i++) {
      const input = new SparseVector(inputSize);
      controls?.write(controlsAt?.(i) ?? {}, input);
      encoding.writeInput(events, i - 1, input, controls?.size ?? 0);
      network.step(input);
      const logits = [...network.logits()];
      const [label] = encoding.labels(events, i);
      nats += Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[label];
      hits += Number(logits.indexOf(Math.max(...logits)) === label);
      judged++;
    }
  }
  return { loss: nats / judged, accuracy: hits / judged, events: judged };
}

describe('evaluate', () => {
  test('computes what a plain network computes', async () => {
    const result = await evaluate('melody-rnn', '--checkpoint', at('melody'), '--precision', 'float32');
    const expected = plainly('basic_rnn', piecesOf('basic_rnn', SEEDS.test));
    assert.equal(result.events, expected.events);
    assert.equal(result.events, 3 * 127);
    assert.ok(Math.abs(result.loss - expected.loss) < 1e-5, `${result.loss}, plainly ${expected.loss}`);
    assert.ok(Math.abs(result.perplexity - Math.exp(expected.loss)) < 1e-3);
    assert.equal(result.accuracy, expected.accuracy);
    assert.equal(result.lossPerStep, result.loss, 'a step an event');
  });

  test('says what was judged: model, weights, data', async () => {
    const result = await evaluate('melody-rnn', '--checkpoint', at('melody'), '--split', 'validation');
    assert.deepEqual(
      {
        model: result.model,
        configuration: result.configuration,
        layers: result.layers,
        precision: result.precision,
        split: result.split,
        data: result.data,
      },
      {
        model: 'MelodyRNN',
        configuration: 'basic_rnn',
        layers: [16, 16],
        precision: 'int16',
        split: 'validation',
        data: { inputs: [at('data')], sequences: 2, pieces: 2, dropped: {} },
      },
    );
    // 4 x 16 gates of 38 + 16 and of 16 + 16 inputs, their biases, a head of 38.
    assert.equal(result.parameterCount, 64 * (54 + 1) + 64 * (32 + 1) + 38 * 17);
  });

  test('holds uniform, unigram and n-grams against it, at the same events', async () => {
    const { baselines } = await evaluate('melody-rnn', '--checkpoint', at('melody'), '--baselines');
    assert.ok(baselines);
    const counts = new NGramCounts(38, 5, eventsOf('basic_rnn', SEEDS.train).map(classes));
    const heldOut = eventsOf('basic_rnn', SEEDS.test).map(classes);
    assert.ok(Math.abs(baselines.uniform - Math.log(38)) < 1e-12);
    assert.deepEqual(
      baselines.orders.map(({ order }) => order),
      [1, 2, 3, 4, 5],
    );
    for (const { order, discount, loss } of baselines.orders)
      assert.ok(Math.abs(loss - new KneserNey(counts, order, discount).loss(heldOut, 1)) < 1e-12);
    const tuning = eventsOf('basic_rnn', SEEDS.validation).map(classes);
    for (const { order, discount, validationLoss } of baselines.orders) {
      assert.ok(Math.abs(validationLoss - new KneserNey(counts, order, discount).loss(tuning, 1)) < 1e-12);
    }
    const lowest = Math.min(...baselines.orders.map(({ validationLoss }) => validationLoss));
    assert.equal(baselines.kneserNey.validationLoss, lowest, 'validation chooses, not the test');
    assert.equal(baselines.unigram, baselines.orders[0].loss);
    assert.equal(baselines.trainingEvents, 6 * 128);
  });

  test('measures music beside that of the data, the same for the same seed', async () => {
    const args = ['melody-rnn', '--checkpoint', at('melody'), '--music', '4'];
    const { music } = await evaluate(...args);
    assert.equal(music?.pieces, 4);
    assert.equal(music.heldOut?.offKey, 0, 'the tunes are in C');
    assert.ok((music.generated?.offKey ?? 0) > 0.1, 'random weights know no key');
    assert.equal(music.temperature, 0.8, 'as the model writes where nobody says how');
    assert.ok((music.heldOut?.onBeat ?? 0) > 0.4, 'the tunes go in quarters and eighths');
    assert.ok((music.generated?.onBeat ?? 1) < 0.5, 'random weights know no beat');
    assert.equal(music.heldOut?.polyphony, 1);
    assert.equal(music.heldOut?.kickOnOne, null, 'no drums');
    assert.deepEqual((await evaluate(...args)).music, music);
    assert.notDeepEqual((await evaluate(...args, '--seed', '1')).music?.generated, music.generated);
  });

  test('measures what is written from nothing beside whole pieces', async () => {
    const args = ['melody-rnn', '--checkpoint', at('melody'), '--music', '3', '--from-nothing'];
    const { music } = await evaluate(...args, '--temperature', '1');
    assert.equal(music?.isPrimed, false);
    assert.equal(music.temperature, 1);
    assert.ok((music.heldOut?.onBeat ?? 0) > 0.4);
    assert.ok(music.generated);
  });

  test('conditions on what the held-out pieces say of themselves', async () => {
    const id = 'multiconditioned_performance_with_dynamics';
    const args = [
      'performance-rnn',
      '--checkpoint',
      at('performance'),
      '--config',
      id,
      '--precision',
      'float32',
    ];
    const result = await evaluate(...args);
    const pieces = piecesOf(id, SEEDS.test);
    const expected = plainly(id, pieces);
    assert.equal(result.events, expected.events);
    assert.ok(Math.abs(result.loss - expected.loss) < 1e-5, `${result.loss}, plainly ${expected.loss}`);
    const without = plainly(
      id,
      pieces.map(({ events }) => ({ events })),
    );
    assert.ok(Math.abs(without.loss - expected.loss) > 1e-3, 'the conditions make a difference');
  });

  test('prints a table for people', async () => {
    const { stdout } = await timbrel(
      ...[
        'evaluate',
        'melody-rnn',
        '--checkpoint',
        at('melody'),
        '--input',
        folder,
        '--baselines',
        '--music',
        '2',
      ],
    );
    for (const line of [
      /^ {2}loss, nats per event +\d\.\d{4}$/m,
      /^ {2}uniform +3\.6376$/m,
      /order 5 /,
      /off-key notes +\d/,
      /notes on the beat +\d+\.\d % +\d+\.\d %/,
    ])
      assert.match(stdout, line);
  });

  test('needs music of the split, and of all three for the baselines', async () => {
    const run = (...more: string[]) =>
      timbrel('evaluate', 'melody-rnn', '--checkpoint', at('melody'), ...more);
    await writeFile(at('few', 'test.jsonl'), JSON.stringify(tune(9, 2)));
    const none = await run('--input', at('few', 'test.jsonl'));
    assert.equal(none.code, 2);
    assert.match(
      none.stderr,
      /no piece for basic_rnn in the test split; 1 sequences were read, and left out: shorter than 7 bars \(1\)/,
    );
    await writeFile(at('few', 'test.jsonl'), JSON.stringify(tune(9)));
    const untrained = await run('--input', at('few', 'test.jsonl'), '--baselines');
    assert.equal(untrained.code, 2);
    assert.match(untrained.stderr, /no training pieces to count/);
  });
});
