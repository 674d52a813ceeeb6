/**
 * The first touch of a page, on a phone. Browsers let sound begin with the end of a touch, not with its beginning. The page is asked
 * by the protocol itself: what Playwright evaluates counts as a gesture of the user.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CDPSession } from 'playwright-core';
import { serveDemo } from './browser.js';

const demo = serveDemo();

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks the page, which does not take it for a gesture. */
async function ask<T>(session: CDPSession, expression: string): Promise<T> {
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression,
    awaitPromise: true,
    returnByValue: true,
  });
  assert.equal(exceptionDetails, undefined, exceptionDetails?.exception?.description);
  return result.value as T;
}

async function until(session: CDPSession, expression: string): Promise<void> {
  for (let turn = 0; turn < 300; turn++) {
    if (await ask<boolean>(session, `!!(${expression})`)) return;
    await wait(100);
  }
  throw new Error(`It never came to be: ${expression}`);
}

interface Phone {
  readonly session: CDPSession;
  /** Puts a finger on what the expression finds. */
  touch(expression: string): Promise<void>;
  letGo(): Promise<void>;
  close(): Promise<void>;
}

async function phone(address: string, ready: string): Promise<Phone> {
  const context = await demo.browser.newContext({
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  });
  // Playwright's own click would be a gesture: this page is touched by nothing but the test.
  const page = await context.newPage();
  await page.addInitScript(`
    globalThis.contexts = [];
    globalThis.AudioContext = class extends AudioContext {
      constructor(...given) { super(...given); contexts.push(this); }
    };
    globalThis.told = [];
    addEventListener('error', (event) => told.push(event.message));`);
  await page.goto(`${demo.url}/${address}`);
  const session = await context.newCDPSession(page);
  await until(session, ready);
  assert.equal(await ask(session, 'navigator.userActivation.hasBeenActive'), false);
  return {
    session,
    async touch(expression) {
      const touchPoints = await ask<{ x: number; y: number }[]>(
        session,
        `(() => {
          const element = ${expression};
          element.scrollIntoView({ block: 'center', behavior: 'instant' });
          const { x, y, width, height } = element.getBoundingClientRect();
          return [{ x: x + width / 2, y: y + 0.7 * height }];
        })()`,
      );
      await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
    },
    letGo: async () =>
      void (await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })),
    close: () => context.close(),
  };
}

const ELEMENT = `document.querySelector('gansynth-instrument')`;
const PLAYS = `${ELEMENT}?.instrument?.description`;
const keyOf = (pitch: number) =>
  `${ELEMENT}.shadowRoot.querySelector('piano-keyboard').shadowRoot.querySelector('[data-pitch="${pitch}"]')`;
const LOUDEST = `globalThis.peak = 0; ${ELEMENT}.instrument.addEventListener('meter', ({ peak: now, activeVoices, starvedQuanta }) => { peak = Math.max(peak, now); told.push([now, activeVoices, starvedQuanta].join()); })`;

describe('the first touch of a phone', () => {
  for (const held of [60, 250, 600, 1200, 3500])
    test(`that holds a key for ${held} ms is heard when it ends`, async () => {
      const { session, touch, letGo, close } = await phone('index.html', PLAYS);
      await ask(session, LOUDEST);
      await touch(keyOf(60));
      await wait(held);
      assert.ok(!(await ask<string>(session, `${ELEMENT}.shadowRoot.textContent`)).includes('AUDIO_CONTEXT'));
      await letGo();
      await wait(1500);
      assert.deepEqual(await ask(session, 'contexts.map(({ state }) => state)'), ['running']);
      assert.ok(
        (await ask<number>(session, 'peak')) > 0.01,
        `nothing was heard: ${await ask<string>(session, 'told.join(" ")')}`,
      );
      assert.ok(!(await ask<string>(session, `${ELEMENT}.shadowRoot.textContent`)).includes('AUDIO_CONTEXT'));
      await wait(2500);
      await ask(session, 'peak = 0');
      await wait(300);
      assert.ok((await ask<number>(session, 'peak')) < 0.01, 'it hangs');
      await close();
    });

  test('is one of two fingers: the end of the other makes the held one heard', async () => {
    const { session, close } = await phone('index.html', PLAYS);
    await ask(session, LOUDEST);
    const at = (pitch: number) =>
      ask<{ x: number; y: number }>(
        session,
        `(() => { const { x, y, width, height } = ${keyOf(pitch)}.getBoundingClientRect();
          return { x: x + width / 2, y: y + 0.8 * height }; })()`,
      );
    const [first, second] = [
      { ...(await at(60)), id: 1 },
      { ...(await at(64)), id: 2 },
    ];
    await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [first] });
    await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [first, second] });
    await wait(300);
    await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [first] });
    await wait(2000);
    await ask(session, 'peak = 0');
    await wait(500);
    assert.ok((await ask<number>(session, 'peak')) > 0.01, 'the held key is silent');
    await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await close();
  });
});
