/** Note audio that is missing, arrives late, in part, or better than what sounds. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noteGain } from '../audio/level.js';
import { findLoop } from '../audio/loop.js';
import { clickiness, fitTone, levels, sharpest, toDecibels } from '../audio/measure.testing.js';
import { frequencyOf, marimba, organ } from '../audio/synthetic-note.testing.js';
import { PhaseAligner } from './phase-alignment.js';
import { PlayedEngine, fundamental, levelOf, peakOf, withOrgan } from './played-engine.testing.js';

const RATE = 48000;

describe('a note that was let go before it could begin', () => {
  const silentFor = (played: PlayedEngine, seconds: number) => peakOf(played.play(seconds)) < 0.01;

  test('lasts so long from its beginning on, however late its commands come', () => {
    const played = withOrgan(60);
    played.play(3);
    played.send({ type: 'noteOn', note: 1, pitch: 60, gain: 1, time: 1 });
    played.send({ type: 'noteOff', note: 1, time: 1, lasts: 0.5 });
    assert.ok(fundamental(played.play(0.45), 60) > -20);
    played.play(0.5);
    assert.ok(silentFor(played, 0.5));
  });

  test('lasts so long where it has begun already', () => {
    const played = withOrgan(60);
    played.send({ type: 'noteOn', note: 1, pitch: 60, gain: 1, time: 0 });
    played.play(0.01);
    played.send({ type: 'noteOff', note: 1, time: 0, lasts: 0.5 });
    assert.ok(fundamental(played.play(0.45), 60) > -20);
    played.play(0.5);
    assert.ok(silentFor(played, 0.5));
  });
});

describe('a note that is not there', () => {
  test('is reported as missing, once, and its nearest neighbour sounds at its pitch', () => {
    const played = withOrgan(48, 64);
    played.noteOn(1, 60);
    assert.deepEqual(played.answers, [{ type: 'missing', timbre: 1, pitch: 60 }]);
    played.play(0.2);
    assert.ok(fundamental(played.play(1), 60) > -20);
  });

  test('sounds in the timbre of before, where the new one has no note at all', () => {
    const played = withOrgan(60);
    played.send({ type: 'timbre', timbre: 2 });
    played.noteOn(1, 62);
    played.play(0.2);
    assert.ok(fundamental(played.play(1), 62) > -20);
  });

  test('waits where nothing is there at all, starts from its beginning, and was counted', () => {
    const played = new PlayedEngine(RATE);
    played.noteOn(1, 60);
    assert.equal(peakOf(played.play(0.5)), 0);
    assert.ok(played.report().starvedQuanta > 180);
    played.store(1, 60, marimba(60, 100));
    // Its attack, which lasts for some ms only, is heard.
    assert.ok(levelOf(played.play(0.05)) > -35);
  });

  test('does not start once it was let go', () => {
    const played = new PlayedEngine(RATE);
    played.noteOn(1, 60);
    played.play(0.1);
    played.noteOff(1);
    played.store(1, 60, organ(60));
    assert.equal(peakOf(played.play(0.5)), 0);
    assert.equal(played.report().activeVoices, 0);
  });

  test('starts when its first chunk is there, and goes on as the rest arrives', () => {
    const whole = withOrgan(60);
    whole.noteOn(1, 60);
    const expected = whole.play(1);

    const played = new PlayedEngine(RATE);
    const slot = played.begin(1, 60, noteGain(findLoop(organ(60)).samples));
    played.noteOn(1, 60);
    played.append(slot, organ(60), 0, 4096);
    const sound = new Float32Array(expected.length);
    for (let i = 0, at = 4096; i < 375; i++) {
      sound.set(played.play(128 / RATE), i * 128);
      if (at < 45000) played.append(slot, organ(60), at, (at += 256));
    }
    assert.ok(peakOf(sound.map((x, i) => x - expected[i]).subarray(0, RATE / 2)) < 0.001);
    assert.equal(played.report().starvedQuanta, 0);
  });

  test('that runs dry in its middle fades, waits, and goes on, without a click', () => {
    const played = new PlayedEngine(RATE);
    const audio = organ(60);
    const slot = played.begin(1, 60);
    played.append(slot, audio, 0, 8000);
    played.noteOn(1, 60);
    const own = sharpest(played.play(0.3));
    const dry = played.play(0.5);
    assert.equal(peakOf(dry.subarray(RATE / 4)), 0);
    assert.ok(played.report().starvedQuanta > 50);
    played.append(slot, audio, 8000, 46000);
    const wet = played.play(1);
    assert.ok(levelOf(wet.subarray(RATE / 4)) > -30);
    assert.ok(sharpest(dry) < 1.5 * own && sharpest(wet) < 1.5 * own);
  });

  test('whose rest will never come gives way to another', () => {
    const played = withOrgan(64);
    const slot = played.begin(1, 60);
    played.append(slot, organ(60), 0, 8000);
    played.noteOn(1, 60);
    played.play(0.1);
    played.engine.bank.abandonNote(slot);
    played.play(1);
    assert.ok(levelOf(played.play(0.5)) > -30);
  });
});

describe('a better note that arrives', () => {
  /** Plays the nearest note for a while, then stores the note itself; gives the second around that. */
  function arrival(seed: number): Float32Array {
    const played = withOrgan(55);
    played.noteOn(1, 60);
    const before = played.play(0.5 + seed / 777);
    played.store(1, 60, organ(60, { seed }));
    const after = played.play(0.5);
    return Float32Array.from([...before.subarray(-RATE / 2), ...after]);
  }

  test('is cross-faded to in phase: neither dip nor click', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const sound = arrival(seed);
      const measured = levels(sound, RATE / 100);
      const ends = [...measured.slice(40, 49), ...measured.slice(60, 70)];
      const dip = Math.min(...ends) - Math.min(...measured.slice(49, 60));
      assert.ok(dip < 0.75, `seed ${seed}: a dip of ${dip.toFixed(2)} dB`);
      assert.ok(clickiness(sound, RATE / 50) < 1.5, `seed ${seed}: ${clickiness(sound, RATE / 50)}`);
    }
  });

  test('of another timbre is cross-faded to under a held note, which was reported as missing', () => {
    const played = withOrgan(60);
    played.noteOn(1, 60);
    played.play(0.5);
    played.send({ type: 'timbre', timbre: 2 });
    assert.deepEqual(played.answers, [{ type: 'missing', timbre: 2, pitch: 60 }]);
    const own = sharpest(played.play(0.3));
    played.store(2, 60, organ(60, { amplitudes: [1, 0, 1], seed: 9 }));
    assert.ok(sharpest(played.playOn(0.1)) < 1.5 * own);
    const sound = played.play(1);
    const third = toDecibels(fitTone(sound, (3 * frequencyOf(60)) / RATE).amplitude);
    assert.ok(Math.abs(third - fundamental(sound, 60)) < 1);
  });

  test('that decays is as far gone as what it takes over from', () => {
    const played = new PlayedEngine(RATE);
    played.store(1, 60, marimba(60, 6));
    played.noteOn(1, 60);
    const before = levelOf(played.play(8).subarray(-RATE / 4));
    played.send({ type: 'timbre', timbre: 2 });
    played.store(2, 60, marimba(60, 6));
    const after = levelOf(played.play(0.5).subarray(-RATE / 4));
    assert.ok(after < before && after > before - 6, `${before.toFixed(1)} dB, then ${after.toFixed(1)} dB`);
  });

  test('follows a pad that is moved back and forth without zipper noise', () => {
    const played = new PlayedEngine(RATE);
    for (let timbre = 1; timbre <= 8; timbre++) {
      played.store(timbre, 60, organ(60, { amplitudes: [1, 0.1 * timbre], seed: timbre }));
    }
    played.noteOn(1, 60);
    // The sharpest of the eight.
    played.send({ type: 'timbre', timbre: 8 });
    const own = sharpest(played.play(1));
    for (let i = 0; i < 100; i++) {
      played.send({ type: 'timbre', timbre: 1 + (i % 8) });
      const sound = played.playOn(0.017);
      assert.ok(sharpest(sound) < 1.5 * own);
      assert.ok(levelOf(sound) > -25);
    }
  });

  test('for sixteen voices at once reaches every one, two in a block', (context) => {
    const align = context.mock.method(PhaseAligner.prototype, 'align');
    const played = new PlayedEngine(RATE, { noteSlots: 32 });
    const pitches = Array.from({ length: 16 }, (_, i) => 48 + i);
    for (const pitch of pitches) played.store(1, pitch, organ(pitch));
    for (const pitch of pitches) played.store(2, pitch, organ(pitch, { amplitudes: [0, 1] }));
    for (const pitch of pitches) played.noteOn(pitch, pitch, { gain: 0.1 });
    played.play(1);
    played.send({ type: 'timbre', timbre: 2 });
    for (let block = 1; block <= 10; block++) {
      played.play(128 / RATE);
      assert.equal(align.mock.callCount(), Math.min(16, 2 * block));
    }
    played.play(0.2);
    const sound = played.play(1);
    for (const pitch of pitches.slice(0, 12)) assert.ok(fundamental(sound, pitch) < -60, `${pitch}`);
  });
});

describe('the note bank', () => {
  test('drops the note that was not used for longest, but none that is sounding', () => {
    const played = new PlayedEngine(RATE, { noteSlots: 3 });
    for (const pitch of [60, 62, 64]) played.store(1, pitch, organ(pitch));
    played.noteOn(1, 60);
    played.play(0.1);
    played.store(1, 65, organ(65));
    assert.deepEqual(played.report().stored, [1, 60, 1, 65, 1, 64]);
    for (const pitch of [66, 67, 68, 69]) played.store(1, pitch, organ(pitch));
    assert.ok(fundamental(played.play(1), 60) > -20);
    assert.deepEqual(played.report().stored.slice(0, 2), [1, 60]);
  });

  test('has no room when every slot is sounding, and says so', () => {
    const played = new PlayedEngine(RATE, { noteSlots: 1 });
    played.store(1, 60, organ(60));
    played.noteOn(1, 60);
    played.play(0.1);
    assert.equal(played.begin(1, 62), -1);
  });

  test('keeps one of a note that is rendered twice', () => {
    const played = withOrgan(60, 60);
    assert.deepEqual(played.report().stored, [1, 60]);
  });
});
