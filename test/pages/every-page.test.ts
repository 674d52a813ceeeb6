/** Each page of the demo, on each kind of screen, as it comes and with everything unfolded: axe, fingertips, edges; and the ways between the pages. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { violations } from './axe.js';
import { serveDemo } from './browser.js';
import { beyondThePage, smallControls } from './looks.js';

const PAGES = ['index', 'nsynth', 'band', 'writers', 'morph', 'transformer', 'listen', 'skin'];

const SCREENS: Readonly<Record<string, BrowserContextOptions>> = {
  'a desktop': { viewport: { width: 1280, height: 800 } },
  'a desktop in the dark': { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  'a desktop in forced colours': { viewport: { width: 1280, height: 800 }, forcedColors: 'active' },
  'a phone': { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  'a window at 200 %': { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
};

const demo = serveDemo();

async function open(name: string, screen: BrowserContextOptions): Promise<Page> {
  const context = await demo.browser.newContext(screen);
  const page = await context.newPage();
  await page.addInitScript('globalThis.__name = (named) => named');
  page.on('pageerror', (error) => assert.fail(error));
  await page.goto(`${demo.url}/${name}.html`);
  await page.waitForFunction(() => document.querySelectorAll(':not(:defined)').length === 0);
  await page.waitForTimeout(500);
  return page;
}

/** Unfolds whatever is folded and seen, in all shadow trees; of panels of which one is open at a time, the last. */
const unfold = (page: Page) =>
  page.evaluate(async () => {
    const unfolded = new Set<Element>();
    const look = (tree: ParentNode) => {
      for (const element of tree.querySelectorAll<HTMLElement>('*')) {
        if (element.shadowRoot) look(element.shadowRoot);
        if (unfolded.has(element) || !element.checkVisibility({ visibilityProperty: true })) continue;
        if (element instanceof HTMLDetailsElement) element.open = true;
        else if (element.matches('button[aria-expanded=false]')) element.click();
        else continue;
        unfolded.add(element);
      }
    };
    // What unfolds may have folds of its own.
    for (let i = 0; i < 3; i++) {
      look(document);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  });

/** Drops a model that is none onto every element, and waits until they say so. */
const dropNonsense = async (page: Page) => {
  await page.evaluate(() => {
    for (const { shadowRoot } of document.querySelectorAll('main *')) {
      const base = shadowRoot?.querySelector('.base');
      if (!base?.checkVisibility()) continue;
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['{}'], 'weights_manifest.json'));
      base.dispatchEvent(
        new DragEvent('drop', { bubbles: true, cancelable: true, composed: true, dataTransfer }),
      );
    }
  });
  await page.getByRole('alert').first().waitFor();
};

describe('every page of the demo', () => {
  for (const name of PAGES)
    test(`${name}.html that says what went wrong has no violation that axe knows, and no control under 24 px`, async () => {
      const page = await open(name, { viewport: { width: 1280, height: 800 } });
      await dropNonsense(page);
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(await smallControls(page), []);
      await page.context().close();
    });

  for (const [screen, options] of Object.entries(SCREENS))
    for (const name of PAGES)
      test(`${name}.html on ${screen} has no violation that axe knows, no control under 24 px, and nothing beside the page`, async () => {
        const page = await open(name, options);
        for (const state of ['as it comes', 'unfolded']) {
          if (state === 'unfolded') await unfold(page);
          const primary = await page.getByRole('button').and(page.locator('.main:visible')).allInnerTexts();
          assert.ok(primary.length < 2, `primary buttons: ${primary.join(', ')}`);
          assert.deepEqual(await violations(page), [], state);
          assert.deepEqual(await smallControls(page), [], state);
          const beyond = await beyondThePage(page);
          assert.ok(beyond <= 0, `${state}: the page is ${beyond} px wider than the screen`);
        }
        await page.context().close();
      });

  test('leads to every other', async () => {
    const context = await demo.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    for (const name of PAGES) {
      await page.goto(`${demo.url}/${name}.html`);
      const found = await page
        .locator('a[href$=".html"]')
        .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname.slice(1, -5)));
      // That of the other look is about the look alone.
      const others = name === 'skin' ? ['index'] : PAGES.filter((other) => other !== name);
      assert.deepEqual([...new Set(found)].sort(), others.sort(), name);
    }
    await context.close();
  });
});
