import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { KeyEvent, type InstrumentEventMap } from '../../instruments/events.js';
import { KeyLights } from './key-lights.js';

/** An instrument whose audio clock is moved by hand, and the keys beside it. */
class Stage {
  readonly context = { currentTime: 10, outputLatency: 0 };
  readonly lit = new Set<number>();
  private readonly listeners = new Map<string, (event: never) => void>();
  readonly lights: KeyLights;

  constructor() {
    const { context, listeners } = this;
    this.lights = new KeyLights(
      {
        context: context as unknown as AudioContext,
        addEventListener: (type, listener) => listeners.set(type, listener),
      },
      () => ({ press: (pitch) => this.lit.add(pitch), release: (pitch) => this.lit.delete(pitch) }),
    );
  }

  tell<K extends keyof InstrumentEventMap>(type: K, event: InstrumentEventMap[K]): void {
    this.listeners.get(type)?.(event as never);
  }

  /** A note of a player, handed over ahead of its time. */
  note(pitch: number, from: number, to: number, note = pitch): void {
    this.tell('key', new KeyEvent(pitch, true, from, note));
    this.tell('key', new KeyEvent(pitch, false, to, note));
  }

  /** Both clocks go on; the audio's by `audio` where it falls behind. */
  pass(seconds: number, audio = seconds): void {
    for (let i = 0; i < 100; i++) {
      this.context.currentTime += audio / 100;
      mock.timers.tick(10 * seconds);
    }
  }
}

let stage: Stage;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  stage = new Stage();
});

test('a hand lights a key at once, a player’s note at its time, until it ends', () => {
  stage.context.outputLatency = 0.2;
  stage.note(60, 10, 11);
  assert.deepEqual([...stage.lit], [60]);
  stage.note(64, 11, 12);
  stage.pass(1.1);
  assert.deepEqual([...stage.lit], [60], 'what the speakers still hold back is not heard');
  stage.pass(0.2);
  assert.deepEqual([...stage.lit], [64]);
  stage.pass(1);
  assert.deepEqual([...stage.lit], []);
});

test('audio that falls behind the timers is waited for, and audio that stands still too', () => {
  stage.note(60, 11, 12);
  stage.pass(1.5, 0.9);
  assert.deepEqual([...stage.lit], [], 'the note has not begun');
  stage.pass(0.2);
  assert.deepEqual([...stage.lit], [60]);
  stage.pass(60, 0);
  assert.deepEqual([...stage.lit], [60], 'suspended, it goes on');
  stage.pass(1);
  assert.deepEqual([...stage.lit], []);
});

test('a note that ends before it begins is not shown, and nothing comes after all of it ended', () => {
  stage.note(60, 11, 10.5);
  stage.pass(2);
  assert.deepEqual([...stage.lit], []);
  stage.note(64, 12.5, 14);
  stage.pass(1);
  assert.deepEqual([...stage.lit], [64]);
  stage.note(67, 13.5, 15);
  stage.lights.clear();
  assert.deepEqual([...stage.lit], []);
  stage.pass(3);
  assert.deepEqual([...stage.lit], []);
});
