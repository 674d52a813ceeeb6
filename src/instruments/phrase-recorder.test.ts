import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { PhraseRecorder, type PhraseEvent } from './phrase-recorder.js';

function stage() {
  const clock = { currentTime: 10 };
  const recorder = new PhraseRecorder(clock);
  const phrases: PhraseEvent[] = [];
  recorder.addEventListener('phrase', (event) => phrases.push(event as PhraseEvent));
  const wait = (seconds: number) => {
    for (let i = 0; i < Math.round(seconds * 100); i++) {
      clock.currentTime += 0.01;
      mock.timers.tick(10);
    }
  };
  const play = (pitch: number, seconds: number) => {
    recorder.noteOn(pitch, 90);
    wait(seconds);
    recorder.noteOff(pitch);
  };
  return { recorder, phrases, wait, play };
}

const rounded = (event: PhraseEvent) =>
  event.notes.map(({ pitch, startTime, endTime }) => [pitch, +startTime.toFixed(2), +endTime.toFixed(2)]);

describe('a phrase', () => {
  beforeEach(() => mock.timers.enable({ apis: ['setInterval'] }));
  afterEach(() => mock.timers.reset());

  test('is over after a rest, with its notes counted from the first', () => {
    const { phrases, play, wait } = stage();
    play(60, 0.5);
    wait(0.25);
    play(64, 0.5);
    wait(0.9);
    assert.equal(phrases.length, 0);
    wait(0.2);
    assert.equal(phrases.length, 1);
    assert.deepEqual(rounded(phrases[0]), [
      [60, 0, 0.5],
      [64, 0.75, 1.25],
    ]);
  });

  test('is answered on a bar line of its own tempo that can still be met', () => {
    const { recorder, phrases, play, wait } = stage();
    recorder.bar = 2;
    play(60, 0.7);
    wait(1.1); // heard at 1.7 s, the bar line at 2 s is met
    assert.ok(Math.abs(phrases[0].nextBar - 12) < 1e-9, String(phrases[0].nextBar));
    const { phrases: late, play: playLate, wait: waitLate } = stage();
    playLate(60, 0.95);
    waitLate(1.1); // heard at 1.95 s: too late for that one
    assert.ok(Math.abs(late[0].nextBar - 14) < 1e-9, String(late[0].nextBar));
  });

  test('goes on as long as a key is down, and keeps chords together', () => {
    const { recorder, phrases, wait } = stage();
    recorder.noteOn(60, 100);
    recorder.noteOn(64, 50);
    wait(5);
    assert.equal(phrases.length, 0);
    assert.deepEqual(
      recorder.notes.map(({ pitch, velocity }) => [pitch, velocity]),
      [
        [60, 100],
        [64, 50],
      ],
    );
    recorder.noteOff(60);
    recorder.noteOff(64);
    wait(1.1);
    assert.deepEqual(rounded(phrases[0]), [
      [60, 0, 5],
      [64, 0, 5],
    ]);
  });

  test('begins anew after the last, and can be forgotten', () => {
    const { recorder, phrases, play, wait } = stage();
    play(60, 0.2);
    wait(1.2);
    play(72, 0.2);
    wait(1.2);
    assert.deepEqual(phrases.map(rounded), [[[60, 0, 0.2]], [[72, 0, 0.2]]]);
    play(62, 0.2);
    recorder.clear();
    wait(3);
    assert.equal(phrases.length, 2);
  });
});
