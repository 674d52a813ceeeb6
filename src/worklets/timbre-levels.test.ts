/** The notes of a timbre hold, decay and are released alike, though each was rendered by itself; soft ones are darker. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { levels, toDecibels } from '../audio/measure.testing.js';
import { organ } from '../audio/synthetic-note.testing.js';
import { PlayedEngine, fundamental, levelOf, peakOf, withOrgan } from './played-engine.testing.js';

const RATE = 48000;
const ENVELOPE = { attack: 0.004, decay: 0.1, sustain: 1, release: 2 };

/** Stores an organ's note that says of itself how it decays and is released. */
function store(played: PlayedEngine, pitch: number, decay: number, release = 0, timbre = 1): void {
  const slot = played.begin(timbre, pitch, 1);
  played.append(slot, organ(pitch), 0, 46000);
  played.end(slot, { loopStart: 16000, loopEnd: 45000, decay, release });
}

/** dB that a note of the pitch loses in a second of its loop. */
function lossAt(played: PlayedEngine, pitch: number): number {
  played.noteOn(1, pitch);
  played.play(1.5);
  const [before, after] = [levelOf(played.play(0.25)), (played.play(1.75), levelOf(played.play(0.25)))];
  played.send({ type: 'allSoundOff' });
  played.play(0.1);
  return (before - after) / 2;
}

describe('the decay of a held note', () => {
  test('is that of its timbre about its pitch: one note that misses it does not stand out', () => {
    const played = new PlayedEngine(RATE);
    for (const [pitch, decay] of [
      [58, 10],
      [59, 11],
      [60, 0],
      [61, 9],
      [62, 10],
    ])
      store(played, pitch, decay);
    const losses = [58, 59, 60, 61, 62].map((pitch) => lossAt(played, pitch));
    for (const loss of losses)
      assert.ok(loss > 7 && loss < 9, `${losses.map((x) => x.toFixed(1)).join(' ')}`);
  });

  test('is its own where the timbre has no other note, and far notes hardly count', () => {
    const played = new PlayedEngine(RATE);
    store(played, 60, 10);
    assert.ok(Math.abs(lossAt(played, 60) - 10) < 0.5);
    store(played, 84, 0);
    assert.ok(Math.abs(lossAt(played, 60) - 10) < 0.5);
  });

  test('is not that of another timbre', () => {
    const played = new PlayedEngine(RATE);
    store(played, 60, 0);
    store(played, 61, 20, 0, 2);
    assert.ok(Math.abs(lossAt(played, 60)) < 0.1);
  });

  test('changes without a step when more notes of the timbre arrive', () => {
    const played = new PlayedEngine(RATE);
    store(played, 60, 12);
    played.noteOn(1, 60);
    played.play(2);
    store(played, 61, 0);
    const measured = levels(played.playOn(1), RATE / 20);
    for (let i = 1; i < measured.length; i++) assert.ok(Math.abs(measured[i] - measured[i - 1]) < 1);
  });
});

describe('the release of a note', () => {
  const falls = (own: number, longest: number) => {
    const played = new PlayedEngine(RATE, { envelope: { ...ENVELOPE, release: longest } });
    store(played, 60, 0, own);
    played.noteOn(1, 60);
    const held = levelOf(played.play(0.5));
    played.noteOff(1);
    played.play(0.25);
    return held - levelOf(played.play(0.02));
  };

  test('is the note’s own', () => {
    assert.ok(Math.abs(falls(0.5, 2) - 31) < 3, `${falls(0.5, 2)}`);
    assert.ok(Math.abs(falls(1.5, 2) - 10.3) < 2, `${falls(1.5, 2)}`);
  });

  test('is no longer than the player lets it be', () => {
    assert.ok(Math.abs(falls(1.5, 0.5) - 31) < 3, `${falls(1.5, 0.5)}`);
  });

  test('is a second, as far as the player lets it, where the note does not tell', () => {
    assert.ok(Math.abs(falls(0, 2) - 15.5) < 2, `${falls(0, 2)}`);
    assert.ok(Math.abs(falls(0, 0.5) - 31) < 3, `${falls(0, 0.5)}`);
  });
});

describe('the low-pass of a soft note', () => {
  const partial = (cutoff: number | undefined, harmonic: number) => {
    const played = withOrgan(60);
    played.send({ type: 'noteOn', note: 1, pitch: 60, gain: 1, cutoff, time: 0 });
    played.play(0.2);
    return fundamental(played.play(0.5), 60 + 12 * Math.log2(harmonic));
  };

  test('takes 3 dB at its cut-off and more above, and leaves what is below', () => {
    const cutoff = 261.63 * 4;
    assert.ok(Math.abs(partial(undefined, 4) - partial(cutoff, 4) - 3) < 0.4);
    assert.ok(Math.abs(partial(undefined, 1) - partial(cutoff, 1)) < 0.4);
  });

  test('is not there for a note that names none: it passes bit by bit', () => {
    const sounds = [undefined, 1e9].map((cutoff) => {
      const played = withOrgan(60);
      played.send({ type: 'noteOn', note: 1, pitch: 60, gain: 1, cutoff, time: 0 });
      return played.play(0.5);
    });
    assert.deepEqual(sounds[0], sounds[1]);
    assert.ok(toDecibels(peakOf(sounds[0])) > -25);
  });
});
