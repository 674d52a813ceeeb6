/** The corners of an instrument, as a page reads and sets them: `corners` says what is there, whoever chose it, and whatever it was before. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, openInstrument, root, type Server } from './browser.js';

const WRITTEN = 'oboe, oboe, marimba, harp';

let browser: Browser;
let server: Server;
let page: Page;

before(async () => {
  browser = await launch();
  server = await serve({ roots: { '/': path.join(root, 'demo'), '/dist/': dist } });
  ({ page } = await openInstrument(browser, `${server.url}/index.html`));
  await page.addInitScript('globalThis.__name = (named) => named');
});

after(async () => {
  await browser.close();
  await server.close();
});

/** Property, attribute, and what the instrument plays between, as the attribute would say it. */
const told = (on = page) =>
  on.evaluate(async () => {
    const element = document.querySelector('gansynth-instrument')!;
    await element.updateComplete;
    const played = element.instrument!.corners.map((corner) =>
      'name' in corner ? corner.name : 'seed' in corner ? `seed:${corner.seed}` : '',
    );
    return {
      property: element.corners,
      attribute: element.getAttribute('corners'),
      played: played.join(', '),
    };
  });

const set = (corners: string) =>
  page.evaluate((text) => {
    document.querySelector('gansynth-instrument')!.corners = text;
  }, corners);

/** Sets the corners by the page, then does something that changes them. */
async function changed(work: () => Promise<unknown>): Promise<void> {
  await set(WRITTEN);
  assert.equal((await told()).played, WRITTEN);
  await work();
  await page.waitForFunction(
    (written) =>
      document
        .querySelector('gansynth-instrument')
        ?.patch.corners.map((corner) => ('name' in corner ? corner.name : ''))
        .join(', ') !== written,
    WRITTEN,
    { timeout: 30_000 },
  );
  await page.waitForTimeout(50);
}

async function isTold(): Promise<void> {
  const { property, attribute, played } = await told();
  assert.equal(property, played);
  assert.equal(attribute, played);
  await set(WRITTEN);
  assert.equal((await told()).played, WRITTEN, 'the text that was there before takes effect again');
}

describe('the corners of an instrument are told, and can be set back, after', () => {
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  test('a preset was chosen', async () => {
    await changed(() => press('Next sound'));
    await isTold();
  });

  test('a change was taken back', async () => {
    await changed(async () => {
      await press('Next sound');
      await page.waitForFunction(
        (written) => document.querySelector('gansynth-instrument')?.corners !== written,
        WRITTEN,
      );
      await press('Next sound');
      await page.waitForTimeout(300);
      await press('Undo');
    });
    await isTold();
  });

  test('a corner was chosen', async () => {
    await changed(() => page.getByLabel('Bottom left corner').selectOption('flute'));
    await isTold();
  });

  test('random ones were drawn', async () => {
    await changed(() => press('Random corners'));
    await isTold();
  });

  test('the page restored a patch, also one with a timbre that has no words: its place is empty', async () => {
    const patch = await page.evaluate(() => document.querySelector('gansynth-instrument')!.patch);
    const [first, ...rest] = patch.corners;
    await changed(() =>
      page.evaluate((given) => document.querySelector('gansynth-instrument')!.restore(given), {
        ...patch,
        corners: [{ latent: new Array<number>(256).fill(0.1) }, ...rest],
      }),
    );
    assert.ok(first);
    await isTold();
  });

  test('what was kept came back with the page', async () => {
    await set('');
    await press('Next sound');
    await page.waitForTimeout(800);
    const before = await told();
    await page.reload();
    await page.waitForFunction(
      (played) => {
        const { instrument } = document.querySelector('gansynth-instrument') ?? {};
        const names = instrument?.corners.map((corner) => ('name' in corner ? corner.name : ''));
        return instrument?.description && names?.join(', ') === played;
      },
      before.played,
      { timeout: 30_000 },
    );
    assert.deepEqual(await told(), before);
    await isTold();
  });
});

test('random corners are others for everybody', async () => {
  const drawn = async () => {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(`${server.url}/index.html`);
    await tab.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
    await tab.getByRole('button', { name: 'Random corners' }).click();
    await tab.waitForFunction(
      () => /seed/.test(document.querySelector('gansynth-instrument')?.corners ?? ''),
      undefined,
      { timeout: 30_000 },
    );
    const { played } = await told(tab);
    await context.close();
    return played;
  };
  const [mine, yours] = [await drawn(), await drawn()];
  assert.equal(new Set(mine.split(', ')).size, 4);
  assert.notEqual(mine, yours);
});
