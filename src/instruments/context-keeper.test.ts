/** Contexts that stop and are brought back (P1), on a stage without Web Audio. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import type { TimbrelError } from '../errors/timbrel-error.js';
import { ContextKeeper } from './context.js';

type State = AudioContextState | 'interrupted';

class FakeContext extends EventTarget {
  state: State = 'running';
  /** The browser lets it run when it is asked. */
  willing = true;
  asked = 0;

  become(state: State): void {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }

  async resume(): Promise<void> {
    this.asked++;
    await Promise.resolve();
    if (!this.willing) throw new DOMException('Failed to start the audio device', 'InvalidStateError');
    this.become('running');
  }
}

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
let context: FakeContext;
let changes: boolean[];
let failures: string[];

function keep(everywhere = true): ContextKeeper {
  return new ContextKeeper(context as unknown as BaseAudioContext, {
    everywhere,
    changed: (running) => changes.push(running),
    failed: ({ code }) => failures.push(code),
  });
}

/** A player knows by then that there is no sound, ms. */
const TOLD_BY = 3000;

const touch = (type: string) => Object.assign(new Event(type), { pointerId: 1, pointerType: 'touch' });

/** Waits until promises have settled. */
const settle = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

describe('a context that ran and stopped', () => {
  beforeEach(() => {
    Object.assign(globalThis, { AudioContext: FakeContext, window: page, document: page });
    mock.timers.enable({ apis: ['setTimeout'] });
    context = new FakeContext();
    [changes, failures] = [[], []];
  });
  afterEach(() => {
    mock.timers.reset();
    for (const name of ['AudioContext', 'window', 'document']) Reflect.deleteProperty(globalThis, name);
  });

  for (const state of ['suspended', 'interrupted'] as const) {
    test(`${state}: is heard, and a note brings it back`, async () => {
      const keeper = keep();
      context.become(state);
      assert.deepEqual(changes, [false]);
      keeper.wake();
      await settle();
      assert.deepEqual([context.state, changes, failures], ['running', [false, true], []]);
    });

    test(`${state}: any gesture on the page brings back one that was made here`, async () => {
      for (const gesture of ['pointerdown', 'keydown', 'touchend', 'visibilitychange']) {
        context = new FakeContext();
        const keeper = keep();
        context.become(state);
        page.dispatchEvent(new Event(gesture));
        await settle();
        assert.equal(context.state, 'running', gesture);
        const { asked } = context;
        page.dispatchEvent(new Event(gesture));
        assert.equal(context.asked, asked, 'a context that runs is left alone');
        keeper.close();
      }
    });
  }

  test('stays as the page wants it where the page made it, until a note', async () => {
    const keeper = keep(false);
    context.become('suspended');
    page.dispatchEvent(new Event('pointerdown'));
    await settle();
    assert.equal(context.state, 'suspended');
    keeper.wake();
    await settle();
    assert.equal(context.state, 'running');
  });

  test('that cannot be brought back is said once for all notes that wait, and tried again by the next', async () => {
    const keeper = keep();
    context.become('suspended');
    context.willing = false;
    for (let note = 0; note < 3; note++) keeper.wake();
    assert.ok(context.asked >= 3, 'each gesture asks the browser');
    await settle();
    mock.timers.tick(TOLD_BY);
    await settle();
    assert.deepEqual(new Set(failures), new Set(['AUDIO_CONTEXT_SUSPENDED']));
    context.willing = true;
    keeper.wake();
    await settle();
    assert.equal(context.state, 'running');
  });

  test('rejects a start with the code, and one that was closed with its own', async () => {
    const keeper = keep();
    context.become('suspended');
    context.willing = false;
    const refused = assert.rejects(
      keeper.resume(),
      (error: TimbrelError) => error.code === 'AUDIO_CONTEXT_SUSPENDED',
    );
    await settle();
    mock.timers.tick(TOLD_BY);
    await refused;
    context.become('closed');
    await assert.rejects(keeper.resume(), (error: TimbrelError) => error.code === 'AUDIO_CONTEXT_CLOSED');
  });

  test('that never answers, as in Firefox without a sound output, is said within three seconds', async () => {
    const keeper = keep();
    context.become('suspended');
    context.resume = () => new Promise(() => {});
    const told = assert.rejects(keeper.resume(), /sound output.*AUDIO_CONTEXT_SUSPENDED/);
    mock.timers.tick(TOLD_BY);
    await told;
  });

  test('that waits for the finger to be lifted is asked again then, and no failure is told while it is down', async () => {
    for (const end of ['pointerup', 'touchend', 'click']) {
      context = new FakeContext();
      context.state = 'suspended';
      // As Chromium and Safari do before a touch has ended: no answer.
      const resume = context.resume.bind(context);
      context.resume = () => (context.willing ? resume() : new Promise(() => {}));
      context.willing = false;
      failures = [];
      const keeper = keep();
      keeper.wake();
      page.dispatchEvent(touch('pointerdown'));
      mock.timers.tick(10 * TOLD_BY);
      await settle();
      assert.deepEqual(failures, [], end);
      context.willing = true;
      page.dispatchEvent(touch(end));
      await settle();
      assert.deepEqual([context.state, failures], ['running', []], end);
      keeper.close();
    }
  });

  test('that was refused is brought back by a later gesture, and where the finger is lifted in vain that is said', async () => {
    context.state = 'suspended';
    context.willing = false;
    const keeper = keep();
    keeper.wake();
    page.dispatchEvent(touch('pointerdown'));
    page.dispatchEvent(touch('pointerup'));
    mock.timers.tick(TOLD_BY);
    await settle();
    assert.deepEqual(failures, ['AUDIO_CONTEXT_SUSPENDED']);
    context.willing = true;
    page.dispatchEvent(touch('pointerup'));
    await settle();
    assert.equal(context.state, 'running');
    keeper.close();
  });

  test('is not listened to once its keeper is closed', async () => {
    keep().close();
    context.become('suspended');
    page.dispatchEvent(new Event('pointerdown'));
    await settle();
    assert.deepEqual([changes, context.asked], [[], 0]);
  });
});
