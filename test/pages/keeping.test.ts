/** What was made on a page of the demo is there after a reload, is forgotten when that is asked for, and travels in a link where it fits. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { serveDemo } from './browser.js';

const demo = serveDemo(['--autoplay-policy=no-user-gesture-required']);

/** A page as one who comes for the first time has it. */
async function visit(name: string, prepare?: () => void): Promise<Page> {
  const context = await demo.browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.addInitScript('globalThis.__name = (named) => named');
  if (prepare) await page.addInitScript(prepare);
  page.on('pageerror', (error) => assert.fail(error));
  await page.goto(`${demo.url}/${name}.html`);
  await ready(page);
  return page;
}

/** All that plays or writes can, and has what was kept. */
async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelectorAll(':not(:defined), [data-waits]').length === 0);
  await page.waitForFunction(() =>
    [...document.querySelectorAll('gansynth-instrument, nsynth-instrument')].every(
      (element) => (element as unknown as { instrument?: { description?: unknown } }).instrument?.description,
    ),
  );
}

/** What is kept is written when changes pause. */
async function again(page: Page): Promise<void> {
  await page.reload();
  await ready(page);
}

const NOTES = [60, 62, 64, 67].map((pitch, i) => ({
  pitch,
  velocity: 80,
  startTime: i / 2,
  endTime: i / 2 + 0.5,
}));
const PIECE = { notes: NOTES, tempos: [{ time: 0, qpm: 120 }], totalTime: 2 };

/** An element of a page, as its state is told in one line. */
const told = (page: Page, selector: string, names: readonly string[]) =>
  page.evaluate(
    ([which, wanted]) => {
      const element = document.querySelector(which) as unknown as Record<string, unknown>;
      return JSON.stringify(wanted.map((name) => element[name]));
    },
    [selector, names] as const,
  );

async function comesBack(page: Page, selector: string, names: readonly string[]): Promise<void> {
  const made = await told(page, selector, names);
  await page.waitForTimeout(500);
  await again(page);
  await page
    .waitForFunction(
      ([which, wanted, state]) => {
        const element = document.querySelector(which) as unknown as Record<string, unknown>;
        return JSON.stringify(wanted.map((name) => element[name])) === state;
      },
      [selector, names, made] as const,
      { timeout: 10_000 },
    )
    .catch(async () => assert.equal(await told(page, selector, names), made));
}

const slide = (page: Page, within: string, name: string, value: string) =>
  page.locator(within).getByRole('slider', { name, exact: true }).first().fill(value);

describe('what was made is there after a reload', () => {
  test('on the page with writers: sound, music that was written, bars and takes that are kept, settings', async () => {
    const page = await visit('writers');
    const first = await told(page, 'melody-rnn', ['sketch']);
    await slide(page, '#lead', 'Release', '0.2');
    const lead = await told(page, '#lead', ['patch']);
    await slide(page, 'melody-rnn', 'Surprise', '1.3');
    await slide(page, 'melody-rnn', 'Tempo', '90');
    await page.evaluate((piece) => {
      document.querySelector('melody-rnn')!.primer = piece;
    }, PIECE);
    await page.locator('melody-rnn').getByRole('button', { name: 'Write', exact: true }).click();
    await page
      .locator('melody-rnn')
      .getByText(/notes,.*variation/s)
      .waitFor();
    await page.locator('melody-rnn').getByRole('button', { name: 'Keep', exact: true }).click();
    await page.locator('melody-rnn .notes').focus();
    await page.keyboard.press('PageDown');
    await page.locator('melody-rnn').getByRole('button', { name: 'Keep bar 1' }).click();
    const names = ['sketch', 'keptBars', 'takes', 'temperature', 'tempo'];
    await comesBack(page, 'melody-rnn', names);
    assert.equal(await told(page, '#lead', ['patch']), lead);
    assert.ok(JSON.parse(await told(page, 'melody-rnn', ['takes']))[0].length === 1);
    assert.ok(await page.locator('melody-rnn').getByRole('button', { name: 'Undo' }).isDisabled());

    await page.getByRole('button', { name: 'Copy a link' }).click();
    await page.waitForFunction(() => location.hash.startsWith('#page='));
    const made = await told(page, 'melody-rnn', names);
    const friend = await (await demo.browser.newContext()).newPage();
    await friend.goto(page.url());
    await ready(friend);
    await friend.waitForFunction(() => document.querySelector('melody-rnn')?.takes.length === 1);
    assert.equal(await told(friend, 'melody-rnn', names), made);
    await friend.context().close();

    await page.getByRole('button', { name: 'Start afresh' }).click();
    await page.waitForURL(/writers\.html$/);
    await ready(page);
    assert.equal(await told(page, 'melody-rnn', ['sketch']), first);
    await page.context().close();
  });

  test('on the page of the endless piano: the piece so far, and how wild it is', async () => {
    const page = await visit('transformer');
    await page.evaluate((piece) => {
      document.querySelector('music-transformer')!.primer = piece;
    }, PIECE);
    await page.getByRole('slider', { name: 'From calm to wild' }).fill('1.15');
    await comesBack(page, 'music-transformer', ['sketch', 'temperature']);
    assert.equal(await page.getByRole('slider', { name: 'From calm to wild' }).inputValue(), '1.15');
    await page.context().close();
  });

  test('on the page of any sound: the sounds that were put at corners', async () => {
    const page = await visit('nsynth');
    await page.getByRole('button', { name: 'A bell' }).click();
    // It plays from its own key on; the others are heard by then.
    await page.waitForFunction(() => {
      const element = document.querySelector('nsynth-instrument');
      const isHeard = element?.patch.corners.some((corner) => 'sound' in corner);
      return isHeard && !element?.shadowRoot?.querySelector('.card progress');
    });
    await slide(page, 'nsynth-instrument', 'Stretch', '1');
    await comesBack(page, 'nsynth-instrument', ['patch']);
    await page.getByRole('button', { name: 'Start afresh' }).click();
    await page.waitForFunction(
      () => !document.querySelector('nsynth-instrument')?.patch?.corners.some((corner) => 'sound' in corner),
    );
    await page.context().close();
  });

  test('on the page that morphs: the place on the pad, the tempo, the pieces at the corners', async () => {
    const page = await visit('morph');
    await page.waitForFunction(
      () => document.querySelector('music-vae')?.pieces.filter(Boolean).length === 2,
    );
    const seeds = await told(page, '#tunes', ['pieces']);
    await page.locator('#tunes').getByRole('button', { name: 'New' }).first().click();
    await page.waitForFunction(
      (before) => JSON.stringify([document.querySelector('music-vae')?.pieces]) !== before,
      seeds,
    );
    await page.locator('#pad [role=slider]').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('#tempo').fill('88');
    const place = await told(page, '#pad', ['x', 'y']);
    await comesBack(page, '#tunes', ['pieces', 'x', 'tempo']);
    assert.equal(await told(page, '#pad', ['x', 'y']), place);
    assert.equal(await page.locator('#tempo').inputValue(), '88');
    await page.context().close();
  });

  test('on the page in other clothes: the sound', async () => {
    const page = await visit('skin');
    await page.getByRole('button', { name: 'Next sound' }).click();
    await page.waitForFunction(() => document.querySelector('gansynth-instrument')?.patch.corners[0]);
    await slide(page, '#synth', 'Room', '0.66');
    await comesBack(page, '#synth', ['patch']);
    await page.context().close();
  });

  test('on the page that listens: what was heard, and the answer', async () => {
    const page = await visit('listen');
    await page.evaluate((piece) => {
      document.querySelector('onsets-frames')!.sequence = piece;
      document.querySelector('music-transformer')!.primer = piece;
    }, PIECE);
    await slide(page, 'onsets-frames', 'Sure of strokes', '0.7');
    await comesBack(page, 'onsets-frames', ['sequence', 'onsetThreshold']);
    assert.equal(JSON.parse(await told(page, 'music-transformer', ['notes']))[0].length, 4);
    await page.context().close();
  });
});

test('a change after a link was opened is there after a reload, in the place of what the address said', async () => {
  const page = await visit('index');
  await page.getByRole('button', { name: 'Sounds', exact: true }).click();
  await page.getByRole('button', { name: 'Copy a link to this sound' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#patch='));
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Next sound' }).click();
  await page.locator('#synth .browser span', { hasText: 'Glass garden' }).waitFor();
  await comesBack(page, '#synth', ['patch']);
  assert.equal(await page.evaluate(() => location.hash), '');
  await page.context().close();
});

describe('a browser that', () => {
  test('has no room left says so once, and the page goes on', async () => {
    const page = await visit('index', () => {
      Storage.prototype.setItem = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    });
    await slide(page, '#synth', 'Room', '0.9');
    await page.locator('#kept', { hasText: 'no room' }).waitFor();
    await page.getByRole('button', { name: 'Next sound' }).click();
    await page.locator('#synth .browser span', { hasText: /\w/ }).waitFor();
    await page.context().close();
  });

  test('keeps nothing at all has pages that work, as they were made', async () => {
    const page = await visit('morph', () => {
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('refused', 'SecurityError');
        },
      });
    });
    await page.locator('#tempo').fill('88');
    await page.waitForTimeout(500);
    assert.equal(await page.locator('#kept').innerText(), '');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    await again(page);
    assert.equal(await page.locator('#tempo').inputValue(), '104');
    await page.context().close();
  });
});
