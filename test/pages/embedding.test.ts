/** The element on other people's pages: it loads, a pressed key sounds at its pitch, and silence is silence. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { estimateFundamental } from '../../src/audio/pitch.js';
import {
  dist,
  launch,
  openInstrument,
  pageWithElement,
  serveCDN,
  startRecording,
  stopRecording,
  type Server,
} from './browser.js';
import { cents, clickiness, frequencyOf, peak, soundingRange } from './sound.js';

/** A timbre that sustains, in tune, whose fundamental outweighs its octaves (an organ's stops sound those too). */
const ATTRIBUTES = 'corners="flute, flute, flute, flute" backend="wasm"';

let browser: Browser;
let cdn: Server;
const servers: Server[] = [];

before(async () => {
  browser = await launch();
  cdn = await serveCDN();
});

after(async () => {
  await browser.close();
  await Promise.all([cdn, ...servers].map((server) => server.close()));
});

async function host(
  headers: Record<string, string>,
  scriptFromCDN: boolean,
): Promise<{ url: string; base: string }> {
  const pages: Record<string, string> = {};
  const server = await serve({ roots: { '/dist/': dist }, headers, pages });
  servers.push(server);
  const base = scriptFromCDN ? cdn.url : `${server.url}/dist`;
  pages['/'] = pageWithElement(base, ATTRIBUTES);
  return { url: `${server.url}/`, base };
}

/** Half a second of nothing, the key for middle C held for 1.5 s, a second of letting go. */
async function playMiddleC(page: Page, base: string) {
  await startRecording(page, base);
  await page.waitForTimeout(500);
  await page.keyboard.down('a');
  await page.waitForTimeout(1500);
  await page.keyboard.up('a');
  await page.waitForTimeout(1200);
  return stopRecording(page);
}

const PAGES = [
  [
    'an isolated page that hosts the script',
    { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
    false,
    true,
  ],
  ['a page of another origin, without any header', {}, true, false],
  [
    'a page under the self-hosted Content-Security-Policy',
    {
      'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:",
    },
    false,
    false,
  ],
  ['a page under the Content-Security-Policy for a CDN', 'cdn', true, false],
  // As in <iframe sandbox="allow-scripts">: workers of an opaque origin are of another kind.
  [
    'a sandboxed page, whose origin is opaque',
    { 'Content-Security-Policy': 'sandbox allow-scripts' },
    true,
    false,
  ],
] as const;

describe('the element on', () => {
  for (const [name, headers, fromCDN, isolated] of PAGES) {
    test(name, async () => {
      const sent: Record<string, string> =
        headers === 'cdn'
          ? {
              'Content-Security-Policy': `default-src 'self'; script-src ${cdn.url} 'wasm-unsafe-eval'; worker-src blob:; connect-src ${cdn.url}; img-src data:`,
            }
          : headers;
      const { url, base } = await host(sent, fromCDN);
      const { page, complaints } = await openInstrument(browser, url);
      assert.equal(await page.evaluate(() => crossOriginIsolated), isolated);
      const { samples, sampleRate } = await playMiddleC(page, base);

      const [first, last] = soundingRange(samples, 1e-4);
      assert.ok(first > 0.3 * sampleRate, `silent before the key: sound from ${first / sampleRate} s on`);
      assert.ok(
        last < samples.length - 0.1 * sampleRate,
        `silent again after the release: ${last / sampleRate} s of ${samples.length / sampleRate} s`,
      );
      assert.ok(peak(samples) > 0.05 && peak(samples) < 1, `peak ${peak(samples)}`);
      assert.ok(clickiness(samples, sampleRate) < 0.3, `clickiness ${clickiness(samples, sampleRate)}`);

      const held = samples.subarray(first + 0.3 * sampleRate, first + 1.3 * sampleRate);
      const { frequency } = estimateFundamental(held, sampleRate, { minHz: 20, maxHz: 4500 });
      const off = cents(frequency, frequencyOf(60));
      assert.ok(Math.abs(off) < 30, `${frequency} Hz is ${off.toFixed(1)} cents off middle C`);
      assert.deepEqual(complaints, []);
      await page.close();
    });
  }
});
