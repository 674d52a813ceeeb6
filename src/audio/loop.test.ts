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
    test(`${name}: what follows the loop's end, and precedes it, is what its start has, times the gain`, () => {
      const { samples, loopStart, loopEnd, loopGain } = findLoop(audio);
      assert.equal(samples.length, loopEnd + LOOP_REACH);
      for (let i = -LOOP_REACH; i < LOOP_REACH; i++) {
        assert.ok(Math.abs(samples[loopEnd + i] - loopGain * samples[loopStart + i]) < 1e-7, `${i}`);
      }
    });

    test(`${name}: the loop lies in the held part, and the header makes sense`, () => {
      const before = audio.slice();
      const { samples, loopStart, loopEnd, loopGain } = findLoop(audio);
      assert.ok(loopStart >= 0.7 * 16000 && loopEnd <= 2.9 * 16000 && loopStart < loopEnd);
      assert.ok(loopGain > 0 && loopGain <= 1);
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
    assert.equal(findLoop(organ(60)).loopGain, 1);
    assert.equal(findLoop(noise()).loopGain, 1);
    for (const decay of [4, 10, 25, 50]) {
      const { loopStart, loopEnd, loopGain } = findLoop(marimba(60, decay));
      const rate = (-20 * Math.log10(loopGain)) / ((loopEnd - loopStart) / 16000);
      assert.ok(Math.abs(rate - decay) < 0.2 * decay, `${decay} dB a second became ${rate.toFixed(1)}`);
    }
  });

  test('lets the noise die that a decayed note leaves', () => {
    const hiss = noise();
    const audio = marimba(60, 90).map((x, i) => x + 0.001 * hiss[i]);
    const { loopStart, loopEnd, loopGain } = findLoop(audio);
    assert.ok((-20 * Math.log10(loopGain)) / ((loopEnd - loopStart) / 16000) > 20);
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
