/** Writing and scoring events: seeds, sessions, controls, limits. Small networks, drawn by seed, on the plain reference. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tensor } from '../../../checkpoints/checkpoint.js';
import { TimbrelError, type ErrorCode } from '../../../errors/timbrel-error.js';
import type { ChordTones } from '../../../music/chord-symbol.js';
import type { Controls } from '../protocol.js';
import type { MusicEvent, PerformanceEvent } from '../../../music/events.js';
import {
  CONFIGURATIONS,
  inputSizeOf,
  type Configuration,
  type ConfigurationId,
} from '../encodings/configurations.js';
import { EventRNNModel } from './event-rnn-model.js';
import { syntheticCheckpoint } from '../synthetic.testing.js';

function checkpointOf(id: ConfigurationId): Map<string, Tensor> {
  const configuration = CONFIGURATIONS[id] as unknown as Configuration<unknown>;
  const { attentionLength, encoding } = configuration;
  return syntheticCheckpoint({
    inputSize: inputSizeOf(configuration),
    sizes: [12, 8],
    classes: encoding.classes.reduce((a, b) => a + b),
    attention: attentionLength ? { wrappedCells: 1, length: attentionLength } : undefined,
  });
}

const load = (id: ConfigurationId, tensors = checkpointOf(id)): Promise<EventRNNModel> =>
  EventRNNModel.of({ tensors }, { model: CONFIGURATIONS[id].model, configuration: id, backend: 'cpu' });

const failsWith =
  (code: ErrorCode, part = /./) =>
  (error: unknown) =>
    error instanceof TimbrelError && error.code === code && part.test(error.message);

const PRIMER = Object.freeze([60, -2, 62, -2, 64, -1]);

async function write(model: EventRNNModel, seed: number, events = 40): Promise<readonly MusicEvent[]> {
  const session = await model.open(PRIMER, seed);
  return (await session.write({ events })).events;
}

describe('every configuration', () => {
  for (const id of Object.keys(CONFIGURATIONS) as ConfigurationId[]) {
    test(`${id} writes from nothing, and finds its own events as likely as it said`, async () => {
      const model = await load(id);
      const session = await model.open([], 'seed');
      const before = session.events.length;
      assert.ok(before > 0);
      const { events, logProbabilities } = await session.write({ events: 40 });
      assert.equal(events.length, 40);
      const scores = await model.logProbabilities(session.events);
      assert.equal(scores.length, before + 40);
      // Where repeats have classes of their own, an event may be drawn as a class that is not its label.
      if (['lookback_rnn', 'attention_rnn', 'attention_improv', 'lookback_improv'].includes(id)) return;
      logProbabilities.forEach((value, i) => {
        const score = scores[before + i];
        assert.ok(value < 0 && Math.abs(value - score) < 1e-6, `${value}, ${score}`);
      });
    });
  }
});

describe('a performance', () => {
  const downAfter = (events: readonly MusicEvent[]) => {
    const down = new Set<number>();
    let silent = 0;
    for (const { type, value } of events as readonly PerformanceEvent[]) {
      if (type === 'noteOn') down.add(value);
      if (type === 'noteOff' && !down.delete(value)) silent++;
    }
    return { down, silent };
  };

  for (const beamSize of [1, 3]) {
    test(`lets go only of keys that are down, with ${beamSize} in the beam`, async () => {
      const model = await load('performance_with_dynamics');
      const held: PerformanceEvent[] = [60, 64, 67].map((value) => ({ type: 'noteOn', value }));
      const session = await model.open(held, 'keys');
      // In two parts: the keys that the first one leaves down can be let go in the second.
      await session.write({ events: 150 }, { beamSize, branchFactor: beamSize });
      await session.write({ events: 150 }, { beamSize, branchFactor: beamSize });
      const all = session.events as readonly PerformanceEvent[];
      const ends = all.filter(({ type }) => type === 'noteOff').length;
      assert.ok(ends > 5, `random weights let go of ${ends} keys`);
      assert.equal(downAfter(all).silent, 0);
    });
  }

  test('takes any end in what it is given', async () => {
    const model = await load('performance');
    const odd: PerformanceEvent[] = [
      { type: 'noteOff', value: 60 },
      { type: 'timeShift', value: 10 },
    ];
    const session = await model.open(odd, 0);
    assert.equal((await session.write({ events: 5 })).events.length, 5);
    assert.ok((await model.logProbabilities(odd)).every(Number.isFinite));
  });
});

describe('a seed', () => {
  test('gives the same events again, another seed others; the primer is let be', async () => {
    const model = await load('attention_rnn');
    const first = await write(model, 1);
    assert.deepEqual(await write(model, 1), first);
    assert.notDeepEqual(await write(model, 2), first);
    assert.deepEqual(PRIMER, [60, -2, 62, -2, 64, -1]);
  });

  test('gives the same events however they are divided up, also when pieces take turns', async () => {
    const model = await load('attention_rnn');
    const whole = [await write(model, 1), await write(model, 2)];
    const sessions = [await model.open(PRIMER, 1), await model.open(PRIMER, 2)];
    const parts: MusicEvent[][] = [[], []];
    for (const events of [1, 7, 0, 12, 20]) {
      for (const i of [0, 1]) parts[i].push(...(await sessions[i].write({ events })).events);
    }
    assert.deepEqual(parts, whole);
  });
});

describe('amounts', () => {
  test('of steps: written until they are filled', async () => {
    const model = await load('performance');
    const session = await model.open([], 3);
    const { events } = await session.write({ steps: 500 });
    const shifts = (events as PerformanceEvent[]).map(({ type, value }) =>
      type === 'timeShift' ? value : 0,
    );
    const total = shifts.reduce((a, b) => a + b);
    assert.ok(total >= 500 && total - shifts[shifts.length - 1] < 500, `${total}`);
  });

  test('of zero: nothing', async () => {
    const session = await (await load('basic_rnn')).open(PRIMER, 1);
    assert.deepEqual(await session.write({ steps: 0 }), { events: [], logProbabilities: [] });
  });

  test('that are none are errors that name them', async () => {
    const session = await (await load('basic_rnn')).open(PRIMER, 1);
    await assert.rejects(session.write({ steps: -1 }), failsWith('OPTION_INVALID', /steps is -1/));
    await assert.rejects(session.write({ events: 1.5 }), failsWith('OPTION_INVALID', /events is 1.5/));
    await assert.rejects(
      session.write({ steps: 1 }, { temperature: -1 }),
      failsWith('OPTION_INVALID', /temperature/),
    );
    await assert.rejects(
      session.write({ steps: 1 }, { beamSize: 0 }),
      failsWith('OPTION_INVALID', /beamSize is 0/),
    );
    await assert.rejects(
      session.write({ steps: 1 }, { beamSize: 100_000, branchFactor: 2 }),
      failsWith('OPTION_INVALID', /200000 copies .* at most 2048/),
    );
  });

  test('a model that never lets time pass is stopped', async () => {
    const tensors = checkpointOf('performance');
    const bias = tensors.get('fully_connected/biases');
    assert.ok(bias);
    bias.data[60] = 1000;
    for (const beamSize of [1, 2]) {
      const session = await (await load('performance', tensors)).open([], 1);
      await assert.rejects(session.write({ steps: 10 }, { beamSize }), failsWith('GENERATION_STALLED'));
    }
  });
});

describe('controls', () => {
  const C: ChordTones = { root: 0, bass: 0, pitches: [0, 4, 7], quality: 'major' };
  const F_SHARP: ChordTones = { root: 6, bass: 6, pitches: [6, 10, 1], quality: 'major' };

  test('are asked for the event that is about to be written, each once', async () => {
    const session = await (await load('basic_improv')).open([60, 62, 64], 1);
    const asked: number[] = [];
    const controls = (position: number): Controls => (asked.push(position), { chord: C });
    await session.write({ events: 2 }, { controls });
    assert.deepEqual(asked, [1, 2, 3, 4]);
    await session.write({ events: 1 }, { controls });
    assert.deepEqual(asked, [1, 2, 3, 4, 5]);
  });

  test('may change on the way, and change what comes', async () => {
    const model = await load('basic_improv');
    const run = async (second: ChordTones) => {
      const session = await model.open(PRIMER, 1);
      const first = await session.write({ events: 8 }, { controls: () => ({ chord: C }) });
      const rest = await session.write({ events: 40 }, { controls: () => ({ chord: second }) });
      return [first.events, rest.events];
    };
    const [same, other] = [await run(C), await run(F_SHARP)];
    assert.deepEqual(same[0], other[0]);
    assert.notDeepEqual(same[1], other[1]);
  });

  test('that the configuration cannot take are errors', async () => {
    const session = await (await load('attention_improv')).open(PRIMER, 1);
    const chord: ChordTones = { ...C, quality: 'other' };
    await assert.rejects(
      session.write({ steps: 1 }, { controls: () => ({ chord }) }),
      failsWith('CONTROL_INVALID', /chord/),
    );
  });
});

describe('giving up', () => {
  test('rejects with ABORTED, soon, and the piece can be gone on with', async () => {
    const session = await (await load('basic_rnn')).open(PRIMER, 1);
    const controller = new AbortController();
    const { signal } = controller;
    const endless = session.write({ events: 1e9 }, { signal });
    setTimeout(() => controller.abort(), 20);
    const start = performance.now();
    await assert.rejects(endless, failsWith('ABORTED'));
    assert.ok(performance.now() - start < 2000);
    assert.equal((await session.write({ events: 3 })).events.length, 3);
  });

  test('before the beginning writes nothing', async () => {
    const session = await (await load('basic_rnn')).open(PRIMER, 1);
    await assert.rejects(session.write({ events: 3 }, { signal: AbortSignal.abort() }), failsWith('ABORTED'));
    assert.equal(session.events.length, PRIMER.length);
  });
});

describe('a write that comes to nothing', () => {
  /** Long enough that messages are let in many times. */
  const ENDLESS = 1e6;

  for (const search of [{}, { beamSize: 2, branchFactor: 2, stepsPerIteration: 3 }]) {
    const way = 'beamSize' in search ? 'beam search' : 'plain sampling';
    for (const id of ['basic_improv', 'attention_improv'] as const) {
      test(`in ${way} leaves the piece of ${id} as it was: what follows is what would have come`, async () => {
        const model = await load(id);
        const run = async (interrupt: boolean) => {
          const session = await model.open(PRIMER, 1);
          const { events: first } = await session.write({ events: 7 }, search);
          if (interrupt) {
            const controller = new AbortController();
            // In the middle of a copy of the beam.
            const controls = (position: number): Controls => {
              if (position === 20) controller.abort();
              return {};
            };
            const { signal } = controller;
            const aborted = session.write({ events: ENDLESS }, { ...search, signal, controls });
            await assert.rejects(aborted, failsWith('ABORTED'));
            const wrong = (position: number): Controls =>
              position < 18 ? {} : { chord: { root: 99, bass: 0, pitches: [], quality: 'major' } };
            const failed = session.write({ events: 30 }, { ...search, controls: wrong });
            await assert.rejects(failed, failsWith('CONTROL_INVALID'));
            assert.deepEqual(session.events, [...PRIMER, ...first]);
          }
          const { events, logProbabilities } = await session.write({ events: 20 }, search);
          return { first, events, logProbabilities };
        };
        assert.deepEqual(await run(true), await run(false));
      });
    }
  }

  test('is one too where its answer was not taken: it is taken back before the next', async () => {
    const model = await load('attention_rnn');
    const session = await model.open(PRIMER, 1);
    const { events: first } = await session.write({ events: 5 }, { known: 0 });
    const { events: lost } = await session.write({ events: 9 }, { known: 5 });
    const { events: again } = await session.write({ events: 9 }, { known: 5 });
    assert.deepEqual(again, lost);
    const { events: rest } = await session.write({ events: 26 }, { known: 14 });
    assert.deepEqual([...first, ...again, ...rest], await write(model, 1));
  });
});

test('events are told of as they come', async () => {
  const session = await (await load('basic_rnn')).open(PRIMER, 1);
  const told: MusicEvent[] = [];
  const { events } = await session.write({ events: 9 }, { onEvent: (event) => told.push(event) });
  assert.deepEqual(told, events);
});

test('a primer of events that have no class is refused at once', async () => {
  const model = await load('basic_rnn');
  await assert.rejects(model.open([60, 90], 1), failsWith('EVENT_INVALID', /Event 1 is 90/));
  await assert.rejects(model.logProbabilities([60, 12]), failsWith('EVENT_INVALID', /12/));
});

test('a melody of any range can be squashed into it: it goes on where it was', async () => {
  const model = await load('basic_rnn');
  // A scale of C major, which is the key of the configuration; the same two octaves down, where no class is.
  const scale = [60, 62, 64, 65, 67, 69, 71, 72];
  const low = scale.map((pitch) => pitch - 24);
  const run = async (primer: readonly number[]) => {
    const session = await model.open(primer, 1, { squash: true });
    const told: MusicEvent[] = [];
    const { events } = await session.write({ events: 30 }, { onEvent: (event) => told.push(event) });
    assert.deepEqual(told, events);
    assert.deepEqual(session.events, [...primer, ...events]);
    return events as number[];
  };
  const events = await run(scale);
  assert.ok(events.some((event) => event >= 60));
  const back = (await run(low)).map((event) => (event < 0 ? event : event + 24));
  assert.deepEqual(back, events);
});

test('a primer of 3000 events is taken', async () => {
  const model = await load('attention_rnn');
  const primer = Array.from({ length: 3000 }, (_, i) => (i % 4 === 0 ? 60 + ((i / 4) % 12) : -2));
  const session = await model.open(primer, 1);
  assert.equal((await session.write({ events: 1 })).events.length, 1);
});

describe('beam search', () => {
  const likelihoodOf = async (model: EventRNNModel, seed: number, beam: object) => {
    const session = await model.open(PRIMER, seed);
    const { events, logProbabilities } = await session.write({ events: 16 }, beam);
    assert.equal(events.length, 16);
    assert.deepEqual(session.events, [...PRIMER, ...events]);
    return logProbabilities.reduce((a, b) => a + b);
  };

  test('finds likelier events than sampling does, whatever the steps of an iteration', async () => {
    const model = await load('lookback_rnn');
    const mean = async (beam: object) => {
      let sum = 0;
      for (let seed = 0; seed < 12; seed++) sum += await likelihoodOf(model, seed, beam);
      return sum / 12;
    };
    const sampled = await mean({});
    for (const stepsPerIteration of [1, 5, 16]) {
      const searched = await mean({ beamSize: 3, branchFactor: 4, stepsPerIteration });
      assert.ok(searched > sampled + 2, `${stepsPerIteration}: ${searched}, sampled ${sampled}`);
    }
  });

  test('of one entry and one branch is sampling', async () => {
    const model = await load('basic_rnn');
    const one = { beamSize: 1, branchFactor: 1, stepsPerIteration: 3 };
    assert.equal(await likelihoodOf(model, 4, one), await likelihoodOf(model, 4, {}));
  });

  test('says how likely its events are: as scoring them does', async () => {
    const model = await load('basic_rnn');
    const session = await model.open(PRIMER, 4);
    const beam = { beamSize: 2, branchFactor: 3, stepsPerIteration: 4 };
    const { logProbabilities } = await session.write({ events: 10 }, beam);
    const scores = await model.logProbabilities(session.events);
    logProbabilities.forEach((value, i) => assert.ok(Math.abs(value - scores[PRIMER.length + i]) < 1e-6));
  });
});
