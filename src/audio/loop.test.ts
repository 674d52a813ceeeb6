import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TimbrelError } from '../errors/timbrel-error.js';
import { LOOP_REACH, findLoop } from './loop.js';
import { MAX_REACH } from './resampler.js';
import { marimba, noise, organ } from './synthetic-note.testing.js';

const notes = {
  organ: organ(60),
  'low organ': organ(24),
  'high organ': organ(84),
  marimba: marimba(60, 15),
  'marimba that has died away': marimba(84, 90),
  noise: noise(),
  silence: new Float32Array(64000),
};

describe('findLoop', () => {
  for (const [name, audio] of Object.entries(notes)) {
    test(`${name}: what follows the loop's end, and precedes it, is what its start has`, () => {
      const { samples, loopStart, loopEnd } = findLoop(audio);
      assert.equal(samples.length, loopEnd + LOOP_REACH);
      for (let i = -LOOP_REACH; i < LOOP_REACH; i++) {
        assert.ok(Math.abs(samples[loopEnd + i] - samples[loopStart + i]) < 1e-7, `${i}`);
      }
    });

    test(`${name}: the loop lies in the held part, and the header makes sense`, () => {
      const before = audio.slice();
      const { samples, loopStart, loopEnd, decay, release } = findLoop(audio);
      assert.ok(loopStart >= 0.7 * 16000 && loopEnd <= 2.9 * 16000 && loopStart < loopEnd);
      assert.ok(decay >= 0 && decay <= 60 && release >= 0 && release <= 3);
      assert.deepEqual(audio, before, 'the input is left as it was');
      assert.deepEqual(samples.slice(0, loopStart - LOOP_REACH), audio.slice(0, loopStart - LOOP_REACH));
    });
  }

  test('repeats for as many samples as the widest resampling kernel reaches', () => {
    assert.ok(LOOP_REACH > MAX_REACH);
  });

  test('takes a loop of a second and a half where a note allows it', () => {
    for (const audio of [organ(60), organ(84), noise()]) {
      const { loopStart, loopEnd } = findLoop(audio);
      assert.ok(loopEnd - loopStart > 1.5 * 16000, `${loopEnd - loopStart}`);
    }
  });

  test('keeps what sustains at one level, and lets decay what decays, at its own rate', () => {
    assert.equal(findLoop(organ(60)).decay, 0);
    assert.equal(findLoop(noise()).decay, 0);
    for (const rate of [10, 25, 50]) {
      const { decay } = findLoop(marimba(60, rate));
      assert.ok(Math.abs(decay - rate) < 0.2 * rate, `${rate} dB a second became ${decay.toFixed(1)}`);
    }
  });

  test('knows no threshold between them: notes that are nearly alike are held nearly alike', () => {
    const fading = (rate: number) => organ(60).map((x, i) => x * 10 ** ((-rate * i) / 16000 / 20));
    let last = findLoop(fading(0)).decay;
    assert.equal(last, 0);
    for (let rate = 0.25; rate <= 8; rate += 0.25) {
      const { decay } = findLoop(fading(rate));
      assert.ok(
        decay >= last - 0.05 && decay < last + 0.7,
        `${rate}: ${last.toFixed(2)}, then ${decay.toFixed(2)}`,
      );
      last = decay;
    }
    assert.ok(Math.abs(last - 8) < 0.8);
  });

  test('measures how a note is released, and says so where it does not tell', () => {
    // Of the synthetic notes: 60 dB in 0.69 s.
    const { release } = findLoop(organ(60));
    assert.ok(release > 0.3 && release < 0.8, `${release}`);
    const cut = organ(60).map((x, i) => (i < 48000 ? x : 0));
    assert.ok(findLoop(cut).release < 0.1);
    assert.equal(findLoop(marimba(84, 90)).release, 0, 'it is silent before it is let go');
    assert.equal(findLoop(organ(60).subarray(0, 48000)).release, 0, 'its end is missing');
  });

  test('lets the noise die that a decayed note leaves', () => {
    const hiss = noise();
    const audio = marimba(60, 90).map((x, i) => x + 0.001 * hiss[i]);
    assert.ok(findLoop(audio).decay > 20);
  });

  test('loops a short note in its latter part, and refuses one of less than a second', () => {
    const { samples, loopStart, loopEnd } = findLoop(organ(60).subarray(0, 20000));
    assert.ok(loopStart > 5000 && loopEnd + LOOP_REACH === samples.length && samples.length <= 20000);
    assert.throws(
      () => findLoop(new Float32Array(100)),
      (error) => error instanceof TimbrelError && error.code === 'INTERNAL',
    );
  });
});
