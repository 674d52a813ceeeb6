/** Commands that are given before the sound is there are played then. */
import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';
import type { VoiceCommand } from '../messages/voice-processor.js';
import { EarlyCommands } from './early-commands.js';

const on = (note: number, time = 0): VoiceCommand => ({ type: 'noteOn', note, pitch: 60, gain: 1, time });
const off = (note: number, time = 0): VoiceCommand => ({ type: 'noteOff', note, time });

describe('commands before the sound', () => {
  let early: EarlyCommands;
  let seconds = 0;
  beforeEach(() => {
    early = new EarlyCommands();
    seconds = 0;
    mock.method(performance, 'now', () => 1000 * seconds);
  });

  /** The length of a note that was held so long, s. */
  const heard = (held: number): number => {
    early.add(on(1));
    seconds += held;
    early.add(off(1));
    const [, end] = early.take(5);
    return Number((end as { lasts: number }).lasts.toFixed(3));
  };

  test('make a tap heard as long as it was, a touch of it at least, and no key ring on that nobody holds', () => {
    assert.deepEqual([0.01, 0.3, 4].map(heard), [0.15, 0.3, 0.6]);
  });

  test('wait for a context that sleeps if they are played now; settings and planned notes do not', () => {
    const envelope: VoiceCommand = {
      type: 'envelope',
      envelope: { attack: 0, decay: 0, sustain: 1, release: 0 },
    };
    for (const command of [on(1), envelope, on(2, 9)]) early.add(command);
    assert.deepEqual(early.take(5, true), [envelope, on(2, 9)]);
    assert.deepEqual(early.take(5), [on(1)]);
  });

  test('are given up a while after they ended, not while a key is held nor where the note sounds already', () => {
    for (const command of [on(1), off(1), on(2), off(3)]) early.add(command);
    seconds = 1;
    early.forget();
    seconds = 3;
    early.forget();
    assert.deepEqual(early.take(0), [on(2), off(3)]);
  });
});
