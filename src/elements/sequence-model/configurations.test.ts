/** The names an element offers are those that its model has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONFIGURATIONS } from '../../models/event-rnn/encodings/configurations.js';
import { DrumsRNNElement } from '../drums-rnn/drums-rnn.js';
import { ImprovRNNElement } from '../improv-rnn/improv-rnn.js';
import { MelodyRNNElement } from '../melody-rnn/melody-rnn.js';
import { PerformanceRNNElement } from '../performance-rnn/performance-rnn.js';
import { PolyphonyRNNElement } from '../polyphony-rnn/polyphony-rnn.js';

for (const element of [
  MelodyRNNElement,
  DrumsRNNElement,
  ImprovRNNElement,
  PolyphonyRNNElement,
  PerformanceRNNElement,
]) {
  const { model, configurations } = element.kind;
  test(`<${model}> offers every configuration of its model`, () => {
    const known = Object.entries(CONFIGURATIONS).filter(([, configuration]) => configuration.model === model);
    assert.deepEqual([...configurations].sort(), known.map(([name]) => name).sort());
  });
}
