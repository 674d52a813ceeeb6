/** A pianist who is asked to play begins to play: nobody waits for a network, or through a rest. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, type Server } from './browser.js';

const PAGE = `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script type="module" src="/dist/timbrel.js"></script>
<gansynth-instrument id="piano" corners="piano, piano, piano, piano"></gansynth-instrument>
<performance-rnn instrument="piano" keys="none" live seconds="4" seed="3"></performance-rnn>`;

let browser: Browser;
let server: Server;

before(async () => {
  browser = await launch(['--autoplay-policy=no-user-gesture-required']);
  server = await serve({ roots: { '/dist/': dist }, pages: { '/': PAGE } });
});

after(async () => {
  await browser.close();
  await server.close();
});

describe('a pianist', () => {
  for (const [how, come] of [
    ['a pointer comes near', (page) => page.locator('performance-rnn [part=header]').hover()],
    ['the focus comes', (page) => page.locator('performance-rnn [data-action=generate]').focus()],
  ] as readonly (readonly [string, (page: Page) => Promise<void>])[])
    test(`gets ready when ${how}, and is told of once`, async () => {
      const page = await browser.newPage();
      await page.goto(server.url);
      await page.locator('performance-rnn [data-action=generate]').waitFor();
      await page.evaluate(() => {
        const loaded: unknown[] = [];
        Object.assign(globalThis, { loaded });
        document.addEventListener('sequence-load', (event) => loaded.push(event));
      });
      const loaded = () =>
        page.evaluate(() => (globalThis as unknown as { loaded: unknown[] }).loaded.length);
      await page.waitForTimeout(300);
      assert.equal(await loaded(), 0);
      await come(page);
      await page.waitForFunction(() => (globalThis as unknown as { loaded: unknown[] }).loaded.length > 0);
      await page.evaluate(() => document.querySelector('performance-rnn')?.load());
      assert.equal(await loaded(), 1);
      await page.close();
    });

  test('begins with the first note, and plays as long as asked', async () => {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
    const begun = page.evaluate(
      () =>
        new Promise<number[]>((resolve) =>
          document.addEventListener(
            'sequence-play',
            () =>
              resolve(
                document.querySelector('performance-rnn')?.notes.map(({ startTime }) => startTime) ?? [],
              ),
            { once: true },
          ),
        ),
    );
    await page.locator('performance-rnn [data-action=generate]').click();
    const starts = await begun;
    assert.ok(starts.length > 0, 'it plays a rest');
    assert.ok(Math.min(...starts) < 1e-6, `its first note comes after ${Math.min(...starts)} s`);
    await page.locator('performance-rnn [data-action=generate]').waitFor();
    assert.ok(
      Math.abs((await page.evaluate(() => document.querySelector('performance-rnn')?.duration ?? 0)) - 4) <
        1e-6,
    );
    await page.close();
  });
});
