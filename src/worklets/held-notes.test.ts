/** Notes held for 20 s: five times as long as their audio. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clickiness, detuning, levels, rmsOf, sharpest, toDecibels } from '../audio/measure.testing.js';
import { frequencyOf, marimba, noise, organ } from '../audio/synthetic-note.testing.js';
import { PlayedEngine } from './played-engine.testing.js';

const RATE = 48000;

function hold(audio: Float32Array, pitch: number, seconds: number): Float32Array {
  const played = new PlayedEngine(RATE);
  played.store(1, pitch, audio);
  played.noteOn(1, pitch);
  return played.play(seconds);
}

describe('an organ held for 20 s', () => {
  for (const pitch of [24, 36, 60, 69, 84]) {
    const sound = hold(organ(pitch), pitch, 20);
    const steady = sound.subarray(RATE / 2);

    test(`${pitch}: its level stays constant within 1 dB`, () => {
      const measured = levels(steady, RATE / 8);
      const range = Math.max(...measured) - Math.min(...measured);
      assert.ok(range < 1, `${range.toFixed(2)} dB`);
    });

    test(`${pitch}: its pitch stays within 3 cents`, () => {
      const worst = Math.max(
        ...detuning(steady, frequencyOf(pitch) / RATE, RATE / 2).map((cents) => Math.abs(cents)),
      );
      assert.ok(worst < 3, `${worst.toFixed(2)} cents`);
    });

    test(`${pitch}: nothing clicks where its loop closes`, () => {
      // Before 0.7 s no loop was met.
      const own = sharpest(sound.subarray(RATE / 10, 0.6 * RATE));
      assert.ok(sharpest(steady) < 1.1 * own, `${sharpest(steady)} against ${own}`);
    });
  }

  test('a loop without cross-fade fails that measure', () => {
    const audio = organ(60);
    const played = new PlayedEngine(RATE);
    const [loopStart, loopEnd] = [11200, 42011];
    const slot = played.begin(1, 60);
    played.append(slot, audio, 0, 44000);
    played.end(slot, { loopStart, loopEnd, decay: 0, release: 0 });
    played.noteOn(1, 60);
    const sound = played.play(6);
    assert.ok(clickiness(sound.subarray(RATE / 10), RATE / 50) > 1.5);
    assert.ok(sharpest(sound.subarray(RATE / 2)) > 1.1 * sharpest(sound.subarray(RATE / 10, 0.6 * RATE)));
  });
});

describe('a marimba held for 20 s', () => {
  for (const [pitch, decay] of [
    [48, 6],
    [60, 15],
    [72, 40],
    [84, 90],
  ]) {
    const sound = hold(marimba(pitch, decay), pitch, 20);

    test(`${pitch}, losing ${decay} dB a second: it only ever gets quieter, at its own rate`, () => {
      const measured = levels(sound.subarray(RATE / 10), RATE / 4).filter((level) => level > -90);
      for (let i = 1; i < measured.length; i++) {
        assert.ok(measured[i] < measured[i - 1] + 0.05, `${measured[i - 1]} dB, then ${measured[i]} dB`);
      }
      const lost = measured[0] - measured[measured.length - 1];
      const seconds = (measured.length - 1) / 4;
      const expected = Math.min(decay, 60);
      assert.ok(lost / seconds > 0.85 * expected, `${lost} dB in ${seconds} s`);
      assert.ok(lost / seconds < 1.6 * decay, `${lost} dB in ${seconds} s`);
    });

    test(`${pitch}, losing ${decay} dB a second: nothing clicks`, () => {
      const worst = clickiness(sound.subarray(RATE / 10), RATE / 50);
      assert.ok(worst < 1.5, `${worst.toFixed(2)} times as sharp as 40 ms before and after`);
    });
  }
});

test('an organ that swells or fades a little by itself keeps its level', () => {
  for (const slope of [-1.5, 3]) {
    const audio = organ(60).map((x, i) => x * 10 ** ((slope * i) / 16000 / 20));
    const measured = levels(hold(audio, 60, 20).subarray(3 * RATE), RATE / 4);
    const lost = measured[0] - measured[measured.length - 1];
    assert.ok(Math.abs(lost) < 0.5, `${lost.toFixed(2)} dB in 17 s`);
    assert.ok(Math.max(...measured) - Math.min(...measured) < 1);
  }
});

describe('an organ whose level moves by 6 dB', () => {
  const moved = (rate: number) =>
    organ(60).map((x, i) => x * 10 ** ((3 * Math.sin((2 * Math.PI * rate * i) / 16000)) / 20));
  const range = (sound: Float32Array) => {
    const measured = levels(sound.subarray(3 * RATE), RATE / 20);
    return Math.max(...measured) - Math.min(...measured);
  };

  test('in a slow swell is held at one level: in a loop the swell would come back and back', () => {
    const swing = range(hold(moved(0.6), 60, 20));
    assert.ok(swing < 1.5, `${swing.toFixed(2)} dB`);
  });

  test('in a tremolo keeps it', () => {
    const swing = range(hold(moved(6), 60, 20));
    assert.ok(swing > 4 && swing < 7, `${swing.toFixed(2)} dB`);
  });
});

test('noise held for 20 s keeps its level', () => {
  // Noise that is cross-faded as if it were alike dips by 3 dB in the middle.
  const measured = levels(hold(noise(), 60, 20).subarray(RATE / 2), RATE / 16);
  const range = Math.max(...measured) - Math.min(...measured);
  assert.ok(range < 2, `${range.toFixed(2)} dB`);
});

test('a note of silence is silent', () => {
  assert.equal(toDecibels(rmsOf(hold(new Float32Array(64000), 60, 5))), -400);
});
