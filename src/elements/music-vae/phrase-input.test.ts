import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { PhraseInput } from './phrase-input.js';

class NoteEvent extends Event {
  constructor(
    type: 'note-on' | 'note-off',
    readonly pitch: number,
    readonly velocity = 0,
  ) {
    super(type);
  }
}

let now: number;
let sounded: string[];
let phrases: number[][];
let host: EventTarget;
let other: EventTarget;
let input: PhraseInput;

/** Lets time pass, on the clock and in timers. */
function wait(ms: number): void {
  for (let at = 0; at < ms; at += 10) {
    now += 10;
    mock.timers.tick(10);
  }
}

function play(target: EventTarget, pitch: number): void {
  target.dispatchEvent(new NoteEvent('note-on', pitch, 80));
  wait(100);
  target.dispatchEvent(new NoteEvent('note-off', pitch));
}

beforeEach(() => {
  now = 1000;
  mock.timers.enable({ apis: ['setInterval', 'setTimeout'] });
  mock.method(performance, 'now', () => now);
  sounded = [];
  phrases = [];
  host = new EventTarget();
  other = new EventTarget();
  input = new PhraseInput({
    sound: (pitch, velocity) => sounded.push(`${pitch} ${velocity > 0 ? 'on' : 'off'}`),
    phrase: (notes) => phrases.push(notes.map(({ pitch }) => pitch)),
  });
  input.bar = 2;
  input.connect(host, other, () => other);
});

afterEach(() => {
  input.disconnect();
  mock.timers.reset();
  mock.restoreAll();
});

describe('a phrase that is played in', () => {
  test('is heard only when it is asked for, and over after a rest', () => {
    play(host, 60);
    wait(2000);
    assert.deepEqual(phrases, []);
    input.ask(true);
    play(host, 62);
    play(host, 64);
    wait(2000);
    assert.deepEqual(phrases, [[62, 64]]);
    play(host, 65);
    wait(2000);
    assert.equal(phrases.length, 1, 'the next one is not asked for');
  });

  test('sounds from the keys inside, not from an instrument that sounds by itself', () => {
    input.ask(true);
    play(host, 60);
    play(other, 72);
    assert.deepEqual(sounded, ['60 on', '60 off']);
    wait(2000);
    assert.deepEqual(phrases, [[60, 72]]);
  });

  test('goes on where the element is moved, and its listeners are set anew', () => {
    input.ask(true);
    play(host, 60);
    input.connect(host, other, () => other);
    play(host, 62);
    wait(2000);
    assert.deepEqual(phrases, [[60, 62]]);
  });

  test('is given up with the connection', () => {
    input.ask(true);
    play(host, 60);
    input.disconnect();
    wait(2000);
    assert.deepEqual(phrases, []);
  });

  test('has strokes of a tenth of a second', () => {
    input.ask(true);
    input.strike(36);
    wait(2000);
    assert.deepEqual(sounded, ['36 on', '36 off']);
    assert.deepEqual(phrases, [[36]]);
  });
});
