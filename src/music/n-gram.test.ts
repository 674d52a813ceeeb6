import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../random/random.js';
import { KneserNey, bestKneserNey } from './n-gram.js';

/** Sequences in which the two events before decide: (a + b + 1) mod 5, one in eight by chance. */
function secondOrder(seed: number, count: number): number[][] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const events = [Math.floor(5 * random()), Math.floor(5 * random())];
    while (events.length < 60) {
      const [a, b] = events.slice(-2);
      events.push(random() < 0.125 ? Math.floor(5 * random()) : (a + b + 1) % 5);
    }
    return events;
  });
}

describe('Kneser-Ney n-grams', () => {
  test('are distributions, after contexts known and unknown', () => {
    const model = new KneserNey(3, 6, secondOrder(1, 20), 0.6);
    for (const context of [[], [0], [1, 2], [5, 5], [0, 1, 2, 3, 4]]) {
      const sum = [0, 1, 2, 3, 4, 5].reduce(
        (p, event) => p + model.probability([...context, event], context.length),
        0,
      );
      assert.ok(Math.abs(sum - 1) < 1e-12, `${context}: ${sum}`);
    }
  });

  test('are computed as on paper', () => {
    // Bigrams of 0 1 0 1 0 2: after 0 come 1 twice and 2 once. Contexts an event was seen after: 0 after (start) and 1,
    // 1 after 0, 2 after 0, so with one discount of 0.5 the unigrams are (2 - 0.5 + 0.5 * 3 / 3) / 4 = 0.5 for event 0 and
    // (1 - 0.5 + 0.5 * 3 / 3) / 4 = 0.25 for the others.
    const model = new KneserNey(2, 3, [[0, 1, 0, 1, 0, 2]], 0.5);
    assert.equal(model.probability([0], 0), 0.5);
    assert.equal(model.probability([1], 0), 0.25);
    // (2 - 0.5 + 0.5 * 2 * 0.25) / 3
    assert.ok(Math.abs(model.probability([0, 1], 1) - 1.75 / 3) < 1e-12);
    assert.ok(Math.abs(model.probability([0, 0], 1) - (0.5 * 2 * 0.5) / 3) < 1e-12);
  });

  test('of the right order win, and lose little to the truth', () => {
    const { model, loss } = bestKneserNey(5, secondOrder(1, 200), secondOrder(2, 40));
    assert.equal(model.order, 3);
    // Entropy of the events: 0.9 for the rule's, 0.025 for each of the others.
    const entropy = -(0.9 * Math.log(0.9) + 4 * 0.025 * Math.log(0.025));
    const [third, first] = [loss, new KneserNey(1, 5, secondOrder(1, 200)).loss(secondOrder(2, 40))];
    assert.ok(third < entropy + 0.09, `${third} nats, truth ${entropy}`);
    assert.ok(first > 1.55, String(first));
  });

  test('of one order know how often events are', () => {
    const model = new KneserNey(1, 2, [[0, 0, 0, 1]], 0.5);
    assert.ok(Math.abs(model.probability([0], 0) - (2.5 + 0.5 * 2 * 0.5) / 4) < 1e-12);
  });
});
