/** Encodings against music_rnn.md (sections 3, 4 and its checks), whose facts are those of note_seq's encoders. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { SparseVector } from '../../../ops/lstm/network.js';
import { CONFIGURATIONS, inputSizeOf, type Configuration, type ConfigurationId } from './configurations.js';
import type { EventEncoding } from './encoding.js';
import type { MelodyEvent, PerformanceEvent } from '../../../music/events.js';

/** The whole vector that describes `events[position]`. */
function inputOf<E>(
  { inputSize, writeInput }: EventEncoding<E>,
  events: readonly E[],
  position: number,
): number[] {
  const input = new SparseVector(inputSize);
  writeInput(events, position, input, 0);
  return dense(input);
}

function dense({ size, indices, values, count }: SparseVector): number[] {
  const vector = new Array<number>(size).fill(0);
  for (let i = 0; i < count; i++) vector[indices[i]] = values[i];
  return vector;
}

/** The places where a vector is not zero. */
const hot = (vector: readonly number[]) => vector.flatMap((value, i) => (value === 0 ? [] : [i]));

const invalid = (part: RegExp) => (error: unknown) =>
  error instanceof TimbrelError && error.code === 'EVENT_INVALID' && part.test(error.message);

describe('every configuration', () => {
  /** Inputs and classes of the table of section 4. */
  const SIZES: Readonly<Record<ConfigurationId, readonly [number, number]>> = {
    basic_rnn: [38, 38],
    mono_rnn: [130, 130],
    lookback_rnn: [121, 40],
    attention_rnn: [74, 40],
    one_drum: [2, 2],
    drum_kit: [518, 512],
    basic_improv: [87, 38],
    attention_improv: [123, 40],
    chord_pitches_improv: [75, 38],
    lookback_improv: [111, 40],
    polyphony: [259, 259],
    performance: [356, 356],
    performance_with_dynamics: [388, 388],
    performance_with_dynamics_compact: [388, 388],
    performance_with_dynamics_and_modulo_encoding: [16, 388],
    performance_with_dynamics_and_note_encoding: [315, 315],
    density_conditioned_performance_with_dynamics: [396, 388],
    pitch_conditioned_performance_with_dynamics: [400, 388],
    multiconditioned_performance_with_dynamics: [408, 388],
    optional_multiconditioned_performance_with_dynamics: [409, 388],
  };

  for (const id of Object.keys(CONFIGURATIONS) as ConfigurationId[]) {
    test(`${id}: sizes of inputs and labels; each class decodes to an event of that class`, () => {
      const configuration = CONFIGURATIONS[id] as unknown as Configuration<unknown>;
      const { encoding, emptyPrimer } = configuration;
      const classes = encoding.classes.reduce((a, b) => a + b);
      assert.deepEqual([inputSizeOf(configuration), classes], SIZES[id]);
      assert.ok(emptyPrimer.length > 0);
      // Behind an empty past, repeats decode to the default event, and nothing happening is a repeat.
      if (encoding.classes.length > 1 || id === 'lookback_rnn' || encoding.classes[0] === 40) return;
      for (let index = 0; index < classes; index++) {
        assert.deepEqual(encoding.labels([encoding.decode([index], [])], 0), [index]);
      }
    });
  }
});

describe('one-hot melody', () => {
  const { encoding } = CONFIGURATIONS.basic_rnn;

  test('0 nothing, 1 note-off, 2 + pitch - 48', () => {
    const events = [-2, -1, 48, 83];
    assert.deepEqual(
      events.map((_, position) => encoding.labels(events, position)),
      [[0], [1], [2], [37]],
    );
    assert.deepEqual(hot(inputOf(encoding, events, 3)), [37]);
  });

  test('a pitch out of range is an error that names it, its place and the range', () => {
    assert.throws(() => encoding.labels([60, 84], 1), invalid(/Event 1 is 84.*48 to 83/));
    assert.throws(() => encoding.labels([60.5], 0), invalid(/60\.5/));
  });
});

describe('lookback melody', () => {
  const { encoding } = CONFIGURATIONS.lookback_rnn;
  const silence: MelodyEvent[] = new Array<number>(40).fill(-2);

  test('nothing at all has label 39 before step 32 and after it', () => {
    assert.deepEqual(
      silence.map((_, position) => encoding.labels(silence, position)[0]),
      silence.map(() => 39),
    );
  });

  test('repeats: 39 of 32 steps ago goes before 38 of 16 steps ago, before the class itself', () => {
    const events = silence.map((_, step) => (step % 16 === 0 ? 60 : -2));
    assert.equal(encoding.labels(events, 0)[0], 14);
    assert.equal(encoding.labels(events, 16)[0], 38);
    assert.equal(encoding.labels(events, 32)[0], 39);
  });

  test('labels decode to what they repeat, to nothing before the past reaches so far', () => {
    const events = silence.map((_, step) => 48 + (step % 20));
    assert.equal(encoding.decode([38], events), events[24]);
    assert.equal(encoding.decode([39], events), events[8]);
    assert.equal(encoding.decode([39], events.slice(0, 31)), -2);
    assert.equal(encoding.decode([14], events), 60);
  });

  test('the counter of step 0 is + - - - -, that of step 15 - - - - +', () => {
    assert.deepEqual(inputOf(encoding, silence, 0).slice(114, 119), [1, -1, -1, -1, -1]);
    assert.deepEqual(inputOf(encoding, silence, 15).slice(114, 119), [-1, -1, -1, -1, 1]);
  });

  test('the input holds the event, those that would come next, and which are repeated', () => {
    const events = silence.map((_, step) => 48 + (step % 16));
    const input = inputOf(encoding, events, 33);
    // Event 33 is pitch 49; 16 and 32 steps ago the one after it was 50.
    assert.deepEqual(hot(input.slice(0, 114)), [3, 38 + 4, 76 + 4]);
    assert.deepEqual(input.slice(119), [1, 1]);
    assert.deepEqual(hot(inputOf(encoding, events, 15).slice(0, 114)), [17, 38 + 2, 76]);
    assert.deepEqual(inputOf(encoding, events, 31).slice(119), [1, 0]);
  });
});

describe('key melody', () => {
  const { encoding } = CONFIGURATIONS.attention_rnn;
  const events = [60, -2, 64, -1, 62, 60];
  const at = (position: number) => inputOf(encoding, events, position);

  test('what sounds, and silence', () => {
    assert.deepEqual(hot(at(1).slice(0, 38)), [12, 36]);
    assert.deepEqual(hot(at(3).slice(0, 38)), [37]);
  });

  test('attack: ends with the next step, but not with a note-off, as in Magenta', () => {
    assert.deepEqual(
      events.map((_, position) => at(position)[38]),
      [1, 0, 1, 1, 1, 1],
    );
  });

  test('direction: none at first, up, down', () => {
    assert.deepEqual(
      events.map((_, position) => at(position)[39]),
      [0, 0, 1, 1, -1, -1],
    );
  });

  test('seven counter bits, and the beginning of a bar', () => {
    assert.deepEqual(at(0).slice(42, 50), [1, -1, -1, -1, -1, -1, -1, 0]);
    const bar = new Array<number>(16).fill(-2);
    assert.deepEqual(inputOf(encoding, bar, 15).slice(42, 50), [-1, -1, -1, -1, 1, -1, -1, 1]);
  });

  test('keys that most notes fit: of all, and of the last three different ones', () => {
    // C, E, D lie in C, F and G major.
    assert.deepEqual(hot(at(5).slice(50, 62)), [0, 5, 7]);
    assert.deepEqual(hot(at(5).slice(62)), [0, 5, 7]);
    // C major's triad, then F sharp major's.
    const input = inputOf(encoding, [60, 64, 67, 66, 70, 73], 5);
    assert.deepEqual(hot(input.slice(50, 62)), [1, 2, 5, 7, 8, 11]);
    assert.deepEqual(hot(input.slice(62)), [1, 6, 11]);
    assert.deepEqual(hot(inputOf(encoding, [-2], 0).slice(50)).length, 24);
  });

  test('a scale has its key, and no other; a note that comes back counts as the latest', () => {
    const scale = [50, 52, 54, 55, 57, 59, 61];
    assert.deepEqual(hot(inputOf(encoding, scale, 6).slice(50, 62)), [2]);
    // C, E, C, F sharp, E: the last three are C, F sharp and E, which lie in G major alone.
    assert.deepEqual(hot(inputOf(encoding, [60, 64, 60, 66, 64], 4).slice(62)), [7]);
    // B flat, C, E, C: B flat is still among the last three, and of the three's keys F major alone has it.
    assert.deepEqual(hot(inputOf(encoding, [70, 60, 64, 60], 3).slice(62)), [5]);
    // B flat has gone from the last three, D has not.
    assert.deepEqual(hot(inputOf(encoding, [62, 70, 65, 62, 64], 4).slice(62)), [0, 5]);
  });

  test('labels: pitch, nothing, note-off, repeats', () => {
    const tune = [...events, ...new Array<number>(10).fill(-2), ...events];
    assert.deepEqual(encoding.labels(tune, 0), [12]);
    assert.deepEqual(encoding.labels(tune, 1), [39]);
    assert.deepEqual(encoding.labels(tune, 3), [37]);
    assert.deepEqual(encoding.labels(tune, 16), [38]);
    assert.deepEqual(
      [36, 37, 38].map((label) => encoding.decode([label], tune)),
      [-2, -1, tune[6]],
    );
  });
});

describe('drums', () => {
  test('a kit has one bit a drum; pitches of one drum are one, pitches of none are left out', () => {
    const { encoding } = CONFIGURATIONS.drum_kit;
    assert.deepEqual(encoding.labels([[36, 35, 42, 127]], 0), [0b101]);
    assert.deepEqual(encoding.labels([[22, 26, 43, 52]], 0), [0b010011100]);
    assert.deepEqual(encoding.decode([0b100000011], []), [36, 38, 51]);
    assert.deepEqual(inputOf(encoding, [[]], 0).slice(512), [1, -1, -1, -1, -1, -1]);
    assert.throws(() => encoding.labels([[200]], 0), invalid(/200/));
  });

  test('one drum: any hit is 1 and is written as 39', () => {
    const { encoding } = CONFIGURATIONS.one_drum;
    assert.deepEqual(encoding.labels([[36, 49]], 0), [1]);
    assert.deepEqual([encoding.decode([0], []), encoding.decode([1], [])], [[], [39]]);
  });
});

test('polyphony: new 60 is 63, continued 60 is 191', () => {
  const { encoding } = CONFIGURATIONS.polyphony;
  assert.deepEqual(encoding.labels([{ type: 'newNote', value: 60 }], 0), [63]);
  assert.deepEqual(encoding.labels([{ type: 'continuedNote', value: 60 }], 0), [191]);
  assert.deepEqual(
    [0, 1, 2].map((label) => encoding.decode([label], []).type),
    ['start', 'end', 'stepEnd'],
  );
  assert.throws(() => encoding.labels([{ type: 'newNote' }], 0), invalid(/newNote/));
});

describe('performance', () => {
  const { encoding } = CONFIGURATIONS.performance_with_dynamics;
  const CLASSES: readonly (readonly [PerformanceEvent, number])[] = [
    [{ type: 'noteOn', value: 60 }, 60],
    [{ type: 'noteOff', value: 60 }, 188],
    [{ type: 'timeShift', value: 1 }, 256],
    [{ type: 'timeShift', value: 100 }, 355],
    [{ type: 'velocity', value: 16 }, 371],
  ];

  test('classes: on, off, shift, velocity', () => {
    for (const [event, index] of CLASSES) {
      assert.deepEqual(encoding.labels([event], 0), [index]);
      assert.deepEqual(encoding.decode([index], []), event);
    }
  });

  test('what has no class: shifts above 100 or of none, velocities where there are no dynamics', () => {
    assert.throws(
      () => encoding.labels([{ type: 'timeShift', value: 101 }], 0),
      invalid(/timeShift 1 to 100/),
    );
    assert.throws(() => encoding.labels([{ type: 'timeShift', value: 0 }], 0), invalid(/"value":0/));
    const plain = CONFIGURATIONS.performance.encoding;
    assert.throws(() => plain.labels([{ type: 'velocity', value: 16 }], 0), invalid(/velocity/));
  });

  test('modulo encoding: pitches on circles of 144 and 12, as in the specification', () => {
    const modulo = CONFIGURATIONS.performance_with_dynamics_and_modulo_encoding.encoding;
    const close = (event: PerformanceEvent, offset: number, expected: readonly number[]) =>
      inputOf(modulo, [event], 0).forEach((value, i) => {
        assert.ok(Math.abs(value - (expected[i - offset] ?? 0)) < 1e-6, `${event.type} ${i}: ${value}`);
      });
    close({ type: 'noteOn', value: 60 }, 0, [1, -0.8660254, 0.5, 1, 0]);
    close({ type: 'noteOff', value: 60 }, 5, [1, -0.8660254, 0.5, 1, 0]);
    close({ type: 'timeShift', value: 26 }, 10, [1, 0, 1]);
    close({ type: 'velocity', value: 17 }, 13, [1, -1, 0]);
    assert.deepEqual(modulo.labels([{ type: 'velocity', value: 16 }], 0), [371]);
  });

  test('note encoding: shift 500 is (6, 38), duration 250 is (6, 9)', () => {
    const notes = CONFIGURATIONS.performance_with_dynamics_and_note_encoding.encoding;
    const note = { shift: 500, pitch: 60, velocityBin: 16, duration: 250 };
    const labels = [6, 38, 60, 15, 6, 9];
    assert.deepEqual(notes.labels([note], 0), labels);
    assert.deepEqual(notes.decode(labels, []), note);
    assert.deepEqual(hot(inputOf(notes, [note], 0)), [6, 51, 150, 233, 256, 284]);
    assert.deepEqual(notes.decode([12, 76, 0, 0, 24, 39], []).shift, 1000);
  });
});
