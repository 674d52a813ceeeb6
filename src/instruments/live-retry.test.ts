/** Notes that are decoded while they sound, as the page begins them, on a machine that does not keep up: on a clock of the test's own. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import type { LiveCommand, LiveNotice } from '../messages/live-notes.js';
import { LiveNotes } from './live-notes.js';

const SECOND = 1000;
let live: LiveNotes<undefined>;
let worker: MessagePort;
let commands: LiveCommand[];
let told: (boolean | 'ended')[];

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout'] });
  [commands, told] = [[], []];
  const model = {
    connect: async (_: undefined, { page }: { page: MessagePort }) => {
      worker = page;
      page.onmessage = ({ data }: MessageEvent<LiveCommand>) => commands.push(data);
    },
    timbre: () => undefined,
  };
  live = new LiveNotes(model, [24, 84], {
    changed: (keepsUp) => told.push(keepsUp),
    ended: () => told.push('ended'),
    toAudio: (port) => port.close(),
  });
  live.connect(undefined, new Float32Array(1));
});

afterEach(() => {
  live.disconnect();
  worker.close();
  mock.timers.reset();
});

/** Messages arrive. */
async function arrive(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
async function say(notice: LiveNotice): Promise<void> {
  worker.postMessage(notice);
  await arrive();
}
/** @returns the seconds after which it is tried again */
async function fallBehind(): Promise<number> {
  await say({ type: 'behind' });
  assert.equal(live.active, false);
  for (let seconds = 1; ; seconds++) {
    mock.timers.tick(SECOND);
    if (live.active) return seconds;
    assert.ok(seconds < 10_000);
  }
}

describe('a machine that falls behind again and again', () => {
  test('is tried again after twice as long each time, at most after some ten minutes', async () => {
    const waits: number[] = [];
    for (let i = 0; i < 7; i++) waits.push(await fallBehind());
    assert.deepEqual(waits, [20, 40, 80, 160, 320, 640, 640]);
    assert.deepEqual(told.slice(0, 4), [false, true, false, true]);
  });

  test('and then keeps up for five minutes is trusted as at first', async () => {
    await fallBehind();
    await fallBehind();
    mock.timers.tick(301 * SECOND);
    assert.equal(await fallBehind(), 20);
  });
});

describe('a note', () => {
  test('is decoded from its beginning until the worker says that it has ended', async () => {
    live.begin(5, 60);
    assert.equal(live.has(5), true);
    await say({ type: 'ended', note: 5 });
    assert.equal(live.has(5), false);
    assert.deepEqual(told, ['ended']);
    assert.deepEqual(
      commands.filter(({ type }) => type === 'begin'),
      [{ type: 'begin', note: 5, pitch: 60 }],
    );
  });

  test('that begins where the machine does not keep up, or far outside of the keyboard, is none of these', async () => {
    live.begin(6, 110);
    assert.equal(live.has(6), false);
    await say({ type: 'behind' });
    live.begin(7, 60);
    assert.equal(live.has(7), false);
  });
});
