/** Pages of `<nsynth-instrument>` in a browser that has a microphone. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { putCheckpoint } from '../synthetic-nsynth.js';
import { dist, launch, type Server } from './browser.js';

export const TAG = 'nsynth-instrument';

export interface NSynthPages {
  readonly browser: Browser;
  readonly server: Server;
  close(): Promise<void>;
}

/** Serves pages beside the build, /dist/, and weights that are drawn by a recipe, /drawn/. @param roots folders besides */
export async function serveNSynth(
  pages: Readonly<Record<string, string>>,
  roots: Readonly<Record<string, string>> = {},
): Promise<NSynthPages> {
  const browser = await launch([
    '--autoplay-policy=no-user-gesture-required',
    '--use-fake-device-for-media-stream',
  ]);
  const folder = await mkdtemp(path.join(tmpdir(), 'timbrel-nsynth-'));
  const drawn = await putCheckpoint(folder, 'drawn');
  const server = await serve({ roots: { '/dist/': dist, '/drawn/': drawn, ...roots }, pages });
  return {
    browser,
    server,
    async close() {
      await browser.close();
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Opens a page, and waits for the network of its instrument. */
export async function openInstrument(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => assert.fail(error));
  await page.goto(address);
  await page.waitForFunction(() => document.querySelector('nsynth-instrument')?.instrument?.description);
  return page;
}

/** The card of a corner. */
export const card = (page: Page, place: number) => page.locator(`${TAG} .card.at${place}`);
