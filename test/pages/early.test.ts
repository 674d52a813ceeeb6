/** Pages of the demo before their scripts are there, on a slow network: what can be pressed, set or played then has its effect afterwards. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { serveDemo } from './browser.js';

const demo = serveDemo(['--autoplay-policy=no-user-gesture-required']);

interface Visit {
  readonly page: Page;
  /** Lets the scripts come. */
  release(): Promise<void>;
  close(): Promise<void>;
}

/** A page as it is drawn first: all but the small script in its head is still on its way. */
async function visit(name: string, viewport = { width: 1280, height: 900 }): Promise<Visit> {
  const context = await demo.browser.newContext({ viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  await page.addInitScript('globalThis.__name = (named) => named');
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  let open = () => {};
  const held = new Promise<void>((resolve) => (open = resolve));
  await page.route(/\.js$/, async (route) => {
    if (!route.request().url().endsWith('/early-press.js')) await held;
    await route.continue().catch(() => {});
  });
  await page.goto(`${demo.url}/${name}.html`, { waitUntil: 'commit' });
  await page.waitForFunction(() => document.querySelector('nav, .how, #kept') !== null);
  return {
    page,
    async release() {
      open();
      await page.waitForFunction(
        () => document.querySelectorAll(':not(:defined), [data-waits]').length === 0,
      );
    },
    async close() {
      open();
      assert.deepEqual(complaints, []);
      await context.close();
    },
  };
}

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
const value = (page: Page, id: string) =>
  page.locator(`#${id}`).evaluate((field) => (field as HTMLInputElement).value);
const link = {
  press: (page: Page) => button(page, 'Copy a link').click(),
  check: (page: Page) => page.waitForFunction(() => location.hash.startsWith('#page=')),
};

interface Early {
  /** Does something before the scripts are there. */
  press(page: Page): Promise<unknown>;
  /** Waits for its effect. */
  check(page: Page): Promise<unknown>;
}

/** Whatever can be pressed or set on each page, by the name that it has. */
const CONTROLS: Readonly<Record<string, Readonly<Record<string, Early>>>> = {
  index: {},
  skin: {},
  writers: { 'Copy a link': link },
  listen: {
    'Copy a link': link,
    'No piano? Try an example': {
      press: (page) => page.locator('#example').click(),
      check: (page) =>
        page.waitForFunction(() => (document.querySelector('onsets-frames')?.notes.length ?? 0) > 20),
    },
  },
  nsynth: Object.fromEntries(
    ['bell', 'voice', 'string', 'drum'].map((sound) => [
      `A ${sound}`,
      {
        press: (page) => button(page, `A ${sound}`).click(),
        check: (page) =>
          page.waitForFunction(
            (wanted) =>
              JSON.stringify(document.querySelector('nsynth-instrument')?.patch ?? {}).includes(wanted),
            sound,
          ),
      },
    ]),
  ),
  morph: {
    'Copy a link': link,
    Play: {
      press: (page) => button(page, 'Play').click(),
      check: (page) => button(page, 'Stop').waitFor(),
    },
    Tempo: {
      press: (page) => page.locator('#tempo').fill('150'),
      async check(page) {
        await page.waitForFunction(
          () => document.querySelector<HTMLElementTagNameMap['music-vae']>('#tunes')?.tempo === 150,
        );
        assert.equal(await page.locator('#bpm').innerText(), '150 bpm');
      },
    },
  },
  transformer: {
    'Copy a link': link,
    Play: {
      press: (page) => button(page, 'Play').click(),
      check: (page) =>
        page.waitForFunction(() => (document.querySelector('music-transformer')?.notes.length ?? 0) > 0),
    },
    'From calm to wild': {
      press: (page) => page.locator('#temperature').fill('1.2'),
      check: (page) =>
        page.waitForFunction(() => document.querySelector('music-transformer')?.temperature === 1.2),
    },
    'Begin anew': {
      press: (page) => button(page, 'Begin anew').click(),
      check: (page) =>
        page.waitForFunction(() => (document.querySelector('music-transformer')?.notes.length ?? 0) > 0),
    },
  },
  band: {
    Play: {
      press: (page) => button(page, 'Play').click(),
      check: (page) =>
        page.waitForFunction(
          () =>
            (document.querySelector('drums-rnn')?.shadowRoot?.querySelector('piano-roll')?.playhead ?? 0) >
            0.2,
        ),
    },
    'New piece': {
      press: (page) => button(page, 'New piece').click(),
      check: (page) => page.locator('#band[aria-busy=true]').waitFor(),
    },
    Loop: {
      press: (page) => button(page, 'Loop').click(),
      check: (page) => page.locator('#loop[aria-pressed=false]').waitFor(),
    },
    Tempo: {
      press: (page) => page.locator('#tempo').fill('150'),
      async check(page) {
        await page.waitForFunction(() => document.querySelector('drums-rnn')?.tempo === 150);
        assert.equal(await page.locator('#bpm').innerText(), '150 bpm');
      },
    },
    // The first beat of a tempo.
    Tap: {
      press: (page) => button(page, 'Tap').click(),
      check: (page) => page.locator('#tap:not([aria-busy])').waitFor(),
    },
    Bars: {
      press: (page) => page.selectOption('#bars', '16'),
      async check(page) {
        await page.waitForFunction(() => (localStorage.getItem('timbrel-band') ?? '').includes('"bars":16'));
        assert.equal(await value(page, 'bars'), '16');
      },
    },
    Chords: {
      press: (page) => page.locator('#chords').fill('Dm G'),
      async check(page) {
        await page.waitForFunction(() =>
          (localStorage.getItem('timbrel-band') ?? '').includes('"chords":["Dm","G"]'),
        );
        assert.equal(await value(page, 'chords'), 'Dm G');
      },
    },
    More: {
      press: (page) => button(page, 'More').click(),
      check: (page) => button(page, 'Save MIDI').waitFor(),
    },
    'Add a piano': {
      press: (page) => button(page, 'Add a piano').click(),
      check: (page) => page.locator('music-transformer').waitFor(),
    },
    // It closes when something else is pressed.
    'By ear': {
      async press(page) {
        await button(page, 'By ear').click();
      },
      async check(page) {
        await page.locator('#picker [data-root=D]').waitFor();
        await button(page, 'Done').click();
      },
    },
  },
};

/** The controls that are folded away until the script unfolds them. */
const FOLDED: Readonly<Record<string, readonly string[]>> = { band: ['Start afresh'] };

/** Those that take back what another of the same page does. */
const APART: Readonly<Record<string, readonly string[]>> = {
  band: ['New piece'],
  transformer: ['Begin anew'],
  nsynth: ['A voice', 'A string', 'A drum'],
};

/** The names of all controls that are drawn before the scripts are there and can be used. */
const drawn = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, input, select, textarea')]
      .filter(
        (control) =>
          control.checkVisibility() && !control.closest('[inert]') && !control.matches(':disabled'),
      )
      .map((control) => {
        const label = (control as HTMLInputElement).labels?.[0];
        const words = control.getAttribute('aria-label') ?? (label ?? control).firstChild?.textContent ?? '';
        return words.trim();
      }),
  );

describe('before the scripts of a page are there', () => {
  for (const [name, controls] of Object.entries(CONTROLS)) {
    const apart = APART[name] ?? [];
    const together = Object.keys(controls).filter((control) => !apart.includes(control));
    for (const group of [together, ...apart.map((control) => [control])]) {
      if (group.length === 0) continue;
      test(`${name}: ${group.join(', ')} can be used, with their effect`, async () => {
        const { page, release, close } = await visit(name);
        const known = [...Object.keys(controls), 'Start afresh'];
        assert.deepEqual(
          (await drawn(page)).sort(),
          known.filter((each) => !FOLDED[name]?.includes(each)).sort(),
        );
        for (const control of group) await controls[control].press(page);
        await release();
        for (const control of group) await controls[control].check(page);
        await close();
      });
    }

    if (FOLDED[name]?.includes('Start afresh')) continue;
    test(`${name}: Start afresh can be pressed, and forgets`, async () => {
      const { page, release, close } = await visit(name);
      await page.evaluate((key) => {
        localStorage.setItem(key, '{"own":{},"elements":{}}');
      }, `timbrel-${name}`);
      await button(page, 'Start afresh').click();
      assert.equal(await page.locator('#afresh').getAttribute('aria-busy'), 'true', 'it is shown to wait');
      const again = page.waitForEvent('framenavigated');
      void release().catch(() => {});
      await again;
      assert.equal(await page.evaluate((key) => localStorage.getItem(key), `timbrel-${name}`), null);
      await close();
    });
  }
});

describe('keys that are drawn before the scripts are there', () => {
  /** Hears what a person plays, as soon as it is played. */
  const listen = (page: Page) =>
    page.evaluate(() => {
      const heard: number[] = [];
      Object.assign(globalThis, { heard });
      document.addEventListener('note-on', (event) => heard.push((event as Event & { pitch: number }).pitch));
    });
  const hasHeard = (page: Page, pitch: number) =>
    page.waitForFunction(
      (wanted) => (globalThis as unknown as { heard: number[] }).heard.includes(wanted),
      pitch,
    );
  const sounds = (page: Page, tag: 'gansynth-instrument' | 'nsynth-instrument') =>
    page.waitForFunction(
      (name) => document.querySelector<HTMLElementTagNameMap[typeof name]>(name)?.instrument?.running,
      tag,
    );
  const place = (page: Page, tag: string, part: '::before' | '::after') =>
    page.evaluate(
      ([name, pseudo]) => {
        const element = document.querySelector(name)!;
        const styles = getComputedStyle(element, pseudo);
        const host = element.getBoundingClientRect();
        return {
          x: host.x + 1 + parseFloat(styles.left),
          y: host.y + 1 + parseFloat(styles.top),
          width: parseFloat(styles.width),
          height: parseFloat(styles.height),
        };
      },
      [tag, part] as const,
    );

  for (const [width, height] of [
    [390, 844],
    [700, 800],
    [850, 700],
    [1060, 800],
    [1280, 400],
  ])
    test(`pads and keys stay where they were drawn first, at ${width} x ${height}`, async () => {
      for (const [name, tag] of [
        ['index', 'gansynth-instrument'],
        ['writers', 'gansynth-instrument'],
        ['nsynth', 'nsynth-instrument'],
      ]) {
        const { page, release, close } = await visit(name, { width, height });
        const drawn = [await place(page, tag, '::before'), await place(page, tag, '::after')];
        await release();
        for (const [i, part] of ['.pad-place', 'piano-keyboard .scroller'].entries()) {
          await page.locator(`${tag} ${part}`).waitFor();
          const there = await page.locator(`${tag} ${part}`).boundingBox();
          const { x, y, width: across, height: down } = drawn[i];
          const moved =
            there && [there.x - x, there.y - y, there.width - across, there.height - down].map(Math.abs);
          assert.ok(moved && Math.max(...moved) < 2, `${name} ${part}: ${JSON.stringify([drawn[i], there])}`);
        }
        await close();
      }
    });

  for (const [name, tag] of [
    ['index', 'gansynth-instrument'],
    ['writers', 'gansynth-instrument'],
    ['nsynth', 'nsynth-instrument'],
  ] as const) {
    test(`${name}: are where they will be, and the one that is tapped is heard`, async () => {
      const { page, release, close } = await visit(name);
      await listen(page);
      const keys = await place(page, tag, '::after');
      // The fourth white key of the third octave of four, and a C: F4.
      assert.ok(keys.y + keys.height < 900, 'they are seen');
      await page.mouse.click(keys.x + (keys.width * 17.5) / 29, keys.y + 0.85 * keys.height);
      await release();
      await hasHeard(page, 65);
      await sounds(page, tag);
      const there = await page.locator(`${tag} piano-keyboard .scroller`).boundingBox();
      assert.ok(
        there && Math.abs(there.x - keys.x) < 3 && Math.abs(there.y - keys.y) < 4,
        JSON.stringify([keys, there]),
      );
      assert.ok(Math.abs(there.width - keys.width) < 4 && Math.abs(there.height - keys.height) < 2);
      await close();
    });

    test(`${name}: the pad asks for a tap, and a tap is heard`, async () => {
      const { page, release, close } = await visit(name);
      const pad = await place(page, tag, '::before');
      const words = await page
        .locator(tag)
        .evaluate((element) => getComputedStyle(element, '::before').content);
      assert.equal(words, '"Tap to play"');
      await page.mouse.click(pad.x + pad.width / 2, pad.y + pad.height / 2);
      assert.equal(await page.locator(tag).getAttribute('aria-busy'), 'true');
      await release();
      await sounds(page, tag);
      assert.equal(await page.locator(tag).getAttribute('aria-busy'), null);
      await close();
    });

    test(`${name}: a letter plays`, async () => {
      const { page, release, close } = await visit(name);
      await listen(page);
      await page.keyboard.press('d');
      await release();
      await hasHeard(page, 64);
      await sounds(page, tag);
      await close();
    });
  }
});
