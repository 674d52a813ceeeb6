/** What a player hears when workers die under the music. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { firefox, type Browser, type Page } from 'playwright-core';
import { estimateFundamental } from '../../src/audio/pitch.js';
import { firefoxOptions } from '../../scripts/firefox.mjs';
import { serve } from '../../scripts/static-server.mjs';
import {
  dist,
  inFirefox,
  launch,
  openInstrument,
  pageWithElement,
  startRecording,
  stopRecording,
  type Server,
} from './browser.js';
import { cents, peak } from './sound.js';

/** Remembers every worker of the page, so that a test can kill them. */
const WATCH = `<script>
  globalThis.workers = [];
  globalThis.Worker = class extends Worker {
    constructor(...args) { super(...args); workers.push(this); }
  };
</script>`;

let browser: Browser;
let server: Server;
let page: Page;

before(async () => {
  browser = await launch();
  const pages: Record<string, string> = {};
  server = await serve({ roots: { '/dist/': dist }, pages });
  pages['/'] =
    WATCH +
    pageWithElement(`${server.url}/dist`, 'corners="flute, oboe, harp, cello" x="0" y="0" backend="wasm"');
  ({ page } = await openInstrument(browser, `${server.url}/`));
  await startRecording(page, `${server.url}/dist`);
  await stopRecording(page);
});

after(async () => {
  await browser.close();
  await server.close();
});

/** Kills every worker there is; the browser tells the page by an error event. */
const kill = () =>
  page.evaluate(() => {
    for (const worker of (globalThis as unknown as { workers: Worker[] }).workers.splice(0)) {
      worker.terminate();
      worker.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }));
    }
  });

async function heard(key: string): Promise<{ level: number; frequency: number }> {
  await startRecording(page, `${server.url}/dist`);
  await page.keyboard.down(key);
  await page.waitForTimeout(1200);
  await page.keyboard.up(key);
  const { samples, sampleRate } = await stopRecording(page);
  const middle = samples.subarray(Math.round(0.7 * sampleRate), Math.round(1.2 * sampleRate));
  return { level: peak(samples), frequency: estimateFundamental(middle, sampleRate).frequency ?? NaN };
}

const status = async () => (await page.locator('gansynth-instrument [role=alert]').allTextContents()).join();
const rendered = () =>
  page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const { instrument } = document.querySelector('gansynth-instrument') ?? {};
        instrument?.addEventListener('render', () => resolve(), { once: true });
      }),
  );

describe('a player whose worker dies', () => {
  test('hears the held note on, and the next ones from a new worker', async () => {
    await heard('a');
    await page.keyboard.down('g');
    await kill();
    await startRecording(page, `${server.url}/dist`);
    await page.waitForTimeout(500);
    const { samples } = await stopRecording(page);
    await page.keyboard.up('g');
    assert.ok(peak(samples) > 0.01, 'the held note went silent');
    // Another timbre, of which nothing was rendered yet.
    const next = rendered();
    await page.evaluate(() => document.querySelector('gansynth-instrument')?.setAttribute('y', '1'));
    await next;
    await page.waitForTimeout(1000);
    const { level, frequency } = await heard('a');
    assert.ok(level > 0.01 && Math.abs(cents(frequency, 261.63)) < 30, `${level}, ${frequency} Hz`);
    assert.doesNotMatch(await status(), /WORKER_FAILED|died/);
  });

  test('is told when they die again and again, and keeps what was rendered', async () => {
    const failure = page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          addEventListener('instrument-failure', (event) => resolve(event.error.code), {
            once: true,
            capture: true,
          });
        }),
    );
    let over = false;
    void failure.then(() => (over = true));
    for (let i = 0; i < 20 && !over; i++) {
      await kill();
      // Work, so that the death is noticed.
      await page.evaluate(
        (x) => document.querySelector('gansynth-instrument')?.setAttribute('x', String(x)),
        i / 20,
      );
      await page.waitForTimeout(500);
    }
    assert.equal(await failure, 'WORKER_FAILED');
    assert.match(await status(), /worker/);
    assert.ok((await heard('a')).level > 0.01);
  });
});

test('a player whose network is not there is told so, is offered nothing that needs one, and tries again by a key', async () => {
  const pages: Record<string, string> = {};
  const alone = await serve({ roots: { '/dist/': dist }, pages });
  pages['/'] = pageWithElement(`${alone.url}/dist`, 'checkpoint="./later/" backend="wasm"');
  const tab = await browser.newPage();
  try {
    await tab.goto(`${alone.url}/`);
    const alert = tab.locator('gansynth-instrument [role=alert]');
    const line = tab.locator('gansynth-instrument .status');
    await alert.waitFor();
    assert.match(await line.innerText(), /No sound model is loaded/);
    assert.ok(await tab.getByRole('button', { name: 'Random corners' }).isDisabled());
    assert.equal((await tab.getByLabel('Top left corner').textContent())?.trim(), 'Top left');
    await alert.getByRole('button', { name: 'Dismiss' }).click();
    await alert.waitFor({ state: 'detached' });
    assert.match(await line.innerText(), /No sound model is loaded/, 'dismissed, but no less true');

    await tab.route('**/later/*', async (route) =>
      route.fulfill({
        path: path.join(dist, 'checkpoints/gansynth-small', route.request().url().split('/').at(-1) ?? ''),
      }),
    );
    await tab.keyboard.press('a');
    await tab.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
    await tab.getByRole('button', { name: 'Random corners' }).click();
    await tab
      .getByLabel('Top left corner')
      .locator('option:checked', { hasText: /^random \d+$/ })
      .waitFor({ state: 'attached' });
    assert.doesNotMatch(await line.innerText(), /No sound model/);
  } finally {
    await tab.close();
    await alone.close();
  }
});

test('a player who asks for WebGPU where there is none is told, and plays once another backend is chosen', async () => {
  const pages: Record<string, string> = {};
  const alone = await serve({ roots: { '/dist/': dist }, pages });
  pages['/'] = pageWithElement(`${alone.url}/dist`, 'backend="webgpu"');
  const tab = await browser.newPage();
  try {
    await tab.goto(`${alone.url}/`);
    const alert = tab.locator('gansynth-instrument [role=alert]');
    await alert.waitFor();
    assert.match(await alert.innerText(), /WebGPU/);
    await tab.evaluate(() => document.querySelector('gansynth-instrument')?.setAttribute('backend', 'wasm'));
    await tab.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
    assert.equal(await alert.count(), 0);
  } finally {
    await tab.close();
    await alone.close();
  }
});

/** What Firefox does where there is no sound output: it says neither yes nor no. */
const NO_OUTPUT = `<script>
  globalThis.AudioContext = class extends AudioContext {
    get state() { return 'suspended'; }
    resume() { return new Promise(() => {}); }
  };
</script>`;

test('a player without a sound output is told so, and not left in silence', async () => {
  const pages: Record<string, string> = {};
  const alone = await serve({ roots: { '/dist/': dist }, pages });
  pages['/'] = (inFirefox ? '' : NO_OUTPUT) + pageWithElement(`${alone.url}/dist`, 'backend="wasm"');
  // A server that is not there, and no way round it.
  const deaf = inFirefox
    ? await firefox.launch(firefoxOptions({ soundServer: 'unix:/nowhere/to/be/found' }))
    : browser;
  const tab = await deaf.newPage();
  try {
    await tab.goto(`${alone.url}/`);
    await tab.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
    await tab.keyboard.press('a');
    const alert = tab.locator('gansynth-instrument [role=alert]');
    await alert.waitFor();
    assert.match(await alert.innerText(), /sound output/);
  } finally {
    await tab.close();
    if (inFirefox) await deaf.close();
    await alone.close();
  }
});
