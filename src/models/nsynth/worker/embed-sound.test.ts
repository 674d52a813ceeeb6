/** A sound as a timbre, through an encoder that measures: the second number of a frame is its frequency, the third its level. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rms } from '../../../audio/level.js';
import { marimba, noise, organ } from '../../../audio/synthetic-note.testing.js';
import { TimbrelError } from '../../../errors/timbrel-error.js';
import { EMBEDDING_SIZE, FRAMES, KEY_UP, noteOf, rowOf } from '../timbre-bank.js';
import { embedSound, type EmbedWork } from './embed-sound.js';

/** Hz, from the first to the last rise through zero, and level of each frame. */
async function measured(samples: Float32Array): Promise<Float32Array> {
  const frames = samples.length / 512;
  const result = new Float32Array(frames * EMBEDDING_SIZE);
  for (let frame = 0; frame < frames; frame++) {
    const rises: number[] = [];
    for (let i = frame * 512 + 1; i < (frame + 1) * 512; i++)
      if (samples[i - 1] < 0 && samples[i] >= 0) rises.push(i - samples[i] / (samples[i] - samples[i - 1]));
    const lasted = rises[rises.length - 1] - rises[0];
    result[frame * EMBEDDING_SIZE + 1] = lasted > 0 ? ((rises.length - 1) * 16000) / lasted : 0;
    result[frame * EMBEDDING_SIZE + 2] = rms(samples, frame * 512, (frame + 1) * 512);
  }
  return result;
}

const work: EmbedWork = { encode: measured, pause: () => Promise.resolve(), onShare: () => {} };
const sine = (pitch: number) => organ(pitch, { amplitudes: [1] });
const numbers = (bank: Float32Array, pitch: number, which: 0 | 1 | 2) => {
  const note = noteOf(rowOf(bank, pitch));
  return Array.from({ length: FRAMES }, (_, frame) => note[frame * EMBEDDING_SIZE + which]);
};
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const hertz = (pitch: number) => 440 * 2 ** ((pitch - 69) / 12);

describe('a sound as a timbre', () => {
  test('has its own pitch, and at each key the pitch of the key', async () => {
    const { bank, pitch, seconds } = await embedSound(sine(64), undefined, work);
    assert.ok(pitch !== null && Math.abs(pitch - 64) < 0.05);
    assert.ok(seconds > 3 && seconds < 4);
    for (const key of [36, 60, 84])
      assert.ok(
        numbers(bank, key, 0).every((value) => Math.abs(52 + 12 * value - key) < 1e-4),
        `${key}`,
      );
  });

  test('is re-pitched as far as it stays itself; keys further away play what the last one has', async () => {
    const { bank } = await embedSound(sine(64), undefined, work);
    for (const key of [52, 59, 64, 76]) {
      const heard = mean(numbers(bank, key, 1).slice(20, 80));
      assert.ok(Math.abs(12 * Math.log2(heard / hertz(key))) < 0.5, `${key}: ${heard} of ${hertz(key)}`);
    }
    assert.deepEqual(numbers(bank, 84, 1), numbers(bank, 76, 1));
    assert.deepEqual(numbers(bank, 24, 1), numbers(bank, 52, 1));
  });

  test('above the keyboard is heard at its end', async () => {
    const { bank, pitch } = await embedSound(sine(94), undefined, work);
    assert.ok(pitch !== null && Math.abs(pitch - 94) < 0.1);
    const heard = mean(numbers(bank, 84, 1).slice(20, 80));
    assert.ok(Math.abs(12 * Math.log2(heard / hertz(84))) < 0.5, `${heard}`);
  });

  test('of a known pitch is taken at its word', async () => {
    const { bank, pitch } = await embedSound(sine(64), 52, work);
    assert.equal(pitch, 52);
    const heard = mean(numbers(bank, 52, 1).slice(20, 80));
    assert.ok(Math.abs(heard - hertz(64)) < 10, `${heard}`);
  });

  test('that was held sounds until the key is let go, at every key, short as it was', async () => {
    const { bank } = await embedSound(sine(64).subarray(0, 8000), undefined, work);
    for (const key of [48, 64, 82]) {
      const levels = numbers(bank, key, 2);
      const held = levels.slice(10, KEY_UP - 4);
      assert.ok(Math.min(...held) > 0.7 * Math.max(...held), `${key}: ${held.join(' ')}`);
      assert.ok(levels[KEY_UP + 10] < 0.05 * held[0], `${key} is let go`);
    }
  });

  test('that died away dies away, no sooner where it is higher', async () => {
    const { bank } = await embedSound(marimba(60, 60), undefined, work);
    const half = (key: number) => {
      const levels = numbers(bank, key, 2);
      const loudest = Math.max(...levels);
      return levels.findLastIndex((level) => level > loudest / 10);
    };
    assert.ok(half(84) >= 0.7 * half(60), `${half(84)} and ${half(60)} frames`);
    assert.ok(half(60) < 20);
  });

  test('without a pitch plays as it is on its own key, and re-pitched on others', async () => {
    const { bank, pitch } = await embedSound(noise(), undefined, work);
    assert.equal(pitch, null);
    assert.ok(mean(numbers(bank, 60, 1).slice(5, 80)) > 1.8 * mean(numbers(bank, 36, 1).slice(5, 80)));
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

  test('tells how much is done', async () => {
    const shares: number[] = [];
    await embedSound(sine(64), undefined, { ...work, onShare: (share) => shares.push(share) });
    assert.ok(shares.every((share, i) => i === 0 || share > shares[i - 1]));
    assert.equal(shares.at(-1), 1);
  });
});
