import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom, gaussianVector } from '../../../../random/random.js';
import { decodeMidiMe, encodeMidiMe, type MidiMeNetwork } from '../../midi-me-network.js';
import { initialWeights } from './layers.js';
import { decodeWithMidiMe, encodeWithMidiMe, lossAndGradients, trainMidiMe } from './training.js';

/** Points that lie near a plane of two dimensions: there is something to learn. */
const LATENT = 24;
const [one, other] = [gaussianVector('one', LATENT), gaussianVector('other', LATENT)];
const examples = Array.from({ length: 60 }, (_, i) => {
  const [u, v] = gaussianVector(`place ${i}`, 2);
  const noise = gaussianVector(`noise ${i}`, LATENT);
  return one.map((value, k) => 3 + u * value + v * other[k] + 0.05 * noise[k]);
});
const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, i) => value - b[i]));

function tiny(): MidiMeNetwork {
  const random = createRandom('tiny');
  return {
    latentSize: 3,
    size: 2,
    mean: new Float32Array(3),
    scale: 1,
    encoder: [initialWeights(3, 5, random), initialWeights(5, 4, random)],
    decoder: [initialWeights(2, 5, random), initialWeights(5, 3, random)],
  };
}

test('gradients are the slopes of the loss', () => {
  const network = tiny();
  const x = gaussianVector('x', 6);
  const parameters = [...network.encoder, ...network.decoder].flatMap(({ kernel, bias }) => [kernel, bias]);
  const loss = () => lossAndGradients(network, x, 2, 0.7, createRandom('noise')).loss;
  const { gradients } = lossAndGradients(network, x, 2, 0.7, createRandom('noise'));
  const step = 1e-3;
  parameters.forEach((parameter, k) => {
    for (let i = 0; i < parameter.length; i++) {
      const before = parameter[i];
      parameter[i] = before + step;
      const above = loss();
      parameter[i] = before - step;
      const below = loss();
      parameter[i] = before;
      const slope = (above - below) / (2 * step);
      assert.ok(
        Math.abs(slope - gradients[k][i]) < 0.02 + 0.02 * Math.abs(slope),
        `${k}, ${i}: ${gradients[k][i]}, not ${slope}`,
      );
    }
  });
});

describe('trained', () => {
  test('it gives back what it learned from, better than the mean does', async () => {
    const network = await trainMidiMe(examples, { layers: [32, 16], steps: 400, size: 2, beta: 0.1 });
    const back = decodeWithMidiMe(network, encodeWithMidiMe(network, examples));
    const error = examples.reduce((sum, point, i) => sum + distance(point, back[i]), 0);
    const spread = examples.reduce((sum, point) => sum + distance(point, network.mean), 0);
    assert.ok(error < 0.35 * spread, `${error} of ${spread}`);
  });

  test('what it makes of its prior lies near the examples', async () => {
    const network = await trainMidiMe(examples, { layers: [32, 16], steps: 300, size: 2 });
    const drawn = decodeWithMidiMe(
      network,
      Array.from({ length: 20 }, (_, i) => gaussianVector(i, 2)),
    );
    const nearest = (point: Float32Array) => Math.min(...examples.map((example) => distance(point, example)));
    const own = drawn.reduce((sum, point) => sum + nearest(point), 0);
    const prior = Array.from({ length: 20 }, (_, i) => gaussianVector(`prior ${i}`, LATENT));
    assert.ok(own < 0.3 * prior.reduce((sum, point) => sum + nearest(point), 0));
  });

  test('the same seed gives the same network, and progress is told of every step', async () => {
    const told: number[] = [];
    const options = { layers: [8], steps: 20, seed: 'a' };
    const a = await trainMidiMe(examples, { ...options, onStep: ({ step }) => told.push(step) });
    assert.deepEqual(await trainMidiMe(examples, options), a);
    assert.notDeepEqual(await trainMidiMe(examples, { ...options, seed: 'b' }), a);
    assert.deepEqual(
      told,
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
  });

  test('an abort in the middle is ABORTED', async () => {
    const controller = new AbortController();
    const training = trainMidiMe(examples, {
      layers: [8],
      steps: 10_000,
      signal: controller.signal,
      onStep: ({ step }) => step === 3 && controller.abort(),
    });
    await assert.rejects(training, { code: 'ABORTED' });
  });

  test('nothing to learn is refused', async () => {
    await assert.rejects(trainMidiMe([]), { code: 'OPTION_INVALID' });
    await assert.rejects(trainMidiMe([one]), { code: 'OPTION_INVALID' });
    await assert.rejects(trainMidiMe([one, one]), { code: 'OPTION_INVALID', message: /the same/ });
    await assert.rejects(trainMidiMe([one, other], { size: 0 }), { code: 'OPTION_INVALID' });
    await assert.rejects(trainMidiMe([one, other], { steps: 1.5 }), { code: 'OPTION_INVALID' });
  });
});

describe('the file', () => {
  test('holds the network', async () => {
    const network = await trainMidiMe(examples, { layers: [8], steps: 2 });
    assert.deepEqual(decodeMidiMe(encodeMidiMe(network)), network);
    const ofDrums = { ...network, kind: 'drums' };
    assert.deepEqual(decodeMidiMe(encodeMidiMe(ofDrums)), ofDrums);
  });

  test('that is none, of a newer version, or damaged is CHECKPOINT_FORMAT', () => {
    const good = JSON.parse(new TextDecoder().decode(encodeMidiMe(tiny()))) as Record<string, unknown>;
    const refuse = (json: unknown) =>
      assert.throws(
        () => decodeMidiMe(new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json))),
        {
          code: 'CHECKPOINT_FORMAT',
        },
      );
    refuse('MThd');
    refuse(null);
    refuse({ ...good, type: 'MusicVAE' });
    refuse({ ...good, version: 2 });
    refuse({ ...good, mean: 'AAAA' });
    refuse({ ...good, latentSize: 4 });
    refuse({ ...good, scale: 0 });
    refuse({ ...good, decoder: [] });
  });
});
