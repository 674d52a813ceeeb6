/** Long sounds in the spectral encoder: they are heard in parts, which are those of the whole, and can be given up between any two. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { toMono, toMonoInParts } from '../../../audio/mono.js';
import { noise, organ } from '../../../audio/synthetic-note.testing.js';
import { resolveSource } from '../../../checkpoints/resolve-source.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { readKernels } from '../../../ops/built-kernels.testing.js';
import { createWasmLayers, loadLSTMModule } from '../../../ops/layers/wasm.js';
import { createSpectralEncoder, encodeInParts, reachOf } from '../../../ops/nsynth/spectral-networks.js';
import { HOP } from '../../../ops/nsynth/spectral.js';
import { NSynthModel } from './nsynth-model.js';

const shipped = fileURLToPath(new URL('../../../../checkpoints/nsynth-spectral/', import.meta.url));
let model: NSynthModel;
before(async () => (model = await NSynthModel.load(resolveSource(shipped), {}, readKernels)));

/** A phrase: tones with silence and hiss between them. */
function phrase(frames: number): Float32Array {
  const sound = new Float32Array(frames * HOP);
  const parts = [organ(60), new Float32Array(30_000), noise(), organ(48), organ(71)];
  let at = 0;
  for (let i = 0; at < sound.length; i++) {
    const part = parts[i % parts.length].subarray(0, sound.length - at);
    sound.set(part, at);
    at += part.length;
  }
  return sound;
}

describe('a long sound', () => {
  test('has the numbers that it has as a whole, to the last bit', async () => {
    assert.ok('spectral' in model.content.weights);
    const { encoder } = model.content.weights.spectral;
    const layers = await createWasmLayers(await loadLSTMModule(readKernels), 'float32');
    const encode = createSpectralEncoder(layers, encoder);
    for (const frames of [10, 64, 65, 300, 517]) {
      const sound = phrase(frames);
      const shares: number[] = [];
      const work = { pause: () => Promise.resolve(), onShare: (share: number) => shares.push(share) };
      const inParts = await encodeInParts(encode, sound, { ...work, reach: reachOf(encoder) });
      assert.deepEqual(inParts, encode(sound), `${frames} frames`);
      assert.equal(shares.at(-1), 1);
    }
  });

  test('of several channels at another rate is averaged and resampled as it is as a whole', async () => {
    const channels = [phrase(400), phrase(400).toReversed()];
    const pauses: number[] = [];
    const inParts = await toMonoInParts({ channels, sampleRate: 44100 }, 16000, async () => {
      pauses.push(1);
    });
    assert.deepEqual(inParts, toMono({ channels, sampleRate: 44100 }, 16000));
    assert.ok(pauses.length >= 4);
  });

  test('can be given up after any part of the work', async () => {
    // A minute of two channels at 48 kHz: at each turn of the worker that may be the last.
    const channel = new Float32Array(60 * 48000);
    for (let at = 0; at < channel.length; at += 64000)
      channel.set(organ(60).subarray(0, channel.length - at), at);
    const audio = { channels: [channel, channel], sampleRate: 48000 };
    for (const turns of [1, 10, 40, 60, 90]) {
      const abort = new AbortController();
      let left = turns;
      const { signal } = abort;
      const heard = new Proxy(signal, {
        get(target, name) {
          if (name === 'aborted' && --left === 0) abort.abort();
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      await assert.rejects(model.encode(audio, { signal: heard }), (error) => {
        assert.ok(error instanceof TimbrelError && error.code === 'ABORTED', String(error));
        return true;
      });
      assert.equal(left, 0, `it looked ${turns} times whether it was given up, and went on no longer`);
    }
  });
});
