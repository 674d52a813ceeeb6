import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom } from '../random/random.js';
import { KneserNey, NGramCounts, bestKneserNey } from './n-gram.js';

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

const kneserNey = (order: number, classes: number, sequences: readonly number[][], discount?: number) =>
  new KneserNey(new NGramCounts(classes, order, sequences), order, discount);

describe('Kneser-Ney n-grams', () => {
  test('are distributions, after contexts known and unknown', () => {
    const model = kneserNey(3, 6, secondOrder(1, 20), 0.6);
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
    const model = kneserNey(2, 3, [[0, 1, 0, 1, 0, 2]], 0.5);
    assert.equal(model.probability([0], 0), 0.5);
    assert.equal(model.probability([1], 0), 0.25);
    // (2 - 0.5 + 0.5 * 2 * 0.25) / 3
    assert.ok(Math.abs(model.probability([0, 1], 1) - 1.75 / 3) < 1e-12);
    assert.ok(Math.abs(model.probability([0, 0], 1) - (0.5 * 2 * 0.5) / 3) < 1e-12);
  });

  test('of the right order win, and lose little to the truth', () => {
    const { model, loss } = bestKneserNey(new NGramCounts(5, 5, secondOrder(1, 200)), secondOrder(2, 40));
    assert.equal(model.order, 3);
    // Entropy of the events: 0.9 for the rule's, 0.025 for each of the others.
    const entropy = -(0.9 * Math.log(0.9) + 4 * 0.025 * Math.log(0.025));
    const [third, first] = [loss, kneserNey(1, 5, secondOrder(1, 200)).loss(secondOrder(2, 40))];
    assert.ok(third < entropy + 0.09, `${third} nats, truth ${entropy}`);
    assert.ok(first > 1.55, String(first));
  });

  test('of one order know how often events are', () => {
    const model = kneserNey(1, 2, [[0, 0, 0, 1]], 0.5);
    assert.ok(Math.abs(model.probability([0], 0) - (2.5 + 0.5 * 2 * 0.5) / 4) < 1e-12);
  });

  test('of one order are the same, whatever the highest that was counted with them', () => {
    const [train, held] = [secondOrder(3, 30), secondOrder(4, 10)];
    const shared = new NGramCounts(5, 5, train);
    for (const order of [1, 2, 3, 4, 5]) {
      const own = new NGramCounts(5, order, train);
      const [together, alone] = [shared, own].map((counts) => new KneserNey(counts, order, 0.6).loss(held));
      assert.ok(Math.abs(together - alone) < 1e-12, `order ${order}: ${together}, ${alone}`);
    }
  });

  test('have first events that are context only, where these do not count', () => {
    const counts = new NGramCounts(3, 2, [[0, 1, 0, 1, 0, 2]]);
    const model = new KneserNey(counts, 2, 0.5);
    const held = [0, 1];
    assert.ok(Math.abs(model.loss([held], 1) + Math.log(model.probability(held, 1))) < 1e-12);
  });

  test('hold many more n-grams than the tables begin with', () => {
    const random = createRandom(5);
    const noise = Array.from({ length: 40 }, () =>
      Array.from({ length: 500 }, () => Math.floor(300 * random())),
    );
    const counts = new NGramCounts(300, 3, noise);
    const model = new KneserNey(counts, 3, 0.5);
    // Of the last rows.
    const piece = noise[noise.length - 1];
    const sum = Array.from({ length: 300 }, (_, event) =>
      model.probability([...piece.slice(0, 100), event], 100),
    ).reduce((a, b) => a + b);
    assert.ok(Math.abs(sum - 1) < 1e-9, String(sum));
    // Two events that came together once: (1 - 0.5) / 1 and a little of the lower orders.
    assert.ok(Math.abs(model.probability(piece, 100) - 0.5) < 0.01);
  });
});
