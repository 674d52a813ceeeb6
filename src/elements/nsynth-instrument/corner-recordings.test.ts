/** Recordings for corners, from a microphone that is turned on when the test says so. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { CornerRecordings, type Recorder } from './corner-recordings.js';

/** A microphone that counts what is on. Each recording begins when it is allowed. */
class Microphone {
  readonly allow: (() => void)[] = [];
  readonly deny: ((error: Error) => void)[] = [];
  on = 0;
  seconds = 1;
  /** The corners that were told something last, and what. */
  readonly shown: unknown[] = [];
  readonly recordings = new CornerRecordings(
    () => this.start(),
    (place, state) => (this.shown[place] = state),
  );

  private start(): Promise<Recorder> {
    return new Promise((resolve, reject) => {
      this.deny.push(reject);
      this.allow.push(() => {
        this.on++;
        const stop = () => {
          this.on--;
          return Promise.resolve(new Blob(['sound']));
        };
        const now = () => this.seconds;
        resolve({
          level: 0.5,
          stop,
          get seconds() {
            return now();
          },
        });
      });
    });
  }
}

/** Whatever is under way goes as far as it can. */
const settled = () => new Promise((resolve) => setTimeout(resolve));
const metered = () => new Promise((resolve) => setTimeout(resolve, 150));

describe('a recording for a corner', () => {
  test('goes from one press to the next, and shows its level', async () => {
    const microphone = new Microphone();
    const { recordings, allow } = microphone;
    const sound = recordings.press(2);
    await settled();
    allow[0]();
    await metered();
    assert.deepEqual(microphone.shown[2], { seconds: 1, level: 0.5 });
    assert.equal(await recordings.press(2), undefined);
    assert.ok((await sound) instanceof Blob);
    assert.equal(microphone.shown[2], undefined);
    assert.equal(microphone.on, 0);
  });

  test('ends by itself after four seconds', async () => {
    const microphone = new Microphone();
    const sound = microphone.recordings.press(0);
    await settled();
    microphone.allow[0]();
    microphone.seconds = 4;
    assert.ok((await sound) instanceof Blob);
    assert.equal(microphone.on, 0);
  });

  test('is one, however often its button is pressed before the microphone is on, and right after', async () => {
    const microphone = new Microphone();
    const { recordings, allow } = microphone;
    const sound = recordings.press(0);
    assert.equal(await recordings.press(0), undefined);
    assert.equal(allow.length, 1);
    microphone.seconds = 0;
    allow[0]();
    await settled();
    await recordings.press(0);
    await settled();
    assert.equal(microphone.on, 1, 'the second click of a double click ends nothing');
    microphone.seconds = 1;
    await recordings.press(0);
    assert.ok((await sound) instanceof Blob);
    assert.equal(microphone.on, 0);
    const next = recordings.press(0);
    await settled();
    allow[1]();
    await metered();
    assert.equal(microphone.on, 1, 'the next one goes on');
    await recordings.press(0);
    assert.ok((await next) instanceof Blob);
  });

  for (const order of [
    [0, 1],
    [1, 0],
  ])
    test(`gives way to another corner's before the microphone is on: allowed in the order ${order.join(', ')}`, async () => {
      const microphone = new Microphone();
      const { recordings, allow } = microphone;
      const [first, second] = [recordings.press(0), recordings.press(3)];
      await settled();
      for (const which of order) {
        allow[which]();
        await settled();
      }
      assert.equal(await first, undefined);
      assert.equal(microphone.on, 1);
      await metered();
      assert.deepEqual(microphone.shown[3], { seconds: 1, level: 0.5 });
      assert.equal(microphone.shown[0], undefined);
      await recordings.press(3);
      assert.ok((await second) instanceof Blob);
      assert.equal(microphone.on, 0);
    });

  test('is kept where another corner begins to record', async () => {
    const microphone = new Microphone();
    const { recordings, allow } = microphone;
    const first = recordings.press(0);
    await settled();
    allow[0]();
    await settled();
    const second = recordings.press(1);
    assert.ok((await first) instanceof Blob);
    allow[1]();
    await settled();
    recordings.giveUp(1);
    assert.equal(await second, undefined);
    assert.equal(microphone.on, 0);
  });

  for (const [when, before] of [
    ['before the microphone is on', true],
    ['while it records', false],
  ] as const)
    test(`is given up ${when}: nothing is left on, and nothing comes of it`, async () => {
      const microphone = new Microphone();
      const { recordings, allow } = microphone;
      const sound = recordings.press(0);
      await settled();
      if (before) recordings.giveUp(0);
      allow[0]();
      await settled();
      if (!before) recordings.giveUp(0);
      assert.equal(await sound, undefined);
      assert.equal(microphone.on, 0);
      await metered();
      assert.equal(microphone.shown[0], undefined);
    });

  test('that is not allowed says so, unless nobody waits for it any more', async () => {
    const microphone = new Microphone();
    const { recordings, deny } = microphone;
    const denied = new TimbrelError('MICROPHONE_DENIED', 'no');
    const waited = recordings.press(0);
    deny[0](denied);
    await assert.rejects(waited, { code: 'MICROPHONE_DENIED' });
    const left = recordings.press(0);
    recordings.giveUp(0);
    deny[1](denied);
    assert.equal(await left, undefined);
  });
});
