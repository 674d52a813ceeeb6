/** The band page, opened by one who comes for the first time. */
import assert from 'node:assert/strict';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** The elements are there, and have the piece that comes with the page, or was kept. */
export const hasMusic = (page: Page) =>
  page.waitForFunction(
    () => customElements.get('improv-rnn') && document.querySelector('improv-rnn')?.notes.length !== 0,
  );

export interface Visit extends BrowserContextOptions {
  /** Runs before any script of the page. */
  readonly before?: (page: Page) => Promise<void>;
}

/** @returns the page in a context of its own, with its music; close that when it is done */
export async function visit(
  browser: Browser,
  url: string,
  { before, ...options }: Visit = {},
): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  page.on('pageerror', (error) => assert.fail(error));
  // The compiler names functions by this, also those that are handed over to the page.
  await page.addInitScript('globalThis.__name = (named) => named');
  await before?.(page);
  await page.goto(url);
  await hasMusic(page);
  return page;
}

export type LaneName = 'melody' | 'harmony' | 'drums';

/** Notes of a lane: pitch, beginning and end in quarters. */
export const notesIn = (page: Page, lane: LaneName): Promise<[pitch: number, start: number, end: number][]> =>
  page.evaluate((name) => {
    const { notes, primer } = document.querySelector<'drums-rnn'>(`#${name}` as 'drums-rnn')!;
    const rate = (primer.tempos?.[0]?.qpm ?? 120) / 60;
    return notes.map(({ pitch, startTime, endTime }) => [
      pitch,
      +(startTime * rate).toFixed(3),
      +(endTime * rate).toFixed(3),
    ]);
  }, lane);

/** A new piece is written as a whole; it plays then. */
export async function writePiece(page: Page, bars = '4'): Promise<void> {
  await page.selectOption('#bars', bars);
  await page.getByRole('button', { name: 'New piece' }).click();
  await page.waitForFunction(() => document.querySelector('#band')?.getAttribute('aria-busy') === 'true');
  await page.waitForFunction(
    () => document.querySelector('#band')?.getAttribute('aria-busy') === 'false',
    undefined,
    { timeout: 90_000 },
  );
}
