import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TimbrelError } from '../../errors/timbrel-error.js';
import {
  CONFIGURATIONS,
  inputSizeOf,
  type Configuration,
} from '../../models/event-rnn/encodings/configurations.js';
import type { MelodyEvent } from '../../music/events.js';
import { Examples } from './examples.js';

/** Row `event` of the inputs, dense. */
function row({ ends, columns, values }: ReturnType<Examples<number>['arrays']>, event: number, size: number) {
  const dense = new Float32Array(size);
  for (let i = event === 0 ? 0 : ends[event - 1]; i < ends[event]; i++) dense[columns[i]] = values[i];
  return [...dense];
}

describe('training examples', () => {
  test('pair the input at an event with the class of the next', () => {
    const configuration: Configuration<MelodyEvent> = CONFIGURATIONS.basic_rnn;
    const examples = new Examples(configuration);
    examples.add([60, -2, -1]);
    examples.add([48, 49]);
    const arrays = examples.arrays();
    assert.deepEqual([...arrays.lengths], [2, 1]);
    // 0 no event, 1 note-off, 2 + pitch - 48 (note_seq/melody_encoder_decoder.py).
    assert.deepEqual([...arrays.labels], [0, 1, 3]);
    assert.deepEqual([...arrays.columns], [14, 0, 2]);
    assert.deepEqual([...arrays.ends], [1, 2, 3]);
  });

  test('have the control of the event to come in front', () => {
    const configuration: Configuration<MelodyEvent> = CONFIGURATIONS.basic_improv;
    const chord = (root: number) => ({
      root,
      bass: root,
      pitches: [0, 4, 7].map((p) => (p + root) % 12),
      quality: 'major' as const,
    });
    const examples = new Examples(configuration);
    examples.add([60, 62, 64], (position) => ({ chord: chord(position) }));
    // One-hot of 49 triads: 1 + root for major ones.
    assert.deepEqual([...examples.arrays().columns], [2, 49 + 14, 3, 49 + 16]);
  });

  test('write a lookback input as it is computed', () => {
    const configuration: Configuration<MelodyEvent> = CONFIGURATIONS.lookback_rnn;
    const examples = new Examples(configuration);
    examples.add([60, -2]);
    const dense = row(examples.arrays(), 0, inputSizeOf(configuration));
    assert.equal(dense.length, 121);
    // Counter of n = 1: +1 -1 -1 -1 -1.
    assert.deepEqual(dense.slice(114, 119), [1, -1, -1, -1, -1]);
    // Nothing happening before two bars have passed is a repeat of the farthest.
    assert.deepEqual([...examples.arrays().labels], [39]);
  });

  test('leave out what is too short to have a next event', () => {
    const configuration: Configuration<MelodyEvent> = CONFIGURATIONS.basic_rnn;
    const examples = new Examples(configuration);
    examples.add([60]);
    examples.add([]);
    assert.equal(examples.arrays().lengths.length, 0);
  });

  test('are refused for events of several classes', () => {
    const notes =
      CONFIGURATIONS.performance_with_dynamics_and_note_encoding as unknown as Configuration<MelodyEvent>;
    assert.throws(
      () => new Examples(notes),
      (error) => error instanceof TimbrelError && error.code === 'CONFIGURATION_UNKNOWN',
    );
  });
});
