/**
 * Continuing a primer: ours against MusicRNN of @magenta/music, same checkpoints, one thread, sampling at temperature 1. For
 * performances the peer has no encoding: it runs the network with its melody encoding, one note a step.
 */
import { loadCheckpoint } from '../../src/checkpoints/checkpoint.js';
import type * as Timbrel from '../../src/index.js';
import type { MusicEvent } from '../../src/music/events.js';
import { CONFIGURATIONS, type Configuration } from '../../src/models/event-rnn/encodings/configurations.js';
import { EventDecoder } from '../../src/models/event-rnn/worker/decoder.js';
import { fitCheckpoint } from '../../src/models/event-rnn/worker/fit.js';
import { createWasmNetwork, loadLSTMModule, type Precision } from '../../src/ops/lstm/wasm.js';
import { createRandom } from '../../src/random/random.js';
import { interleave, median, rows, type Row } from '../statistics.js';

interface Note {
  readonly pitch: number;
  readonly quantizedStartStep: number;
  readonly quantizedEndStep: number;
  readonly isDrum?: boolean;
}

/** The part of it that we use. */
interface MagentaMusicRNN {
  initialize(): Promise<void>;
  continueSequence(
    sequence: {
      readonly notes: readonly Note[];
      readonly quantizationInfo: { readonly stepsPerQuarter: number };
      readonly totalQuantizedSteps: number;
    },
    steps: number,
    temperature: number,
  ): Promise<unknown>;
}

declare const music_rnn: { readonly MusicRNN: new (checkpointURL: string) => MagentaMusicRNN };
declare const tf: { setBackend(name: string): Promise<boolean>; getBackend(): string };

interface Case {
  readonly checkpoint: string;
  readonly title: string;
  readonly id: keyof typeof CONFIGURATIONS;
  readonly steps: number;
  readonly rounds: number;
  /** A note's pitch on each of 16 steps, and the same for us. */
  readonly pitch: (step: number) => number;
  readonly event: (pitch: number) => MusicEvent;
  readonly isDrum?: boolean;
}

const PRIMER_STEPS = 16;
const PERFORMANCE = CONFIGURATIONS.performance_with_dynamics.encoding;

const CASES: readonly Case[] = [
  {
    checkpoint: 'basic_rnn',
    title: 'MelodyRNN 2 x 512, 16 + 32 steps',
    id: 'basic_rnn',
    steps: 32,
    rounds: 7,
    pitch: (step) => 60 + ((5 * step) % 12),
    event: (pitch) => pitch,
  },
  {
    checkpoint: 'drum_kit_rnn',
    title: 'DrumsRNN 3 x 256 with attention, 16 + 32 steps',
    id: 'drum_kit',
    steps: 32,
    rounds: 7,
    pitch: (step) => [36, 42, 38, 46][step % 4],
    event: (pitch) => [pitch],
    isDrum: true,
  },
  {
    checkpoint: 'performance_rnn_lstm',
    title: 'PerformanceRNN 3 x 512, 16 + 512 events',
    id: 'performance_with_dynamics',
    steps: 512,
    rounds: 3,
    pitch: (step) => (37 * step) % 380,
    event: (pitch) => PERFORMANCE.decode([pitch + 2], []),
  },
];

async function run({ checkpoint, title, id, steps, rounds, pitch, event, isDrum }: Case): Promise<Row[]> {
  const base = `${location.origin}/scratch/vectors/${checkpoint}`;
  const configuration = CONFIGURATIONS[id] as unknown as Configuration<MusicEvent>;
  const { weights } = fitCheckpoint(
    await loadCheckpoint({ kind: 'folder', base: `${base}/` }),
    configuration.model,
    { id },
  );
  const module = await loadLSTMModule(async (name) => (await fetch(`/dist/${name}`)).arrayBuffer());
  const pitches = Array.from({ length: PRIMER_STEPS }, (_, step) => pitch(step));
  const ours = async (precision: Precision) => {
    const network = await createWasmNetwork(module, weights, precision);
    return () => {
      const decoder = new EventDecoder(network, configuration);
      decoder.append(pitches.map(event));
      const random = createRandom(1);
      for (let i = 0; i < steps; i++) decoder.sample({}, random);
    };
  };
  const magenta = new music_rnn.MusicRNN(base);
  await magenta.initialize();
  const primer = {
    notes: pitches.map((value, step) => ({
      pitch: value,
      quantizedStartStep: step,
      quantizedEndStep: step + 1,
      isDrum,
    })),
    quantizationInfo: { stepsPerQuarter: 4 },
    totalQuantizedSteps: PRIMER_STEPS,
  };
  const peer = `@magenta/music, ${tf.getBackend()}`;
  const times = await interleave(
    {
      'ours, int16': await ours('int16'),
      'ours, float32': await ours('float32'),
      [peer]: () => magenta.continueSequence(primer, steps, 1),
    },
    rounds,
  );
  return rows(title, times, [peer]);
}

/** A pianist plays about so many events in a second. */
const EVENTS_PER_SECOND = 60;

/** As a page has it: through the worker, in parts. */
async function streaming(): Promise<Row> {
  const { PerformanceRNN } = (await import(`${location.origin}/dist/index.js`)) as typeof Timbrel;
  const model = await PerformanceRNN.load(`${location.origin}/scratch/vectors/performance_rnn_lstm/`);
  const speeds: number[] = [];
  for (let round = 0; round < 5; round++) {
    let events = 0;
    const onLogProbabilities = (part: readonly number[]) => void (events += part.length);
    const start = performance.now();
    await model.generate({ seconds: 300, seed: round, onLogProbabilities });
    speeds.push(events / ((performance.now() - start) / 1000) / EVENTS_PER_SECOND);
  }
  model.dispose();
  return {
    name: 'PerformanceRNN 3 x 512, streamed by the worker: times real time',
    value: Math.round(median(speeds)),
    unit: 'x',
    note: `real time: ${EVENTS_PER_SECOND} events a second; 5 rounds`,
  };
}

async function benchmark(): Promise<Row[]> {
  // Its fastest here: without a GPU its own choice would be WebGL in software.
  await tf.setBackend('cpu');
  const result: Row[] = [];
  for (const one of CASES) result.push(...(await run(one)));
  result.push(await streaming());
  return result;
}

Object.assign(globalThis, { benchmark });
