/** A sound as a timbre, through an encoder that measures: the second number of a frame is its level, the third its pitch. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rms } from '../../../audio/level.js';
import { trackPitch } from '../../../audio/pitch-track.js';
import { marimba, noise, organ } from '../../../audio/synthetic-note.testing.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { octavesOfPitch, pitchOfOctaves } from '../../../ops/nsynth/octaves.js';
import type { EmbeddingPart } from '../protocol.js';
import { EMBEDDING_SIZE, FRAMES, KEY_UP, noteOf, rowOf } from '../timbre-bank.js';
import { embedSound, type EmbedWork } from './embed-sound.js';

/** The level of each frame, and octaves by the Hz from the first to the last rise through zero. */
async function measured(samples: Float32Array): Promise<Float32Array> {
  const frames = samples.length / 512;
  const result = new Float32Array(frames * EMBEDDING_SIZE);
  for (let frame = 0; frame < frames; frame++) {
    const rises: number[] = [];
    for (let i = frame * 512 + 1; i < (frame + 1) * 512; i++)
      if (samples[i - 1] < 0 && samples[i] >= 0) rises.push(i - samples[i] / (samples[i] - samples[i - 1]));
    const lasted = rises[rises.length - 1] - rises[0];
    const found = lasted > 0 ? ((rises.length - 1) * 16000) / lasted : 1;
    result[frame * EMBEDDING_SIZE + 2] = octavesOfPitch(69 + 12 * Math.log2(found / 440));
    result[frame * EMBEDDING_SIZE + 1] = rms(samples, frame * 512, (frame + 1) * 512);
  }
  return result;
}

const pitches = (samples: Float32Array) =>
  trackPitch(
    samples,
    16000,
    Array.from({ length: Math.floor(samples.length / 512) }, (_, frame) => frame * 512 + 256),
  );
const work: EmbedWork = { encode: measured, pitches, pause: () => Promise.resolve(), onPart: () => {} };
const sine = (pitch: number) => organ(pitch, { amplitudes: [1] });
const numbers = (bank: Float32Array, pitch: number, which: 0 | 1 | 2) => {
  const note = noteOf(rowOf(bank, pitch), pitch);
  return Array.from({ length: FRAMES }, (_, frame) => note[frame * EMBEDDING_SIZE + which]);
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a sound as a timbre', () => {
  test('has its own pitch, and at each key the pitch of the key', async () => {
    const { bank, pitch, seconds } = await embedSound(sine(64), undefined, work);
    assert.ok(pitch !== null && Math.abs(pitch - 64) < 0.05);
    assert.ok(seconds > 3 && seconds < 4);
    for (const key of [36, 52, 59, 64, 76, 84]) {
      const told = pitchOfOctaves(mean(numbers(bank, key, 0).slice(20, 80)));
      assert.ok(Math.abs(told - key) < 0.1, `${key}: ${told}`);
      // An octave is as far as it is re-pitched.
      const heard = pitchOfOctaves(mean(numbers(bank, key, 2).slice(20, 80)));
      assert.ok(Math.abs(heard - Math.max(52, Math.min(76, key))) < 0.5, `${key}: ${heard}`);
    }
  });

  test('above the keyboard is heard at its end', async () => {
    const { bank, pitch } = await embedSound(sine(94), undefined, work);
    assert.ok(pitch !== null && Math.abs(pitch - 94) < 0.1);
    const heard = pitchOfOctaves(mean(numbers(bank, 84, 2).slice(20, 80)));
    assert.ok(Math.abs(heard - 84) < 0.5, `${heard}`);
  });

  test('of a known pitch is taken at its word', async () => {
    const { bank, pitch } = await embedSound(sine(64), 52, work);
    assert.equal(pitch, 52);
    const [told, heard] = ([0, 2] as const).map((which) =>
      pitchOfOctaves(mean(numbers(bank, 52, which).slice(20, 80))),
    );
    assert.ok(Math.abs(told - 52) < 0.1, `${told}`);
    assert.ok(Math.abs(heard - 64) < 0.5, `${heard}: it plays as it is on the key that it is said to have`);
  });

  test('that was held sounds until the key is let go, at every key, short as it was', async () => {
    const { bank } = await embedSound(sine(64).subarray(0, 8000), undefined, work);
    for (const key of [48, 64, 82]) {
      const levels = numbers(bank, key, 1);
      const held = levels.slice(10, KEY_UP - 4);
      assert.ok(Math.min(...held) > 0.7 * Math.max(...held), `${key}: ${held.join(' ')}`);
      assert.ok(levels[KEY_UP + 10] < 0.05 * held[0], `${key} is let go`);
    }
  });

  test('that died away dies away, no sooner where it is higher', async () => {
    const { bank } = await embedSound(marimba(60, 60), undefined, work);
    const half = (key: number) => {
      const levels = numbers(bank, key, 1);
      const loudest = Math.max(...levels);
      return levels.findLastIndex((level) => level > loudest / 10);
    };
    assert.ok(half(84) >= 0.7 * half(60), `${half(84)} and ${half(60)} frames`);
    assert.ok(half(60) < 20);
  });

  test('that glides glides at every key', async () => {
    let phase = 0;
    const glide = Float32Array.from({ length: 32000 }, (_, n) => {
      phase += (220 * 2 ** (n / 32000 / 2)) / 16000;
      return 0.5 * Math.sin(2 * Math.PI * phase);
    });
    const { bank } = await embedSound(glide, 57, work);
    for (const key of [45, 57]) {
      const course = numbers(bank, key, 0);
      assert.ok(Math.abs(course[4] * 12 - (key - 52)) < 1, `${key} begins at ${course[4]}`);
      const end = Math.min(60, FRAMES - 40);
      assert.ok(course[end] - course[4] > 0.18, `${key}: ${course[4]} to ${course[end]}`);
    }
  });

  test('that is heard an octave away for a part of it keeps its pitch', async () => {
    const misheard: EmbedWork = {
      ...work,
      pitches: (samples) => pitches(samples).map((pitch, frame) => (frame < 30 ? pitch - 12 : pitch)),
    };
    const { bank } = await embedSound(sine(60), 60, misheard);
    const told = numbers(bank, 60, 0).slice(0, 90).map(pitchOfOctaves);
    assert.ok(Math.min(...told) > 59.5 && Math.max(...told) < 60.5, told.map((x) => x.toFixed(1)).join(' '));
  });

  test('without a pitch plays as it is on its own key, and re-pitched on others', async () => {
    const { bank, pitch } = await embedSound(noise(), undefined, work);
    assert.equal(pitch, null);
    assert.ok(mean(numbers(bank, 60, 2).slice(5, 80)) > 0.85 + mean(numbers(bank, 36, 2).slice(5, 80)));
  });

  test('can be given up between two pitches', async () => {
    let pauses = 0;
    const pause = () => {
      if (++pauses > 3) throw new TimbrelError('ABORTED', 'Given up');
      return Promise.resolve();
    };
    await assert.rejects(embedSound(sine(64), undefined, { ...work, pause }), { code: 'ABORTED' });
    assert.equal(pauses, 4);
  });

  for (const [name, sound, own] of [
    ['its own key', sine(64), 64],
    ['the nearest that is heard', sine(94), 84],
    ['middle C, without a pitch,', noise(), 60],
  ] as const)
    test(`can be played before it is heard at all keys: ${name} plays on every key`, async () => {
      const keys: number[] = [];
      const parts: EmbeddingPart[] = [];
      const { bank, ...whole } = await embedSound(sound, undefined, {
        ...work,
        encode: (samples, pitches) => {
          keys.push(Math.round(pitches[0]));
          return measured(samples);
        },
        onPart: (part) => {
          // Silence, and one key.
          if (part.first) assert.equal(keys.length, 2);
          parts.push(part);
        },
      });
      assert.equal(keys[1], own);
      const [{ first }, ...rest] = parts;
      assert.ok(first && rest.length > 0 && rest.every((part) => !part.first));
      const { bank: playable, ...facts } = first;
      assert.deepEqual(facts, whole);
      for (let key = 24; key <= 84; key++) assert.deepEqual(rowOf(playable, key), rowOf(bank, own));
      assert.notDeepEqual(playable, bank);
    });

  test('is the same timbre in the end as if its keys were heard in their order', async () => {
    const { bank } = await embedSound(sine(64), undefined, work);
    for (let key = 53; key < 76; key += 2) {
      const [below, here, above] = [-1, 0, 1].map((step) => rowOf(bank, key + step));
      assert.ok(
        here.every((value, i) => Math.abs(value - (below[i] + above[i]) / 2) < 1e-5),
        `${key}`,
      );
    }
    for (const [beyond, last] of [
      [24, 52],
      [84, 76],
    ])
      assert.deepEqual(rowOf(bank, beyond), rowOf(bank, last));
    assert.notDeepEqual(rowOf(bank, 64), rowOf(bank, 66));
  });

  test('tells how much is done', async () => {
    const shares: number[] = [];
    await embedSound(sine(64), undefined, { ...work, onPart: ({ done }) => shares.push(done) });
    assert.ok(shares.every((share, i) => i === 0 || share > shares[i - 1]));
    assert.equal(shares.at(-1), 1);
  });
});
